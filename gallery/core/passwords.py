"""How passwords are kept: argon2id, at the cost that the deployment sets."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app


@lru_cache(maxsize=4)
def _hasher(passes: int, kib: int, lanes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=kib, parallelism=lanes)


def _hasher_here() -> PasswordHasher:
    return _hasher(*current_app.extensions["gallery"].settings.argon2_cost)


@lru_cache(maxsize=4)
def _nobody(cost: tuple[int, int, int]) -> str:
    return _hasher(*cost).hash("nobody has this password")


def keep(password: str) -> str:
    """The digest to keep. Takes as long as the cost says: never inside a transaction."""
    return _hasher_here().hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password. Nobody's password takes as long to refuse as somebody's."""
    try:
        _hasher_here().verify(kept or _nobody(current_app.extensions["gallery"].settings.argon2_cost), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def weak(kept: str) -> bool:
    """Whether it was made at another cost than today's, and is to be made anew at the next log-in."""
    return _hasher_here().check_needs_rehash(kept)
