"""A statement on paper, as a spreadsheet, and what may be said of it to whoever holds the paper."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.core import documents, formats
from gallery.core.clock import business_date, start_of
from gallery.core.db import db
from gallery.core.documents import both, both_day, both_month, both_short_day, same
from gallery.core.formats import number
from gallery.core.sheets import sheet
from gallery.core.text import N_, translate
from gallery.producers.models import ProducerGroup
from gallery.settlement.models import Statement
from gallery.settlement.queries.booked import PAID_OUT, Other
from gallery.settlement.queries.items import Line
from gallery.settlement.queries.pages import StatementPage, month_page, statement_page
from gallery.settlement.rules import STATE_NAMES, VOID, written

FUNDERS = {"shared": N_("bersama"), "gallery": N_("galeri"), "group": N_("kelompok")}
CHANNELS = {"web": N_("Daring"), "counter": N_("Galeri"), "books": N_("Buku lama")}


def file_name(statement: Statement) -> str:
    """What a saved file is called."""
    return statement.number or f"rincian-{statement.group_id}-{written(statement.month)}"


# --- as a spreadsheet -------------------------------------------------------------------------------------------

LINE_COLUMNS = (
    N_("Tanggal"), N_("Dokumen"), N_("Lewat"), N_("SKU"), N_("Barang"), N_("Pembuat"), N_("Jumlah"), N_("Harga"),
    N_("Potongan"), N_("Ditanggung"), N_("Promosi galeri"), N_("Jasa galeri"), N_("Hak kelompok"),
)  # fmt: skip


def statement_sheet(statement: Statement, lang: str) -> bytes:
    """Every line of a statement, then what adds up; returns and what was paid with a minus."""
    return sheet(_statement_rows(statement_page(statement, start_of(statement.month)), lang))


def _statement_rows(page: StatementPage, lang: str) -> Iterator[list[object]]:
    yield [translate(lang, words) for words in LINE_COLUMNS]
    for line in page.lines:
        sign = -1 if line.returned else 1
        yield [
            line.on.isoformat(),
            line.document,
            translate(lang, CHANNELS[line.channel]),
            line.sku,
            _name(line, lang),
            line.maker,
            sign * line.quantity,
            line.price,
            sign * line.discount,
            ", ".join(translate(lang, FUNDERS[who]) for who in line.funders),
            sign * line.promotion,
            sign * line.commission,
            sign * line.earning,
        ]
    yield []
    for words, amount in adds_up(page):
        yield [words[lang], *[""] * (len(LINE_COLUMNS) - 2), amount]


def month_sheet(first: date, at: datetime, lang: str) -> bytes:
    """A month of all groups: what is to be paid to whom; of an account only its last digits."""
    columns = (
        N_("Kode"), N_("Kelompok"), N_("Keadaan"), N_("Nomor"), N_("Saldo awal"), N_("Terjual"), N_("Penjualan"),
        N_("Potongan"), N_("Jasa galeri"), N_("Hak kelompok"), N_("Retur pembeli"), N_("Penyesuaian"), N_("Dibayar"),
        N_("Saldo akhir"), N_("Yang harus dibayar"), N_("Bank"), N_("Akhir rekening"), N_("Atas nama"),
    )  # fmt: skip
    rows: list[list[object]] = [[translate(lang, words) for words in columns]]
    for row in month_page(first, at).rows:
        f, account = row.figures, row.account
        rows.append(
            [
                row.group.code,
                row.group.name,
                translate(lang, row.words),
                row.statement.number if row.statement else "",
                f.opening,
                f.units,
                f.gross,
                f.discount,
                f.commission,
                f.earnings,
                -f.reversed_earning,
                f.losses + f.adjustments,
                -f.payouts,
                f.closing,
                row.payable.amount if row.payable else 0,
                account.bank if account else "",
                account.last4 if account else "",
                account.holder if account else "",
            ]
        )
    return sheet(rows)


def _name(line: Line, lang: str) -> str:
    return (line.name_en if lang == "en" else "") or line.name


# --- what adds up -----------------------------------------------------------------------------------------------


def adds_up(page: StatementPage) -> list[tuple[documents.Both, int]]:
    """The statement from opening to closing, with the signs that add up."""
    f = page.figures
    return [
        (both(N_("Saldo awal %(day)s"), day=both_short_day(page.statement.month)), f.opening),
        (both(N_("Hak kelompok, %(n)s barang terjual"), n=f.units), f.earnings),
        (both(N_("Retur pembeli, %(n)s barang"), n=f.units_returned), -f.reversed_earning),
        (both(N_("Barang hilang atau rusak, diganti galeri")), f.losses),
        (both(N_("Penyesuaian")), f.adjustments),
        (both(N_("Sudah dibayar bulan ini")), -f.payouts),
        (both(N_("Saldo akhir %(day)s"), day=both_short_day(page.last_day)), f.closing),
    ]


# --- on paper ---------------------------------------------------------------------------------------------------

TITLE = N_("Rincian setoran")


def statement_pdf(statement: Statement) -> bytes:
    """The numbered paper of an approved statement, Indonesian with English under it."""
    at = statement.approved_at or statement.drawn_up_at
    page = statement_page(statement, at)
    meta: list[tuple[documents.Both, documents.Both | str]] = [
        (both(N_("Nomor")), statement.number or ""),
        (both(N_("Bulan")), both_month(statement.month)),
        (both(N_("Disetujui")), both_day(at)),
    ]
    return documents.render("statement", statement.number or "", both(TITLE), meta, _facts(page), at=at)


def _facts(page: StatementPage) -> dict[str, Any]:
    f, group = page.figures, page.group
    return {
        "for": both(
            N_("Untuk %(group)s, %(place)s"), group=group.name, place=", ".join(n for n in page.place if n)
        ),
        "box": _box(page),
        "words": {
            "sold": both(N_("Barang terjual")),
            "returned": both(N_("Barang yang dikembalikan pembeli")),
            "other": both(N_("Catatan lain")),
            "adds": both(N_("Dari awal sampai akhir")),
            "goods": both(N_("Stok titipan per %(day)s"), day=both_short_day(page.last_day)),
            "nothing": both(N_("Tidak ada penjualan bulan ini.")),
            "total": both(N_("Jumlah seluruhnya")),
        },
        "columns": [
            both(N_("Tanggal")), both(N_("Dokumen")), both(N_("Barang")), both(N_("Jml.")), both(N_("Harga")),
            both(N_("Potongan")), both(N_("Jasa galeri")), both(N_("Hak kelompok")),
        ],
        "sold": [_paper_line(line) for line in page.sales],
        "sold_total": [
            number(f.units), number(f.discount), number(f.commission), number(f.earnings),
        ],
        "returned": [_paper_line(line) for line in page.returns],
        "returned_total": [
            number(-f.units_returned), "", number(-f.reversed_commission), number(-f.reversed_earning),
        ],
        "other": [
            {"day": both_short_day(row.on), "reason": _told(row), "amount": number(row.amount)}
            for row in page.others
        ],
        "adds": [{"words": words, "amount": formats.money(amount)} for words, amount in adds_up(page)],
        "goods_columns": [
            both(N_("Kode")), both(N_("Barang")), both(N_("Awal")), both(N_("Tiba")), both(N_("Terjual")),
            both(N_("Diambil")), both(N_("Hilang, rusak")), both(N_("Sisa")),
        ],
        "goods": [
            {
                "sku": g.sku,
                "name": _both_names(g.name, g.name_en),
                "numbers": [number(n) for n in (g.start, g.received, g.sold, g.taken, g.gone, g.left)],
            }
            for g in page.goods
        ],
        "signers": [
            both(N_("Petugas keuangan galeri")), both(N_("Yang menyetujui")), both(N_("Wakil kelompok")),
        ],
        "last": both(
            N_("Ada yang tidak cocok? Beri tahu galeri, lewat WhatsApp atau datang langsung. "
               "Semua tanggal menurut WIB. Pindai kode untuk memeriksa keaslian rincian ini.")
        ),
    }  # fmt: skip


def _box(page: StatementPage) -> dict[str, Any]:
    """What the group gets, or why not now: as it stood when the statement was approved."""
    f, account = page.figures, page.account
    amount = max(f.closing, 0)
    if f.closing <= 0:
        title, below = N_("Belum ada yang dibayar"), both(N_("Saldo minus dan nol dibawa ke bulan berikutnya."))
    elif account is None:
        title, below = N_("Saldo untuk kelompok"), both(N_("Dibayar tunai dengan tanda tangan."))
    else:
        below = both(N_("Ke rekening %(bank)s yang berakhir %(last4)s"), bank=account.bank, last4=account.last4)
        title = N_("Saldo untuk kelompok")
    return {
        "title": both(title),
        "amount": formats.money(f.closing),
        "in_words": {lang: formats.in_words(amount, lang) for lang in ("id", "en")} if amount else same(""),
        "below": below,
    }


def _paper_line(line: Line) -> dict[str, Any]:
    sign = -1 if line.returned else 1
    remarks = [line.sku, line.maker]
    return {
        "day": both_short_day(line.on),
        "document": line.document,
        "name": _both_names(line.name, line.name_en),
        "remark": ", ".join(r for r in remarks if r),
        "quantity": number(sign * line.quantity),
        "price": number(line.price),
        "discount": number(sign * line.discount) if line.discount else "",
        "funders": both(FUNDERS[line.funders[0]]) if len(line.funders) == 1 and line.discount else same(""),
        "commission": number(sign * line.commission),
        "earning": number(sign * line.earning),
    }


def _told(row: Other) -> documents.Both:
    """What a posting that is no sale was: a payout by its reference, anything else by its reason."""
    if row.sort == PAID_OUT:
        words = N_("Setoran, bukti %(reference)s") if row.amount < 0 else N_("Setoran dikembalikan bank: %(reference)s")
        return both(words, reference=row.reason or row.reference)
    return same(row.reason or row.reference)


def _both_names(name: str, name_en: str) -> documents.Both:
    return {"id": name, "en": name_en or name}


# --- whether a paper is ours ------------------------------------------------------------------------------------


def facts_of(number: str) -> documents.Facts | None:
    """What the public page says of a statement's paper."""
    statement = db.session.scalar(sa.select(Statement).where(Statement.number == number))
    if statement is None:
        return None
    group = db.session.get_one(ProducerGroup, statement.group_id)
    rows: list[tuple[str, documents.Both | str]] = [
        (N_("Milik kelompok"), group.name),
        (N_("Bulan"), both_month(statement.month)),
        (N_("Saldo akhir"), formats.money(statement.closing)),
        (N_("Keadaan"), both(STATE_NAMES[statement.state])),
    ]
    if statement.approved_at:
        rows.append((N_("Disetujui"), both_day(business_date(statement.approved_at))))
    return documents.Facts(TITLE, rows, void=statement.state == VOID)
