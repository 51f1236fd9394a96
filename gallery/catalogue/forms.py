"""What producers and curators send: words, rows of kinds, photos kept by their digests until the rest is right."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    FileField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from gallery.catalogue import queries, service
from gallery.catalogue.models import Making, Product
from gallery.catalogue.rules import (
    MOST_PHOTOS,
    MOST_VARIANTS,
    Content,
    Several,
    VariantContent,
    check,
    check_making,
    check_ready,
    tidy,
)
from gallery.catalogue.service import Offered
from gallery.core import formats, media, papers, rupiah
from gallery.core.clock import business_date
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_, _, language
from gallery.core.web import Form
from gallery.producers.models import Permit
from gallery.producers.rules import PERMIT_NAMES, permit_kind, permit_number, permit_until

FACTS = ("name", "name_en", "price", "weight_g")


@dataclass
class VariantRow:
    """One kind as it was typed."""

    id: int | None = None
    name: str = ""
    name_en: str = ""
    price: str = ""
    weight_g: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> int | None:
        """The price as a number, where it is one."""
        try:
            return rupiah.parse(self.price)
        except Refusal:
            return None


class ProductForm(Form):
    """A product, on the phone of who makes it or on the screen of staff."""

    photos = MultipleFileField(N_("Ambil atau pilih foto"))
    name = StringField(N_("Nama barang"))
    category_id = SelectField(N_("Jenis"), validate_choice=False)
    size = StringField(N_("Ukuran"))
    story = TextAreaField(N_("Cerita barang ini"))
    care = TextAreaField(N_("Perawatan"))
    maker = StringField(N_("Pembuat"))
    made_to_order_days = StringField(N_("Lama membuat, hari"))
    name_en = StringField(N_("Nama barang (Inggris)"))
    story_en = TextAreaField(N_("Cerita barang ini (Inggris)"))
    care_en = TextAreaField(N_("Perawatan (Inggris)"))

    def __init__(self, content: Content | None = None, *args: Any, **kw: Any) -> None:
        super().__init__(*args, data=_typed(content) if content else None, **kw)
        self.category_id.choices = [SelectChoice("", _("Pilih jenis"))] + [
            SelectChoice(str(c.id), c.name_en if language() == "en" else c.name) for c in queries.categories()
        ]
        self.shas: list[str] = list(content.photos) if content else []
        self.alts = {sha: (alt, alt_en) for sha, alt, alt_en in content.alts} if content else {}
        self.alt_errors: dict[str, str] = {}
        """By the name of the field, `alt-<digest>`."""
        self.rows: list[VariantRow] = [_row(v) for v in content.variants] if content else [VariantRow()]
        if request.method == "POST":
            self.shas = media.known(request.form.getlist("photo"))
            self.alts = {
                sha: (request.form.get(f"alt-{sha}", "")[:400], request.form.get(f"alt_en-{sha}", "")[:400])
                for sha in self.shas
            }
            self.rows = list(_rows(request.form)) or [VariantRow()]

    def save(self, product: Product | None, group_id: int, *, submit: bool, by: Actor, at: datetime) -> int | None:
        """The product written down, and handed to the curators; its id, or None when refused."""
        id, prices = product.id if product else None, queries.kept_prices(product)

        def verb() -> None:
            nonlocal id
            content = self.content(prices, whole=submit)
            if id is None:
                id = service.draft(group_id, content, by=by, at=at).id
            else:
                service.edit(id, content, by=by, at=at)
            if submit:
                service.submit(id, by=by, at=at)

        return id if self.send(verb) else None

    def take_photos(self, at: datetime) -> None:
        """Store the pictures sent along, each at once: what is wrong with the rest does not lose them."""
        for upload in request.files.getlist("photos"):
            if not upload.filename:
                continue
            try:
                if len(self.shas) >= MOST_PHOTOS:
                    raise Refusal(N_("Paling banyak %(most)s foto."), field="photos", most=MOST_PHOTOS)
                sha = media.take(upload.stream, at=at)
            except Refusal as refusal:
                self.photos.errors = [f"{upload.filename[:60]}: {_(refusal.sentence, **refusal.params)}"]
            else:
                if sha not in self.shas:
                    self.shas.append(sha)

    def press(self, button: str) -> bool:
        """Do what a button inside the form asks for, short of saving; False for the buttons that save."""
        verb, _colon, what = button.partition(":")
        if verb == "add-variant" and len(self.rows) < MOST_VARIANTS:
            self.rows.append(VariantRow(weight_g=self.rows[-1].weight_g))
        elif verb == "drop-variant" and what.isdigit() and len(self.rows) > 1:
            del self.rows[min(int(what), len(self.rows) - 1)]
        elif verb == "drop-photo":
            self.shas = [s for s in self.shas if s != what]
        elif verb == "first-photo" and what in self.shas:
            self.shas = [what, *(s for s in self.shas if s != what)]
        return verb in ("add-variant", "drop-variant", "drop-photo", "first-photo", "upload")

    def content(self, kept: Mapping[int, int], *, whole: bool = False) -> Content:
        """What was said. `kept` are the prices of kinds whose price is not typed here. Raises Several.

        `whole`: with what a curator needs besides, so that all that is missing is told at once.
        """
        wrong: list[Refusal] = []

        def read(at: str, text: str, whole: str) -> int:
            try:
                if not text.strip():
                    return 0
                return int(rupiah.parse(text, field=at))
            except Refusal as refusal:
                wrong.append(refusal if whole == "price" else Refusal(NUMBER, field=at))
                return 0

        variants = tuple(
            VariantContent(
                name=row.name,
                name_en=row.name_en,
                price=kept[row.id or 0] if row.id in kept else read(f"variants-{i}-price", row.price, "price"),
                weight_g=read(f"variants-{i}-weight_g", row.weight_g, "weight"),
                id=row.id,
            )
            for i, row in enumerate(self.rows)
        )
        days = read("made_to_order_days", self.made_to_order_days.data or "", "days")
        said = Content(
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            story=self.story.data or "",
            story_en=self.story_en.data or "",
            category_id=int(self.category_id.data) if (self.category_id.data or "").isdigit() else None,
            maker=self.maker.data or "",
            size=self.size.data or "",
            made_to_order_days=days if (self.made_to_order_days.data or "").strip() else None,
            care=self.care.data or "",
            care_en=self.care_en.data or "",
            photos=tuple(self.shas),
            alts=tuple((sha, *words) for sha, words in self.alts.items()),
            variants=variants,
        )
        beside = {refusal.field for refusal in wrong}
        tidied = tidy(said)
        missing = check(tidied) + (check_ready(tidied) if whole else [])
        wrong += [refusal for refusal in missing if refusal.field not in beside]
        if wrong:
            raise Several(wrong)
        return said

    def refuse(self, refusal: Refusal) -> None:
        """Beside its field, also in the row of a kind; several at once each beside its own."""
        for one in refusal.found if isinstance(refusal, Several) else [refusal]:
            part = (one.field or "").split("-")
            if part[0] == "variants" and len(part) == 3 and int(part[1]) < len(self.rows):
                self.rows[int(part[1])].errors.setdefault(part[2], _(one.sentence, **one.params))
            elif part[0] in ("alt", "alt_en"):
                self.alt_errors[one.field or ""] = _(one.sentence, **one.params)
            else:
                super().refuse(one)

    def slips(self) -> list[tuple[str, str, str]]:
        """Id, label and sentence of all that is to be corrected, in the order of the page."""
        found = [(name, _("Yang terlihat di foto"), sentence) for name, sentence in self.alt_errors.items()]
        found += [(f.id, f.label.text, f.errors[0]) for f in self if f.errors]
        labels = {"name": N_("Nama pilihan"), "price": N_("Harga"), "weight_g": N_("Berat, gram")}
        for i, row in enumerate(self.rows):
            which = f"{_('Pilihan %(n)s', n=i + 1)}, " if len(self.rows) > 1 else ""
            found += [
                (f"variants-{i}-{fact}", f"{which}{_(label)}", row.errors[fact])
                for fact, label in labels.items()
                if fact in row.errors
            ]
        return found


NUMBER = N_("Tulis angka saja. Contoh: 420.")


def _typed(content: Content) -> dict[str, Any]:
    days = content.made_to_order_days
    return {
        "name": content.name,
        "name_en": content.name_en,
        "story": content.story,
        "story_en": content.story_en,
        "care": content.care,
        "care_en": content.care_en,
        "category_id": str(content.category_id or ""),
        "maker": content.maker,
        "size": content.size,
        "made_to_order_days": "" if days is None else str(days),
    }


def _row(v: VariantContent) -> VariantRow:
    return VariantRow(
        v.id, v.name, v.name_en, formats.number(v.price) if v.price else "", str(v.weight_g) if v.weight_g else ""
    )


def _rows(form: Mapping[str, str]) -> Iterator[VariantRow]:
    for i in range(MOST_VARIANTS):
        if any(f"variants-{i}-{fact}" in form for fact in (*FACTS, "id")):
            id = form.get(f"variants-{i}-id", "")
            name, name_en, price, weight = (form.get(f"variants-{i}-{fact}", "").strip()[:200] for fact in FACTS)
            yield VariantRow(int(id) if id.isdigit() else None, name, name_en, price, weight)


class PriceForm(Form):
    """A new price of one kind."""

    price = StringField(N_("Harga baru"))
    consent = StringField(N_("Siapa dari kelompok yang setuju, dan bagaimana"))

    def amount(self) -> int:
        """The price. Raises Refusal."""
        return int(rupiah.parse(self.price.data or "", field="price"))

    def change(self, variant_id: int, *, consent: str = "", by: Actor, at: datetime) -> bool:
        """The price asked for by the group, or changed with its consent; False when refused."""
        return self.send(lambda: service.change_price(variant_id, self.amount(), by=by, at=at, consent=consent))


class ReasonForm(Form):
    """What to change, or why."""

    reason = TextAreaField(N_("Apa yang perlu diperbaiki"))


class CategoryForm(Form):
    """A kind of goods."""

    name = StringField(N_("Nama jenis"))
    name_en = StringField(N_("Nama jenis (Inggris)"))


def _permit_choices() -> list[SelectChoice]:
    return [SelectChoice(kind, _(name)) for kind, name in PERMIT_NAMES.items()]


class DemandForm(Form):
    """Which permits a kind of goods demands."""

    permits = SelectMultipleField(N_("Izin yang harus ada"), validate_choice=False)

    def __init__(self, kinds: Iterable[str] = ()) -> None:
        super().__init__(data={"permits": list(kinds)})
        self.permits.choices = _permit_choices()


class PermitForm(Form):
    """A permit as it stands on its paper."""

    kind = SelectField(N_("Jenis izin"), validate_choice=False)
    number = StringField(N_("Nomor"))
    until = StringField(N_("Berlaku sampai, boleh kosong"))
    product = SelectField(N_("Untuk produk"), validate_choice=False)
    paper = FileField(N_("Foto atau PDF suratnya"))

    def __init__(self, products: Iterable[Any], *, fresh: bool = False) -> None:
        """`fresh`: empty, whatever other form was sent."""
        super().__init__(**({"formdata": None} if fresh else {}))
        self.kind.choices = [SelectChoice("", _("Pilih izin")), *_permit_choices()]
        everything = SelectChoice("", _("Semua produk kelompok ini"))
        self.product.choices = [everything, *(SelectChoice(str(row.id), row.name) for row in products)]

    def product_id(self) -> int | None:
        """The product it is for, or None for all of the group's. Raises Refusal for what is not in the list."""
        chosen = self.product.data or ""
        if chosen not in [choice.value for choice in self.product.choices]:
            raise Refusal(N_("Pilih dari daftar."), field="product")
        return int(chosen) if chosen else None

    def check(self, today: date) -> None:
        """All that cannot be on it at once, each beside its field, also when its paper was refused."""
        kind, number, until = self.kind.data or "", self.number.data or "", self.until.data or ""
        self.checked(lambda: permit_kind(kind))
        self.checked(lambda: permit_number(kind, number))
        self.checked(lambda: permit_until(until, today))

    def write(self, group_id: int, *, by: Actor, at: datetime) -> Permit | None:
        """The permit written down, its paper put away before; None when refused: why stands in the form."""
        found: list[Permit] = []
        paper = _kept(self)
        self.check(business_date(at))
        written = False
        try:
            written = not self.errors and self.send(
                lambda: found.append(
                    service.write_permit(
                        group_id,
                        self.kind.data or "",
                        self.number.data or "",
                        self.until.data or "",
                        product_id=self.product_id(),
                        paper=paper,
                        by=by,
                        at=at,
                    )
                )
            )
        finally:
            if not written:
                papers.throw_away(paper)
        return found[0] if written else None


def _kept(form: "PermitForm | PaperForm") -> papers.Kept | None:
    """The paper that came with a form, put away; None without one, or when it is refused: why stands in the form."""
    try:
        paper = papers.sent("paper")
        return papers.keep(paper, "permits") if paper else None
    except Refusal as refusal:
        form.refuse(refusal)
        return None


class PaperForm(Form):
    """A photo or PDF of a permit that is written down already."""

    paper = FileField(N_("Foto atau PDF suratnya"))

    def put(self, permit_id: int, *, by: Actor, at: datetime) -> bool:
        """The paper in the place of the one before; False when refused: why stands in the form. Raises NotFound."""
        paper = _kept(self)
        if paper is None:
            if not self.errors:
                self.refuse(Refusal(N_("Pilih dulu foto atau PDF suratnya."), field="paper"))
            return False
        put = False
        try:
            put = self.send(lambda: service.put_paper(permit_id, paper, by=by, at=at))
        finally:
            if not put:
                papers.throw_away(paper)
        return put


class DeclineForm(Form):
    """Why a permit does not count."""

    reason = StringField(N_("Apa yang salah"))


class NewFor(Form):
    """For which group staff make a product."""

    group = SelectField(N_("Kelompok"), validate_choice=False)

    def __init__(self, groups: Iterable[Any]) -> None:
        super().__init__()
        self.group.choices = [SelectChoice(str(g.id), f"{g.name} ({g.code})") for g in groups]


class MakingForm(Form):
    """What a group makes to order of a product."""

    offered = BooleanField(N_("Boleh dipesan untuk dibuat"))
    days_min = StringField(N_("Paling cepat, hari"))
    days_max = StringField(N_("Paling lama, hari"))
    least = StringField(N_("Paling sedikit per pesanan"))
    most = StringField(N_("Paling banyak per pesanan"))
    weekly = StringField(N_("Kesanggupan per minggu"))
    deposit = StringField(N_("Uang muka, persen"))

    def offer(self) -> Offered:
        """What was said; no share means the whole price. Raises Several."""
        wrong: list[Refusal] = []

        def read(field: Any) -> int:
            text = (field.data or "").strip()
            if not (text.isascii() and text.isdigit() and len(text) < 7):
                wrong.append(Refusal(N_("Isi dengan angka. Contoh: 12."), field=field.name))
                return 0
            return int(text)

        share = (self.deposit.data or "").strip().rstrip("%").strip()
        said = Offered(
            days_min=read(self.days_min),
            days_max=read(self.days_max),
            least=read(self.least),
            most=read(self.most),
            weekly=read(self.weekly),
            deposit_bp=read_share(share, wrong) if share else None,
        )
        beside = {refusal.field for refusal in wrong}
        wrong += [refusal for refusal in check_making(said) if refusal.field not in beside]
        if wrong:
            raise Several(wrong)
        return said

    def refuse(self, refusal: Refusal) -> None:
        """Several at once, each beside its own field."""
        for one in refusal.found if isinstance(refusal, Several) else [refusal]:
            super().refuse(one)

    def settle(self, product_id: int, *, by: Actor, at: datetime) -> bool:
        """Offer it so, or no longer; False when refused."""

        def verb() -> None:
            if self.offered.data:
                service.offer_making(product_id, self.offer(), by=by, at=at)
            else:
                service.stop_making(product_id, by=by, at=at)

        return self.send(verb)

    @property
    def said(self) -> str:
        """What is told then."""
        yes, no = N_("Produk ini bisa dipesan untuk dibuat."), N_("Produk ini tidak dibuat atas pesanan.")
        return _(yes if self.offered.data else no)


def read_share(text: str, wrong: list[Refusal]) -> int:
    """A whole percent as basis points; what is no number is put to `wrong`."""
    if text.isascii() and text.isdigit() and len(text) < 4:
        return int(text) * 100
    wrong.append(Refusal(N_("Isi persen dari 1 sampai 99, atau kosongkan untuk harga penuh."), field="deposit"))
    return 0


def making_typed(making: Making | None) -> dict[str, Any]:
    """An offer as its form has it; a usual one for a product that has none."""
    if making is None:
        return {"offered": False, "days_min": "7", "days_max": "10", "least": "1", "most": "5", "weekly": "5"}
    return {
        "offered": making.offered,
        **{name: str(getattr(making, name)) for name in ("days_min", "days_max", "least", "most", "weekly")},
        "deposit": "" if making.deposit_bp is None else str(making.deposit_bp // 100),
    }
