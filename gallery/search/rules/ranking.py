"""How well a product fits the words: told from its names and kinds, the same on both engines."""

from collections.abc import Callable

from gallery.search.rules.asking import Asked

IN_NAME, LIKE_NAME, OTHER_NAME, IN_KIND, IN_STORY = 8, 6, 5, 3, 1
"""The word itself in a name; its stem or beginning; a synonym; in category, group, place or code; in the story."""
THE_CODE = 100


def scorer(asked: Asked) -> Callable[[str, str], int]:
    """A function of (names, kinds), both with a blank before and after, that says how well they fit."""
    needles: list[list[tuple[str, int]]] = []
    for term in asked.terms:
        word = " ".join(term.word)
        needles.append(
            [(f" {word} ", IN_NAME)]
            + ([(f" {word}", LIKE_NAME)] if term.open else [])
            + [(f" {stem} ", LIKE_NAME) for stem in term.stems]
            + [(f" {' '.join(other)} ", OTHER_NAME) for other in term.others]
        )
    # A code has a digit: without one it would be a word of the category or the place.
    code = f" {asked.code} " if any(map(str.isdigit, asked.code)) else "-"

    def score(names: str, kinds: str) -> int:
        total = THE_CODE if code in kinds else 0
        for needle in needles:
            for piece, worth in needle:
                if piece in names:
                    total += worth
                    break
            else:
                total += IN_KIND if any(piece in kinds for piece, _ in needle) else IN_STORY
        return total

    return score
