"""What a voucher or a discount may be, when it runs, what it covers, and why it does not apply (DOMAIN.md 2.4). Pure.

How much comes off a line is `sales.rules`: discounts meet floors, consent and each other there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from gallery.core.errors import Refusal
from gallery.core.formats import money, short_day
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_

SHARED, GALLERY, GROUP = "shared", "gallery", "group"
FUNDERS: Final = {
    SHARED: N_("Dibagi galeri dan kelompok"),
    GALLERY: N_("Ditanggung galeri"),
    GROUP: N_("Ditanggung kelompok"),
}
"""Who carries a discount (DOMAIN.md 2.3), as staff and groups read it."""
ALL, CATEGORIES, GROUPS, PRODUCTS = "all", "categories", "groups", "products"
SCOPES: Final = {
    ALL: N_("Semua barang"),
    CATEGORIES: N_("Jenis tertentu"),
    GROUPS: N_("Kelompok tertentu"),
    PRODUCTS: N_("Produk tertentu"),
}
COMING, RUNNING, OVER = "coming", "running", "over"
STATES: Final = {COMING: N_("Belum mulai"), RUNNING: N_("Berjalan"), OVER: N_("Selesai")}

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,19}")
LONGEST_NAME: Final = 60
LONGEST_CONSENT: Final = 300
MOST_USES: Final = 1_000_000


# --- why a voucher does not apply: one clear sentence each ------------------------------------------------------------


class VoucherRefused(Refusal):
    """A voucher that gives nothing here and now."""


class UnknownVoucher(VoucherRefused):
    """No voucher has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(N_("Voucher “%(code)s” tidak ada. Periksa lagi tulisannya."), field="voucher", code=code)


class NotYet(VoucherRefused):
    """Its period begins later."""

    def __init__(self, first: date) -> None:
        super().__init__(N_("Voucher ini baru berlaku mulai %(day)s."), field="voucher", day=short_day(first))


class Ended(VoucherRefused):
    """Its period is over, or it was ended."""

    def __init__(self) -> None:
        super().__init__(N_("Masa berlaku voucher ini sudah habis."), field="voucher")


class BelowMinimum(VoucherRefused):
    """The basket costs less than the voucher asks for."""

    def __init__(self, minimum: Rupiah, goods: Rupiah) -> None:
        super().__init__(
            N_("Voucher ini untuk belanja paling sedikit %(minimum)s. Kurang %(short)s lagi."),
            field="voucher",
            minimum=money(minimum),
            short=money(minimum - goods),
        )


class UsedUp(VoucherRefused):
    """As often used as it may be."""

    def __init__(self) -> None:
        super().__init__(N_("Voucher ini sudah habis dipakai."), field="voucher")


class NotForThese(VoucherRefused):
    """Nothing in the basket may be reduced by it."""

    def __init__(self) -> None:
        super().__init__(N_("Voucher ini tidak berlaku untuk barang yang dipilih."), field="voucher")


class OncePerPerson(VoucherRefused):
    """This person used it as often as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            N_("Voucher ini hanya sekali untuk tiap orang, dan Anda sudah memakainya.")
            if most == 1
            else N_("Voucher ini paling banyak %(most)s kali untuk tiap orang, dan Anda sudah memakainya."),
            field="voucher",
            most=most,
        )


class WhoIsIt(VoucherRefused):
    """At the counter nobody is known: a voucher counted by person needs a number."""

    def __init__(self) -> None:
        super().__init__(N_("Voucher ini dihitung per orang. Tulis nomor HP pembeli."), field="voucher_phone")


# --- what there is ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """What a promotion is for: everything, or the goods of these categories, groups or products."""

    kind: str = ALL
    ids: frozenset[int] = frozenset()

    def covers(self, *, product_id: int, category_id: int, group_id: int) -> bool:
        own = {CATEGORIES: category_id, GROUPS: group_id, PRODUCTS: product_id}
        return self.kind == ALL or own[self.kind] in self.ids


@dataclass(frozen=True, slots=True)
class Offer:
    """An automatic discount in force: `bp` of the line, or `amount` a unit."""

    id: int
    name: str
    name_en: str
    funder: str
    bp: int
    amount: Rupiah
    until: date | None
    scope: Scope


@dataclass(frozen=True, slots=True)
class Usable:
    """A voucher that may be tried on a basket: `bp` (at most `most`) or `amount`, over the lines of its scope."""

    id: int
    code: str
    funder: str
    bp: int
    amount: Rupiah
    most: Rupiah | None
    minimum: Rupiah
    person_limit: int | None
    scope: Scope


@dataclass(frozen=True, slots=True)
class Terms:
    """What staff decide of a voucher or an automatic discount; `bp` or `amount`, not both."""

    funder: str
    from_date: date
    to_date: date | None
    bp: int = 0
    amount: Rupiah = ZERO
    scope: Scope = field(default_factory=Scope)
    consent: str = ""
    name: str = ""
    """Of a discount, as shoppers read it."""
    name_en: str = ""
    code: str = ""
    """Of a voucher."""
    most: Rupiah | None = None
    minimum: Rupiah = ZERO
    total_limit: int | None = None
    person_limit: int | None = None


def normal(code: str) -> str:
    """A code as it is kept and compared: capitals, without spaces."""
    return "".join(code.split()).upper()


def looks_like_code(code: str) -> bool:
    """Whether a voucher could have this code: only then is it looked for."""
    return bool(_CODE.fullmatch(code))


def persons(*, account: int | None = None, phone: str | None = None, email: str | None = None) -> tuple[str, ...]:
    """By which names a person is known; a limit per person counts under each of them."""
    known = (("account", account), ("phone", phone), ("email", (email or "").strip().casefold()))
    return tuple(f"{kind}:{value}" for kind, value in known if value)


def state(from_date: date, to_date: date | None, ended: bool, on: date) -> str:
    """Where a promotion stands on a day; both days of its period belong to it."""
    if ended or (to_date is not None and to_date < on):
        return OVER
    return COMING if from_date > on else RUNNING


# --- what may be decided ----------------------------------------------------------------------------------------------


def check_voucher(terms: Terms, *, used: int = 0) -> Terms:
    """Terms of a voucher that make sense, tidied; `used` is how often it was. Raises Refusal beside a field."""
    for fault in voucher_faults(terms, used=used):
        raise fault
    return replace(terms, code=normal(terms.code), consent=_line(terms.consent))


def check_discount(terms: Terms) -> Terms:
    """Terms of an automatic discount that make sense, tidied. Raises Refusal beside a field."""
    for fault in discount_faults(terms):
        raise fault
    return replace(terms, name=_line(terms.name), name_en=_line(terms.name_en), consent=_line(terms.consent))


def voucher_faults(terms: Terms, *, used: int = 0) -> Iterator[Refusal]:
    """All that makes no sense in the terms of a voucher which was used so often."""
    if not looks_like_code(normal(terms.code)):
        yield Refusal(N_("Kode: 3 sampai 20 huruf, angka, atau tanda hubung. Contoh: MAULID10."), field="code")
    yield from _faults(terms)
    if terms.most is not None and (terms.most <= 0 or terms.amount):
        yield Refusal(N_("Potongan terbesar hanya untuk voucher persen, dan lebih dari Rp0."), field="most")
    if terms.minimum < 0:
        yield Refusal(N_("Belanja paling sedikit tidak bisa kurang dari Rp0."), field="minimum")
    for limit, name in ((terms.total_limit, "total_limit"), (terms.person_limit, "person_limit")):
        if limit is not None and not 1 <= limit <= MOST_USES:
            yield Refusal(N_("Isi angka mulai 1, atau kosongkan kalau tanpa batas."), field=name)
    if terms.total_limit is not None and terms.total_limit < used:
        yield Refusal(
            N_("Voucher ini sudah dipakai %(used)s kali, jadi batasnya tidak bisa di bawah itu."),
            field="total_limit",
            used=used,
        )


def discount_faults(terms: Terms) -> Iterator[Refusal]:
    """All that makes no sense in the terms of an automatic discount, which has a name and an end."""
    if len(_line(terms.name)) < 3:
        yield Refusal(N_("Tulis nama diskon seperti yang dibaca pembeli. Contoh: Diskon Maulid."), field="name")
    yield from _too_long(terms.name, LONGEST_NAME, "name")
    yield from _too_long(terms.name_en, LONGEST_NAME, "name_en")
    if terms.to_date is None:
        yield Refusal(N_("Tulis hari terakhirnya: diskon tanpa akhir adalah harga baru."), field="to_date")
    yield from _faults(terms)


def _faults(terms: Terms) -> Iterator[Refusal]:
    if not 0 <= terms.bp <= 10_000 or terms.amount < 0 or (terms.bp > 0) == (terms.amount > 0):
        yield Refusal(N_("Isi potongannya: persen dari 1 sampai 100, atau rupiah lebih dari 0."), field="worth")
    if terms.to_date is not None and terms.to_date < terms.from_date:
        yield Refusal(N_("Hari terakhir harus sesudah hari pertama."), field="to_date")
    if terms.scope.kind not in SCOPES or (terms.scope.kind != ALL and not terms.scope.ids):
        yield Refusal(N_("Pilih paling sedikit satu."), field="scope_ids")
    if terms.funder not in FUNDERS:
        yield Refusal(N_("Pilih siapa yang menanggung."), field="funder")
    if terms.funder == GROUP:
        if terms.scope.kind not in (GROUPS, PRODUCTS):
            yield Refusal(N_("Yang ditanggung kelompok hanya bisa untuk kelompok atau produk tertentu."), field="scope")
        if len(_line(terms.consent)) < 5:
            yield Refusal(N_("Tulis siapa dari kelompok yang setuju, dan bagaimana."), field="consent")
    yield from _too_long(terms.consent, LONGEST_CONSENT, "consent")


def _too_long(text: str, most: int, name: str) -> Iterator[Refusal]:
    if len(_line(text)) > most:
        yield Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field=name, most=most)


def _line(text: str) -> str:
    return " ".join(text.split())


def usable(
    voucher: Usable, *, goods: Rupiah, eligible: Sequence[bool], worth: Rupiah, seen_by_person: int | None
) -> None:
    """Whether a voucher applies to a basket that costs `goods` (automatic discounts taken off, no shipping).

    `worth` is what it would take off, `seen_by_person` how often this person used it (None: nobody known yet).
    Raises the first reason why not.
    """
    if not any(eligible):
        raise NotForThese
    if goods < voucher.minimum:
        raise BelowMinimum(voucher.minimum, goods)
    if worth <= 0:
        raise NotForThese
    if voucher.person_limit is not None and seen_by_person is not None and seen_by_person >= voucher.person_limit:
        raise OncePerPerson(voucher.person_limit)
