"""What a list is narrowed to, how it is ordered, and the one address of each such list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

RELEVANT, NEW, POPULAR, CHEAP, DEAR = "sesuai", "baru", "laku", "murah", "mahal"
ORDERS = (RELEVANT, NEW, POPULAR, CHEAP, DEAR)
"""As they stand in addresses."""
PARAMETERS = (
    "q", "persis", "kategori", "kecamatan", "kelompok", "dari", "sampai", "siap", "pesanan", "diskon", "urut", "hal",
)  # fmt: skip
"""All that an address of a list may say, in its order; anything else is not read."""
MOST_CHOSEN = 60
"""Of one filter in an address."""
DEAREST = 10**12


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty means everything on sale. Filters combine; several values of one filter are alternatives."""

    words: str = ""
    exact: bool = False
    """Look for the words as they stand, without setting slips right."""
    categories: tuple[str, ...] = ()
    """Slugs."""
    districts: tuple[str, ...] = ()
    """Area codes."""
    groups: tuple[str, ...] = ()
    """Slugs."""
    low: int | None = None
    high: int | None = None
    """Rupiah, both included; a product fits when one of its variants may."""
    ready: bool = False
    made: bool = False
    """Ready at the gallery, made to order: alternatives when both are set."""
    sale: bool = False
    order: str = ""

    @property
    def ordered(self) -> str:
        """The order in force: by how well it fits when words are looked for, else the newest first."""
        default = RELEVANT if self.words else NEW
        return self.order if self.order in ORDERS and (self.words or self.order != RELEVANT) else default

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(
            self.categories
            or self.districts
            or self.groups
            or self.low is not None
            or self.high is not None
            or self.ready
            or self.made
            or self.sale
        )

    def without_filters(self) -> "Wanted":
        """The same words and order over everything."""
        return Wanted(words=self.words, exact=self.exact, order=self.order)


def read(values: Mapping[str, Iterable[str]], *, category: str = "") -> tuple[Wanted, int]:
    """What an address says (parameter -> its values) and the page. What makes no sense is not said."""

    def one(name: str) -> str:
        return next((v for v in values.get(name, ()) if v.strip()), "").strip()

    def many(name: str) -> tuple[str, ...]:
        return tuple(sorted({v[:100] for v in values.get(name, ()) if v}))[:MOST_CHOSEN]

    words = " ".join(one("q").split())[:80].strip()
    low, high = amount(one("dari")), amount(one("sampai"))
    if low is not None and high is not None and low > high:
        low, high = high, low
    wanted = Wanted(
        words=words,
        exact=bool(words and one("persis")),
        categories=(category,) if category else many("kategori"),
        districts=many("kecamatan"),
        groups=many("kelompok"),
        low=low,
        high=high,
        ready=bool(one("siap")),
        made=bool(one("pesanan")),
        sale=bool(one("diskon")),
        order=one("urut"),
    )
    default = replace(wanted, order="").ordered
    if wanted.ordered == default:
        wanted = replace(wanted, order="")
    page = one("hal")
    return wanted, max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1


def amount(text: str) -> int | None:
    """Rupiah as people type them (`Rp 150.000`, 150000); None for anything that is no whole amount above 0."""
    digits = text.lower().removeprefix("rp").replace(".", "").replace(" ", "").strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 13:
        return None
    return min(int(digits), DEAREST) or None


def parameters(wanted: Wanted, page: int = 1) -> dict[str, Any]:
    """The query of a list's address, in the one order there is; nothing that is the default."""
    said: dict[str, Any] = {
        "q": wanted.words,
        "persis": 1 if wanted.exact else None,
        "kategori": list(wanted.categories),
        "kecamatan": list(wanted.districts),
        "kelompok": list(wanted.groups),
        "dari": wanted.low,
        "sampai": wanted.high,
        "siap": 1 if wanted.ready else None,
        "pesanan": 1 if wanted.made else None,
        "diskon": 1 if wanted.sale else None,
        "urut": wanted.order,
        "hal": page if page > 1 else None,
    }
    return {name: said[name] for name in PARAMETERS if said[name]}
