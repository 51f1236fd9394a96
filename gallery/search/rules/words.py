"""Words as the index knows them: folded to plain letters and digits, with the stem beside the raw word.

Both engines are given exactly these tokens, so what is found does not depend on an engine's own rules of language.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

LONGEST = 40
"""Letters of one token: longer ones are cut, in text and question alike."""
MOST_WORDS = 8
"""Of a question; the rest is not looked at."""

_TOKEN = re.compile(r"[a-z0-9]+")
_INSIDE = re.compile(r"['’ʼ`´]")
"""An apostrophe belongs to the word around it: odhèng, ka'angguy."""
_lock = threading.Lock()
_stemmers = {lang: snowballstemmer.stemmer(name) for lang, name in (("id", "indonesian"), ("en", "english"))}


def tokens(text: str) -> list[str]:
    """The words of a text in their order: no accents, no capitals, no signs."""
    plain = unicodedata.normalize("NFKD", _INSIDE.sub("", text)).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return [token[:LONGEST] for token in _TOKEN.findall(plain)]


def joined(text: str) -> str:
    """A number or code as one token: `BAT-0001` is bat0001."""
    return "".join(tokens(text))[:LONGEST]


@lru_cache(maxsize=1 << 16)
def stem(word: str, lang: str) -> str:
    """What is left of a word without its endings; the word itself when too little would be left."""
    with _lock:  # a stemmer keeps the word it works on
        found = str(_stemmers[lang].stemWord(word))
    return found if len(found) >= 3 else word


def stems(words: Iterable[str], lang: str) -> set[str]:
    """The stems of words that differ from them. Numbers have none."""
    return {found for word in words if word.isalpha() and (found := stem(word, lang)) != word}


def all_stems(word: str) -> set[str]:
    """Of a word asked for: nobody knows its language."""
    return stems([word], "id") | stems([word], "en")
