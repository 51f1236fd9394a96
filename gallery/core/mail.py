"""Mail: written with classes, sent with their declarations inline, to smtp://, smtps:// or a folder of .eml files."""

import re
import smtplib
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from gallery.core import clock

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 10
"""Seconds for every step with a mail server."""


@cache
def _rules() -> dict[str, str]:
    css = (ROOT / "static/css/email.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return {name: " ".join(body.split()) for name, body in re.findall(r"\.([\w-]+)\s*\{([^}]*)\}", css) if body.strip()}


def inline(html: str) -> str:
    """Copy each class's declarations into a style attribute: mail programs drop style sheets."""

    def styled(match: re.Match[str]) -> str:
        style = " ".join(_rules().get(name, "") for name in match[1].split()).strip()
        return f'style="{style}"' if style else ""

    return re.sub(r'class="([^"]*)"', styled, html)


def plain(html: str) -> str:
    """The same words without marks, for programs that show text."""
    body = re.sub(r"<(head|style|title)\b.*?</\1>", "", html, flags=re.S | re.I)
    body = re.sub(r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', r"\2 (\1)", body, flags=re.S)
    body = re.sub(r"<(br|/p|/h\d|/tr|/div)\b[^>]*>", "\n", body)
    body = re.sub(r"</t[dh]>", "  ", body)
    body = re.sub(r"<[^>]+>", "", body)
    for mark, char in (("&nbsp;", " "), ("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        body = body.replace(mark, char)
    lines = (" ".join(line.split()) for line in body.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def send(to: str, subject: str, html: str, *, key: str) -> None:
    """Send one mail. `key` (the outbox row's) names the message, so that a second try is seen as the same one.

    Called by outbox handlers only, never inside a transaction. Raises OSError or smtplib.SMTPException: tried again.
    """
    settings = current_app.extensions["gallery"].settings
    host = urlsplit(settings.base_url).hostname or "localhost"
    url = urlsplit(settings.mail_url)
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = f"Gallery Souvenir <{unquote(url.fragment) or f'toko@{host}'}>"
    message["To"] = to
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '.', key)}@{host}>" if key else make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    styled = inline(html)
    message.set_content(plain(html))
    message.add_alternative(styled, subtype="html")
    if url.scheme == "file":
        folder = Path(url.path)
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9.-]", "-", key)
        (folder / f"{name}.eml").write_bytes(bytes(message))
        return
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "", url.port or 0, timeout=TIMEOUT) as server:
        if url.scheme == "smtp" and url.hostname not in ("127.0.0.1", "localhost"):
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
