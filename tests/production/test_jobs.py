"""What production does by itself: each is told once, and a place in a week is freed for whoever comes next."""

import email
import email.policy
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gallery.checkout import emails
from gallery.core import outbox
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.mail import plain
from gallery.core.models import Outbox
from gallery.core.permissions import ANONYMOUS, SYSTEM
from gallery.core.transaction import transaction
from gallery.payments.rules import BANK
from gallery.people.models import Person
from gallery.production import emails as production_emails
from gallery.production import jobs, queries, service
from gallery.production.models import ProductionWeek
from gallery.sales.models import Order, OrderContact, OrderMessage
from gallery.trade import service as trade
from tests import make
from tests.production.workshop import accepted, asked, brought, order, ordered, pay, production, shop

PROMISED = date(2026, 11, 12)
LATE = make.AT.replace(day=13)
LATER = make.AT + timedelta(hours=1)


def messages(order_id: int) -> list[str]:
    """What the order itself tells its shopper."""
    return list(db.session.scalars(sa.select(OrderMessage.message).where(OrderMessage.order_id == order_id)))


def letters() -> list[str]:
    """Keys of the letters asked for, without what all have in common."""
    db.session.rollback()
    keys = db.session.scalars(sa.select(Outbox.key).where(Outbox.kind == "production.letter").order_by(Outbox.id))
    return [key.removeprefix("production.letter:") for key in keys]


def weeks() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ProductionWeek.production_order_id).order_by(ProductionWeek.id)))


def test_it_works(db_app):
    """Nothing is asked of the group before the money is there; then once, and the shopper is told once as well."""
    of = shop()
    ordered(of, 1, key="unpaid")
    _order_id, id = asked(of, key="paid")
    for _twice in range(2):
        jobs.tell()
    assert letters() == [f"asked:{id}", f"ordered:{id}"]


def test_lateness_is_told_once_for_each_day_promised(db_app):
    of = shop()
    order_id, id = accepted(of)
    on_time = letters()
    clock.fix(make.AT.replace(day=12, hour=16))  # 23.00 WIB: the day promised is not over
    jobs.tell()
    assert letters() == on_time
    clock.fix(LATE)
    for _twice in range(2):
        jobs.tell()
    assert letters() == [*on_time, f"late:{id}:{PROMISED}", f"group-late:{id}:{PROMISED}"]
    with transaction():
        service.ask_more_time(id, date(2026, 11, 20), "hujan terus", by=of.leader, at=LATE)
    with transaction():
        service.agree(id, by=ANONYMOUS, at=LATE)
    jobs.tell()
    assert not [key for key in letters() if "2026-11-20" in key and "late" in key]
    clock.fix(make.AT.replace(day=21))
    jobs.tell()
    assert letters()[-2:] == [f"late:{id}:2026-11-20", f"group-late:{id}:2026-11-20"]
    assert (production(order_id).promised_first, production(order_id).promised_on) == (PROMISED, date(2026, 11, 20))


@pytest.mark.parametrize("over", ["brought", "declined", "withdrawn"])
def test_what_is_over_is_never_late(db_app, over):
    of = shop()
    _order_id, id = accepted(of, 1)
    if over == "brought":
        brought(of, id, 1)
    with transaction():
        if over == "declined":
            service.decline(id, "kain habis", by=of.leader, at=make.AT)
        if over == "withdrawn":
            service.withdraw(id, by=ANONYMOUS, at=make.AT)
    clock.fix(LATE)
    jobs.tell()
    assert not [key for key in letters() if "late" in key]


@pytest.mark.parametrize(
    ("there", "agreed", "said"), [(0, False, ["cancelled"]), (1, False, ["refunded"]), (1, True, ["withdrawn"])]
)
def test_who_leaves_it_is_told_once(db_app, there, agreed, said):
    """By the order, when money comes back or nothing of it is left; by a letter of its own where the deposit stays."""
    of = shop()
    order_id = ordered(of, 1, there=there)
    pay(order_id)
    id = production(order_id).id
    with transaction():
        if agreed:
            service.accept(id, by=of.leader, at=make.AT)
    before = [*letters(), *messages(order_id)]
    with transaction():
        service.withdraw(id, by=ANONYMOUS, at=LATER)
    after = [key.removesuffix(f":{id}") for key in (*letters(), *messages(order_id)) if key not in before]
    after = [one for one in after if one != "paid"]  # what is left of the order is paid now, which is other news
    assert after == said


def test_the_letters_say_it(db_app, tmp_path):
    """To the shopper in the order's language, to who speaks for the group; none names the shopper to the group."""
    of = shop()
    with transaction():
        db.session.get_one(Person, of.leader.person_id).email = "ketua@contoh.example"
    _order_id, _id = asked(of)
    jobs.tell()
    outbox.work(make.AT)
    clock.fix(LATE)
    jobs.tell()
    outbox.work(LATE)
    mails = [path.read_text() for path in (tmp_path / "mail").glob("production*.eml")]
    of_group = [text for text in mails if "To: ketua@contoh.example" in text]
    of_shopper = [text for text in mails if "To: rahma@contoh.example" in text]
    assert (len(of_group), len(of_shopper), len(mails)) == (2, 2, 4)
    assert not [text for text in of_group if "Rahma" in text or "81234567890" in text]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_what_a_group_writes_is_marked_as_indonesian_in_an_english_mail(db_app, tmp_path, lang):
    """Its reason, its name, and goods that nobody has translated; not in what is no HTML."""
    of = shop()
    order_id, id = accepted(of)
    with transaction():
        found = db.session.get_one(Order, order_id)
        found.lang = lang
        service.ask_more_time(id, date(2026, 11, 20), "hujan & <angin>", by=of.leader, at=make.AT)
    outbox.work(make.AT)
    [mail] = (tmp_path / "mail").glob("production*more-time*.eml")
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "“hujan & <angin>”" in text and "lang=" not in text + message["Subject"]
    row = queries.of_order(order_id, PROMISED)[0]
    for words in ("hujan &amp; &lt;angin&gt;", row.group, row.name):
        assert (f'<span lang="id">{words}</span>' in html) == (lang == "en"), words
        assert words in html
    with db_app.test_request_context():
        assert "<span" not in production_emails.shopper_text("more-time", row, order(order_id))


def test_a_place_nobody_needs_goes_to_others(db_app):
    """Of an order that expired, and of one all of whose units are cancelled; what is still to be made keeps its own."""
    of = shop()
    gone, left, stays = ordered(of, 1, key="a"), asked(of, 1, key="b")[0], asked(of, 1, key="c")[0]
    cancelled, kept = production(left), production(stays)
    with transaction():
        trade.expire(gone, by=SYSTEM, at=make.AT + timedelta(days=1))
        trade.cancel(left, {cancelled.order_line_id: 1}, key="x", by=make.manager(), at=make.AT, reason="salah pesan")
    assert len(weeks()) == 3
    assert queries.any_dead()
    db.session.rollback()
    for _twice in range(2):
        jobs.free_weeks()
    assert weeks() == [kept.id]
    assert queries.taken([kept.product_id], make.AT.date()) == {kept.product_id: {date(2026, 11, 2): 1}}


def test_nothing_to_do_writes_nothing(db_app, monkeypatch):
    monkeypatch.setattr(jobs, "transaction", lambda: pytest.fail("a write turn was taken for nothing"))
    jobs.tell()
    jobs.free_weeks()


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(
    ("there", "both", "asset", "said"),
    [
        (
            0,
            False,
            "stripe",
            ("Pesanan ini kami batalkan. Rp75.000 kami", "This order is cancelled. We give Rp75.000 back"),
        ),
        (1, False, "stripe", ("tidak berubah. Rp75.000 kami", "stays as it is. We give Rp75.000 back")),
        (0, True, "stripe", ("tidak berubah. Uangnya dipakai untuk", "stays as it is. What you paid goes towards")),
        (0, False, BANK, ("kami batalkan. Petugas menghubungi", "cancelled. Our staff will contact you")),
    ],
)
def test_that_a_group_cannot_make_it_is_told_once_with_its_money(db_app, app, there, both, asset, said, lang):
    """Why, and what becomes of the money, in one mail; the order sends none of its own beside it."""
    of = shop()
    order_id = ordered(of, 1, there=there, beside=shop() if both else None)
    pay(order_id, asset=asset)
    db.session.rollback()
    with transaction():
        db.session.get_one(Order, order_id).lang = lang
    id = queries.of_order(order_id, PROMISED)[0].id
    before = [*letters(), *messages(order_id)]
    with transaction():
        service.decline(id, "kain habis", by=of.leader, at=LATER)
        service.decline(id, "kain habis", by=of.leader, at=LATER)
    assert [one for one in (*letters(), *messages(order_id)) if one not in [*before, "paid"]] == ["declined"]
    message = db.session.scalars(sa.select(OrderMessage).where(OrderMessage.message == "declined")).one()
    with app.test_request_context():
        letter = emails.letter(message)
        text = emails.text(message, order(order_id), db.session.get_one(OrderContact, order_id))
    for words in (plain(letter.html), text):
        assert "“kain habis”" in words and said[lang == "en"] in words and "Rp0" not in words
    assert ('<span lang="id">kain habis</span>' in letter.html) == (lang == "en")
    assert "<" not in letter.subject + text


def test_money_that_waits_for_staff_is_not_told_as_sent(db_app):
    """A transfer goes back by hand: who leaves one thing of two reads that it is cancelled, not that Rp0 comes back."""
    of = shop(deposit_bp=None)
    order_id = ordered(of, 1, there=1)
    pay(order_id, asset=BANK)
    id = production(order_id).id
    before = [*letters(), *messages(order_id)]
    with transaction():
        service.withdraw(id, by=ANONYMOUS, at=LATER)
    assert [one for one in (*letters(), *messages(order_id)) if one not in before] == [f"withdrawn:{id}"]
