"""The repository speaks of the product alone, and hides no test."""

import re

from tests.house import sources

HERE = "tests/house/test_words.py"
MACHINE = re.compile(r"(?<![\w.~])/(?:work|root|home|Users|mnt|opt)/[\w.]")
REGISTRY = re.compile(r"pypi\.org|pythonhosted|--index-url|--find-links|registry\.npmjs", re.I)
SKIPPED = re.compile(r"pytest\.skip\(|mark\.skip|mark\.xfail|pytest\.xfail|unittest\.skip|importorskip")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplementedError")
LOCKS = ("requirements.lock", "requirements-dev.lock")


def found(pattern: re.Pattern[str], paths) -> list[str]:
    return [
        f"{sources.name(path)}:{number}: {line.strip()[:100]}"
        for path in paths
        if sources.name(path) != HERE
        for number, line in enumerate(sources.text(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_machine_of_ours_is_named():
    assert found(MACHINE, sources.files()) == []


def test_no_registry_is_named():
    assert found(REGISTRY, sources.files()) == []


def test_no_test_is_skipped():
    """Only conftest.py may leave out the browser tests, where there is no browser, and says so."""
    assert found(SKIPPED, sources.files(".py", under="tests")) == []


def test_nothing_is_left_for_later():
    assert found(UNFINISHED, sources.files(".py", ".html", ".js", ".css", ".typ")) == []


def test_locks_are_hashed_and_without_addresses():
    for lock in LOCKS:
        text = sources.text(sources.ROOT / lock)
        assert "://" not in text
        pins = [line for line in text.splitlines() if line and line[0].isalnum()]
        assert pins
        assert all("==" in pin and pin.endswith("\\") for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)
