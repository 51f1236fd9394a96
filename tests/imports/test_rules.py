"""What the five files may say, cell by cell: no database."""

from datetime import date, datetime
from pathlib import Path

import pytest

from gallery.core.rupiah import Rupiah
from gallery.imports.rules.books import WIB, NoteRow, SaleRow, digest, money, percent, read, terms
from gallery.imports.rules.books import Slip as BookSlip
from gallery.imports.rules.shelf import BELOW_NET, Lot, Shelf
from gallery.imports.rules.table import BadRow, Kind, Unreadable
from gallery.sales.rules import Terms

BOOKS = Path(__file__).parents[1] / "books"
SALES = "receipt,time,sku,quantity,price,discount,funder,payment,return_of,goods\n"
NOTES = "note,date,sku,quantity,location,terms,term_days,expires\n"


def sales(text: str, header: str = SALES) -> list[SaleRow | BadRow]:
    return list(read(Kind.SALES, [(header + text).encode()]))  # type: ignore[arg-type]


def bad(kind: Kind, text: str) -> list[tuple[int, str]]:
    return [(b.row, b.column) for b in read(kind, [text.encode()]) if isinstance(b, BadRow)]


@pytest.mark.parametrize("book", ["plain", "hard"])
@pytest.mark.parametrize("kind", list(Kind)[:4])
def test_it_works(book: str, kind: Kind) -> None:
    file = (BOOKS / book / f"{kind}.csv").read_bytes()
    rows = list(read(kind, [file]))
    assert rows and not [row for row in rows if isinstance(row, BadRow)]
    # Cut anywhere, it says the same: chunks may end inside a letter or between CR and LF.
    assert list(read(kind, [file[i : i + 7] for i in range(0, len(file), 7)])) == rows


def test_a_sale_row_means_what_it_says() -> None:
    (row,) = sales("R1,2026-03-06 14:05,S1,3,1.250.000,Rp 50.000,GROUP,Card,,\n")
    assert row == SaleRow(
        2, "R1", 1, datetime(2026, 3, 6, 14, 5, tzinfo=WIB), "S1", 3, Rupiah(1_250_000), Rupiah(50_000),
        "group", "card", "", "",
    )  # fmt: skip


def test_a_day_without_a_time_begins_at_midnight_and_funding_defaults_to_shared() -> None:
    row, other = sales("R1,2026-03-06,S1,1,100,10,,cash,,\nR2,2026-03-06,S1,1,100,,gallery,cash,,\n")
    assert isinstance(row, SaleRow) and row.at == datetime(2026, 3, 6, tzinfo=WIB) and row.funder == "shared"
    assert isinstance(other, SaleRow) and other.funder == ""  # a funder without a discount is ignored


def test_a_row_is_known_by_its_receipt_and_its_place_among_its_rows() -> None:
    rows = sales("".join(f"{r},2026-03-06,S1,1,100,,,cash,,\n" for r in ("A", "B", "A", "A", "B")))
    assert [row.key for row in rows if isinstance(row, SaleRow)] == ["A#1", "B#1", "A#2", "A#3", "B#2"]


def test_the_same_however_it_is_written() -> None:
    plain = sales("R1,2026-03-06,S1,1,1000,0,,cash,,\n")[0]
    dressed = sales(
        '\r\n"Rp 1.000";R1;2026-03-06 00:00; S1 ;1;;group;CASH;;\r\n;;;;;;;;;\r\n\r\n',
        "\ufeffPrice;RECEIPT;Time;sku;quantity;discount;funder;payment;goods;return_of\r\n",
    )
    assert len(dressed) == 1 and isinstance(dressed[0], SaleRow) and isinstance(plain, SaleRow)
    assert digest(plain) == digest(dressed[0])
    assert dressed[0].row == 3  # a blank row counts, as in a spreadsheet


def test_a_quoted_newline_is_one_row() -> None:
    header = "sku,group,name,name_en,category,price,weight_g,description\n"
    text = header + 'A,K1,"Kain, ""halus""",,,1000,5,"dua\nbaris"\nB,K1,,,,1000,5,\n'
    rows = list(read(Kind.PRODUCTS, [text.encode()]))
    assert rows[0].name == 'Kain, "halus"' and rows[0].description == "dua\nbaris"  # type: ignore[union-attr]
    assert isinstance(rows[1], BadRow) and (rows[1].row, rows[1].column) == (3, "name")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("Rp 1.500.000", 1_500_000),
        ("Rp1.500", 1_500),
        ("10.000", 10_000),
    ],
)
def test_money(text: str, amount: int) -> None:
    assert money(text) == amount


@pytest.mark.parametrize("text", ["10,000", "1.5", "1.50.000", "-5", "1e5", "1 000", "١٢٣", "Rp", "9" * 20])
def test_what_is_no_money(text: str) -> None:
    with pytest.raises(BookSlip):
        money(text)


def test_a_comma_in_money_is_asked_about() -> None:
    with pytest.raises(BookSlip) as slip:
        money("10,000")
    assert "?" in slip.value.sentence


@pytest.mark.parametrize(
    ("text", "bp"), [("12.5", 1250), ("12,5", 1250), ("17,25", 1725), ("0", 0), ("100", 10_000), ("15%", 1500)]
)
def test_percent(text: str, bp: int) -> None:
    assert percent(text) == bp


@pytest.mark.parametrize("text", ["100,01", "12.555", "-1", "x", "1.000"])
def test_what_is_no_percent(text: str) -> None:
    with pytest.raises(BookSlip):
        percent(text)


def test_terms() -> None:
    assert terms("15%") == (1500, None) and terms("12,5 %") == (1250, None)
    assert terms("net 25.000") == (None, 25_000) and terms("NET 25000") == (None, 25_000)
    for text in ("15", "25000", "net", "net 2,5", "bersih 3"):
        with pytest.raises(BookSlip):
            terms(text)


def test_ten_kinds_of_bad_rows_are_ten_sentences() -> None:
    rows = sales(
        "R01,06/03/2026,S1,1,100,,,cash,,\n"
        "R02,2026-03-06 25:00,S1,1,100,,,cash,,\n"
        "R03,2026-03-06,,1,100,,,cash,,\n"
        "R04,2026-03-06,S1,0,100,,,cash,,\n"
        'R05,2026-03-06,S1,1,"10,000",,,cash,,\n'
        "R06,2026-03-06,S1,1,100,101,,cash,,\n"
        "R07,2026-03-06,S1,1,100,1,nobody,cash,,\n"
        "R08,2026-03-06,S1,1,100,,,barter,,\n"
        "R09,2026-03-06,S1,1,,,,cash,R1,moon\n"
        "R10,2026-03-06,S1,1,100,,,cash,,shelf\n"
    )
    assert [(b.row, b.column) for b in rows if isinstance(b, BadRow)] == [
        (2, "time"), (3, "time"), (4, "sku"), (5, "quantity"), (6, "price"), (7, "discount"), (8, "funder"),
        (9, "payment"), (10, "goods"), (11, "goods"),
    ]  # fmt: skip
    assert len({str(b) for b in rows}) == 10


def test_every_bad_cell_of_a_row_is_named() -> None:
    assert bad(Kind.SALES, SALES + ",x,,0,y,z,,,,\n") == [
        (2, column) for column in ("quantity", "price", "discount", "receipt", "time", "sku", "payment")
    ]


def test_one_receipt_has_one_time_and_one_note_one_day() -> None:
    assert bad(Kind.SALES, SALES + "R,2026-03-06,A,1,1,,,cash,,\nR,2026-03-06 09:00,A,1,1,,,cash,,\n") == [(3, "time")]
    assert bad(Kind.CONSIGNMENTS, NOTES + "N,2026-03-06,A,1,shelf,,90,\nN,2026-03-07,A,1,shelf,,90,\n") == [(3, "date")]


def test_codes_stand_once() -> None:
    header = "code,name,kecamatan,commission,joined\n"
    assert bad(Kind.GROUPS, header + "K1,A,Omben,10,2026-01-01\nK1,B,Omben,10,2026-01-01\n") == [(3, "code")]


def test_a_group_may_leave_things_out_but_no_half_account() -> None:
    header = "code,name,kecamatan,commission,joined,phone,bank,account\n"
    assert bad(Kind.GROUPS, header + "K1,A,Omben,10,2026-01-01,,,\n") == []
    assert bad(Kind.GROUPS, header + "K1,A,Omben,10,2026-01-01,12,Bank,\n") == [(2, "account"), (2, "phone")]
    assert bad(Kind.GROUPS, header + "K1,A,Omben,10,2026-01-01,,,1E+11\n") == [(2, "account")]


@pytest.mark.parametrize(
    ("file", "column"),
    [
        (b"", ""),
        (b"\n\n", ""),
        ("receipt,time\n".encode("utf-16"), ""),
        (b"receipt,time,sku,quantity,price,payment,colour\n", "colour"),
        (b"receipt,time,sku,quantity,payment\n", "price"),
        (b"receipt,time,sku,sku,quantity,price,payment\n", "sku"),
        (b"PK\x03\x04\x00\x00", ""),
    ],
)
def test_files_that_cannot_be_read(file: bytes, column: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        list(read(Kind.SALES, [file]))
    assert refusal.value.bad.column == column


def test_rows_that_cannot_be_read_do_not_hide_the_others() -> None:
    text = SALES.encode() + (
        b"R1,2026-03-06,A,1,1,,,cash,,,,extra\n"
        b'R2,2026-03-06,"A"x,1,1,,,cash,,\n'
        b"R3,2026-03-06,caf\xe9,1,1,,,cash,,\n"
        b"R4,2026-03-06,A,1,1,,,cash,,\n"
        b'R5,2026-03-06,"A,1,1,,,cash,,\n'
    )
    rows = list(read(Kind.SALES, [text]))
    assert [r.row for r in rows] == [2, 3, 4, 5, 6]
    assert [isinstance(r, SaleRow) for r in rows] == [False, False, False, True, False]


def test_an_endless_line_and_a_huge_file_are_refused() -> None:
    with pytest.raises(Unreadable):
        list(read(Kind.SALES, [SALES.encode(), *(b"x" * 65_536 for _ in range(40))]))
    with pytest.raises(Unreadable):
        list(read(Kind.SALES, [SALES.encode(), *(b"\n" * 1_048_576 for _ in range(70))]))


def test_a_note_row_means_what_it_says() -> None:
    text = NOTES + "N,2026-03-06,A,1.000,fair,net 25.000,90,2026-12-01\nN,2026-03-06,B,2,back-room,,,\n"
    first, second = read(Kind.CONSIGNMENTS, [text.encode()])
    assert first == NoteRow(2, "N", 1, date(2026, 3, 6), "A", 1000, "fair", None, Rupiah(25_000), 90, date(2026, 12, 1))
    assert isinstance(second, NoteRow) and second.place == 2 and second.term_days is None and second.bp is None


# --- the order of drawing and of coming back ---------------------------------------------------------------------


def lot(id: int, left: int, *, received: int = 1, expires: date | None = None, net: int = 0) -> tuple[str, Lot]:
    terms = Terms("net", net=Rupiah(net)) if net else Terms("percent", 1000)
    return "A", Lot(id, 1, date(2026, 3, received), expires, left, terms)


def sale(quantity: int, *, receipt: str = "R", price: int = 100, discount: int = 0) -> SaleRow:
    (row,) = sales(f"{receipt},2026-03-01,A,{quantity},{price},{discount},,cash,,\n")
    assert isinstance(row, SaleRow)
    return row


def back(quantity: int, goods: str = "shelf", *, of: str = "R") -> SaleRow:
    (row,) = sales(f"B,2026-03-01,A,{quantity},,,,cash,{of},{goods}\n")
    assert isinstance(row, SaleRow)
    return row


def test_lots_leave_by_expiry_then_arrival_then_place() -> None:
    old, late = date(2026, 2, 1), date(2026, 9, 1)
    shelf = Shelf.of([lot(1, 1), lot(2, 1, received=2), lot(3, 1, expires=old), lot(4, 1, expires=late), lot(5, 1)])
    assert [p.id for p, _ in shelf.draw("A", 5, date(2026, 3, 2))] == [3, 4, 1, 5, 2]
    with pytest.raises(BookSlip):
        shelf.draw("A", 5, date(2026, 3, 1))  # the second day's lot was not there yet


def test_what_comes_back_goes_over_the_parts_as_drawn_and_is_there_again() -> None:
    shelf = Shelf.of([lot(1, 2), lot(2, 5)])
    shelf.sell(sale(1))
    shelf.sell(sale(3))
    assert [(p.lot.id, n) for p, n in shelf.take_back(back(2)) if p.lot] == [(1, 1), (1, 1)]
    assert [(p.lot.id, n) for p, n in shelf.take_back(back(1, "damaged")) if p.lot] == [(2, 1)]
    assert [(p.id, n) for p, n in shelf.draw("A", 3, date(2026, 3, 1))] == [(1, 2), (2, 1)]
    for row in (back(2), back(1, of="Q")):
        with pytest.raises(BookSlip):
            shelf.take_back(row)


def test_a_part_below_its_net_is_a_bad_row_and_takes_nothing() -> None:
    shelf = Shelf.of([lot(1, 1), lot(2, 5, net=80)])
    shelf.sell(sale(1, discount=50))  # the percent lot may
    with pytest.raises(BookSlip) as slip:
        shelf.sell(sale(1, price=79))
    assert slip.value.sentence == BELOW_NET
    shelf.sell(sale(5, price=80))
