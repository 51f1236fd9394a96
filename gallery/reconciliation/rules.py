"""What is said of a row that does not add up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A row for which a truth does not hold: which truth, the row's name, and the two figures that differ."""

    truth: str
    row: str
    says: str

    def __str__(self) -> str:
        return f"{self.truth}: {self.row}: {self.says}"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose the money is (DOMAIN.md 3), in whole rupiah: assets less what is owed is the gallery's own part."""

    assets: int
    groups: int
    shoppers: int
    taxes: int
    result: int
    equity: int
    claims: int
    groups_owe: int

    @property
    def own(self) -> int:
        """The gallery's own part, from what it holds and owes; red when negative: other people's money was spent."""
        return self.assets - self.groups - self.shoppers - self.taxes

    @property
    def earned(self) -> int:
        """The same from what it earned: income - expenses + equity - claims - what groups owe."""
        return self.result + self.equity - self.claims - self.groups_owe
