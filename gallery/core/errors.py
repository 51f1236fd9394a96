"""Refusals: exceptions with a sentence fit to show. Each rule names its own beside it."""

from gallery.core.text import N_


class Refusal(Exception):
    """Something a person asked for that the gallery does not do; the sentence says why.

    `sentence` is an Indonesian msgid with %(name)s places, `params` fill them, `field` names the form field it
    belongs to (or none: it concerns the whole page).
    """

    status = 400

    def __init__(self, sentence: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(sentence % params if params else sentence)
        self.sentence, self.field, self.params = sentence, field, params


class NotFound(Refusal):
    """Not there, or not theirs: a stranger cannot tell which."""

    status = 404

    def __init__(
        self, sentence: str = N_("Halaman ini sudah tidak ada."), *, field: str | None = None, **params: object
    ) -> None:
        super().__init__(sentence, field=field, **params)


class NotAllowed(Refusal):
    """A known person without the right for it."""

    status = 403

    def __init__(
        self, sentence: str = N_("Anda tidak berhak melakukan ini."), *, field: str | None = None, **params: object
    ) -> None:
        super().__init__(sentence, field=field, **params)


class Conflict(Refusal):
    """Somebody else was first; looking again shows the new state."""

    status = 409

    def __init__(
        self,
        sentence: str = N_("Data ini baru saja diubah orang lain. Muat ulang lalu coba lagi."),
        *,
        field: str | None = None,
        **params: object,
    ) -> None:
        super().__init__(sentence, field=field, **params)
