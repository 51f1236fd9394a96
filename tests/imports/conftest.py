"""Old books on disk, and the ways to take them."""

from pathlib import Path

import pytest

from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.imports import service
from gallery.imports.rules.table import BadRow, Kind
from tests.make import AT

BOOKS = Path(__file__).parents[1] / "books"


def take(kind: str, content: bytes | str) -> service.Taken:
    """Take a file in a transaction of its own."""
    data = content.encode() if isinstance(content, str) else content
    with transaction():
        return service.take(Kind(kind), [data], sha="0" * 64, by=SYSTEM, at=AT)


def bad(kind: str, content: str) -> list[BadRow]:
    """What is wrong with a file, by its dry run."""
    return service.check(Kind(kind), [content.encode()]).bad


def take_book(name: str, *kinds: str) -> None:
    """The files of a sample book, in their order."""
    for kind in kinds or ("groups", "products", "consignments", "sales"):
        take(kind, (BOOKS / name / f"{kind}.csv").read_bytes())


GROUPS = (
    "code,name,kecamatan,commission,joined,leader,phone,bank,account\n"
    "K1,Kelompok Satu,Omben,15,2026-01-01,Ketua Satu,081200000001,Bank Contoh,0012345678\n"
    "K2,Kelompok Dua,Karang Penang,\"12,5\",2026-02-01,,,,\n"
)  # fmt: skip
PRODUCTS = (
    "sku,group,name,price,weight_g,category\n"
    "S1,K1,Kain,150.000,300,Batik\nS2,K1,Tas,10.000,200,\nT1,K2,Topeng,33335,900,Ukir kayu\n"
)
NOTES = (
    "note,date,sku,quantity,location,terms,term_days,expires\n"
    "N1,2026-03-01,S1,3,shelf,,90,\nN1,2026-03-01,S2,2,fair,net 8000,90,\n"
    "N1,2026-03-01,S1,1,display,,90,\nN2,2026-03-02,T1,5,back-room,20%,,2026-03-03\n"
)
SALES = "receipt,time,sku,quantity,price,discount,funder,payment,return_of,goods\n"


@pytest.fixture
def small(db_app):
    """Two groups, three products, their notes."""
    take("groups", GROUPS)
    take("products", PRODUCTS)
    take("consignments", NOTES)
