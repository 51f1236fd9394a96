"""The tables of a run of the benchmarks, in Markdown: printed at its end as they stand in docs/speed.md."""

import os
import platform
from collections.abc import Iterable, Sequence

_WHOLE: list[str] = []


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Add a table to the report; whatever is no word of the first column stands at the right."""
    lines = [f"### {title}", "", _row(head), _row(["---", *["---:"] * (len(head) - 1)]), *map(_row, rows), ""]
    _WHOLE.extend(lines)
    print("\n" + "\n".join(lines))


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def text() -> str:
    """All tables, or nothing."""
    if not _WHOLE:
        return ""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, one process; `python3 dev.py bench`."
    return "\n".join([machine, "", *_WHOLE])
