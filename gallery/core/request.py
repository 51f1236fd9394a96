"""What one request brings, and what it is known by."""

import secrets
from typing import Any

import flask
from flask import g, has_request_context
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items


class Sent(ImmutableMultiDict[str, Any]):
    """The fields of a form or an address, without the character that nobody types and PostgreSQL does not keep: NUL."""

    def __init__(self, mapping: Any = ()) -> None:
        super().__init__([(name, _kept(value)) for name, value in iter_multi_items(mapping or ())])


def _kept(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


class Request(flask.Request):
    """A request as the shop reads it."""

    parameter_storage_class = Sent


def request_id() -> str | None:
    """Eight characters that a person can read out from an error page and staff can find in the log."""
    if not has_request_context():
        return None
    if "request_id" not in g:
        g.request_id = secrets.token_hex(4)
    return str(g.request_id)
