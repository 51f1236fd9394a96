"""Every sentence a person reads has exactly one English one, with the same places in it."""

import ast
import re
from collections import defaultdict

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from tests.house import sources

MARKS = {"_": None, "N_": None, "translate": (2,)}
PLACE = re.compile(r"%\((\w+)\)[sd]")
REFUSALS = {"Refusal", "Conflict", "NotAllowed", "NotFound"}
CATALOGUES = sources.files(".po", under="translations/en")


def said() -> dict[str, str]:
    """Every marked sentence, and a place where it stands."""
    found: dict[str, str] = {}
    for path in sources.files(".py", under="gallery"):
        with path.open("rb") as code:
            for line, message, _comments, _context in extract("python", code, keywords=MARKS):
                for sentence in [message] if isinstance(message, str) else message:
                    if sentence:
                        found.setdefault(sentence, f"{sources.name(path)}:{line}")
    for path in sources.files(".html", ".txt", under="templates"):
        with path.open("rb") as page:
            for line, _function, message, _comments in babel_extract(page, ("_", "N_"), [], {"silent": "false"}):
                sentence = message[0] if isinstance(message, tuple) else message
                if sentence:
                    found.setdefault(sentence, f"{sources.name(path)}:{line}")
    return found


@pytest.fixture(scope="module")
def sentences():
    return said()


@pytest.fixture(scope="module")
def english():
    found = defaultdict(list)
    for path in CATALOGUES:
        with path.open("rb") as catalogue:
            for message in read_po(catalogue, locale="en", abort_invalid=True):
                if message.id and not message.context:
                    found[message.id].append((sources.name(path), message))
    return found


def test_every_sentence_has_its_english_one(sentences, english):
    missing = [
        f"{place}: {sentence}"
        for sentence, place in sentences.items()
        if not any(message.string and not message.fuzzy for _, message in english.get(sentence, []))
    ]
    assert missing == []


def test_no_english_sentence_is_fuzzy_or_empty(english):
    weak = [
        f"{catalogue}: {sentence}"
        for sentence, entries in english.items()
        for catalogue, message in entries
        if message.fuzzy or not message.string
    ]
    assert weak == []


def test_one_sentence_is_said_one_way(english):
    several = {
        sentence: sorted({message.string for _, message in entries})
        for sentence, entries in english.items()
        if len({message.string for _, message in entries}) > 1
    }
    assert several == {}


def test_places_are_the_same_in_both(english):
    wrong = [
        f"{catalogue}: {sentence}"
        for sentence, entries in english.items()
        for catalogue, message in entries
        if set(PLACE.findall(sentence)) != set(PLACE.findall(message.string))
    ]
    assert wrong == []


def test_one_thing_has_a_sentence_of_its_own(english):
    """Of a counted thing: the context "one" of a sentence that counts with %(n)s, kept in one file."""
    with (sources.ROOT / "translations/en/one.po").open("rb") as catalogue:
        for message in read_po(catalogue, locale="en", abort_invalid=True):
            if message.id:
                assert message.context == "one" and "n" in PLACE.findall(message.id), message.id
                assert message.id in english, message.id
                assert set(PLACE.findall(message.string)) == set(PLACE.findall(message.id)), message.id


def test_sentences_with_places_can_be_filled(english):
    for sentence, entries in english.items():
        places = dict.fromkeys(PLACE.findall(sentence), 1)
        if places:
            for text in (sentence, *(message.string for _, message in entries)):
                assert text % places


def test_no_english_sentence_is_left_over(sentences, english):
    assert sorted(set(english) - set(sentences)) == []


def test_sentences_are_constant(sentences):
    """`_(f"...")` can not be found by whoever translates; a refusal's sentence is marked."""
    wrong = []
    for path in sources.files(".py", under="gallery"):
        for word, call in sources.calls(path):
            first = call.args[0] if call.args else None
            if (word in MARKS and isinstance(first, ast.JoinedStr | ast.BinOp)) or (
                word in REFUSALS and isinstance(first, ast.Constant | ast.JoinedStr)
            ):
                wrong.append(f"{sources.name(path)}:{call.lineno}")
    assert wrong == []


def test_we_do_not_shout(sentences, english):
    """No exclamation marks, in either language."""
    texts = [*sentences, *(message.string for entries in english.values() for _, message in entries)]
    assert [text for text in texts if "!" in text] == []
