"""Settings of a deployment: read once from the environment, refused loudly when missing or weak."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"


class BadSetting(SystemExit):
    """A setting is missing, weak or malformed; the message names it."""


@dataclass(frozen=True)
class Settings:
    """What a deployment decides. What the gallery itself decides is in core.settings, with history."""

    env: str
    database_url: str
    media_url: str
    secret_key: str
    data_key: bytes
    base_url: str
    trusted_hosts: tuple[str, ...]
    mail_url: str
    stripe_secret_key: str | None
    stripe_webhook_secrets: tuple[str, ...]
    stripe_api_base: str | None
    biteship_key: str | None
    """For couriers' live rates; without it the gallery's table holds."""
    biteship_api_base: str | None
    argon2_cost: tuple[int, int, int]
    trusted_proxies: int
    """How many proxies of ours stand before the app: as many entries of X-Forwarded-For are believed."""
    now: datetime | None

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


DEVELOPMENT = {
    "DATABASE_URL": f"sqlite:///{INSTANCE / 'gallery.db'}",
    "MEDIA_URL": f"file://{INSTANCE / 'media'}",
    "SECRET_KEY": "development-only-secret-key-never-in-production",
    "DATA_KEY": base64.urlsafe_b64encode(b"development-only-data-key-32byte").decode(),
    "BASE_URL": "http://127.0.0.1:8000",
    "TRUSTED_HOSTS": "127.0.0.1,localhost",
    "MAIL_URL": f"file://{INSTANCE / 'mail'}",
    "ARGON2_COST": "1,8,1",
}
"""Embedded defaults, one for each required setting, in development and tests alone."""

STRONG_ARGON2 = (2, 19 * 1024, 1)
"""OWASP's lowest advised cost for argon2id: passes, KiB, lanes."""


def read(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises BadSetting, naming the setting, when production would be unsafe."""
    env = os.environ if env is None else env
    mode = env.get("GALLERY_ENV", "production")
    if mode not in ("production", "development", "test"):
        raise BadSetting("GALLERY_ENV: production, development or test")

    def get(name: str, production: str | None = None) -> str:
        value = env.get(name) or (production if mode == "production" else DEVELOPMENT.get(name))
        if not value:
            raise BadSetting(f"{name} is not set: production has no default for it (docs/operations.md)")
        return value

    secret = get("SECRET_KEY")
    if mode == "production" and (len(secret) < 32 or secret == DEVELOPMENT["SECRET_KEY"]):
        raise BadSetting("SECRET_KEY: at least 32 random characters, not the one of development")
    try:
        data_key = base64.urlsafe_b64decode(get("DATA_KEY"))
    except ValueError:
        raise BadSetting("DATA_KEY: 32 random bytes in URL-safe base64") from None
    if len(data_key) != 32 or (mode == "production" and get("DATA_KEY") == DEVELOPMENT["DATA_KEY"]):
        raise BadSetting("DATA_KEY: 32 random bytes in URL-safe base64, not the ones of development")
    base_url = get("BASE_URL").rstrip("/")
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
        raise BadSetting("BASE_URL: https://host, without a path")
    if mode == "production" and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise BadSetting("BASE_URL must be https: cookies of a shop do not travel in the clear")
    hosts = tuple(h.strip() for h in get("TRUSTED_HOSTS").split(",") if h.strip())
    try:
        a, b, c = (int(n) for n in get("ARGON2_COST", ",".join(map(str, STRONG_ARGON2))).split(","))
        cost = (a, b, c)
    except ValueError:
        raise BadSetting("ARGON2_COST: passes,KiB,lanes") from None
    if mode == "production" and (cost[0] < STRONG_ARGON2[0] or cost[1] < STRONG_ARGON2[1]):
        raise BadSetting("ARGON2_COST is weaker than 2,19456,1")
    proxies = env.get("TRUSTED_PROXIES") or "0"
    if not (proxies.isascii() and proxies.isdigit() and int(proxies) <= 5):
        raise BadSetting("TRUSTED_PROXIES: how many proxies stand before the app, 0 to 5")
    now = None
    if env.get("GALLERY_NOW"):
        if mode == "production":
            raise BadSetting("GALLERY_NOW is never set in production")
        now = datetime.fromisoformat(env["GALLERY_NOW"])
        if now.tzinfo is None:
            raise BadSetting("GALLERY_NOW needs an offset: 2026-11-02T09:00:00+07:00")
    stripe_key = env.get("STRIPE_SECRET_KEY") or None
    secrets = tuple(s.strip() for s in env.get("STRIPE_WEBHOOK_SECRETS", "").split(",") if s.strip())
    if stripe_key and not secrets:
        raise BadSetting("STRIPE_WEBHOOK_SECRETS is not set: without it no payment can be believed")
    return Settings(
        env=mode,
        database_url=_database(get("DATABASE_URL")),
        media_url=get("MEDIA_URL"),
        secret_key=secret,
        data_key=data_key,
        base_url=base_url,
        trusted_hosts=hosts,
        mail_url=_mail(get("MAIL_URL")),
        stripe_secret_key=stripe_key,
        stripe_webhook_secrets=secrets,
        stripe_api_base=env.get("STRIPE_API_BASE") or None,
        biteship_key=env.get("BITESHIP_KEY") or None,
        biteship_api_base=_biteship_base(env.get("BITESHIP_API_BASE", ""), mode),
        argon2_cost=cost,
        trusted_proxies=int(proxies),
        now=now,
    )


def _database(url: str) -> str:
    # The bare scheme means different drivers in SQLAlchemy 2.0 and 2.1.
    for bare in ("postgres://", "postgresql://"):
        if url.startswith(bare):
            return "postgresql+psycopg://" + url[len(bare) :]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL: sqlite:///file or postgresql://...")
    return url


def _biteship_base(url: str, mode: str) -> str | None:
    # The key travels there: another address than Biteship's own is for tests alone.
    if url and (mode == "production" or urlsplit(url).hostname not in ("127.0.0.1", "localhost")):
        raise BadSetting("BITESHIP_API_BASE: an address of this machine, never in production; leave it empty")
    return url or None


def _mail(url: str) -> str:
    if not url.startswith(("smtp://", "smtps://", "file:///")):
        raise BadSetting("MAIL_URL: smtp://user:password@host:587#sender, smtps://..., or file:///folder")
    return url
