"""Who may do what: one enum of permissions, roles as sets of them, and a declaration on every view."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, redirect, request, url_for

from gallery.core.errors import NotAllowed, NotFound
from gallery.core.text import N_, _

View = TypeVar("View", bound=Callable[..., Any])


class P(StrEnum):
    """Every permission, `area:verb` (DOMAIN.md 9)."""

    own_account = "account:own"
    own_group = "group:see"
    own_products = "group:products"
    own_notes = "group:notes"
    own_statements = "group:statements"
    own_production = "group:production"
    own_members = "group:members"
    own_profile = "group:profile"
    """What the shop says of the group."""
    own_bank_account = "group:bank-account"
    today = "staff:today"
    products_see = "products:see"
    products_judge = "products:judge"
    products_write = "products:write"
    groups_see = "groups:see"
    groups_judge = "groups:judge"
    """What a group says of itself, before the shop shows it."""
    groups_manage = "groups:manage"
    bank_accounts = "bank-accounts:reveal"
    consignments_see = "consignments:see"
    consignments_receive = "consignments:receive"
    stock_see = "stock:see"
    stock_write_off = "stock:write-off"
    orders_see = "orders:see"
    orders_prepare = "orders:prepare"
    orders_hand_over = "orders:hand-over"
    orders_refund = "orders:refund"
    orders_cases = "orders:cases"
    orders_transfers = "orders:transfers"
    orders_without_permit = "orders:without-permit"
    """Hand over what was paid before a permit of it ended."""
    reviews_judge = "reviews:judge"
    home_compose = "home:compose"
    """The shop window: the piece in front, collections."""
    production_answer = "production:answer"
    till_sell = "till:sell"
    till_discount = "till:discount"
    settlement_see = "settlement:see"
    settlement_draw_up = "settlement:draw-up"
    settlement_approve = "settlement:approve"
    settlement_pay = "settlement:pay"
    ledger_see = "ledger:see"
    imports_take = "imports:take"
    people_manage = "people:manage"
    accounts_help = "accounts:help"
    settings_change = "settings:change"
    promotions_write = "promotions:write"
    reports = "reports:see"


_STAFF = {P.own_account, P.today, P.products_see, P.groups_see}
_MEMBER = {P.own_account, P.own_group, P.own_products, P.own_notes}
_CASHIER = {P.till_sell, P.orders_see, P.orders_hand_over, P.orders_refund, P.stock_see, P.accounts_help}
_STOREKEEPER = {
    P.consignments_see,
    P.consignments_receive,
    P.stock_see,
    P.stock_write_off,
    P.orders_see,
    P.orders_prepare,
    P.orders_hand_over,
    P.production_answer,
    P.products_write,
}
_CURATOR = {
    P.products_judge,
    P.products_write,
    P.consignments_see,
    P.reviews_judge,
    P.promotions_write,
    P.home_compose,
    P.groups_judge,
}
_FINANCE = {
    P.settlement_see,
    P.settlement_draw_up,
    P.settlement_approve,
    P.settlement_pay,
    P.ledger_see,
    P.orders_see,
    P.orders_refund,
    P.orders_cases,
    P.orders_transfers,
    P.bank_accounts,
    P.reports,
}

ROLES: dict[str, frozenset[P]] = {
    "member": frozenset(_MEMBER),
    "treasurer": frozenset(
        _MEMBER | {P.own_statements, P.own_members, P.own_bank_account, P.own_production, P.own_profile}
    ),
    "leader": frozenset(
        _MEMBER | {P.own_statements, P.own_members, P.own_bank_account, P.own_production, P.own_profile}
    ),
    "cashier": frozenset(_STAFF | _CASHIER),
    "storekeeper": frozenset(_STAFF | _STOREKEEPER),
    "curator": frozenset(_STAFF | _CURATOR),
    "finance": frozenset(_STAFF | _FINANCE),
    "manager": frozenset(
        _STAFF
        | _CASHIER
        | _STOREKEEPER
        | _CURATOR
        | _FINANCE
        | {
            P.groups_manage,
            P.imports_take,
            P.people_manage,
            P.settings_change,
            P.till_discount,
            P.orders_without_permit,
        }
    ),
    "office": frozenset({P.own_account, P.reports}),
}
STAFF_ROLES = ("cashier", "storekeeper", "curator", "finance", "manager")
GROUP_ROLES = ("leader", "treasurer", "member")
ROLE_NAMES = {
    "cashier": N_("Petugas kasir"),
    "storekeeper": N_("Petugas gudang"),
    "curator": N_("Kurator"),
    "finance": N_("Keuangan"),
    "manager": N_("Manajer"),
    "office": N_("Pemantau Disperdag"),
    "leader": N_("Ketua"),
    "treasurer": N_("Bendahara"),
    "member": N_("Anggota"),
}


@dataclass(frozen=True)
class Actor:
    """Who does something: a person with roles, in one group if a producer; or the gallery's own jobs."""

    person_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    group_id: int | None = None
    group_role: str | None = None
    lang: str = "id"
    _granted: frozenset[P] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        held = [*self.roles, *([self.group_role] if self.group_role else [])]
        # The own account is everybody's who has one: also without a role, or before a group is chosen.
        own = frozenset({P.own_account}) if self.person_id is not None else frozenset()
        object.__setattr__(self, "_granted", own.union(*(ROLES[r] for r in held)))

    def may(self, permission: P) -> bool:
        return permission in self._granted

    @property
    def staff(self) -> bool:
        """Works at the gallery."""
        return any(r in STAFF_ROLES for r in self.roles)

    @property
    def known(self) -> bool:
        return self.person_id is not None

    def on_behalf_of(self, group_id: int) -> bool:
        """Whether what is done for this group is done by somebody outside it, for it."""
        return self.group_id != group_id


SYSTEM = Actor(None, "sistem")
"""The gallery itself: jobs and webhooks."""
ANONYMOUS = Actor(None, "")
"""A shopper without an account."""


class _Current:
    """Set by app.py to what knows the person of this request; core knows no persons."""

    load: Callable[[], Actor] = staticmethod(lambda: ANONYMOUS)
    confirmed: Callable[..., bool] = staticmethod(lambda *, sending=False: False)


current = _Current()


def current_actor() -> Actor:
    """The person of this request (edges only; services take it as `by`)."""
    return current.load()


class OtherRole(NotAllowed):
    """Staff without the role for it: who has it, and who gives it."""

    def __init__(self, permission: P) -> None:
        roles = [_(ROLE_NAMES[role]).lower() for role in STAFF_ROLES if permission in ROLES[role]]
        if roles:
            sentence = N_(
                "Bagian ini untuk peran lain. Yang boleh: %(roles)s. "
                "Kalau ini tugas Anda, minta perannya kepada manajer galeri."
            )
        else:
            sentence = N_(
                "Bagian ini untuk anggota kelompok. Yang perlu diurus untuk sebuah kelompok ada di halaman petugas."
            )
        super().__init__(sentence, roles=", ".join(roles))


def requires(permission: P) -> Callable[[View], View]:
    """Only with this permission; a stranger is asked to log in, a producer sees 404, staff see 403."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kw: Any) -> Any:
            actor = current_actor()
            if not actor.known:
                target = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("people_shop.log_in", next=target))
            if not actor.may(permission):
                raise OtherRole(permission) if actor.staff else NotFound
            return view(*args, **kw)

        guarded._permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def step_up(view: View) -> View:
    """Below @requires: only when the password was typed again in the last minutes, else it is asked for first.

    For bank accounts, payouts and roles. A form is shown only then, and taken for some minutes more, so that what was
    typed is not lost; one that was sent later still leads back to its page.
    """

    @wraps(view)
    def guarded(*args: Any, **kw: Any) -> Any:
        if current.confirmed(sending=request.method != "GET"):
            return view(*args, **kw)
        target = request.full_path.rstrip("?")
        if request.method != "GET":
            came = urlsplit(request.referrer or "")
            target = came.path.removeprefix(request.script_root) if came.netloc == request.host else "/"
        return redirect(url_for("people_shop.step_up", next=target))

    return guarded  # type: ignore[return-value]


def public(view: View) -> View:
    """Open to everybody. Its forms are guarded by Origin, not by a token."""
    view._permission = None  # type: ignore[attr-defined]
    return view


def signed(view: View) -> View:
    """Open to programs that prove themselves by a signature; no Origin is asked."""
    public(view)
    view._signed = True  # type: ignore[attr-defined]
    return view


def check_routes(app: Flask) -> None:
    """Refuse to start with a view that does not say who may see it."""
    bare = sorted(n for n, v in app.view_functions.items() if not hasattr(v, "_permission"))
    if bare:
        raise RuntimeError(f"views without @requires or @public: {', '.join(bare)}")


def matrix(app: Flask) -> str:
    """Which role reaches which route, as a Markdown table, generated from the declarations."""
    roles = list(ROLES)
    lines = ["| Route | Methods | public | " + " | ".join(roles) + " |", "|---" * (len(roles) + 3) + "|"]
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        permission: P | None = getattr(app.view_functions[rule.endpoint], "_permission", None)
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        marks = ["✓" if permission is not None and permission in ROLES[r] else "" for r in roles]
        lines.append(f"| `{rule.rule}` | {methods} | {'✓' if permission is None else ''} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"
