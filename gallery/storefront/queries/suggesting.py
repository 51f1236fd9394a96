"""What stands under the search box: a few products, and the groups, categories and words that begin so."""

from dataclasses import dataclass
from datetime import date

from gallery.core.pages import remembered
from gallery.search.queries.starting import starting
from gallery.search.rules.words import tokens
from gallery.storefront.queries.cards import Card, cards


@dataclass(frozen=True, slots=True)
class Suggested:
    """Products; (slug, name) of groups and categories; words with their count, 0 where it is not known."""

    products: list[Card]
    groups: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    words: list[tuple[str, int]]
    typed: tuple[str, ...]

    def marked(self, text: str) -> list[tuple[str, bool]]:
        """A name in pieces, each with whether it is what was typed."""
        made: list[tuple[str, bool]] = []
        for word in text.split(" "):
            length = max(
                (len(t) for t in self.typed if tokens(word[: len(t)]) == [t]),
                default=0,
            )
            made += [(word[:length], True), (word[length:] + " ", False)] if length else [(word + " ", False)]
        return made


@remembered
def suggestions(text: str, *, on: date, lang: str) -> Suggested:
    """What may be meant by words that are still being typed."""
    start = starting(text, on=on, lang=lang)
    return Suggested(
        cards(start.products, on=on, lang=lang), start.groups, start.categories, start.words, tuple(tokens(text))
    )
