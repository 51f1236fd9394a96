#!/usr/bin/env python3
"""Lighthouse's scores of the shop's five pages on a running demo, as a phone sees them.

    python3 dev.py demo                      in one terminal
    python3 tests/lighthouse/run.py          in another; [ADDRESS] [--runs 3] [--keep FOLDER for the whole reports]

Needs Node.js with npx, which fetches the pinned Lighthouse and keeps it in npm's own cache (nothing is installed here),
and the system's Chromium (or the one that CHROMIUM names). Standard library only; pytest does not collect it. A basket
is filled and an order placed, to be paid at pick-up. Of several runs the middle one counts. Ends with 1 when a score
is below its bound.
"""

import argparse
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

LIGHTHOUSE = "lighthouse@13.5.0"
TRIES = 3
"""On a busy machine Chromium sometimes records no trace; that run counts for nothing."""
BOUNDS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
BUYER = {"delivery": "pickup", "pay_by": "at-pickup", "name": "Ibu Rahma", "phone": "0812-3456-7890", "place": "1"}
CARD, FORM = (
    re.compile(r'<a href="(/produk/[^"?]+)"'),
    re.compile(r'<input\b[^>]*>|<button\b[^>]*name="variant_id"[^>]*>'),
)


class Shopper:
    """Somebody without an account, who keeps the cookies that the shop gives."""

    def __init__(self, shop: str) -> None:
        self.shop, self.jar = shop, CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.jar))

    def open(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """The page that a path leads to in the end: its path and its words."""
        data = None if form is None else urlencode(form).encode()
        request = Request(self.shop + path, data, {"Origin": self.shop, "Cookie": self.cookies()})
        with self._opener.open(request) as answer:
            return urlsplit(answer.url).path, answer.read().decode()

    def cookies(self) -> str:
        """As a header says them. The jar itself sends none that are for https alone to a demo on loopback."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


def fields(page: str) -> dict[str, str]:
    """What the inputs of a page hold."""
    found = {}
    for tag in FORM.findall(page):
        told = dict(re.findall(r'\b(name|value)="([^"]*)"', tag))
        if "name" in told:
            found.setdefault(told["name"], html.unescape(told.get("value", "")))
    return found


def prepare(shop: str) -> tuple[dict[str, str], str]:
    """Name and path of each page, and the cookies of a shopper with a basket who has ordered before."""
    shopper = Shopper(shop)
    known = list(dict.fromkeys(CARD.findall(shopper.open("/produk?siap=1")[1])))
    if len(known) < 3:
        sys.exit(f"{shop} has fewer than three things on its shelf: is it the demo?")
    pages = {"home": "/", "list": "/produk", "product": known[0]}
    put_in(shopper, known[1])
    basket = fields(shopper.open("/keranjang")[1])
    pages["order"], words = shopper.open(
        "/pemesanan", {name: basket[name] for name in ("key", "total", "promised") if name in basket} | BUYER
    )
    if not pages["order"].startswith("/pesanan/"):
        sys.exit("The order was not taken:\n" + re.sub(r"<[^>]*>", " ", words)[:3000])
    put_in(shopper, known[0])
    put_in(shopper, known[2])
    pages["basket"] = "/keranjang"
    return pages, shopper.cookies()


def put_in(shopper: Shopper, product: str) -> None:
    variant = fields(shopper.open(product)[1])["variant_id"]
    shopper.open("/keranjang/baris", {"variant_id": variant, "quantity": "1"})


@contextmanager
def reports(folder: str | None) -> Iterator[Path]:
    """Where the reports lie: in a folder that is kept, or in one that goes."""
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        yield Path(folder)
    else:
        with tempfile.TemporaryDirectory() as own:
            yield Path(own)


def scores(address: str, cookies: str, report: Path) -> dict[str, int]:
    """Of one run, each out of 100."""
    command = [
        *("npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={report}"),
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
        f"--only-categories={','.join(BOUNDS)}",
    ]
    if cookies:
        command.append(f"--extra-headers={json.dumps({'Cookie': cookies})}")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), "")
    for _ in range(TRIES):
        done = subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True)
        if not done.returncode:
            break
        print(f"  {urlsplit(address).path}: once more: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    else:
        sys.exit(done.stderr)
    told = json.loads(report.read_text())
    for name in BOUNDS:
        for audit in told["categories"][name]["auditRefs"]:
            one = told["audits"][audit["id"]]
            if name != "performance" and audit["weight"] and one["score"] not in (None, 1):
                print(f"  {urlsplit(address).path}: {one['id']}: {one['title']}", file=sys.stderr)
    return {name: round(told["categories"][name]["score"] * 100) for name in BOUNDS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", metavar="FOLDER")
    asked = parser.parse_args()
    shop = asked.address.rstrip("/")
    pages, cookies = prepare(shop)
    print(f"| page | {' | '.join(BOUNDS)} |\n| ---{' | ---:' * len(BOUNDS)} |")
    low = False
    with reports(asked.keep) as folder:
        for name in ("home", "list", "product", "basket", "order"):
            own = cookies if name in ("basket", "order") else ""
            runs = [scores(shop + pages[name], own, folder / f"{name}-{n + 1}.json") for n in range(asked.runs)]
            middle = {what: int(median(run[what] for run in runs)) for what in BOUNDS}
            low = low or any(middle[what] < least for what, least in BOUNDS.items())
            print(f"| {name} | {' | '.join(str(middle[what]) for what in BOUNDS)} |", flush=True)
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
