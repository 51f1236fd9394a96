"""One file commits. Everybody else opens a transaction, or works in one."""

from tests.house import sources

COMMITS = "gallery/core/transaction.py"
INSIDE = ("service", "queries", "rules", "postings", "models", "emails", "forms", "schemas", "gateway")


def found(words: tuple[str, ...], inside: bool) -> list[str]:
    """Calls of these in gallery/, everywhere or only in what runs inside a transaction."""
    return [
        f"{sources.name(path)}:{call.lineno}: {word}("
        for path in sources.files(".py", under="gallery")
        for word, call in sources.calls(path)
        if word in words
        and sources.name(path) != COMMITS
        and (not inside or path.stem in INSIDE or path.parent.name in INSIDE)
    ]


def test_commits_stand_in_one_file():
    assert found(("commit",), inside=False) == []


def test_services_neither_open_nor_end_a_transaction():
    """Edges do: views, commands, jobs. A read at an edge may be ended with rollback."""
    assert found(("transaction", "rollback"), inside=True) == []
