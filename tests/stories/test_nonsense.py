"""Every form of the house, found by walking its pages, is sent nonsense: no 500, what was typed is still there, and
what is wrong is said where it is: the keyboard is led there, and each field that is marked has its sentence. Every page
is asked for with nonsense behind its question mark, and every address with ids that nothing has.
"""

import contextlib
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from gallery.demo.people import LEADERS
from gallery.demo.scene import phone
from gallery.demo.words import PASSWORD
from tests.house import sources

TYPED = "Omong kosong 17"
NASTY = (
    "",
    "-1",
    "0",
    "1e400",
    "9" * 30,
    "٣",
    "'; DROP TABLE posting; --",
    "\x00\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "2026-02-31",
    "0001-01-01",
    "9999-12-31",
    "<script>alert(1)</script>" * 400,
)
FORGED = ("9" * 30, "x", NASTY[7], "9999-12-31")
"""In fields that nobody types into, and behind the question mark."""
NOBODYS = {"int": ("0", "9999999", "9" * 19, "9" * 30), "": ("x", "%00", "a" * 300)}
"""In the places of an address, by their kind."""
ASKED = sorted(
    {
        name
        for path in sources.files(".py")
        for name in re.findall(r"""args\.get(?:list)?\("(\w+)""", sources.text(path))
    }
)
"""What pages read behind the question mark."""
EACH = 2
"""Pages of one kind that are looked at: two products, two orders."""
LEAVES = {"people_shop.log_out", "people_shop.end_session", "people_shop.end_others"}
"""Forms that would end the walk."""
WORDS = {"text", "textarea", "number", "tel", "email", "search", "url", "date", "month"}


@dataclass
class Form:
    """A form as a browser reads it."""

    page: str
    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, type, value."""

    def names(self, *kinds: str) -> set[str]:
        return {name for name, kind, _ in self.fields if kind in kinds}


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, list[str](), list[Form]()
        self.by_id: dict[str, Form] = {}
        self.open: Form | None = None
        self.loose: list[tuple[str, tuple[str, str, str]]] = []
        self.choosing: tuple[str, str] | None = None
        self.writing: list[str] | None = None
        self.values: dict[str, list[str]] = {}
        self.ids = dict[str, int]()
        """Their places on the page."""
        self.marked: list[tuple[str, list[str]]] = []
        """Fields that are wrong: name, ids of what describes them."""
        self.focus: list[bool] = []
        """What asks for the keyboard: whether it is a summary of errors or a field that is wrong."""
        self.around: list[str] = []
        self.inner = set[str]()
        self.summing_up = False
        self.summary: list[str] = []
        """Ids that the summary of errors leads to."""
        self.feed(text)
        for owner, found in self.loose:
            if owner in self.by_id:
                self.by_id[owner].fields.append(found)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        self.look_for_answers(tag, has)
        if tag == "a" and has.get("href", "").startswith("/"):
            self.links.append(has["href"])
        elif tag == "form":
            action = has.get("action") or self.address
            self.open = Form(self.address, action, has.get("method", "get").upper())
            self.forms.append(self.open)
            if "id" in has:
                self.by_id[has["id"]] = self.open
        elif tag in ("input", "select", "textarea", "button") and has.get("name") and "disabled" not in has:
            kind = has.get("type", "text") if tag == "input" else tag
            if kind in ("radio", "checkbox") and "checked" not in has:
                return
            self.take(has.get("form"), (has["name"], kind, has.get("value", "")))
            if tag == "select":
                self.choosing = (has["name"], has.get("form", ""))
            if tag == "textarea":
                self.writing = self.values.setdefault(has["name"], [])
                self.writing.append("")
            elif tag == "input":
                self.values.setdefault(has["name"], []).append(has.get("value", ""))
        elif tag == "option" and self.choosing and has.get("value"):
            name, owner = self.choosing
            self.take(owner or None, (name, "option", has["value"]))

    def look_for_answers(self, tag: str, has: dict[str, str]) -> None:
        self.ids.setdefault(has.get("id", ""), len(self.ids))
        described = has.get("aria-describedby", "")
        if tag == "fieldset":
            self.around.append(described)
        wrong = has.get("aria-invalid") == "true"
        if wrong:
            self.marked.append((has.get("name", ""), [*described.split(), *" ".join(self.around).split()]))
        if "autofocus" in has:
            self.focus.append(wrong or has.get("role") == "alert")
        self.summing_up = self.summing_up or has.get("role") == "alert"
        if tag == "a" and has.get("href", "").startswith("#"):
            self.inner.add(has["href"][1:])
            if self.summing_up:
                self.summary.append(has["href"][1:])

    def unanswered(self) -> list[str]:
        """How this page, which refuses a form, leaves somebody without an answer."""
        lines = [] if self.focus[:1] == [True] else ["the keyboard is not led to what is wrong"]
        lines += [f"nothing is said of {name}" for name, ids in self.marked if self.ids.keys().isdisjoint(ids)]
        lines += [f"#{id} leads nowhere" for id in sorted(self.inner - self.ids.keys())]
        places = [self.ids[id] for id in self.summary if id in self.ids]
        return lines if places == sorted(places) else [*lines, f"not in the order of the page: {self.summary}"]

    def take(self, owner: str | None, found: tuple[str, str, str]) -> None:
        if owner:
            self.loose.append((owner, found))
        elif self.open is not None:
            self.open.fields.append(found)

    def handle_data(self, data: str) -> None:
        if self.writing is not None:
            self.writing[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "ul":
            self.summing_up = False
        elif tag == "fieldset" and self.around:
            self.around.pop()
        elif tag == "select":
            self.choosing = None
        elif tag == "textarea":
            self.writing = None


@dataclass
class Walker:
    """Somebody with a log-in, or none, who looks at everything that is linked."""

    app: Flask
    client: FlaskClient
    starts: tuple[str, ...]
    pages: dict[str, str] = field(default_factory=dict)

    def endpoint(self, path: str, method: str = "GET") -> str | None:
        with contextlib.suppress(HTTPException):
            return str(self.app.url_map.bind("localhost").match(path.removeprefix("/en"), method=method)[0])
        return None

    def forms(self) -> Iterator[Form]:
        """One of each form of the pages that links lead to; `pages` holds one of each page then."""
        seen: dict[str, int] = {}
        known: set[tuple[str | None, frozenset[str]]] = set()
        waiting, met = deque(self.starts), set(self.starts)
        while waiting:
            address = waiting.popleft()
            parts = urlsplit(address)
            endpoint = self.endpoint(parts.path)
            kind = f"{endpoint}?{'&'.join(sorted(p.split('=')[0] for p in parts.query.split('&')))}"
            if endpoint is None or parts.path.startswith(("/en/", "/media")) or seen.get(kind, 0) >= EACH:
                continue
            seen[kind] = seen.get(kind, 0) + 1
            answer = self.client.get(address)
            assert answer.status_code < 500, address
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            self.pages.setdefault(endpoint, parts.path)
            page = Page(address, answer.text)
            for link in page.links:
                if link not in met:
                    met.add(link)
                    waiting.append(link)
            for form in page.forms:
                goal = self.endpoint(urlsplit(form.action).path, form.method)
                mark = (goal, frozenset(name for name, _, _ in form.fields))
                if goal not in LEAVES and mark not in known:
                    known.add(mark)
                    yield form

    def send(self, form: Form, word: str, *, forged: bool = False) -> TestResponse:
        """The form as it stands, with this word in every field that takes words; `forged`: in every field."""
        data: dict[str, object] = {}
        for name, kind, value in form.fields:
            if forged or kind in WORDS or kind == "password":
                data[name] = word
            elif kind == "file":
                data[name] = (io.BytesIO(word.encode()), "x.jpg")
            elif kind != "button":
                data[name] = value
        if form.method == "GET":
            return self.client.get(form.action, query_string=data)
        return self.client.post(form.action, data=data)


def somebody(app: Flask, n: int, *starts: str) -> Walker:
    client = app.test_client()
    assert client.post("/masuk", data={"who": phone(n), "password": PASSWORD}).status_code == 302
    assert client.post("/konfirmasi", data={"password": PASSWORD}).status_code == 302
    return Walker(app, client, starts)


def shopper(app: Flask) -> Walker:
    """With something in the basket, so that there is a form to order with."""
    walker = Walker(app, app.test_client(), ("/", "/produk", "/keranjang", "/masuk"))
    fill_in = next(form for form in walker.forms() if form.action == "/keranjang/baris")
    assert walker.client.post(fill_in.action, data={n: v for n, _, v in fill_in.fields if n}).status_code == 303
    return walker


WALKS = {
    "shopper": (shopper, 5),
    "leader": (lambda app: somebody(app, LEADERS + 1, "/kelompok-saya/", "/akun/sesi"), 12),
    "manager": (lambda app: somebody(app, 1, "/staff/", "/staff/till", "/staff/settings", "/staff/imports"), 25),
}


@pytest.mark.parametrize("who", WALKS)
def test_nonsense_is_answered_and_kept(small_shop, who):
    make, least = WALKS[who]
    walker = make(small_shop)
    forms = list(walker.forms())
    faults, lost, unanswered = [], [], []
    for form in forms:
        answer = walker.send(form, TYPED)
        if answer.status_code >= 500:
            faults.append((form.action, TYPED))
        # 409: somebody (an earlier form of this walk) was faster; what was typed has no place any more.
        if form.method == "POST" and answer.mimetype == "text/html" and answer.status_code in (200, 400, 422):
            back = Page(form.page, answer.text)
            if answer.status_code != 200:
                unanswered += [(form.action, line) for line in back.unanswered()]
            kept = {name: [value.strip() for value in values] for name, values in back.values.items()}
            lost += [
                (form.action, name, answer.status_code)
                for name in sorted(form.names(*WORDS))
                if TYPED not in kept.get(name, [])
            ]
        for word in NASTY:
            if walker.send(form, word).status_code >= 500:
                faults.append((form.action, word[:40]))
        for word in FORGED:
            if walker.send(form, word, forged=True).status_code >= 500:
                faults.append((form.action, f"forged {word[:40]}"))
    for page in walker.pages.values():
        for word in FORGED:
            if walker.client.get(page, query_string=dict.fromkeys(ASKED, word)).status_code >= 500:
                faults.append((page, f"? {word[:40]}"))
    assert faults == []
    assert lost == []
    assert unanswered == []
    assert len(forms) >= least, sorted(form.action for form in forms)


@pytest.mark.parametrize("who", WALKS)
def test_an_address_of_nothing_is_answered(small_shop, who):
    """Whatever its verb: what is not there is no fault of ours."""
    client = WALKS[who][0](small_shop).client
    faults = []
    for rule in small_shop.url_map.iter_rules():
        if not rule.arguments or rule.endpoint in LEAVES:
            continue
        for n in range(4):
            path = re.sub(
                r"<(?:(int):|path:)?\w+>",
                lambda place, n=n: NOBODYS[place[1] or ""][n % (4 if place[1] else 3)],
                rule.rule,
            )
            for method in sorted(rule.methods & {"GET", "POST"}):
                if client.open(path, method=method, data={} if method == "POST" else None).status_code >= 500:
                    faults.append((method, path[:80]))
    assert faults == []
