"""Old books of any size, as a gallery of this kind would have kept them: made up, the same every time."""

import csv
import random
from datetime import date, datetime, timedelta
from pathlib import Path

DISTRICTS = (
    "Sreseh",
    "Torjun",
    "Sampang",
    "Camplong",
    "Omben",
    "Kedungdung",
    "Jrengik",
    "Tambelangan",
    "Banyuates",
    "Robatal",
    "Sokobanah",
    "Ketapang",
    "Pangarengan",
    "Karang Penang",
)
FIRST, LAST = date(2026, 3, 2), date(2026, 8, 30)


def write(folder: Path, *, groups: int = 53, products: int = 400, sales: int = 20_000) -> dict[str, Path]:
    """Writes the four files; returns their paths by kind. Every seventh product has fixed-net lots, one row in fifty
    is a return, one in eight has a discount, and a receipt has one to four rows."""
    chance = random.Random(2026)
    skus = [f"SKU-{n:05d}" for n in range(products)]
    price = {sku: chance.randrange(8, 800) * 1000 + chance.choice((0, 0, 500, 333)) for sku in skus}
    kinds = {
        "groups": [group(n) for n in range(groups)],
        "products": [product(n, sku, groups, price[sku], chance) for n, sku in enumerate(skus)],
        "consignments": list(notes(skus, groups, price, sales)),
        "sales": list(receipts(skus, price, sales, chance)),
    }
    paths = {}
    for kind, rows in kinds.items():
        paths[kind] = folder / f"{kind}.csv"
        with paths[kind].open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return paths


def group(n: int) -> dict[str, object]:
    return {
        "code": f"K{n:03d}",
        "name": f"Kelompok {n}",
        "category": "product-development",
        "package": n % 5 + 1,
        "kecamatan": DISTRICTS[n % 14],
        "village": "",
        "leader": f"Ketua {n}",
        "phone": f"0812{n:08d}",
        "email": "",
        "commission": "12.5" if n % 3 else "10",
        "bank": "Bank Contoh",
        "account": f"{100000000 + n}",
        "holder": f"Kas {n}",
        "joined": "2026-02-01",
    }


def product(n: int, sku: str, groups: int, price: int, chance: random.Random) -> dict[str, object]:
    return {
        "sku": sku,
        "group": f"K{n % groups:03d}",
        "name": f"Barang {n}",
        "name_en": "",
        "category": f"Kategori {n % 8}",
        "price": price,
        "weight_g": chance.randrange(50, 3000),
        "description": "",
        "description_en": "",
        "maker": "",
        "barcode": "",
        "made_to_order_days": "",
    }


def notes(skus: list[str], groups: int, price: dict[str, int], sales: int):
    """Six notes a group, a month apart, with more than can be sold."""
    quantity = max(20, sales * 3 // len(skus))
    for turn in range(6):
        day = FIRST - timedelta(days=7) + timedelta(days=30 * turn)
        for owner in range(groups):
            for n in range(owner, len(skus), groups):
                net = n % 7 == 0
                yield {
                    "note": f"B{turn}-{owner:03d}",
                    "date": day,
                    "sku": skus[n],
                    "quantity": quantity if turn == 0 else quantity // 3,
                    "location": "shelf",
                    "terms": f"net {price[skus[n]] // 2}" if net else "",
                    "term_days": 90,
                    "expires": "",
                }


def receipts(skus: list[str], price: dict[str, int], sales: int, chance: random.Random):
    """Counter sales in order of time, with a return now and then of something sold before."""
    days, sold, made, receipt = (LAST - FIRST).days, [], 0, 0
    while made < sales:
        receipt += 1
        moment = datetime.combine(FIRST + timedelta(days=made * days // sales), datetime.min.time())
        moment += timedelta(hours=8, minutes=receipt % 480)
        number = f"R{receipt:06d}"
        row = {
            "receipt": number,
            "time": f"{moment:%Y-%m-%d %H:%M}",
            "payment": chance.choice(("cash", "qris", "card")),
        }
        if sold and chance.random() < 0.02:
            came_from, sku = sold.pop(chance.randrange(len(sold)))
            yield {
                **row,
                "sku": sku,
                "quantity": 1,
                "price": "",
                "discount": "",
                "funder": "",
                "return_of": came_from,
                "goods": chance.choice(("shelf", "damaged", "group")),
            }
            made += 1
            continue
        for sku in chance.sample(skus, chance.randint(1, 4)):
            quantity = chance.randint(1, 3)
            discount = price[sku] * quantity // 10 if chance.random() < 0.125 else 0
            yield {
                **row,
                "sku": sku,
                "quantity": quantity,
                "price": price[sku],
                "discount": discount or "",
                "funder": chance.choice(("gallery", "group", "shared")) if discount else "",
                "return_of": "",
                "goods": "",
            }
            sold.append((number, sku))
            made += 1
        del sold[:-500]
