"""What one request is known by."""

import secrets

from flask import g, has_request_context


def request_id() -> str | None:
    """Eight characters that a person can read out from an error page and staff can find in the log."""
    if not has_request_context():
        return None
    if "request_id" not in g:
        g.request_id = secrets.token_hex(4)
    return str(g.request_id)
