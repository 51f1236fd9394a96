"""Whole rupiah, and the few ways an amount may be divided (DOMAIN.md 2.1 and 2.2)."""

import re
from collections.abc import Sequence
from typing import NoReturn

from gallery.core.errors import Refusal
from gallery.core.text import N_

MOST = 10**12
"""No amount that a person types is larger."""


class Rupiah(int):
    """An amount in whole rupiah: adds, subtracts and multiplies with whole numbers, never divides."""

    __slots__ = ()

    def __add__(self, other: int) -> "Rupiah":
        return Rupiah(int(self) + _whole(other))

    __radd__ = __add__

    def __sub__(self, other: int) -> "Rupiah":
        return Rupiah(int(self) - _whole(other))

    def __rsub__(self, other: int) -> "Rupiah":
        return Rupiah(_whole(other) - int(self))

    def __mul__(self, other: int) -> "Rupiah":
        return Rupiah(int(self) * _whole(other))

    __rmul__ = __mul__

    def __neg__(self) -> "Rupiah":
        return Rupiah(-int(self))

    def __pos__(self) -> "Rupiah":
        return self

    def __abs__(self) -> "Rupiah":
        return Rupiah(abs(int(self)))

    def _never(self, other: object) -> NoReturn:
        raise TypeError("An amount is divided by share() or split(), so that its parts sum.")

    # Dividing by hand is how a rupiah gets lost, so it is not there.
    __truediv__ = __rtruediv__ = _never
    __floordiv__ = __rfloordiv__ = _never
    __divmod__ = __rdivmod__ = _never


ZERO = Rupiah(0)


def share(amount: int, bp: int) -> Rupiah:
    """`bp` basis points of `amount`, rounded half up to the rupiah (by size, the sign kept)."""
    return portion(amount, bp, 10_000)


def portion(amount: int, part: int, whole: int) -> Rupiah:
    """`amount * part / whole`, rounded half up to the rupiah (by size, the sign kept).

    Raises ValueError when `whole` is not positive or `part` is negative.
    """
    if whole <= 0 or part < 0:
        raise ValueError("A portion is part of a positive whole.")
    size = (2 * abs(int(amount)) * part + whole) // (2 * whole)
    return Rupiah(size if amount >= 0 else -size)


def split(amount: int, weights: Sequence[int]) -> list[Rupiah]:
    """`amount` spread by `weights`, largest remainder, ties in the order given; the parts sum to `amount`.

    A negative amount is spread by its size, so a reversal takes back the same parts.
    Raises ValueError for a negative weight, or when something is to be spread and nothing weighs.
    """
    size, total = abs(int(amount)), sum(int(w) for w in weights)
    if any(w < 0 for w in weights):
        raise ValueError("A weight is never negative.")
    if total == 0:
        if size:
            raise ValueError("Nothing to spread the amount over.")
        return [ZERO for _ in weights]
    floors = [size * int(w) // total for w in weights]
    # sorted() is stable, so equal remainders stay in the order given.
    by_remainder = sorted(range(len(weights)), key=lambda i: -(size * int(weights[i]) % total))
    for i in by_remainder[: size - sum(floors)]:
        floors[i] += 1
    return [Rupiah(n if amount >= 0 else -n) for n in floors]


def to_stripe(amount: int) -> int:
    """Rupiah to Stripe's unit for IDR, which is rupiah x 100."""
    return int(amount) * 100


def from_stripe(amount: int) -> Rupiah:
    """Stripe's unit for IDR to rupiah. Raises ValueError for half a rupiah, which Stripe itself does not refuse."""
    if int(amount) % 100:
        raise ValueError(f"{amount} is not a whole number of rupiah.")
    return Rupiah(int(amount) // 100)


def parse(text: str, *, field: str | None = None) -> Rupiah:
    """An amount as people write it: `1500000`, `1.500.000`, `Rp 1.500.000`; `10.000` is ten thousand.

    Raises Refusal (beside `field`) for anything else; a comma is asked about, never guessed.
    """
    bare = re.sub(r"^rp\.?\s*", "", text.replace("\u00a0", " ").strip(), flags=re.IGNORECASE)
    if not bare:
        raise Refusal(N_("Isi jumlahnya dalam rupiah. Contoh: 1.500.000."), field=field)
    if "," in bare:
        raise Refusal(
            N_("“%(text)s” memakai koma: ribuan atau pecahan? Tulis rupiah bulat, misalnya 1.500.000."),
            field=field,
            text=text,
        )
    if not re.fullmatch(r"[0-9]{1,13}|[0-9]{1,3}(\.[0-9]{3}){1,4}", bare):
        raise Refusal(
            N_("“%(text)s” bukan jumlah rupiah. Contoh: 1500000 atau 1.500.000."), field=field, text=text[:40]
        )
    amount = Rupiah(bare.replace(".", ""))
    if amount > MOST:
        raise Refusal(N_("“%(text)s” terlalu besar."), field=field, text=text)
    return amount


def _whole(number: int) -> int:
    if not isinstance(number, int):
        raise TypeError(f"An amount is whole rupiah, not {type(number).__name__}.")
    return int(number)
