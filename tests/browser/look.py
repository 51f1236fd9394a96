"""How a page is looked at: widths, axe, what overflows, what the console says. The page's own policy stays in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page

PHONE, DESK = 390, 1280
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # All rules are run; what they found in order is not written down node by node.
    "resultTypes": ["violations"],
}


@contextmanager
def opened(
    chromium: Browser, width: int = PHONE, lang: str = "id", *, kept: bool = False, scripts: bool = True
) -> Iterator[Page]:
    """A person's own window: no cookies of others. Leaving it fails on anything the console complained of.

    `kept`: with the worker that keeps pages for when there is no line. Elsewhere it would fetch a dozen pages and
    files for every window. `scripts`: whether any is run.
    """
    context = chromium.new_context(
        viewport={"width": width, "height": 844},
        locale=lang,
        service_workers="allow" if kept else "block",
        java_script_enabled=scripts,
    )
    complaints: list[str] = []
    page = context.new_page()

    def hear(said: ConsoleMessage) -> None:
        # A photo opened by itself is a page of the browser's own making: its styles are none of ours.
        if said.type == "error" and "status of 4" not in said.text and "/media/" not in said.location["url"]:
            complaints.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
        assert complaints == [], complaints
    finally:
        context.close()


UNANSWERED = """() => {
  const lines = [], at = document.activeElement;
  const wrong = [...document.querySelectorAll("[aria-invalid=true]")];
  if (!at.matches("[role=alert], [aria-invalid=true]")) lines.push(`the focus is on ${at.tagName} ${at.id}`);
  if (!wrong.length) lines.push("no field is marked");
  const said = one => (one?.getAttribute("aria-describedby") ?? "").split(" ")
    .map(id => document.getElementById(id)?.innerText.trim() ?? "").join("");
  for (const field of wrong)
    if (!said(field) && !said(field.closest("fieldset"))) lines.push(`nothing is said of ${field.name}`);
  let last = null;
  for (const link of document.querySelectorAll("[role=alert] a[href^='#']")) {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) lines.push(`${link.hash} leads nowhere`);
    else if (last && last.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_PRECEDING)
      lines.push(`${link.hash} is listed after what stands below it`);
    last = field ?? last;
  }
  return lines;
}"""


def unanswered(page: Page) -> list[str]:
    """What is wrong with how a form was refused: the focus is on the summary or on a field that is marked, each marked
    field is described by its sentence, and the links of the summary lead to fields, in the order of the page; each
    failing in a line.
    """
    page.wait_for_load_state()
    return [f"{page.url}: {line}" for line in page.evaluate(UNANSWERED)]


FALLEN_APART = r"""() => [...document.querySelectorAll("body *")]
  .filter(one => getComputedStyle(one).display.endsWith("flex")
    && [...one.childNodes].some(part => part.nodeType === Node.TEXT_NODE && /^\s*[,.;:)]/.test(part.data)))
  .map(one => one.outerHTML.slice(0, 120))"""
"""Sentences whose parts are laid out as boxes of their own: a long name pushes the comma after it into a column."""


def troubles(page: Page) -> list[str]:
    """What axe finds, sentences that fall apart, and whether the page is wider than its window; each in a line."""
    # A press leads on before the next page is there whole; an empty document has nothing to look at.
    page.wait_for_load_state()
    # A script element would be stopped by the policy; evaluating it is not.
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    lines = [
        f"{page.url}: {violation['id']}: {violation['help']}: {node['target']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    lines += [f"{page.url}: falls apart: {one}" for one in page.evaluate(FALLEN_APART)]
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        lines.append(f"{page.url}: {wide} px wider than the window")
    return lines
