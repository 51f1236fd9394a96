"""What a product may become, and what it must say. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_

MOST_PHOTOS = 8
MOST_VARIANTS = 20
MOST_WEIGHT = 200_000
"""Grams."""
MOST_PRICE = 1_000_000_000
LONGEST = {
    "name": 120, "name_en": 120, "story": 4000, "story_en": 4000, "maker": 120, "size": 120,
    "care": 600, "care_en": 600,
}  # fmt: skip
LONGEST_ALT = 200

#                                    ┌──────────────┐
#   draft ──submit──> submitted ──publish──> published <──pause / resume──> paused
#                      │    ^                   │                            │
#            ask changes    submit              └────────> archived <────────┘   (from every state)
#                      v    │
#               changes-requested
STEPS: Mapping[str, Mapping[str, str]] = {
    "submit": {"draft": "submitted", "changes-requested": "submitted"},
    "publish": {"submitted": "published"},
    "ask-changes": {"submitted": "changes-requested"},
    "pause": {"published": "paused"},
    "resume": {"paused": "published"},
    "archive": {
        "draft": "archived",
        "submitted": "archived",
        "changes-requested": "archived",
        "published": "archived",
        "paused": "archived",
    },
}
STATES = {
    "draft": N_("Draf"),
    "submitted": N_("Menunggu kurator"),
    "changes-requested": N_("Perlu diperbaiki"),
    "published": N_("Tampil di toko"),
    "paused": N_("Dijeda"),
    "archived": N_("Diarsipkan"),
}
REFUSALS = {
    "submit": N_("Produk ini sedang menunggu kurator atau sudah tampil, jadi tidak perlu dikirim lagi."),
    "publish": N_("Hanya produk yang dikirim ke kurator bisa ditampilkan."),
    "ask-changes": N_("Perbaikan hanya bisa diminta untuk produk yang dikirim ke kurator."),
    "pause": N_("Hanya produk yang tampil di toko bisa dijeda."),
    "resume": N_("Hanya produk yang dijeda bisa ditampilkan lagi."),
    "archive": N_("Produk ini sudah diarsipkan."),
}
LACKING = "permit:"
"""How a judgement's reason begins when the gallery itself paused a product: the kinds of permits that lack follow."""
ON_SALE = ("published", "paused")
"""States whose words and photos are not changed in place: the change is a draft beside them."""


def step(verb: str, state: str) -> str:
    """The state after a verb. Raises Refusal with the verb's sentence when it is not one of the drawing's."""
    after = STEPS[verb].get(state)
    if after is None:
        raise Refusal(REFUSALS[verb])
    return after


class Several(Refusal):
    """Several things at once, each with its field; as one sentence, the first of them."""

    def __init__(self, found: list[Refusal]) -> None:
        first = found[0]
        super().__init__(first.sentence, field=first.field, **first.params)
        self.found = found


@dataclass(frozen=True)
class VariantContent:
    """One of a product's kinds: size, colour. `id` is None for a new one; the price of an old one changes apart."""

    name: str = ""
    name_en: str = ""
    price: int = 0
    weight_g: int = 0
    id: int | None = None


@dataclass(frozen=True)
class Content:
    """All that a producer says of a product, photos by their digests in order."""

    name: str = ""
    name_en: str = ""
    story: str = ""
    story_en: str = ""
    category_id: int | None = None
    maker: str = ""
    size: str = ""
    made_to_order_days: int | None = None
    care: str = ""
    care_en: str = ""
    photos: tuple[str, ...] = ()
    alts: tuple[tuple[str, str, str], ...] = ()
    """What is to be seen on a photo, for who does not see it: digest, Indonesian, English; only of photos said of."""
    variants: tuple[VariantContent, ...] = field(default=(VariantContent(),))

    def as_fields(self) -> dict[str, Any]:
        """For the JSON of a draft beside its product."""
        return asdict(self)

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> "Content":
        """Back from that JSON."""
        known = {k: v for k, v in fields.items() if k in cls.__dataclass_fields__}
        return cls(
            **{
                **known,
                "photos": tuple(known.get("photos", ())),
                "alts": tuple((sha, alt, alt_en) for sha, alt, alt_en in known.get("alts", ())),
                "variants": tuple(VariantContent(**v) for v in known.get("variants", ())),
            }
        )


LINES = ("story", "story_en", "care", "care_en")
"""What may have several lines."""


def tidy(content: Content) -> Content:
    """Without spaces at the ends, line ends of one kind."""
    words: dict[str, Any] = {k: " ".join(getattr(content, k).split()) for k in ("name", "name_en", "maker", "size")}
    stories: dict[str, Any] = {k: getattr(content, k).replace("\r\n", "\n").strip() for k in LINES}
    variants = tuple(
        replace(v, name=" ".join(v.name.split()), name_en=" ".join(v.name_en.split())) for v in content.variants
    )
    said = {sha: (" ".join(alt.split()), " ".join(alt_en.split())) for sha, alt, alt_en in content.alts}
    alts = tuple((sha, *said[sha]) for sha in dict.fromkeys(content.photos) if any(said.get(sha, ())))
    return replace(content, **words, **stories, variants=variants, alts=alts)


def check(content: Content) -> list[Refusal]:
    """What is wrong with it as a draft: each with the field beside which it belongs."""
    found: list[Refusal] = []
    if not content.name:
        found.append(Refusal(N_("Tulis nama barangnya. Contoh: Batik tulis Manuk Laut."), field="name"))
    for name, most in LONGEST.items():
        if len(getattr(content, name)) > most:
            found.append(Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field=name, most=most))
    if content.category_id is None:
        found.append(Refusal(N_("Pilih jenis barangnya."), field="category_id"))
    if content.made_to_order_days is not None and not 1 <= content.made_to_order_days <= 365:
        found.append(Refusal(N_("Isi lama membuat dari 1 sampai 365 hari."), field="made_to_order_days"))
    if len(content.photos) > MOST_PHOTOS:
        found.append(Refusal(N_("Paling banyak %(most)s foto."), field="photos", most=MOST_PHOTOS))
    for sha, alt, alt_en in content.alts:
        for field_name, text in ((f"alt-{sha}", alt), (f"alt_en-{sha}", alt_en)):
            if len(text) > LONGEST_ALT:
                sentence = N_("Terlalu panjang: paling banyak %(most)s huruf.")
                found.append(Refusal(sentence, field=field_name, most=LONGEST_ALT))
    if not content.variants:
        found.append(Refusal(N_("Isi harga barangnya. Contoh: 150.000."), field="variants-0-price"))
    if len(content.variants) > MOST_VARIANTS:
        found.append(Refusal(N_("Paling banyak %(most)s pilihan."), field="variants", most=MOST_VARIANTS))
    for i, variant in enumerate(content.variants):
        found += _check_variant(i, variant, len(content.variants))
    names = [v.name.casefold() for v in content.variants]
    for i, name in enumerate(names):
        if name and name in names[:i]:
            found.append(Refusal(N_("Nama pilihan ini sudah dipakai di atas."), field=f"variants-{i}-name"))
    return found


def _check_variant(i: int, variant: VariantContent, of: int) -> list[Refusal]:
    found = []
    if of > 1 and not variant.name:
        found.append(Refusal(N_("Beri nama pilihan ini. Contoh: 2 m, merah."), field=f"variants-{i}-name"))
    if len(variant.name) > 60 or len(variant.name_en) > 60:
        found.append(Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field=f"variants-{i}-name", most=60))
    if not 1 <= variant.price <= MOST_PRICE:
        found.append(Refusal(N_("Isi harga barangnya. Contoh: 150.000."), field=f"variants-{i}-price"))
    if not 1 <= variant.weight_g <= MOST_WEIGHT:
        found.append(Refusal(N_("Isi berat dalam gram, paling banyak 200.000."), field=f"variants-{i}-weight_g"))
    return found


def check_ready(content: Content) -> list[Refusal]:
    """What a curator needs besides: without it a product is not submitted."""
    found = []
    if not content.photos:
        found.append(Refusal(N_("Tambahkan paling sedikit satu foto."), field="photos"))
    if not content.story:
        found.append(Refusal(N_("Tulis cerita barang ini: siapa yang membuat, dari apa, berapa lama."), field="story"))
    return found


def check_price(new: int, floor: int) -> None:
    """Never below what a lot still here has promised the group a unit. Raises Refusal (field `price`)."""
    if not 1 <= new <= MOST_PRICE:
        raise Refusal(N_("Isi harga barangnya. Contoh: 150.000."), field="price")
    if new < floor:
        raise Refusal(
            N_("Harga tidak boleh di bawah Rp%(floor)s: itu hak kelompok untuk barang yang masih di galeri."),
            field="price",
            floor=f"{floor:,}".replace(",", "."),
        )


# ---------------------------------------------------------------- names and numbers


def joined(name: str, kind: str) -> str:
    """A product's name with its variant's, as a line bears it."""
    return f"{name}, {kind}" if kind else name


def both_names(name: str, name_en: str, kind: str, kind_en: str) -> tuple[str, str]:
    """The same in Indonesian and in English, which borrows what it has no words for."""
    return joined(name, kind), joined(name_en or name, kind_en or kind)


def slug_of(name: str) -> str:
    """The address of a name: small Latin letters, digits and hyphens; never empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80].strip("-") or "produk"


def sku_prefix(category: str) -> str:
    """The three letters that begin the SKUs of a category: `Batik tulis` gives BAT."""
    letters = re.sub(r"[^A-Z]", "", unicodedata.normalize("NFKD", category).encode("ascii", "ignore").decode().upper())
    return (letters + "PRD")[:3]


def ean13(number: int) -> str:
    """A barcode for use inside the house: 2, eleven digits, and the check digit of EAN-13."""
    digits = f"2{number:011d}"
    if len(digits) != 12:
        raise ValueError("more than eleven digits")
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
    return digits + str(-total % 10)


def differences(old: Content, new: Content) -> list[str]:
    """The names of what a change changes, for the curator and the audit."""
    return [name for name in Content.__dataclass_fields__ if getattr(old, name) != getattr(new, name)]


def lowest(variants: tuple[VariantContent, ...]) -> Rupiah:
    """The price from which a product can be had."""
    return Rupiah(min((v.price for v in variants), default=0))


# --- what is made to order


class Making(Protocol):
    """What a group offers to make to order."""

    @property
    def days_min(self) -> int: ...
    @property
    def days_max(self) -> int: ...
    @property
    def least(self) -> int: ...
    @property
    def most(self) -> int: ...
    @property
    def weekly(self) -> int: ...
    @property
    def deposit_bp(self) -> int | None: ...


LONGEST_MAKING = 365
MOST_MADE = 10_000
"""Units of an order or a week: more is a slip of the finger."""


def check_making(offered: Making) -> list[Refusal]:
    """What is wrong with an offer to make to order: each with the field beside which it belongs."""
    found: list[Refusal] = []
    days = N_("Isi dari 1 sampai %(most)s hari.")
    for name in ("days_min", "days_max"):
        if not 1 <= getattr(offered, name) <= LONGEST_MAKING:
            found.append(Refusal(days, field=name, most=LONGEST_MAKING))
    if not found and offered.days_max < offered.days_min:
        found.append(Refusal(N_("Paling lama tidak boleh kurang dari paling cepat."), field="days_max"))
    for name in ("least", "most", "weekly"):
        if not 1 <= getattr(offered, name) <= MOST_MADE:
            found.append(Refusal(N_("Isi dari 1 sampai %(most)s."), field=name, most=MOST_MADE))
    if not any(refusal.field in ("least", "most") for refusal in found) and offered.most < offered.least:
        found.append(Refusal(N_("Paling banyak tidak boleh kurang dari paling sedikit."), field="most"))
    if offered.deposit_bp is not None and not 0 < offered.deposit_bp < 10_000:
        found.append(Refusal(N_("Isi persen dari 1 sampai 99, atau kosongkan untuk harga penuh."), field="deposit"))
    return found
