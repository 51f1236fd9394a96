"""What a shopper wrote and sent about orders: taken along with the download, and gone when the shopper is."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from gallery.checkout.models import TransferProof
from gallery.core import media, outbox, settings
from gallery.core.db import db
from gallery.core.permissions import ANONYMOUS
from gallery.core.transaction import transaction
from gallery.desks import service
from gallery.desks.queries import shopper
from gallery.fulfilment import service as fulfilment
from gallery.fulfilment.models import ReturnPhoto, ReturnRequest
from gallery.fulfilment.service import Picture
from gallery.reconciliation.service import verify
from gallery.reviews.models import Review
from gallery.sales.models import Order, OrderContact, OrderLine
from tests import make
from tests.desks.test_account import MAIL, account
from tests.make import AT
from tests.reviews import shop

SHA = "a" * 64
PROOF = "private/proofs/1.jpg"


def said_something() -> int:
    """An order in the shopper's hands: reviewed, asked back with a picture, and with a proof; its id."""
    order_id = shop.bought(quantity=2).id
    line_id = db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order_id)).one()
    db.session.rollback()
    shop.write(order_id, line_id, words="Tebal dan rapi.")
    for name in (PROOF, *media.private_names(SHA)):
        media.write(name, b"x")
    with transaction() as session:
        fulfilment.ask(
            order_id, {line_id: 1}, reason="damaged", words="Robek di rumah saya", key="r", by=ANONYMOUS, at=AT,
            pictures=[Picture(SHA, 800, 600)],
        )  # fmt: skip
        session.add(TransferProof(order_id=order_id, file=PROOF, kind="picture", state="accepted", sent_at=AT))
        session.get_one(Order, order_id).remark = "Rumah pagar hijau"
        session.get_one(OrderContact, order_id).gift_note = "Untuk Ibu"
    return order_id


def staff_page(order_id: int) -> str:
    with transaction():
        keeper = make.storekeeper()
    app = current_app._get_current_object()
    return make.log_in(app.test_client(), keeper).get(f"/staff/orders/{order_id}").text


def stored() -> set[str]:
    return set(media.names())


def test_it_works(db_app, now):
    said_something()
    me = account(now, value=MAIL)
    [told] = shopper.everything(me.person_id)["orders"]
    assert (told["remark"], told["gift_note"]) == ("Rumah pagar hijau", "Untuk Ibu")
    assert [one["words"] for one in told["reviews"]] == ["Tebal dan rapi."]
    assert [(one["words"], one["photos"]) for one in told["returns"]] == [("Robek di rumah saya", [SHA])]
    assert [one["state"] for one in told["transfer_proofs"]] == ["accepted"]


def test_it_goes_with_the_contact_and_the_books_stay(db_app, now):
    order_id = said_something()
    before = stored()
    assert PROOF in before and set(media.private_names(SHA)) <= before
    at = AT + timedelta(days=settings.value(settings.CONTACT_DAYS) + 1)
    db.session.rollback()
    with transaction():
        assert service.forget_shoppers(at=at) == 1
    order, contact = db.session.get(Order, order_id), db.session.get(OrderContact, order_id)
    assert (order.remark, contact.gift_note, contact.name) == ("", None, "")
    review, request = db.session.scalars(sa.select(Review)).one(), db.session.scalars(sa.select(ReturnRequest)).one()
    assert (review.name, review.words, request.words) == ("", "Tebal dan rapi.", "")
    for table in (ReturnPhoto, TransferProof):
        assert db.session.scalars(sa.select(table)).all() == []
    db.session.rollback()
    assert stored() == before, "files go after the commit"
    while outbox.work(at):
        pass
    assert "Data pembeli sudah dihapus" in staff_page(order_id)
    assert stored() & {PROOF, *media.private_names(SHA)} == set()
    assert verify() == []


def test_a_picture_that_another_return_shows_stays(db_app):
    said_something()
    second = shop.paid(shop.goods(), key="two").id
    db.session.rollback()
    with transaction() as session:
        other = ReturnRequest(order_id=second, key="other", state="asked", reason="damaged", asked_at=AT)
        session.add(other)
        session.flush()
        session.add(ReturnPhoto(request_id=other.id, position=1, sha=SHA, width=800, height=600))
    first = db.session.scalars(sa.select(ReturnRequest.order_id).where(ReturnRequest.key == "r")).one()
    db.session.rollback()
    with transaction():
        assert fulfilment.forget([first]) == []
