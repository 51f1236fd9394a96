"""What people do in their windows: come in, go to a page, press, pay. Every page they come to is looked at."""

import email
import email.policy
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from gallery.core import outbox
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.sales.models import Order
from gallery.trade import queries as trade
from tests import make
from tests.browser import look
from tests.checkout.shop import stock


class Person:
    """Somebody with a phone: goes through the door with the keyboard alone, and looks at every page for troubles."""

    def __init__(self, page: Page, at: str) -> None:
        self.page, self.at = page, at

    def enter(self, login_name: str) -> "Person":
        self.page.goto(self.at + "/masuk")
        self.page.get_by_label("Nomor HP atau e-mail").focus()
        self.page.keyboard.type(login_name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(make.PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/masuk" not in url)
        return self

    def inside(self, app: Flask, actor: Actor) -> "Person":
        """Come in without the door: with the cookie of a log-in."""
        cookie = make.log_in(app.test_client(), actor).get_cookie("gallery")
        assert cookie is not None
        self.page.context.add_cookies([{"name": "gallery", "value": cookie.value, "url": self.at}])
        return self

    def go(self, path: str) -> Page:
        self.page.goto(self.at + path)
        if "/konfirmasi" in self.page.url:  # the password again
            self.page.get_by_label("Kata sandi", exact=True).fill(make.PASSWORD)
            self.page.keyboard.press("Enter")
            self.page.wait_for_url(lambda url: "/konfirmasi" not in url)
        return self.looked()

    def press(self, name: str) -> Page:
        self.page.get_by_role("button", name=name).locator("visible=true").first.press("Enter")
        self.page.wait_for_load_state()
        return self.looked()

    def open(self, summary: str) -> None:
        """Open what is folded away."""
        self.page.locator("summary", has_text=summary).press("Enter")

    def looked(self) -> Page:
        found = look.troubles(self.page)
        assert found == [], found
        return self.page

    def refused(self, name: str, *said: str) -> Page:
        """Press what is refused: each sentence stands beside its field, and the keyboard is led there."""
        self.press(name)
        found = look.unanswered(self.page)
        assert found == [], found
        for sentence in said:
            assert self.page.locator(".err", has_text=sentence).locator("visible=true").count(), sentence
        return self.page


def put_into_basket(page: Page, address: str, slug: str) -> None:
    page.goto(f"{address}/produk/{slug}")
    page.get_by_role("button", name="Masukkan keranjang").locator("visible=true").first.click()
    page.wait_for_url("**/keranjang")


def tell_who(page: Page, name: str = "Ibu Rahma", phone: str = "0812-3456-7890", mail: str = "") -> None:
    """Who orders, on the basket's page."""
    page.locator("#name").fill(name)
    page.locator("#phone").fill(phone)
    page.locator("#email").fill(mail)


def pay(page: Page) -> None:
    """On the payment page, which is Stripe's: nothing of it is ours to look at."""
    page.wait_for_url("**/c/pay/**")
    page.locator("button[value=pay]").click()
    page.wait_for_url("**/pesanan/**")


def work() -> None:
    """All that follows the commits: mails, refunds."""
    db.session.rollback()
    while outbox.work():
        pass


def letters(folder: Path, to: str) -> list[str]:
    """Mails to somebody, in the order they were sent: subject and words."""
    found = []
    for path in sorted((folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if to in str(letter["To"]):
            body = letter.get_body(("plain",))
            found.append(f"{letter['Subject']}\n{body.get_content() if body else ''}")
    return found


def order(state: str | None = None) -> Order:
    """The one order, or the one in that state."""
    db.session.rollback()
    return db.session.scalars(sa.select(Order).where(Order.state == state if state else sa.true())).one()


def shelf() -> tuple[int, int]:
    """(on hand, held) of everything, as it is now."""
    db.session.rollback()
    return stock()


def holds(*accounts: str) -> list[Rupiah]:
    """What accounts hold: what the gallery owes or earned above zero, what it has (cash, Stripe) below."""
    db.session.rollback()
    return [trade.balance(code) for code in accounts]
