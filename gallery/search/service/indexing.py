"""What a transaction wrote is found as it is now, from the same transaction on."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Product, Variant
from gallery.catalogue.queries import MADE_IN
from gallery.core import areas, marks
from gallery.core.db import db
from gallery.producers.models import ProducerGroup
from gallery.search.models import listed, word_list
from gallery.search.queries.matching import fts, sqlite, vectors
from gallery.search.rules.entry import Entry, Said, entry, spelled
from gallery.stock.models import Balance, Location, Lot
from gallery.stock.rules import POOL

BATCH = 500


# Built once: whatever moves goods asks them.
_OF_LOTS = (
    sa.select(Variant.product_id)
    .join(Lot, Lot.variant_id == Variant.id)
    .where(Lot.id.in_(sa.bindparam("lots", expanding=True)))
)
_LISTED = (
    sa.select(listed.c.product_id, listed.c.ready_until)
    .where(listed.c.product_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(listed.c.product_id)
    .with_for_update()
)
_UNTIL = (
    sa.select(Variant.product_id, sa.func.max(sa.func.coalesce(Lot.expires_on, date.max)))
    .select_from(Balance)
    .join(Lot, Lot.id == Balance.lot_id)
    .join(Variant, Variant.id == Lot.variant_id)
    .join(Location, Location.id == Balance.location_id)
    .where(
        Variant.ended_at.is_(None),
        Balance.on_hand > Balance.held,
        sa.or_(Location.kind.in_(POOL), sa.and_(Location.kind == "display", Lot.sold_from_display.is_(True))),
    )
    .group_by(Variant.product_id)
)
_UNTIL_OF = _UNTIL.where(Variant.product_id.in_(sa.bindparam("ids", expanding=True)))


def follow() -> None:
    """Write the entries of all that was marked in this transaction (registered in transaction.LAST).

    `product`, `group`, `category`: the entries are made anew. `lot`: only whether something is ready to be taken.
    """
    db.session.flush()
    marked = marks.taken()
    if not marked:
        return
    products = set(marked.get("product", ()))
    for kind, column in (("group", Product.group_id), ("category", Product.category_id)):
        if ids := marked.get(kind):
            products.update(db.session.scalars(sa.select(Product.id).where(column.in_(ids))))
    for batch in batches(products):
        index(batch)
    if lots := marked.get("lot"):
        for batch in batches(set(db.session.scalars(_OF_LOTS, {"lots": list(lots)})) - products):
            refresh_ready(batch)


def batches(ids: Iterable[int]) -> Iterable[list[int]]:
    """In one order, so that two who write the same rows never wait for each other in a circle."""
    ordered = sorted(ids)
    return (ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH))


def index(ids: Collection[int]) -> None:
    """Make the entries of these products what their rows say; one that is not on sale has none."""
    session = db.session
    before = _before(ids)
    made = _entries(ids)
    gone = [id for id in before if id not in made]
    texts, counts = [], Counter[str]()
    for id, (row, words) in made.items():
        old = before.get(id)
        if old is None or old[1] != words.words or old[0][1:] != (row["names"], row["kinds"]) or not sqlite():
            texts.append((id, words))
        counts.update(words.words)
        if old is not None:
            row["popularity"] = old[0][0]
    for _, words_before in before.values():
        counts.subtract(words_before)
    if gone:
        session.execute(sa.delete(listed).where(listed.c.product_id.in_(gone)))
        session.execute(_text_gone(gone))
    if made:
        _upsert(listed, [row for row, _ in made.values()], "product_id")
    if texts:
        write_texts(texts)
    count_words(counts)


def _before(ids: Collection[int]) -> dict[int, tuple[tuple[int, str, str], set[str]]]:
    """Product -> its popularity, names and kinds as listed, and its words, of those that have an entry. Locked."""
    rows = db.session.execute(
        sa.select(listed.c.product_id, listed.c.popularity, listed.c.names, listed.c.kinds)
        .where(listed.c.product_id.in_(ids))
        .order_by(listed.c.product_id)
        .with_for_update()
    ).all()
    known = [row.product_id for row in rows]
    if not known:
        return {}
    if sqlite():
        said = db.session.execute(
            sa.select(fts.c.rowid, fts.c.names + " " + fts.c.kinds + " " + fts.c.story).where(fts.c.rowid.in_(known))
        )
    else:
        said = db.session.execute(
            sa.select(vectors.c.product_id, vectors.c.words).where(vectors.c.product_id.in_(known))
        )
    words = {id: spelled(text) for id, text in said}
    return {row.product_id: ((row.popularity, row.names, row.kinds), words.get(row.product_id, set())) for row in rows}


def _entries(ids: Collection[int]) -> dict[int, tuple[dict[str, Any], Entry]]:
    """Product -> its row in the list and its entry, of those on sale with something to buy."""
    variants: dict[int, list[Any]] = {}
    for v in db.session.execute(
        sa.select(Variant.product_id, Variant.name, Variant.name_en, Variant.sku, Variant.barcode, Variant.price)
        .where(Variant.product_id.in_(ids), Variant.ended_at.is_(None))
        .order_by(Variant.position, Variant.id)
    ):
        variants.setdefault(v.product_id, []).append(v)
    until = ready_until(ids)
    rows = db.session.execute(
        sa.select(
            Product.id, Product.name, Product.name_en, Product.story, Product.story_en, Product.maker,
            MADE_IN.label("days"), Product.published_at, Product.category_id, Product.group_id,
            Category.name.label("category"), Category.name_en.label("category_en"),
            ProducerGroup.name.label("group"), ProducerGroup.village, ProducerGroup.district,
        )
        .join(Category, Category.id == Product.category_id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .where(Product.id.in_(ids), Product.state == "published")
        .order_by(Product.id)
    )  # fmt: skip
    made = {}
    for row in rows:
        own = variants.get(row.id)
        if not own:
            continue
        places = tuple(a.name for code in (row.village, row.district) if (a := areas.find(code)))
        words = entry(
            Said(
                name=(row.name, row.name_en),
                variants=tuple((v.name, v.name_en) for v in own),
                category=(row.category, row.category_en),
                group=row.group,
                places=places,
                codes=tuple(code for v in own for code in (v.sku, v.barcode)),
                story=(row.story, row.story_en),
                maker=row.maker,
            )
        )
        made[row.id] = (
            {
                "product_id": row.id,
                "category_id": row.category_id,
                "group_id": row.group_id,
                "district": row.district,
                "price": min(int(v.price) for v in own),
                "most": max(int(v.price) for v in own),
                "days": row.days,
                "published": int(row.published_at.timestamp()) if row.published_at else 0,
                "popularity": 0,
                "ready_until": until.get(row.id, 0),
                "names": f" {words.names} ",
                "kinds": f" {words.kinds} ",
            },
            words,
        )
    return made


def ready_until(ids: Collection[int] | None) -> dict[int, int]:
    """Product -> the last day (ordinal) on which a piece that is free now may be sold; none, no entry. None: of all."""
    rows = db.session.execute(_UNTIL) if ids is None else db.session.execute(_UNTIL_OF, {"ids": list(ids)})
    return {id: _day(until).toordinal() for id, until in rows}


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def refresh_ready(ids: Collection[int]) -> None:
    """Say anew whether these products are ready. Their rows are locked first, so that the last to ask sees all."""
    there = {row.product_id: row.ready_until for row in db.session.execute(_LISTED, {"ids": list(ids)})}
    if not there:
        return
    until = ready_until(there)
    changed = [{"id": id, "day": until.get(id, 0)} for id, day in there.items() if day != until.get(id, 0)]
    if changed:
        db.session.execute(sa.text("UPDATE search_product SET ready_until = :day WHERE product_id = :id"), changed)


def _text_gone(ids: Collection[int]) -> Any:
    return (
        sa.delete(fts).where(fts.c.rowid.in_(ids))
        if sqlite()
        else sa.delete(vectors).where(vectors.c.product_id.in_(ids))
    )


def write_texts(texts: list[tuple[int, Entry]]) -> None:
    """Put the tokens of these products into the words' index, in the place of what was there."""
    session = db.session
    if sqlite():
        session.execute(_text_gone([id for id, _ in texts]))
        session.execute(
            sa.insert(fts),
            [{"rowid": id, "names": e.names, "kinds": e.kinds, "story": e.story, "stems": e.stems} for id, e in texts],
        )
        return
    session.execute(
        sa.text(
            "INSERT INTO search_text (product_id, words, document) VALUES (:id, :words, CAST(:document AS tsvector)) "
            "ON CONFLICT (product_id) DO UPDATE SET words = excluded.words, document = excluded.document"
        ),
        [{"id": id, "words": " ".join(sorted(e.words)), "document": _document(e)} for id, e in texts],
    )


def _document(e: Entry) -> str:
    """The tokens as PostgreSQL writes a tsvector: each with its weight, the heavy ones for names."""
    parts = ((e.names, "1A"), (e.kinds, "1B"), (e.story, "1C"), (e.stems, "1"))
    return " ".join(f"'{word}':{place}" for words, place in parts for word in words.split())


def _upsert(table: sa.Table, rows: list[dict[str, Any]], key: str) -> None:
    columns = list(rows[0])
    sets = ", ".join(f"{c} = excluded.{c}" for c in columns if c != key)
    db.session.execute(
        sa.text(
            f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join(':' + c for c in columns)}) "
            f"ON CONFLICT ({key}) DO UPDATE SET {sets}"
        ),
        rows,
    )


def count_words(counts: Counter[str]) -> None:
    """Add to (or take from) the list of words; a word nobody says any more leaves it."""
    changed = sorted((word, n) for word, n in counts.items() if n)
    if not changed:
        return
    session = db.session
    session.execute(
        sa.text(
            "INSERT INTO search_word (word, count) VALUES (:word, :n) "
            "ON CONFLICT (word) DO UPDATE SET count = search_word.count + excluded.count"
        ),
        [{"word": word, "n": n} for word, n in changed],
    )
    fewer = [word for word, n in changed if n < 0]
    for at in range(0, len(fewer), BATCH):
        session.execute(
            sa.delete(word_list).where(word_list.c.word.in_(fewer[at : at + BATCH]), word_list.c["count"] <= 0)
        )
