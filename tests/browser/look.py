"""How a page is looked at: widths, axe, what overflows, what the console says. The page's own policy stays in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, Page

PHONE, DESK = 390, 1280
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@contextmanager
def opened(chromium: Browser, width: int = PHONE, lang: str = "id") -> Iterator[Page]:
    """A person's own window: no cookies of others. Leaving it fails on anything the console complained of."""
    context = chromium.new_context(viewport={"width": width, "height": 844}, locale=lang)
    complaints: list[str] = []
    page = context.new_page()
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type == "error" and "status of 4" not in m.text else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
        assert complaints == []
    finally:
        context.close()


def troubles(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window; each in a line."""
    # A script element would be stopped by the policy; evaluating it is not.
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    lines = [
        f"{page.url}: {violation['id']}: {violation['help']}: {node['target']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        lines.append(f"{page.url}: {wide} px wider than the window")
    return lines
