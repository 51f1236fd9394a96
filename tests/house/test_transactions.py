"""One file commits. Everybody else opens a transaction, or works in one."""

from tests.house import sources

COMMITS = "gallery/core/transaction.py"


def test_commit_and_rollback_stand_in_one_file():
    found = [
        f"{sources.name(path)}:{call.lineno}: .{word}("
        for path in sources.files(".py", under="gallery")
        for word, call in sources.calls(path)
        if word in ("commit", "rollback") and sources.name(path) != COMMITS
    ]
    assert found == []


def test_services_open_no_transaction():
    found = [
        f"{sources.name(path)}:{call.lineno}"
        for path in sources.files(".py", under="gallery")
        for word, call in sources.calls(path)
        if word == "transaction" and (path.stem in LAYERS_INSIDE or path.parent.name in LAYERS_INSIDE)
    ]
    assert found == []


LAYERS_INSIDE = ("service", "queries", "rules", "postings", "models", "emails", "forms", "schemas", "gateway")
