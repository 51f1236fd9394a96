"""One injectable clock, and the business date: the day in Asia/Jakarta (WIB)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


def _real() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The time the gallery lives in. What talks to the outside uses the real one."""

    def __init__(self) -> None:
        self._source: Callable[[], datetime] = _real

    def now(self) -> datetime:
        return self._source()

    def fix(self, at: datetime) -> None:
        """Stand still at a moment (tests, demo, GALLERY_NOW). Refuses a naive one."""
        if at.tzinfo is None:
            raise ValueError("a moment needs an offset")
        fixed = at.astimezone(UTC)
        self._source = lambda: fixed

    @contextmanager
    def standing(self, at: datetime) -> Iterator[None]:
        """Stand still at a moment within it, and then go on as before."""
        before = self._source
        self.fix(at)
        try:
            yield
        finally:
            self._source = before

    def release(self) -> None:
        """Go with the real time again."""
        self._source = _real


clock = Clock()


def now() -> datetime:
    """This moment, aware, in UTC. Read by edges only; services take it as an argument."""
    return clock.now()


def business_date(at: datetime) -> date:
    """The day in WIB on which a moment falls: the date of every posting and document."""
    return at.astimezone(WIB).date()


def today() -> date:
    """The business date now (edges only)."""
    return business_date(now())


def start_of(day: date) -> datetime:
    """The first moment of a business date."""
    return datetime(day.year, day.month, day.day, tzinfo=WIB).astimezone(UTC)
