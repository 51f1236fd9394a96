"""The project's own files, as the house tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {".py", ".html", ".txt", ".md", ".css", ".js", ".typ", ".po", ".toml", ".in", ".lock", ".csv", ".json", ".svg"}
NOT_OURS = {".git", ".venv", "instance", "media", "node_modules", "vendor", "fonts", "__pycache__", "gallery.egg-info"}


def files(*suffixes: str, under: str = "") -> list[Path]:
    """Files of the project with one of these endings, sorted; without what is made or brought from outside."""

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                if path.name not in NOT_OURS and not path.name.endswith("_cache") and path.name != ".hypothesis":
                    yield from walk(path)
            elif path.suffix in (suffixes or TEXTS) and path.name not in NOT_OURS:
                yield path

    return list(walk(ROOT / under)) if (ROOT / under).exists() else []


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=name(path))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a Python file, with the last word of what is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
