"""What a shopper is told, in the order's language: every message there is, as a mail and as a text for WhatsApp."""

import re

import pytest

from gallery.checkout import emails
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.sales.emails import TITLES
from gallery.sales.models import OrderContact, OrderMessage
from tests import make
from tests.checkout.shop import accounts, basket, by, goods, order, placed
from tests.production.workshop import asked, shop

REFS = {"tracking": "1", "sent-again": "1:1", "shipped": "1", "return-accepted": "1", "return-declined": "1"}


def test_each_has_words():
    assert {*emails.MESSAGES, "placed"} == set(TITLES)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_each_is_whole_in_the_orders_language(app, lang):
    accounts()
    refs = REFS | {"declined": str(asked(shop())[1])}
    for way in ("transfer", "at-pickup"):
        made = placed(basket((goods(), 2)), by(way), key=way).order
        with transaction():
            order(made.id).lang = lang
        found, contact = order(made.id), db.session.get_one(OrderContact, made.id)
        for name in TITLES:
            message = OrderMessage(
                order_id=found.id, message=name, ref=refs.get(name, ""), channel="mail", asked_at=make.AT
            )
            with app.test_request_context(), db.session.no_autoflush:
                found.paid_at = make.AT if name == "paid" else None
                letter = emails.letter(message)
                text = emails.text(message, found, contact)
            page = f"http://localhost{'/en' if lang == 'en' else ''}/pesanan/{found.public_id}"
            assert found.number in letter.subject and f'<html lang="{lang}">' in letter.html and page in letter.html
            assert text.endswith(" " + page) and text.count("http") == 1 and len(text.splitlines()) <= 5
            holes = [re.findall(r"%\(\w*| [.,](?= |<|$)", words) for words in (letter.subject, letter.html, text)]
            assert holes == [[], [], []], name
            assert name != "collect" or text.count("WIB") == 1  # until when it is kept, said once
            indonesian = re.search(r"\b(pesanan|Anda|kami|uang)\b", re.sub(r"https?:\S+|Batik tulis pesanan", "", text))
            assert lang == "id" or indonesian is None, (name, text)
        db.session.rollback()
