"""Every sentence a person reads, in Indonesian and English.

The msgid of a sentence is the Indonesian sentence itself, so Indonesian needs no catalogue and a page without a
translation still says something. English stands in `translations/en/<capability>.po`, one plain gettext file a
capability, read once into one in-memory catalogue: there are no .mo files to forget.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain
from markupsafe import Markup, escape

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
FOLDER = Path(__file__).parents[2] / "translations"

# The language of the paper or mail being written, when it is not the reader's of this request.
_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)
# That of the request being answered, told by the layer that reads the address: pages ask for it some hundred times.
_asked: ContextVar[Language | None] = ContextVar("asked", default=None)


def language() -> Language:
    """The language to answer in: that of `speaking`, else of the address (`/en` before it), else Indonesian."""
    spoken = _spoken.get() or _asked.get()
    if spoken is not None:
        return spoken
    if has_request_context() and request.environ.get("SCRIPT_NAME", "").endswith("/en"):
        return "en"
    return "id"


@contextmanager
def speaking(lang: Language) -> Iterator[None]:
    """Within it `_` and the formatters speak `lang`: for mails and papers in the language of who gets them."""
    token = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(token)


@contextmanager
def asked(lang: Language) -> Iterator[None]:
    """While a request in `lang` is answered."""
    token = _asked.set(lang)
    try:
        yield
    finally:
        _asked.reset(token)


def _(msgid: str, /, **params: object) -> str:
    """The sentence in the language of the request, with its `%(name)s` filled in.

    A parameter that is Markup (a link in the sentence) makes the whole Markup, everything else in it escaped.
    """
    return translate(language(), msgid, **params)


def N_(msgid: str) -> str:
    """Marks a sentence to be translated later, by whoever shows it: rules, services and models speak so."""
    return msgid


def translate(lang: str, msgid: str, /, **params: object) -> str:
    """The sentence in `lang`, outside a request too. `%` is literal when there are no parameters."""
    text = msgid
    if lang == "en" and msgid:
        # Indonesian nouns have no plural; an English sentence about one thing stands under the context "one".
        one = str(params.get("n")) == "1" and english().pgettext("one", msgid)
        text = str(one if one and one != msgid else english().gettext(msgid))
    if not params:
        return text
    if any(isinstance(value, Markup) for value in params.values()):
        return Markup(escape(text)) % params
    return text % params


def po_files(lang: str = "en") -> list[Path]:
    """The catalogues of a language, in the order in which they are read."""
    return sorted((FOLDER / lang).glob("*.po"))


def read(path: Path) -> Catalog:
    """One catalogue as Babel sees it; a broken one raises with its file and line."""
    with path.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


@cache
def english() -> Translations:
    """All English sentences in one catalogue; of two files that say the same sentence the first by name counts."""
    whole = Catalog(locale="en")
    for path in po_files():
        for message in read(path):
            if message.id and message.string and not message.fuzzy and not whole.get(message.id, message.context):
                whole.add(message.id, message.string, context=message.context)
    mo = BytesIO()
    write_mo(mo, whole)
    mo.seek(0)
    return Translations(fp=mo)


class OneCatalogue(Domain):
    """What Flask-Babel asks for sentences: the same catalogue, so that its own gettext speaks as `_` does."""

    def get_translations(self) -> Translations:
        return english() if language() == "en" else Translations()


def register(app: Flask) -> None:
    """Binds the sentences to the app: Flask-Babel speaks the address's language, templates get `_` and `language`."""
    babel = Babel(
        app, configure_jinja=False, locale_selector=language, default_locale="id", default_timezone="Asia/Jakarta"
    )
    babel.domain_instance = OneCatalogue()
    app.jinja_env.globals.update(_=_, N_=N_, language=language, translate=translate)
    english()
