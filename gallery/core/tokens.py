"""Public ids that cannot be guessed, and signed tokens that expire."""

import hashlib
import secrets as random
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer


def public_id() -> str:
    """132 random bits, for an address that nobody can guess."""
    return random.token_urlsafe(17)[:22]


def secret_token() -> str:
    """A one-time secret (256 bits); keep only its digest."""
    return random.token_urlsafe(32)


def digest(token: str) -> str:
    """How a secret token is kept: it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(purpose: str, content: Any) -> str:
    """Sign something for one purpose, without an end (the QR code of a paper)."""
    return str(URLSafeSerializer(current_app.secret_key or "", salt=purpose).dumps(content))


def unsign(purpose: str, token: str, max_age: int | None = None) -> Any | None:
    """What was signed for that purpose, or None if it was not signed here or is too old (seconds)."""
    try:
        if max_age is not None:
            return URLSafeTimedSerializer(current_app.secret_key or "", salt=purpose).loads(token, max_age=max_age)
        return URLSafeSerializer(current_app.secret_key or "", salt=purpose).loads(token)
    except BadSignature:
        return None


def sign_timed(purpose: str, content: Any) -> str:
    """Sign something that `unsign(..., max_age=)` will refuse when it is too old."""
    return str(URLSafeTimedSerializer(current_app.secret_key or "", salt=purpose).dumps(content))
