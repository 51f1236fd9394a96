"""The contracts in pyproject.toml speak of every package there is; `lint-imports` keeps them (dev.py check)."""

import ast
import tomllib

from tests.house import sources

OWN_CONTRACT = {"core", "demo"}


def contracts() -> dict[str, dict]:
    settings = tomllib.loads(sources.text(sources.ROOT / "pyproject.toml"))
    return {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def packages() -> set[str]:
    return {path.parent.name for path in (sources.ROOT / "gallery").glob("*/__init__.py")}


def test_every_capability_is_ordered_inside():
    containers = {name.removeprefix("gallery.") for name in contracts()["inside"]["containers"]}
    assert containers == packages() - OWN_CONTRACT


def test_readme_shows_the_ranks_in_force():
    readme = sources.text(sources.ROOT / "README.md")
    for row in contracts()["ranks"]["layers"]:
        names = [word.strip(" ()") for word in row.replace("|", ":").split(":")]
        assert any(all(name in line.split() for name in names) for line in readme.splitlines()), row


def test_stripe_is_known_to_one_file():
    def names(path) -> set[str]:
        found = set()
        for node in ast.walk(sources.tree(path)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
        return found

    users = [sources.name(path) for path in sources.files(".py", under="gallery") if "stripe" in names(path)]
    assert users == ["gallery/payments/gateway.py"]
