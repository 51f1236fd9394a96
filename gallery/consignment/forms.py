"""What a group sends when it proposes goods, and staff when they count them: fields by row, so no class of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from gallery.consignment import rules
from gallery.consignment.queries import LineRow
from gallery.consignment.service import Count, Proposal
from gallery.core import formats, rupiah
from gallery.core.errors import Refusal
from gallery.core.text import _

NUMBER = re.compile(r"\d{1,7}")
RATE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?")


@dataclass
class Typed:
    """What was typed, by field name; what is wrong with it, beside the field it belongs to or above the page."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    page_error: str = ""

    def get(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal where it is read: beside a field with a row number, else above the form."""
        sentence = _(refusal.sentence, **refusal.params)
        if refusal.field and refusal.field not in ("lines", "group_id"):
            self.errors[refusal.field] = sentence
        else:
            self.page_error = sentence

    @property
    def wrong(self) -> bool:
        return bool(self.errors or self.page_error)

    def number(self, name: str) -> int | None:
        """A whole number, None for an empty field; what is no number is an error beside it."""
        text = self.get(name).strip()
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            self.errors[name] = _("Isi dengan angka. Contoh: 12.")
            return None
        return int(text)

    def day(self, name: str) -> date | None:
        """A day as the browser sends it."""
        text = self.get(name).strip()
        if not text:
            return None
        found = formats.typed_day(text)
        if found is None:
            self.errors[name] = _("Isi tanggal. Contoh: 2026-11-05.")
        return found


class ProposalForm(Typed):
    """A group's goods and how many of each; when they come; a word to staff."""

    def proposals(self, variant_ids: Sequence[int]) -> list[Proposal]:
        """The goods with a number, in the order of the page."""
        found = []
        for id in variant_ids:
            quantity = self.number(f"quantity-{id}")
            if quantity:
                found.append(Proposal(id, quantity, sample=bool(self.get(f"sample-{id}"))))
        return found

    def deliver_on(self) -> date | None:
        """The day typed, else the one chosen."""
        return self.day("deliver_on") or self.day("deliver")


class ReceiptForm(Typed):
    """What was counted of each line, where it goes, why it differs, and what was agreed for it."""

    def counts(self, lines: Sequence[LineRow], places: Sequence[int]) -> list[Count]:
        """The lines that are still open, as typed; goods without a place go to the first of `places`."""
        return [self._count(line, places) for line in lines if not line.finished]

    def check(self, lines: Sequence[LineRow], counts: Sequence[Count]) -> None:
        """Every difference without a reason at once, each beside its line, before anything is taken in."""
        named = {line.id: line for line in lines}
        for count in counts:
            line, units = named[count.line_id], count.quantity
            if not units and not count.reason.strip():
                continue  # nobody has counted it yet
            try:
                rules.count(
                    line.proposed,
                    line.counted,
                    units or 0,
                    reason=count.reason,
                    later=count.later,
                    field=f"reason-{line.id}",
                )
            except Refusal as refusal:
                self.refuse(refusal)

    def _count(self, line: LineRow, places: Sequence[int]) -> Count:
        id = line.id
        quantity = self.number(f"count-{id}")  # read in the order of the page: so is what is wrong listed
        place = self.number(f"location-{id}") or places[0]
        if place not in places:
            self.errors[f"location-{id}"] = _("Pilih tempatnya.")
        expires_on = self.day(f"expires-{id}")
        kind, bp, net = self._terms(id)
        return Count(
            line_id=id,
            quantity=quantity,
            location_id=place,
            reason=self.get(f"reason-{id}"),
            later=bool(self.get(f"later-{id}")),
            expires_on=expires_on,
            sold_from_display=bool(self.get(f"sold-{id}")),
            terms_kind=kind,
            bp=bp,
            net=net,
            term_days=self.number(f"days-{id}") or None,
        )

    def _terms(self, id: int) -> tuple[str | None, int | None, rupiah.Rupiah | None]:
        kind, name = self.get(f"terms-{id}"), f"rate-{id}"
        text = self.get(name).strip()
        if kind == rules.PERCENT:
            match = RATE.fullmatch(text)
            bp = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else -1
            if 0 <= bp <= 10_000:
                return kind, bp, None
            self.errors[name] = _("Isi persen dari 0 sampai 100. Contoh: 12,5.")
        elif kind == rules.NET:
            try:
                net = rupiah.parse(text, field=name)
                if net > 0:
                    return kind, None, net
                self.errors[name] = _("Isi lebih dari nol.")
            except Refusal as refusal:
                self.refuse(refusal)
        return None, None, None


def typed_of(lines: Sequence[LineRow]) -> dict[str, str]:
    """The form as it was left: what was tallied and typed before, or what is expected."""
    values: dict[str, str] = {}
    for line in lines:
        own: dict[str, object] = {
            "count": line.tally if line.tally is not None else 0,
            "location": line.location_id or "",
            "reason": line.reason or "",
            "expires": line.expires_on or "",
            "sold": "1" if line.sold_from_display else "",
            "terms": line.terms_kind or "",
            "rate": rate_typed(line),
            "days": line.term_days or "",
        }
        values |= {f"{name}-{line.id}": str(value) for name, value in own.items()}
    return values


def rate_typed(line: LineRow) -> str:
    """A line's own rate as it is typed: `12,5` or `25000`."""
    if line.terms_kind == rules.NET and line.net:
        return str(int(line.net))
    if line.terms_kind == rules.PERCENT and line.bp is not None:
        whole, rest = divmod(line.bp, 100)
        return str(whole) + (f",{rest:02d}".rstrip("0") if rest else "")
    return ""
