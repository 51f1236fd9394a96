"""Words of the trade, and the search's index"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0006"
down_revision = "0005"

RINGS = (
    "udeng, odheng, ikat kepala",
    "kain, sarung, samper",
    "selendang, syal, scarf",
    "kopiah, songkok, peci",
    "kerupuk, krupuk",
    "camilan, cemilan, kudapan, snack",
    "terasi, belacan",
    "jamu, ramuan, herbal",
    "gerabah, tembikar",
    "genteng, genting",
    "clurit, celurit",
    "pecut, cambuk, cemeti",
    "suvenir, souvenir, cendera mata",
)
"""To begin with; curators keep them from then on."""


def upgrade() -> None:
    ring = op.create_table(
        "synonym_ring",
        sa.Column("id", BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("v", BIG, nullable=False),
        sa.CheckConstraint("length(words) > 2", name=op.f("ck_synonym_ring_words")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_synonym_ring_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_ring")),
        sa.UniqueConstraint("words", name=op.f("uq_synonym_ring_words")),
        sqlite_strict=True,
    )
    at = datetime(2026, 11, 24, tzinfo=UTC)
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.bulk_insert(ring, [{"words": words, "at": at.replace(tzinfo=None) if sqlite else at, "v": 1} for words in RINGS])

    # The index is made from other rows: raw tables, one set an engine, outside of the schema that is compared.
    # `gallery db upgrade` fills it (search.commands.catch_up).
    number, strict = ("INTEGER", " STRICT") if sqlite else ("BIGINT", "")
    op.execute(
        f"""CREATE TABLE search_product (
            product_id {number} NOT NULL PRIMARY KEY, category_id {number} NOT NULL, group_id {number} NOT NULL,
            district TEXT NOT NULL, price {number} NOT NULL, most {number} NOT NULL, days {number},
            published {number} NOT NULL, popularity {number} NOT NULL, ready_until {number} NOT NULL,
            names TEXT NOT NULL, kinds TEXT NOT NULL){strict}"""
    )
    for columns in ("published, product_id", "price, product_id", "popularity, product_id", "category_id", "group_id"):
        name = columns.split(",")[0]
        op.execute(f"CREATE INDEX search_product_{name} ON search_product ({columns})")
    op.execute(f"CREATE TABLE search_word (word TEXT NOT NULL PRIMARY KEY, count {number} NOT NULL){strict}")
    op.execute(f"CREATE TABLE search_state (id {number} NOT NULL PRIMARY KEY, format {number} NOT NULL){strict}")
    if sqlite:
        op.execute(
            "CREATE VIRTUAL TABLE search_text USING fts5(names, kinds, story, stems, "
            "tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3', detail = column)"
        )
    else:
        op.execute(
            "CREATE TABLE search_text (product_id BIGINT NOT NULL PRIMARY KEY, words TEXT NOT NULL, "
            "document TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX search_text_document ON search_text USING gin (document)")
        # Words are compared as bytes, whatever the database's language: beginnings of words are a range then.
        op.execute("ALTER TABLE search_word ALTER COLUMN word TYPE TEXT COLLATE \"C\"")
