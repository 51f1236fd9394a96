"""What staff send about vouchers and automatic discounts; what was typed stays, and is read into terms."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from gallery.core import formats, rupiah
from gallery.core.errors import Refusal
from gallery.core.text import N_, _, language
from gallery.core.web import Form
from gallery.producers.rules import percent
from gallery.promotions import queries, rules, service
from gallery.promotions.models import AutomaticDiscount, AutomaticDiscountScope, Voucher, VoucherScope
from gallery.promotions.rules import Scope, Terms

PERCENT, AMOUNT = "percent", "amount"


class _PromotionForm(Form):
    """What vouchers and discounts have in common."""

    kind = RadioField(
        N_("Macam potongan"),
        choices=[SelectChoice(PERCENT, N_("Persen")), SelectChoice(AMOUNT, N_("Rupiah"))],
        default=PERCENT,
        validate_choice=False,
    )
    worth = StringField(N_("Besar potongan"))
    from_date = StringField(N_("Hari pertama"))
    to_date = StringField(N_("Hari terakhir"))
    scope = RadioField(N_("Untuk barang"), default=rules.ALL, validate_choice=False)
    categories = SelectMultipleField(N_("Jenis"), validate_choice=False)
    groups = SelectMultipleField(N_("Kelompok pembuat"), validate_choice=False)
    funder = RadioField(N_("Siapa yang menanggung"), default=rules.GALLERY, validate_choice=False)
    consent = StringField(N_("Persetujuan kelompok"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.kind.choices = [SelectChoice(kind.value, _(kind.label)) for kind in self.kind.choices]
        self.scope.choices = [SelectChoice(kind, _(rules.SCOPES[kind])) for kind in self.scopes]
        self.funder.choices = [SelectChoice(who, _(text)) for who, text in rules.FUNDERS.items()]
        offered = queries.choices(language())
        self.categories.choices = [SelectChoice(str(id), name) for id, name in offered[rules.CATEGORIES]]
        self.groups.choices = [SelectChoice(str(id), name) for id, name in offered[rules.GROUPS]]

    scopes: tuple[str, ...] = (rules.ALL, rules.CATEGORIES, rules.GROUPS)

    def _read(self) -> dict[str, Any]:
        """The common terms; what cannot be read is told beside its field, and something harmless stands for it."""
        typed, bp, amount = (self.worth.data or "").strip(), 0, rupiah.ZERO
        if self.kind.data == AMOUNT:
            read = self.checked(lambda: rupiah.parse(typed, field="worth"))
            amount = rupiah.Rupiah(1) if read is None else read
        else:
            part = self.checked(lambda: percent(typed, "worth"))
            bp = 1 if part is None else part
        return {
            "bp": bp,
            "amount": amount,
            "from_date": self.checked(lambda: _date(self.from_date.data, "from_date")) or date.min,
            "to_date": self.checked(lambda: _date(self.to_date.data, "to_date", empty=True)),
            "scope": self._scope(),
            "funder": self.funder.data or "",
            "consent": self.consent.data or "",
        }

    def _judged(self, terms: Terms, faults: Iterable[Refusal]) -> Terms | None:
        """The terms; None when they cannot be read or make no sense: all of why is told beside its field."""
        for fault in faults:
            self.refuse(fault)
        return None if self.errors else terms

    def _scope(self) -> Scope:
        kind = self.scope.data if self.scope.data in self.scopes else rules.ALL
        field = {rules.CATEGORIES: self.categories, rules.GROUPS: self.groups}.get(kind)
        known = {choice.value for choice in field.choices} if field else set()
        return Scope(kind, frozenset(int(one) for one in (field.data or [] if field else []) if one in known))

    def refuse(self, refusal: Refusal) -> None:
        """Beside its field; what is missing of a scope beside the list it was to be chosen from."""
        if refusal.field == "scope_ids":
            refusal.field = self.scope.data if self.scope.data in self._fields else "scope"
        super().refuse(refusal)

    def _show(self, row: Voucher | AutomaticDiscount, ids: list[int]) -> None:
        self.kind.data = PERCENT if row.bp else AMOUNT
        self.worth.data = formats.percent(row.bp).rstrip("%") if row.bp else formats.number(row.amount or 0)
        self.from_date.data = row.from_date.isoformat()
        self.to_date.data = row.to_date.isoformat() if row.to_date else ""
        self.scope.data, self.funder.data, self.consent.data = row.scope, row.funder, row.consent
        if row.scope in (rules.CATEGORIES, rules.GROUPS):
            getattr(self, row.scope).data = [str(id) for id in ids]


class VoucherForm(_PromotionForm):
    """A voucher."""

    order = ("code", "kind", "worth", "most", "minimum", "from_date", "to_date", "total_limit", "person_limit")
    code = StringField(N_("Kode"))
    most = StringField(N_("Potongan terbesar, boleh kosong"))
    minimum = StringField(N_("Belanja paling sedikit, boleh kosong"))
    total_limit = StringField(N_("Batas pemakaian seluruhnya, boleh kosong"))
    person_limit = StringField(N_("Batas tiap orang, boleh kosong"))

    def terms(self, row: Voucher | None = None) -> Terms | None:
        """What was typed, for a new voucher or for `row`; None when it will not do."""
        common = self._read()
        numbers: dict[str, Any] = {
            "most": self.checked(lambda: _rupiah(self.most.data, "most")),
            "minimum": self.checked(lambda: _rupiah(self.minimum.data, "minimum")) or rupiah.ZERO,
            "total_limit": self.checked(lambda: _count(self.total_limit.data, "total_limit")),
            "person_limit": self.checked(lambda: _count(self.person_limit.data, "person_limit")),
        }
        self.checked(lambda: service.free_code(self.code.data or "", row))
        terms = Terms(code=self.code.data or "", **common, **numbers)
        return self._judged(terms, rules.voucher_faults(terms, used=row.used if row else 0))

    def show(self, row: Voucher) -> None:
        """What there is, to be changed."""
        self._show(row, queries.scope_ids(VoucherScope, VoucherScope.voucher_id, row.id))
        self.code.data = row.code
        self.most.data = formats.number(row.most) if row.most else ""
        self.minimum.data = formats.number(row.minimum) if row.minimum else ""
        self.total_limit.data = str(row.total_limit or "")
        self.person_limit.data = str(row.person_limit or "")


class DiscountForm(_PromotionForm):
    """An automatic discount."""

    order = (
        *("name", "name_en", "kind", "worth", "from_date", "to_date"),
        *("scope", "categories", "groups", "products", "funder", "consent"),
    )
    scopes = (rules.ALL, rules.CATEGORIES, rules.GROUPS, rules.PRODUCTS)
    name = StringField(N_("Nama diskon"))
    name_en = StringField(N_("Nama dalam bahasa Inggris, boleh kosong"))
    products = TextAreaField(N_("SKU produk, satu per baris"))

    def terms(self) -> Terms | None:
        """What was typed; None when it will not do."""
        terms = Terms(name=self.name.data or "", name_en=self.name_en.data or "", **self._read())
        return self._judged(terms, rules.discount_faults(terms))

    def _scope(self) -> Scope:
        if self.scope.data != rules.PRODUCTS:
            return super()._scope()
        return Scope(rules.PRODUCTS, self.checked(lambda: _products(self.products.data)) or frozenset())

    def show(self, row: AutomaticDiscount) -> None:
        """What there is, to be changed."""
        ids = queries.scope_ids(AutomaticDiscountScope, AutomaticDiscountScope.discount_id, row.id)
        self._show(row, ids)
        self.name.data, self.name_en.data = row.name, row.name_en
        if row.scope == rules.PRODUCTS:
            self.products.data = "\n".join(queries.skus_of(ids))


def _date(text: str | None, field: str, *, empty: bool = False) -> date | None:
    text = (text or "").strip()
    if not text and empty:
        return None
    found = formats.typed_day(text)
    if found is None:
        raise Refusal(N_("Isi tanggalnya. Contoh: 2026-11-30."), field=field)
    return found


def _rupiah(text: str | None, field: str) -> rupiah.Rupiah | None:
    return rupiah.parse(text, field=field) if text and text.strip() else None


def _count(text: str | None, field: str) -> int | None:
    text = (text or "").strip().replace(".", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refusal(N_("Isi angka mulai 1, atau kosongkan kalau tanpa batas."), field=field)
    return int(text)


def _products(text: str | None) -> frozenset[int]:
    skus = [line.strip().upper() for line in (text or "").splitlines() if line.strip()][:500]
    found = queries.products_of_skus(skus)
    missing = [sku for sku in skus if sku not in found]
    if missing:
        raise Refusal(N_("Tidak ada produk dengan SKU %(sku)s."), field="products", sku=missing[0][:40])
    return frozenset(found.values())
