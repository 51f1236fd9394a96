"""The list of what is on sale, narrowed and ordered: found by the search's index, shown as cards."""

from dataclasses import dataclass
from datetime import date

from gallery.core.pages import remembered
from gallery.search.queries.finding import PAGE, Hits, find
from gallery.search.rules.wanted import POPULAR, Wanted
from gallery.storefront.queries.cards import Card, cards


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list, and what is known of the whole."""

    cards: list[Card]
    hits: Hits

    @property
    def count(self) -> int:
        return self.hits.count

    @property
    def page(self) -> int:
        return self.hits.page

    @property
    def last(self) -> int:
        return self.hits.last


@remembered
def products(wanted: Wanted, page: int, *, on: date, lang: str, size: int = PAGE) -> Found:
    """One page of the products on sale that fit, newest first unless ordered otherwise."""
    hits = find(wanted, page, on=on, lang=lang, size=size)
    return Found(cards(hits.ids, on=on, lang=lang), hits)


@remembered
def popular(*, on: date, lang: str, most: int = 4) -> list[Card]:
    """What sells best of what can be taken today; of everything when nothing can."""
    for wanted in (Wanted(ready=True, order=POPULAR), Wanted(order=POPULAR)):
        if found := find(wanted, 1, on=on, lang=lang, size=most).ids:
            return cards(found, on=on, lang=lang)
    return []
