"""Nothing fits: which one thing, let go, leaves something."""

from dataclasses import dataclass, replace
from datetime import date

from gallery.core.pages import remembered
from gallery.search.queries import finding, vocabulary
from gallery.search.rules.wanted import Wanted
from gallery.search.rules.words import MOST_WORDS, all_stems, tokens


@dataclass(frozen=True, slots=True)
class Nearest:
    """A wider list that has something in it, and what was let go for it: a filter, or words."""

    wanted: Wanted
    count: int
    filter: str = ""
    """Its field in Wanted; `all` for every filter; empty where words were let go."""
    words: str = ""


def without(wanted: Wanted, filter: str) -> Wanted:
    """The same without one filter (`price` and `ready` name two fields each)."""
    fields: dict[str, Wanted] = {
        "categories": replace(wanted, categories=()),
        "districts": replace(wanted, districts=()),
        "groups": replace(wanted, groups=()),
        "price": replace(wanted, low=None, high=None),
        "ready": replace(wanted, ready=False, made=False),
        "sale": replace(wanted, sale=False),
        "all": wanted.without_filters(),
    }
    return fields[filter]


@remembered
def nearest(wanted: Wanted, *, on: date, lang: str) -> Nearest | None:
    """The fullest list that letting one filter go would leave, else all filters, else the words nobody says."""
    found = finding.find(wanted, 1, on=on, lang=lang, size=finding.PAGE)  # as the list asked: remembered
    if found.all_words:
        filter, count = max(
            (
                (name, found.counts.without[bit])
                for name, bit in finding.FILTERS
                if without(wanted, name) != wanted and found.counts.without[bit]
            ),
            key=lambda one: one[1],
            default=("all", found.all_words),
        )
        return Nearest(without(wanted, filter), count, filter=filter)
    words = tokens(wanted.words)[:MOST_WORDS]
    there = vocabulary.known({*words, *(stem for word in words for stem in all_stems(word))})
    said = [word for word in words if word in there or all_stems(word) & set(there)]
    unsaid = [word for word in words if word not in said]
    for kept in ([said] if said and unsaid else []) + [[word] for word in said if len(words) > 1]:
        wider = Wanted(words=" ".join(kept))
        if count := finding.find(wider, 1, on=on, lang=lang, size=1).count:
            return Nearest(wider, count, words=" ".join(w for w in words if w not in kept))
    return None
