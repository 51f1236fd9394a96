"""Pages to measure against: a bare 'hello', a page from a dict, and the shop's own list rendered from memory."""

from collections.abc import Callable
from typing import Any

from flask import Flask, template_rendered

from gallery.core.web import gallery_facts
from tests.benchmarks.asking import ask, request

LIST = "/produk"


def bare(pages: dict[str, bytes]) -> Flask:
    """An app of Flask's alone: `/hello`, and `/page/<name>` from a dict."""
    app = Flask(__name__)

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.get("/page/<name>")
    def page(name: str) -> bytes:
        return pages[name]

    return app


def from_memory(app: Flask) -> Callable[[], bytes]:
    """The shop's list as a stranger gets it, rendered anew each time from what its view told the template.

    No database, no log-in, no basket; no card is kept from the time before, each is rendered.
    """
    told: list[tuple[Any, dict[str, Any]]] = []
    asked = request(LIST)

    def note(sender: Flask, template: Any, context: dict[str, Any], **rest: Any) -> None:
        told.append((template.name, dict(context)))

    with template_rendered.connected_to(note, app):
        app.extensions["pages"].clear()
        ask(app, asked)
    name, context = told[-1]
    with app.request_context(dict(asked)):
        facts = gallery_facts()
    plain = app.jinja_env.overlay()
    plain.globals = {
        **app.jinja_env.globals,
        "fragment": lambda macro, *args: macro(*args),
        "gallery_facts": lambda: facts,
    }
    template = plain.get_template(name)

    def page() -> bytes:
        with app.request_context(dict(asked)):
            return template.render(context).encode()

    return page
