"""Live rates by Biteship's documented shape, and the table whenever they do not come; spoken to over real HTTP."""

import json
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

import config
from gallery.checkout import rules as checkout_rules
from gallery.core import settings
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.desks import rules as desks
from gallery.sales.models import Order, OrderCourier
from gallery.shipping.gateway import KEPT, REST, Biteship
from gallery.shipping.rules import live
from gallery.shipping.rules.live import Offer, Offers
from tests.checkout.shop import BUYER, VILLAGE, accounts, basket, goods, placed
from tests.shipping.biteship import KEY, REFUSED, USUAL, StandIn, answer, row, stand_in

TABLE = Rupiah(14_000)
"""What the table takes to Surabaya for 600 g."""
ADDRESS = {
    "delivery": "courier", "name": "Ibu Rahma", "phone": "0812-3456-7890", "street": "Jalan Manyar 14",
    "place": "Menur Pumpungan", "village": VILLAGE, "postcode": "60118", "pay_by": "transfer",
}  # fmt: skip


class Watch:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def biteship() -> Iterator[StandIn]:
    with stand_in() as here:
        yield here


@pytest.fixture
def watch() -> Watch:
    return Watch()


def asked(here: StandIn, watch: Watch | None = None, *, limit: float = 3.0) -> Biteship:
    return Biteship(KEY, api_base=here.url, limit=limit, **({"monotonic": watch} if watch else {}))


def ask(of: Biteship, place: str = "60118", weight: int = 600) -> list[tuple[str, str, str, str, int]]:
    found = of.services("69216", place, weight, "jne,jnt")
    return [(one.code, one.name, one.time, one.unit, one.price) for one in found]


# ---------------------------------------------------------------- the contract


def test_it_asks_and_reads_as_documented(biteship):
    assert ask(asked(biteship)) == [
        ("jnt:ez", "J&T EZ", "2–3", "days", 17_500),
        ("jne:reg", "JNE Reguler", "2–3", "days", 18_000),
        ("jne:yes", "JNE YES", "1", "days", 38_000),
    ]
    [(path, sent, key)] = biteship.asked
    assert (path, key) == ("/v1/rates/couriers", KEY)
    assert sent == {
        "origin_postal_code": 69216,
        "destination_postal_code": 60118,
        "couriers": "jne,jnt",
        "items": [{"name": "Paket", "value": 1000, "weight": 600, "quantity": 1}],
    }


@pytest.mark.parametrize(
    ("price", "rupiah"),
    [("17500.5", 17_501), ("17500.49", 17_500), ("0.5", 1), ("17500.0", 17_500), ("1e4", 10_000)],
)
def test_prices_are_whole_rupiah(price, rupiah):
    with stand_in() as here:
        here.says(json.dumps(answer(row("jne", "reg", "PRICE"))).replace('"PRICE"', price).encode())
        assert [one[-1] for one in ask(asked(here))] == [rupiah]


@pytest.mark.parametrize("price", ["18000", -1, 0, True, None, [], 10**9])
def test_a_row_that_is_not_as_documented_is_left_out(biteship, price):
    bad = [row("jne", "yes", price), "x", {}, row("jne", "<b>", 1000), row("jne", "oke", 1000, courier_name=" ")]
    biteship.says(answer(*bad, row("jne", "reg", 18_000, "3 - 6", "hours"), row("pos", "reg", 20_000, "?")))
    assert [one[2:4] for one in ask(asked(biteship))] == [("3–6", "hours"), ("", "")]


def test_a_service_named_twice_is_the_cheaper_one(biteship):
    biteship.says(answer(row("jne", "reg", 18_000), row("jne", "reg", 17_000)))
    assert [one[-1] for one in ask(asked(biteship))] == [17_000]


# ---------------------------------------------------------------- when it does not answer


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 500), (USUAL, 503), (REFUSED, 401), (REFUSED, 429), (b"", 200), (b"<html>", 200), (b"{", 200),
        (b"null", 200), ([], 200), ({"success": True}, 200), ({"success": "yes", "pricing": []}, 200),
        (answer("x", {}), 200), (b"\xff\xfe", 200), (b"x" * 600_000, 200),
        ({"success": True, "pricing": {"jne": 1}}, 200),
    ],
)  # fmt: skip
def test_nonsense_is_no_rate_and_it_rests(biteship, watch, body, status):
    it = asked(biteship, watch)
    biteship.says(body, status)
    assert ask(it) == [] and ask(it, "60119") == [] and len(biteship.asked) == 1
    biteship.says(USUAL)
    watch.now += REST
    assert len(ask(it)) == 3


def test_a_redirect_does_not_take_the_key_along(biteship):
    with stand_in() as elsewhere:
        biteship.says(b"", 302)
        biteship.headers["Location"] = elsewhere.url
        assert ask(asked(biteship)) == [] and elsewhere.asked == []


@pytest.mark.parametrize("how", ["silent", "trickles"])
def test_a_slow_answer_is_none(biteship, how):
    setattr(biteship, how, True)
    began = time.monotonic()
    assert ask(asked(biteship, limit=0.2)) == []
    assert time.monotonic() - began < 2


def test_nobody_there(watch):
    assert ask(Biteship(KEY, api_base="http://127.0.0.1:9", limit=0.5)) == []


@pytest.mark.parametrize(("body", "status"), [(answer(), 200), (REFUSED, 400), (REFUSED, 200)])
def test_no_courier_goes_there_and_other_places_are_still_asked(biteship, watch, body, status):
    it = asked(biteship, watch)
    biteship.says(body, status)
    assert ask(it) == [] and ask(it) == [] and len(biteship.asked) == 1
    biteship.says(USUAL)
    assert len(ask(it, "60119")) == 3


def test_an_answer_is_kept_a_short_time(biteship, watch):
    it = asked(biteship, watch)
    for _ in range(2):
        ask(it)
    assert len(biteship.asked) == 1
    ask(it, weight=700)
    ask(it, "60119")
    assert len(biteship.asked) == 3
    biteship.says(b"", 500)
    assert len(ask(it)) == 3
    watch.now += KEPT
    assert ask(it) == []


def test_off_without_a_key(biteship):
    assert ask(Biteship(None, api_base=biteship.url)) == [] and biteship.asked == []


@pytest.mark.parametrize("base", ["https://biteship.example", "http://10.0.0.1"])
def test_the_key_goes_to_no_other_machine(base):
    env = {"GALLERY_ENV": "development", "BITESHIP_KEY": KEY}
    with pytest.raises(config.BadSetting, match="BITESHIP_API_BASE"):
        config.read(env | {"BITESHIP_API_BASE": base})
    assert config.read(env | {"BITESHIP_API_BASE": "http://127.0.0.1:1"}).biteship_api_base == "http://127.0.0.1:1"
    assert config.read({"GALLERY_ENV": "development"}).biteship_key is None


# ---------------------------------------------------------------- what an order is offered


def test_two_parcels_go_with_a_service_that_takes_both():
    some = {
        600: live.services(answer(row("jne", "reg", 18_000), row("jnt", "ez", 17_500))),
        2000: live.services(answer(row("jne", "reg", 30_000), row("pos", "reg", 20_000))),
    }
    found = live.offers("60118", 600, 2000, some)
    assert found is not None
    assert [(one.code, one.price, one.made) for one in found.all] == [("jne:reg", 48_000, 30_000)]
    assert live.offers("60118", 0, 2000, some).all[0].made == 20_000
    assert live.offers("60118", 600, 0, some).all[0].made == 0
    assert live.offers("60118", 600, 2000, some | {2000: ()}) is None and live.offers("60118", 0, 0, some) is None


@pytest.mark.parametrize(("typed", "kept"), [(" JNE, jnt ,", "jne,jnt"), ("", "")])
def test_couriers_are_kept_as_biteship_names_them(typed, kept):
    assert desks.read(settings.COURIERS, typed) == kept


@pytest.mark.parametrize(
    ("setting", "typed"), [(settings.COURIERS, "jne;jnt"), (settings.COURIERS, "J"), (settings.ORIGIN_POSTCODE, "6921")]
)
def test_a_setting_that_cannot_be_asked_with(setting, typed):
    with pytest.raises((live.BadCouriers, live.BadPostcode)):
        desks.read(setting, typed)


OFFER = Offer("jne:reg", "JNE Reguler", "2–3", "days", Rupiah(18_000), Rupiah(0))


def test_the_chosen_service_is_kept_with_the_order(db_app, now):
    token = basket((goods(weight_g=600), 1))
    to = BUYER.__class__("courier", "Ibu", "+6281234567890", area=VILLAGE, service="jne:reg")
    for offers, wrong in (
        (Offers("60118", 700, 0, (OFFER,)), checkout_rules.BasketChanged),
        (Offers("60118", 600, 0, (Offer("jnt:ez", "J&T EZ", "", "", Rupiah(1), Rupiah(0)),)), live.ServiceGone),
        (None, live.ServiceGone),
    ):
        with pytest.raises(wrong):
            placed(token, to, offers=offers)
    order = placed(token, to, offers=Offers("60118", 600, 0, (OFFER,))).order
    assert (order.shipping, order.total) == (18_000, 168_000)
    kept = db.session.get_one(OrderCourier, order.id)
    assert (kept.code, kept.name, kept.time, kept.unit) == ("jne:reg", "JNE Reguler", "2–3", "days")


def test_by_the_table_no_service_is_kept(db_app, now):
    token = basket((goods(weight_g=600), 1))
    order = placed(token, BUYER.__class__("courier", "Ibu", "+6281234567890", area=VILLAGE)).order
    assert order.shipping == TABLE and db.session.get(OrderCourier, order.id) is None


# ---------------------------------------------------------------- as a shopper


def test_a_shopper_chooses_and_pays_what_was_shown(client, app, biteship, watch):
    app.extensions["biteship"] = asked(biteship, watch)
    accounts()
    client.post("/keranjang/baris", data={"variant_id": goods(weight_g=600), "quantity": 1})
    page = client.post("/pemesanan", data=ADDRESS | {"count": "1"}).text
    assert "JNE Reguler" in page and "Rp18.000" in page and 'value="jnt:ez" checked' in page and "Rp167.500" in page
    dearer = ADDRESS | {"service": "jne:yes", "key": "a", "total": "167500"}
    page = client.post("/pemesanan", data=dearer)
    # another service than the sum was for: told, and asked again
    assert page.status_code == 409 and 'value="jne:yes" checked' in page.text and "Rp188.000" in page.text
    biteship.says(answer(row("jne", "yes", 40_000)))
    watch.now += KEPT
    page = client.post("/pemesanan", data=dearer | {"total": "188000"})
    assert page.status_code == 409 and "Rp190.000" in page.text
    biteship.says(b"", 500)
    watch.now += KEPT
    page = client.post("/pemesanan", data=dearer | {"total": "190000"})
    # nobody answers: the table, said before it is paid
    assert page.status_code == 409 and "sedang tidak bisa dipakai" in page.text and "Rp164.000" in page.text
    assert db.session.scalars(sa.select(Order)).all() == []
    done = client.post("/pemesanan", data={k: v for k, v in dearer.items() if k != "service"} | {"total": "164000"})
    assert done.status_code == 303
    assert db.session.scalars(sa.select(Order.shipping)).one() == TABLE


def test_who_picks_up_asks_nobody(client, app, biteship):
    app.extensions["biteship"] = asked(biteship)
    client.post("/keranjang/baris", data={"variant_id": goods(), "quantity": 1})
    client.post("/pemesanan", data=ADDRESS | {"delivery": "pickup", "pay_by": "at-pickup", "key": "a"})
    assert biteship.asked == [] and db.session.scalars(sa.select(Order.shipping)).one() == 0
