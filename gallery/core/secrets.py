"""What is encrypted at rest: bank accounts. AES-256-GCM with DATA_KEY, bound to its place."""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app


def _cipher() -> AESGCM:
    return AESGCM(current_app.extensions["gallery"].settings.data_key)


def encrypt(plain: str, place: str) -> str:
    """Encrypt for one place (`bank_account`): a cipher text moved elsewhere does not open."""
    nonce = os.urandom(12)
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, plain.encode(), place.encode())).decode()


def decrypt(cipher: str, place: str) -> str:
    """What was encrypted for that place. Raises ValueError with another key or place."""
    raw = base64.urlsafe_b64decode(cipher)
    try:
        return _cipher().decrypt(raw[:12], raw[12:], place.encode()).decode()
    except InvalidTag:
        raise ValueError(f"{place}: not encrypted with this DATA_KEY") from None


def fingerprint(plain: str, place: str) -> str:
    """A keyed digest of something short (a phone number), to count by without keeping it; the same each time."""
    key: bytes = current_app.extensions["gallery"].settings.data_key
    return hmac.new(key, f"{place}\0{plain}".encode(), hashlib.sha256).hexdigest()
