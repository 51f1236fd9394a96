"""A question: words that must all be there, each in one of several shapes; and its words set right."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from gallery.search.rules.words import MOST_WORDS, all_stems, joined, tokens

Rings = Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Words of the trade (each of one or more tokens) -> the others of their ring."""
LONGEST_NAME = 3
"""Tokens of one word of the trade: `ikat kepala` has two."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the question and what may stand in its place."""

    word: tuple[str, ...]
    stems: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    """Synonyms."""
    open: bool = False
    """The last word may still be being typed: what begins with it counts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All terms must be met. `code` is the whole question as a SKU or barcode would be written."""

    terms: tuple[Term, ...]
    code: str

    @property
    def also(self) -> list[tuple[str, list[str]]]:
        """Words that were looked for by other names too, and by which."""
        return [(" ".join(t.word), [" ".join(o) for o in t.others]) for t in self.terms if t.others]


def asked(text: str, rings: Rings) -> Asked:
    """What a question asks. Without a letter or digit it has no terms."""
    words = tokens(text)[:MOST_WORDS]
    terms, at = [], 0
    while at < len(words):
        length = next(
            (n for n in range(min(LONGEST_NAME, len(words) - at), 1, -1) if tuple(words[at : at + n]) in rings), 1
        )
        word = tuple(words[at : at + length])
        at += length
        terms.append(
            Term(
                word,
                tuple(sorted(all_stems(word[0]))) if length == 1 else (),
                rings.get(word, ()),
                open=at == len(words) and length == 1,
            )
        )
    return Asked(tuple(terms), joined(text))


def rings(groups: Iterable[str]) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """From rings as curators write them (`udeng, odheng, ikat kepala`): any of a ring stands for the others."""
    found: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for group in groups:
        ring = [tuple(tokens(word)[:LONGEST_NAME]) for word in group.split(",")]
        ring = [word for word in dict.fromkeys(ring) if word]
        for word in ring:
            found.setdefault(word, {}).update((other, None) for other in ring if other != word)
    return {word: tuple(others) for word, others in found.items()}


def slips(length: int) -> int:
    """How many letters of a word may be wrong: none of three, one of four or five, two of more."""
    return 0 if length < 4 else 1 if length < 6 else 2


def meant(word: str, known: Sequence[str], count: Callable[[str], int]) -> str | None:
    """The known word this one is a slip of: the nearest, then the most frequent; None if none is near."""
    most = slips(len(word))
    if not most or not word.isalpha():
        return None
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    if not near:
        return None
    best = min(near, key=lambda found: (found[1], -count(str(found[0])), str(found[0])))
    return str(best[0])
