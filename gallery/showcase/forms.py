"""What a curator sends about a collection; what was typed and chosen stays until the rest is right."""

from datetime import date
from typing import Any

from flask import request
from wtforms import BooleanField, StringField, TextAreaField

from gallery.core import clock
from gallery.core.text import N_, language
from gallery.core.web import Form
from gallery.producers.rules import day
from gallery.search.queries.finding import find
from gallery.search.rules.wanted import Wanted
from gallery.showcase import queries, rules
from gallery.showcase.queries import Piece
from gallery.showcase.rules import Content

FOUND = 12
"""Things shown for what was looked for."""


def looked_for(words: str, on: date) -> list[Piece]:
    """Things on sale that meet the words, best first."""
    words = " ".join(words.split())[:80]
    if not words:
        return []
    lang = language()
    return queries.pieces(find(Wanted(words=words), 1, on=on, lang=lang, size=FOUND).ids, on, lang)


class CollectionForm(Form):
    """A collection: its words in both languages, its days, and what is in it, chosen by search."""

    name = StringField(rules.LABELS["name"])
    name_en = StringField(N_("Nama koleksi (Inggris), boleh kosong"))
    slug = StringField(N_("Alamat, boleh kosong"))
    text = TextAreaField(rules.LABELS["text"])
    text_en = TextAreaField(N_("Kata pengantar (Inggris), boleh kosong"))
    from_date = StringField(rules.LABELS["from_date"])
    to_date = StringField(rules.LABELS["to_date"])
    shown = BooleanField(rules.LABELS["shown"])
    q = StringField(N_("Cari barang"))

    def __init__(self, content: Content | None = None, *args: Any, **kw: Any) -> None:
        super().__init__(*args, data=_typed(content), **kw)
        self.ids: list[int] = list(content.product_ids) if content else []
        self.picture_id: int | None = content.picture_id if content else None
        self.found: list[Piece] = []
        self.sought = False
        if request.method == "POST":
            self.ids = _numbers("product")
            chosen = _numbers("picture")
            self.picture_id = chosen[0] if chosen else None

    def press(self) -> bool:
        """Do what was asked for short of saving: look for things, take ticked ones in, order them, let them go.

        False: the form is to be saved. What is ticked comes in whatever was pressed.
        """
        verb, _colon, what = request.form.get("do", "").partition(":")
        self.ids = list(dict.fromkeys([*self.ids, *_numbers("found")]))
        looking = bool((self.q.data or "").strip())
        if verb == "search" or (verb == "enter" and looking):
            self.found = [one for one in looked_for(self.q.data or "", clock.today()) if one.id not in self.ids]
            self.sought = looking
            return True
        if verb == "add":
            self.q.data = ""
            return True
        id = int(what) if what.isascii() and what.isdigit() else 0
        if verb in ("up", "down", "drop") and id in self.ids:
            here = self.ids.index(id)
            self.ids.remove(id)
            if verb == "drop":
                self.picture_id = None if self.picture_id == id else self.picture_id
            else:
                self.ids.insert(max(here - 1, 0) if verb == "up" else here + 1, id)
        return verb in ("up", "down", "drop")

    def content(self) -> Content | None:
        """What was said; None when it cannot stand, all that is wrong being told beside its fields."""
        first = self.checked(lambda: day(self.from_date.data or "", "from_date"))
        last = self.checked(lambda: day(self.to_date.data or "", "to_date"))
        read = first is not None and last is not None
        today = clock.today()
        said = Content(
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            text=self.text.data or "",
            text_en=self.text_en.data or "",
            from_date=(read and first) or today,  # days that cannot be read are told already
            to_date=(read and last) or today,
            shown=bool(self.shown.data),
            picture_id=self.picture_id,
            product_ids=tuple(self.ids),
        )
        for refusal in rules.wrong(rules.tidied(said)):
            self.refuse(refusal)
        return None if self.errors else said

    @property
    def pieces(self) -> list[Piece]:
        """What is chosen, as it stands today."""
        return queries.pieces(self.ids, clock.today(), language())


def _typed(content: Content | None) -> dict[str, Any] | None:
    if content is None:
        return None
    return {
        **{name: getattr(content, name) for name in ("name", "name_en", "text", "text_en", "shown")},
        "from_date": content.from_date.isoformat(),
        "to_date": content.to_date.isoformat(),
    }


def number(name: str) -> int:
    """The one id that a form sent under a name; 0 when it sent none."""
    return next(iter(_numbers(name)), 0)


def _numbers(name: str) -> list[int]:
    """Ids that a form sent under a name, each once; what is no id is not read."""
    sent = (text for text in request.form.getlist(name)[:200] if text.isascii() and text.isdigit() and len(text) < 19)
    return list(dict.fromkeys(int(text) for text in sent))
