"""What the papers point at is there."""

import re

import pytest

from tests.house import sources

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)


def anchor(heading: str) -> str:
    """As the usual renderers make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("paper", sources.files(".md"), ids=sources.name)
def test_links_lead_somewhere(paper):
    broken = []
    for target in LINK.findall(sources.text(paper)):
        if "://" in target or target.startswith("mailto:"):
            continue
        where, _, part = target.partition("#")
        path = (paper.parent / where).resolve() if where else paper
        if not path.exists() or (
            part and path.suffix == ".md" and part not in map(anchor, HEADING.findall(sources.text(path)))
        ):
            broken.append(target)
    assert broken == []


def test_every_decision_is_in_the_index():
    index = sources.text(sources.ROOT / "docs/adr/README.md")
    missing = [p.name for p in sources.files(".md", under="docs/adr") if p.name != "README.md" and p.name not in index]
    assert missing == []


def test_paths_named_in_the_readme_exist():
    """`gallery/...`, `tests/...` and the like in backquotes, but for those with a place for a name."""
    named = re.findall(
        r"`((?:gallery|tests|templates|static|docs|migrations|translations)/[\w./-]*)`",
        sources.text(sources.ROOT / "README.md"),
    )
    assert [n for n in named if not (sources.ROOT / n).exists()] == []
