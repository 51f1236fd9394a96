"""What is wrong with JSON-LD by the part of schema.org's vocabulary that we use."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORDS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
FOUND = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def on(page: str) -> list[dict[str, Any]]:
    """The JSON-LD of a page, each as it is parsed."""
    return [json.loads(text) for text in FOUND.findall(page)]


def kinds(name: str) -> set[str]:
    """A type and all it is a kind of."""
    return {name}.union(*(kinds(parent) for parent in WORDS["types"][name]["of"]))


def properties(name: str) -> set[str]:
    return {word for kind in kinds(name) for word in WORDS["types"][kind]["has"]}


def wrong(facts: dict[str, Any]) -> list[str]:
    """Types and properties that are not there, and values that may not stand where they do."""
    if facts.get("@context") != "https://schema.org":
        return ["no context"]
    things = facts.get("@graph", [facts])
    return [line for thing in things for line in _thing(thing)]


def _thing(thing: dict[str, Any]) -> Iterator[str]:
    if set(thing) == {"@id"}:
        return
    name = thing.get("@type")
    if name not in WORDS["types"]:
        yield f"no type {name}"
        return
    for word, value in thing.items():
        if word.startswith("@"):
            continue
        if word not in properties(name):
            yield f"{name} has no {word}"
        for one in value if isinstance(value, list) else [value]:
            yield from _value(name, word, one)


def _value(name: str, word: str, value: Any) -> Iterator[str]:
    at = f"{name}.{word}"
    if isinstance(value, dict):
        wanted = set(WORDS["values"].get(word, ()))
        if "@type" in value and not wanted & kinds(value["@type"]):
            yield f"{at} is no {value['@type']}"
        yield from _thing(value)
    elif word in WORDS["values"]:
        yield f"{at} is no thing"
    elif word in WORDS["words"] and value not in WORDS["words"][word]:
        yield f"{at} is no {value}"
    elif word in WORDS["numbers"] and not isinstance(value, int):
        yield f"{at} is no number: {value}"
    elif word in WORDS["addresses"] and not str(value).startswith("http"):
        yield f"{at} is no whole address: {value}"
    elif value in ("", None):
        yield f"{at} is empty"
