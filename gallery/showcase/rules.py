"""What a collection may say, and when it is seen. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gallery.core.errors import Refusal
from gallery.core.text import N_

MOST_PRODUCTS = 48
"""In one collection: one page of cards."""
LONGEST_NAME, LONGEST_TEXT = 80, 1000
LONGEST_DAYS = 366
"""A season is a year at the most."""

HIDDEN, COMING, NOW, OVER = "hidden", "coming", "now", "over"
STATES = {HIDDEN: N_("Disimpan dulu"), COMING: N_("Akan datang"), NOW: N_("Sedang tampil"), OVER: N_("Sudah berakhir")}


@dataclass(frozen=True, slots=True)
class Content:
    """All that a collection says; both dates are included."""

    name: str
    name_en: str
    text: str
    text_en: str
    from_date: date
    to_date: date
    shown: bool
    picture_id: int | None
    product_ids: tuple[int, ...]

    def as_fields(self) -> dict[str, Any]:
        """For a JSON column."""
        return {
            "name": self.name,
            "name_en": self.name_en,
            "text": self.text,
            "text_en": self.text_en,
            "from_date": self.from_date.isoformat(),
            "to_date": self.to_date.isoformat(),
            "shown": self.shown,
            "picture_id": self.picture_id,
            "product_ids": list(self.product_ids),
        }

    @classmethod
    def of_fields(cls, fields: dict[str, Any]) -> "Content":
        return cls(
            **{
                **fields,
                "from_date": date.fromisoformat(fields["from_date"]),
                "to_date": date.fromisoformat(fields["to_date"]),
                "product_ids": tuple(fields["product_ids"]),
            }
        )


LABELS = {
    "name": N_("Nama koleksi"),
    "name_en": N_("Nama koleksi (Inggris)"),
    "text": N_("Kata pengantar"),
    "text_en": N_("Kata pengantar (Inggris)"),
    "from_date": N_("Hari pertama"),
    "to_date": N_("Hari terakhir"),
    "shown": N_("Tampilkan di toko"),
    "picture_id": N_("Gambar"),
    "product_ids": N_("Barang"),
}
"""Each part of a content by name."""


def check(content: Content) -> Content:
    """The same, tidied. Raises Refusal, naming the field."""
    said = tidied(content)
    for refusal in wrong(said):
        raise refusal
    return said


def tidied(content: Content) -> Content:
    """Without spaces nobody meant, each thing once."""
    return replace(
        content,
        name=" ".join(content.name.split()),
        name_en=" ".join(content.name_en.split()),
        text=content.text.strip(),
        text_en=content.text_en.strip(),
        product_ids=tuple(dict.fromkeys(content.product_ids)),
    )


def wrong(said: Content) -> Iterator[Refusal]:
    """All that is wrong with what was said, in the order of the form."""
    if not said.name:
        yield Refusal(N_("Isi dulu bagian ini."), field="name")
    for field, most in (
        ("name", LONGEST_NAME),
        ("name_en", LONGEST_NAME),
        ("text", LONGEST_TEXT),
        ("text_en", LONGEST_TEXT),
    ):
        if len(getattr(said, field)) > most:
            yield Refusal(N_("Paling panjang %(n)s huruf."), field=field, n=most)
    if said.to_date < said.from_date:
        yield Refusal(N_("Hari terakhir tidak boleh sebelum hari pertama."), field="to_date")
    if (said.to_date - said.from_date).days >= LONGEST_DAYS:
        yield Refusal(N_("Koleksi tampil paling lama satu tahun."), field="to_date")
    if len(said.product_ids) > MOST_PRODUCTS:
        yield Refusal(N_("Paling banyak %(n)s barang dalam satu koleksi."), field="q", n=MOST_PRODUCTS)
    if said.shown and not said.product_ids:
        yield Refusal(N_("Pilih dulu barangnya, atau simpan dulu tanpa ditampilkan."), field="q")


def changed(old: Content, new: Content) -> list[str]:
    """The names of what differs, in the order of LABELS."""
    return [name for name in LABELS if getattr(old, name) != getattr(new, name)]


def state(from_date: date, to_date: date, shown: bool, on: date) -> str:
    """HIDDEN, COMING, NOW or OVER on a business date."""
    if not shown:
        return HIDDEN
    return COMING if on < from_date else OVER if on > to_date else NOW


def slug(text: str) -> str:
    """The end of an address: `Lebaran 2027` is at `lebaran-2027`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")
