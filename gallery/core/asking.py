"""Selects that are built once, and several of them asked as one question.

To build a select costs many times what it costs to ask it, and each question has a price of its own besides. So what
the shop's pages ask stands ready, with named values, and what does not wait for another's answer goes together.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from gallery.core.db import Money, UtcDateTime, by_core
from gallery.core.rupiah import Rupiah

T = TypeVar("T")
Rows = Sequence[Any]


class Question(Generic[T]):
    """A select, and what its rows say. Called with the select's named values."""

    def __init__(self, select: sa.Select[Any] | sa.CompoundSelect[Any], read: Callable[[Rows], T]) -> None:
        self.select = select
        self.read = read

    def __call__(self, **values: Any) -> T:
        return self.read(by_core(self.select, **values).all())


class Together:
    """Questions asked in one statement: each one's rows come as one JSON array. Values of one name are one value."""

    def __init__(self, **questions: Question[Any]) -> None:
        self._parts = {name: _Part.of(name, one) for name, one in questions.items()}
        self._select = sa.select(
            *(
                sa.select(_heap(_row(*inner.c))).select_from(inner).scalar_subquery().label(name)
                for name, inner in ((name, one.select.subquery()) for name, one in questions.items())
            )
        )

    def __call__(self, **values: Any) -> dict[str, Any]:
        """What each says, by its name."""
        answer = by_core(self._select, **values).one()
        return {name: part.said(heap or []) for (name, part), heap in zip(self._parts.items(), answer, strict=True)}


class _Part(NamedTuple):
    """How one question's rows are made again of what JSON has for them."""

    row: Any
    makers: list[tuple[int, Callable[[Any], Any]]]
    read: Callable[[Rows], Any]

    @classmethod
    def of(cls, name: str, question: Question[Any]) -> "_Part":
        columns = question.select.selected_columns
        makers = [(n, make) for n, column in enumerate(columns) if (make := _maker(column.type)) is not None]
        row = namedtuple(name, columns.keys(), rename=True)  # type: ignore[misc]
        return cls(row, makers, question.read)

    def said(self, heap: list[list[Any]]) -> Any:
        for values in heap:
            for n, make in self.makers:
                if values[n] is not None:
                    values[n] = make(values[n])
        return self.read([self.row._make(values) for values in heap])


def _maker(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes a value of this type from JSON's; None where it is the same."""
    if isinstance(kind, Money):
        return Rupiah
    if isinstance(kind, UtcDateTime):
        return _moment
    if isinstance(kind, sa.Date):
        return date.fromisoformat
    return bool if isinstance(kind, sa.Boolean) else None


def _moment(text: str) -> datetime:
    """SQLite keeps UTC without saying so."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


class _row(GenericFunction[Any]):  # noqa: N801
    """One row as an array."""

    inherit_cache = True


class _heap(GenericFunction[Any]):  # noqa: N801
    """All rows as an array, in the order of the select they come from; null where there are none."""

    type = sa.JSON()
    inherit_cache = True


@compiles(_row, "sqlite")
def _row_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_array{compiler.function_argspec(element, **kw)}"


@compiles(_row, "postgresql")
def _row_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_build_array{compiler.function_argspec(element, **kw)}"


@compiles(_heap, "sqlite")
def _heap_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_group_array{compiler.function_argspec(element, **kw)}"


@compiles(_heap, "postgresql")
def _heap_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_agg{compiler.function_argspec(element, **kw)}"
