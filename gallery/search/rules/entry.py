"""What is written into the index of one product."""

from collections.abc import Iterable
from dataclasses import dataclass

from gallery.search.rules.words import joined, stems, tokens

FORMAT = 2
"""Of the entries: another number makes `gallery db upgrade` build the index anew."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one product as people wrote them; pairs are Indonesian, English."""

    name: tuple[str, str]
    variants: tuple[tuple[str, str], ...]
    category: tuple[str, str]
    group: str
    places: tuple[str, ...]
    codes: tuple[str, ...]
    """SKUs and barcodes."""
    story: tuple[str, str]
    maker: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Tokens by weight: names before kinds (category, group, place, code) before the story; stems apart."""

    names: str
    kinds: str
    story: str
    stems: str

    @property
    def words(self) -> set[str]:
        """The raw words, as the list of words counts them."""
        return spelled(f"{self.names} {self.kinds} {self.story}")


def spelled(text: str) -> set[str]:
    """The words of a text of tokens, without numbers and codes: nobody misspells those, and they are many."""
    return {word for word in text.split() if word.isalpha()}


def entry(said: Said) -> Entry:
    """The entry of a product."""
    both = [said.name, *said.variants, said.category, said.story]
    indonesian = [*(id for id, _ in both), said.group, *said.places, said.maker]
    codes = {joined(code) for code in said.codes} | {token for code in said.codes for token in tokens(code)}
    names = _once([*_tokens([*said.name]), *_tokens(word for pair in said.variants for word in pair)])
    kinds = _once([*_tokens([*said.category, said.group, *said.places]), *sorted(codes)], names)
    story = _once([*_tokens([*said.story, said.maker])], [*names, *kinds])
    there = {*names, *kinds, *story}
    made = stems(_tokens(indonesian), "id") | stems(_tokens(en for _, en in both), "en")
    return Entry(" ".join(names), " ".join(kinds), " ".join(story), " ".join(sorted(made - there)))


def _tokens(texts: Iterable[str]) -> list[str]:
    return [token for text in texts for token in tokens(text)]


def _once(words: Iterable[str], but: Iterable[str] = ()) -> list[str]:
    """Each word once, in its order, without those of a heavier part."""
    left_out = set(but)
    return [word for word in dict.fromkeys(words) if word not in left_out]
