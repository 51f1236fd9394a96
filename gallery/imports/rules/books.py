"""The rows of the five files: what each cell means, and every cell that means nothing (books/README.md's tables)."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from typing import TypeVar

from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah, parse
from gallery.core.text import N_
from gallery.imports.rules.table import BadRow, Cells, Kind, rows
from gallery.people.rules import email, phone
from gallery.producers.rules import account_number

WIB = timezone(timedelta(hours=7), "WIB")
MAX_MONEY = 10**12
MAX_QUANTITY = 10**6
MAX_DAYS = 3_650
FIRST_YEAR, LAST_YEAR = 1970, 2099
"""Outside of these a date is a slip of the hand, not an old book."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A producer group, its leader, its terms from `joined` on, and where its payouts go."""

    row: int
    code: str
    name: str
    category: str
    package: int | None
    kecamatan: str
    village: str
    leader: str
    phone: str
    email: str
    commission_bp: int
    bank: str
    account: str
    holder: str
    joined: date

    @property
    def key(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product with its one variant."""

    row: int
    sku: str
    group: str
    name: str
    name_en: str
    category: str
    description: str
    description_en: str
    maker: str
    barcode: str
    price: Rupiah
    weight_g: int
    lead_days: int | None

    @property
    def key(self) -> str:
        return self.sku


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A line of a consignment note; `bp` and `net` both None: the group's terms of that day."""

    row: int
    note: str
    place: int
    on: date
    sku: str
    quantity: int
    location: str
    bp: int | None
    net: Rupiah | None
    term_days: int | None
    expires: date | None

    @property
    def key(self) -> str:
        return f"{self.note}#{self.place}"


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A row of a receipt: a sale, or a return when `return_of` names the receipt it was sold on."""

    row: int
    receipt: str
    place: int
    at: datetime
    sku: str
    quantity: int
    price: Rupiah
    discount: Rupiah
    funder: str
    payment: str
    return_of: str
    goods: str

    @property
    def key(self) -> str:
        return f"{self.receipt}#{self.place}"

    @property
    def on(self) -> date:
        return self.at.date()  # `at` is in WIB


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """What a group was paid before."""

    row: int
    group: str
    on: date
    amount: Rupiah
    reference: str
    place: int

    @property
    def key(self) -> str:
        return f"{self.group}#{self.on}#{self.reference}#{self.place}"


Row = GroupRow | ProductRow | NoteRow | SaleRow | PayoutRow
_NOT_SAID = {"row", "place"}


def digest(row: Row) -> str:
    """What the row says, however it was written: `1.000` and `1000` say the same."""
    said = (getattr(row, name) for name in row.__slots__ if name not in _NOT_SAID)
    return sha256("\x1f".join(str(value) for value in said).encode()).hexdigest()


V = TypeVar("V")


class Slip(Exception):
    """A cell that means nothing: its sentence."""

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(sentence)
        self.sentence, self.params = sentence, params


class Reading:
    """One row being read: every cell that means nothing is kept, not only the first."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.slips: list[BadRow] = []

    def wrong(self, column: str, sentence: str, **params: object) -> None:
        self.slips.append(BadRow(self.cells.row, column, sentence, params))

    def text(self, column: str, *, most: int = 200, needed: bool = False) -> str:
        text = self.cells.text.get(column, "")
        if needed and not text:
            self.wrong(column, NEEDED)
        if len(text) > most:
            self.wrong(column, N_("Isian ini lebih dari %(n)s huruf."), n=most)
        return text

    def value(self, column: str, meaning: Callable[[str], V], empty: V, *, needed: bool = False) -> V:
        """What the cell means; `empty` when nothing stands there, or when it means nothing and a slip was kept."""
        text = self.cells.text.get(column, "")
        if not text:
            if needed:
                self.wrong(column, NEEDED)
            return empty
        try:
            return meaning(text)
        except Slip as slip:
            self.wrong(column, slip.sentence, **slip.params)
            return empty

    def nothing(self, column: str, sentence: str) -> None:
        if self.cells.text.get(column, ""):
            self.wrong(column, sentence)


NEEDED = N_("Kolom ini wajib diisi.")

_WHOLE = re.compile(r"\d+|\d{1,3}(\.\d{3})+")
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?")
_TERMS_NET = re.compile(r"net\s*(.+)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]+(\d{2}):(\d{2})(?::(\d{2}))?)?")


def money(text: str) -> Rupiah:
    """`1500000`, `1.500.000` or `Rp 1.500.000`. Raises Slip; a comma is asked about, never guessed."""
    try:
        amount = parse(text)
    except Refusal as refusal:
        raise Slip(refusal.sentence, **refusal.params) from None
    if amount > MAX_MONEY:
        raise Slip(N_("“%(text)s” terlalu besar."), text=text)
    return amount


def price(text: str) -> Rupiah:
    """An amount of at least one rupiah. Raises Slip."""
    amount = money(text)
    if not amount:
        raise Slip(N_("Harganya harus lebih dari nol."))
    return amount


def count(text: str, *, least: int = 1, most: int = MAX_QUANTITY) -> int:
    """A whole number between the two. Raises Slip."""
    if not text.isascii() or not _WHOLE.fullmatch(text):
        raise Slip(N_("“%(text)s” bukan bilangan bulat."), text=text)
    number = int(text.replace(".", ""))
    if not least <= number <= most:
        raise Slip(N_("“%(text)s” di luar batas %(least)s sampai %(most)s."), text=text, least=least, most=most)
    return number


def percent(text: str) -> int:
    """`12.5` or `12,5` percent in basis points. Raises Slip."""
    match = _PERCENT.fullmatch(text) if text.isascii() else None
    if not match:
        raise Slip(N_("“%(text)s” bukan persen dengan paling banyak dua desimal. Contoh: 12,5."), text=text)
    bp = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if bp > 10_000:
        raise Slip(N_("“%(text)s” lebih dari 100 persen."), text=text)
    return bp


def terms(text: str) -> tuple[int | None, Rupiah | None]:
    """`15%` as basis points, or `net 25000` as fixed net a unit. Raises Slip."""
    if net := _TERMS_NET.fullmatch(text):
        return None, price(net[1])
    if "%" not in text:
        raise Slip(N_("“%(text)s”: persen atau bersih? Tulis “15%%” atau “net 25000”."), text=text)
    return percent(text), None


def day(text: str) -> date:
    """`2026-03-06`. Raises Slip."""
    match = _DATE.fullmatch(text) if text.isascii() else None
    try:
        found = date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        found = None
    if found is None:
        raise Slip(N_("“%(text)s” bukan tanggal. Tulis seperti 2026-03-06."), text=text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Slip(N_("Tahun %(year)s di luar batas %(first)s sampai %(last)s."),
                   year=found.year, first=FIRST_YEAR, last=LAST_YEAR)  # fmt: skip
    return found


def moment(text: str) -> datetime:
    """`2026-03-06` (taken as 00:00) or `2026-03-06 14:05`, WIB. Raises Slip."""
    match = _TIME.fullmatch(text) if text.isascii() else None
    if not match:
        raise Slip(NOT_A_TIME, text=text)
    found = day(match[1])
    try:
        hour, minute, second = (int(n or 0) for n in match.groups()[1:])
        return datetime(found.year, found.month, found.day, hour, minute, second, tzinfo=WIB)
    except ValueError:
        raise Slip(NOT_A_TIME, text=text) from None


NOT_A_TIME = N_("“%(text)s” bukan waktu. Tulis seperti 2026-03-06 14:05, atau tanggalnya saja.")


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words, in any case. Its meaning raises Slip."""

    def meaning(text: str) -> str:
        if text.lower() not in words:
            raise Slip(N_("“%(text)s” tidak dikenal di sini. Pilih: %(words)s."), text=text, words=", ".join(words))
        return text.lower()

    return meaning


def told_by(rule: Callable[[str], V]) -> Callable[[str], V]:
    """What another capability's rule makes of a cell; its refusal is this cell's slip."""

    def meaning(text: str) -> V:
        try:
            return rule(text)
        except Refusal as refusal:
            raise Slip(refusal.sentence, **refusal.params) from None

    return meaning


def account(text: str) -> str:
    """The digits of a bank account, leading zeros kept. Raises Slip."""
    try:
        return account_number(text)
    except Refusal:
        sentence = N_(
            "“%(text)s” bukan nomor rekening. Kalau lembar kerja menulisnya seperti 1,23E+11, "
            "ubah kolomnya menjadi teks dulu."
        )
        raise Slip(sentence, text=text) from None


SOME_DAY = date(FIRST_YEAR, 1, 1)
"""Stands where a date could not be read; such a row is never used."""


def _group(r: Reading) -> GroupRow:
    bank, number, holder = r.text("bank", most=60), r.value("account", account, ""), r.text("holder", most=120)
    if bank and not r.cells.text.get("account"):
        r.wrong("account", N_("Nomor rekening belum diisi, padahal banknya ada."))
    if number and not bank:
        r.wrong("bank", N_("Nama bank belum diisi, padahal nomor rekeningnya ada."))
    return GroupRow(
        r.cells.row,
        r.text("code", most=40, needed=True),
        r.text("name", needed=True),
        r.value("category", one_of("product-development", "technology-production"), ""),
        r.value("package", lambda text: count(text, most=9), None),
        r.text("kecamatan", needed=True),
        r.text("village"),
        r.text("leader", most=120),
        r.value("phone", told_by(phone), ""),
        r.value("email", told_by(email), ""),
        r.value("commission", percent, 0, needed=True),
        bank,
        number,
        holder,
        r.value("joined", day, SOME_DAY, needed=True),
    )


def _product(r: Reading) -> ProductRow:
    return ProductRow(
        r.cells.row,
        r.text("sku", most=60, needed=True),
        r.text("group", most=40, needed=True),
        r.text("name", needed=True),
        r.text("name_en"),
        r.text("category", most=80),
        r.text("description", most=10_000),
        r.text("description_en", most=10_000),
        r.text("maker"),
        r.text("barcode", most=40),
        r.value("price", price, Rupiah(0), needed=True),
        r.value("weight_g", count, 1, needed=True),
        r.value("made_to_order_days", lambda text: count(text, most=365), None),
    )


def _note(r: Reading, place: int) -> NoteRow:
    nothing_said: tuple[int | None, Rupiah | None] = (None, None)
    bp, net = r.value("terms", terms, nothing_said)
    return NoteRow(
        r.cells.row,
        r.text("note", most=60, needed=True),
        place,
        r.value("date", day, SOME_DAY, needed=True),
        r.text("sku", most=60, needed=True),
        r.value("quantity", count, 1, needed=True),
        r.value("location", one_of("shelf", "back-room", "display", "fair"), "", needed=True),
        bp,
        net,
        r.value("term_days", lambda text: count(text, most=MAX_DAYS), None),
        r.value("expires", day, None),
    )


def _sale(r: Reading, place: int) -> SaleRow:
    returns = r.text("return_of", most=60)
    listed = discount = Rupiah(0)
    funder, goods = "", ""
    quantity = r.value("quantity", count, 0, needed=True)
    if returns:
        for column in ("price", "discount", "funder"):
            r.nothing(column, N_("Baris retur tidak memakai kolom ini; kosongkan."))
        goods = r.value("goods", one_of("shelf", "damaged", "group"), "", needed=True)
    else:
        r.nothing("goods", N_("Kolom ini hanya untuk retur; isi juga return_of, atau kosongkan."))
        listed = r.value("price", money, Rupiah(0), needed=True)
        discount = r.value("discount", money, Rupiah(0))
        if discount > listed * quantity and not r.slips:
            r.wrong("discount", N_("Potongan %(discount)s melebihi harga seluruhnya, %(gross)s."),
                    discount=int(discount), gross=listed * quantity)  # fmt: skip
        if discount:  # a funder without a discount says nothing
            funder = r.value("funder", one_of("gallery", "group", "shared"), "shared")
    return SaleRow(
        r.cells.row,
        r.text("receipt", most=60, needed=True),
        place,
        r.value("time", moment, datetime(FIRST_YEAR, 1, 1, tzinfo=WIB), needed=True),
        r.text("sku", most=60, needed=True),
        quantity,
        listed,
        discount,
        funder,
        r.value("payment", one_of("cash", "qris", "card", "transfer"), "", needed=True),
        returns,
        goods,
    )


def _payout(r: Reading, place: int) -> PayoutRow:
    return PayoutRow(
        r.cells.row,
        r.text("group", most=40, needed=True),
        r.value("date", day, SOME_DAY, needed=True),
        r.value("amount", price, Rupiah(0), needed=True),
        r.text("reference", needed=True),
        place,
    )


_UNIQUE: dict[Kind, tuple[str, ...]] = {Kind.GROUPS: ("code",), Kind.PRODUCTS: ("sku", "barcode")}
_NUMBER: dict[Kind, tuple[str, ...]] = {
    Kind.CONSIGNMENTS: ("note",), Kind.SALES: ("receipt",), Kind.PAYOUTS: ("group", "date", "reference"),
}  # fmt: skip
_WHEN: dict[Kind, str] = {Kind.CONSIGNMENTS: "date", Kind.SALES: "time"}


def read(kind: Kind, chunks: Iterable[bytes], doubtful: set[str] | None = None) -> Iterator[Row | BadRow]:
    """The rows of a file, and a BadRow for every cell that means nothing. Raises Unreadable.

    `doubtful` collects the receipts and SKUs of bad rows: what is said of them elsewhere in the file cannot be judged.

    What a file can know of itself is judged here: codes that stand twice, a note or receipt with two times. What
    needs the gallery's own rows (is there such a SKU, so much stock?) is judged by `check`.
    """
    places: Counter[tuple[str, ...]] = Counter()
    seen: dict[tuple[str, str], int] = {}
    when: dict[str, tuple[str, int]] = {}
    for cells in rows(kind, chunks):
        if isinstance(cells, BadRow):
            yield cells
            continue
        number = tuple(cells.text.get(column, "") for column in _NUMBER.get(kind, ()))
        places[number] += 1
        reading = Reading(cells)
        row = _meaning(kind, reading, places[number])
        for column in _UNIQUE.get(kind, ()):
            text = cells.text.get(column, "")
            same = text.casefold() if column == "code" else text
            if text and (first := seen.setdefault((column, same), cells.row)) != cells.row:
                reading.wrong(column, N_("“%(text)s” sudah ada di baris %(row)s."), text=text, row=first)
        if isinstance(row, NoteRow | SaleRow) and number[0] and not reading.slips:
            said = str(row.at if isinstance(row, SaleRow) else row.on)
            before, first = when.setdefault(number[0], (said, cells.row))
            if before != said:
                sentence = N_("Nomor “%(number)s” punya waktu lain di baris %(row)s; satu nomor, satu waktu.")
                reading.wrong(_WHEN[kind], sentence, number=number[0], row=first)
        if reading.slips:
            if doubtful is not None:
                doubtful.update(filter(None, (cells.text.get("receipt"), cells.text.get("sku"))))
            yield from reading.slips
        else:
            yield row


def _meaning(kind: Kind, reading: Reading, place: int) -> Row:
    if kind is Kind.GROUPS:
        return _group(reading)
    if kind is Kind.PRODUCTS:
        return _product(reading)
    if kind is Kind.CONSIGNMENTS:
        return _note(reading, place)
    if kind is Kind.SALES:
        return _sale(reading, place)
    return _payout(reading, place)
