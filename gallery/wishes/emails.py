"""What is told when something can be bought again: a mail, and the same as a text for WhatsApp."""

from dataclasses import dataclass

from flask import render_template

from gallery.core.text import N_, speaking, translate
from gallery.core.web import public_url


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


def back(alert_id: int, to: str, lang: str, name: str, group: str, slug: str, token: str) -> Letter:
    """Something is there again; with a link that takes the wish back, should there be others."""
    with speaking("en" if lang == "en" else "id"):
        html = render_template(
            "emails/back_in_stock.html",
            name=name,
            group=group,
            address=public_url("storefront_shop.product", lang, slug=slug),
            stop=public_url("wishes_shop.stop", lang, token=token),
        )
    return Letter(to, translate(lang, N_("%(name)s ada lagi"), name=name), html, f"back-in-stock.{alert_id}")


def back_text(lang: str, name: str, slug: str) -> str:
    """The text for WhatsApp, in the language it was asked in."""
    words = translate(
        lang, N_("%(name)s ada lagi di Gallery Souvenir Sampang. Kami tidak akan mengirim pesan lain."), name=name
    )
    return f"{words}\n{public_url('storefront_shop.product', lang, slug=slug)}"
