"""The plain counter: scan or search, take cash or QRIS, print the receipt."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.core import clock, documents, rupiah, settings, tokens
from gallery.core.errors import Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import row_id
from gallery.payments.rules import NAMES, TILL
from gallery.promotions import rules as promotions
from gallery.sales import queries as prices
from gallery.sales import service as sales
from gallery.stock.rules import NotEnough
from gallery.till import queries, rules, service

bp = Blueprint("till_staff", __name__)

Answer = str | tuple[str, int] | BaseResponse | Response
_SLIP = "slip"
"""Where the browser's session keeps the slip being filled: its key, and units by variant."""
WAYS = {"tunai": TILL, "qris": "qris"}


def _lines() -> dict[int, int]:
    kept = session.get(_SLIP) or {}
    return {int(id): n for id, n in kept.get("lines", [])}


def _keep(lines: dict[int, int]) -> None:
    kept = session.get(_SLIP) or {}
    rest = {"key": kept.get("key") or tokens.public_id(), "less": kept.get("less")}
    session[_SLIP] = {**rest, "lines": [[id, n] for id, n in lines.items() if n > 0]}


def _less() -> service.Less:
    """What the slip is reduced by; a code alone is read off what was kept."""
    return service.Less(*((session.get(_SLIP) or {}).get("less") or []))


def _quoted(slip: list[queries.SlipLine]) -> tuple[sales.Quote | None, service.Less]:
    """The slip's prices, and what it is reduced by: without what does not hold any more (a limit that was lowered)."""
    lines, less = {line.id: line.quantity for line in slip}, _less()
    if not lines:
        return None, less
    try:
        return service.quoted(lines, less, by=current_actor(), on=clock.today()), less
    except Refusal:
        less = service.Less(voucher=less.voucher, phone=less.phone)
        return service.quoted(lines, less, by=current_actor(), on=clock.today()), less


def _said(refusal: Refusal) -> str:
    return _(refusal.sentence, **refusal.params)


def _short(slip: list[queries.SlipLine]) -> rules.TooFewLeft | None:
    """The first thing of which the slip holds more than is free: what the last piece's other buyer left behind."""
    return next((rules.TooFewLeft(line.name, line.left) for line in slip if line.quantity > line.left), None)


@bp.get("/till")
@requires(P.till_sell)
def till() -> Answer:
    """Goods to press on the left, the slip on the right."""
    return _till(request.args.get("q", "").strip())


def _till(
    q: str = "",
    error: str = "",
    status: int = 200,
    typed: service.Less | None = None,
    wrong: dict[str, str] | None = None,
) -> tuple[str, int]:
    today = clock.today()
    slip = queries.slip(_lines(), today)
    quote, less = _quoted(slip)
    goods = quote.goods if quote else ZERO
    found = queries.find(q, today) if q else []
    if q and not found and not error:
        error = _said(rules.UnknownCode(q))
    tiles = found or queries.best(today)
    return render_template(
        "till/staff/till.html",
        quote=quote,
        quoted={line.variant_id: line for line in quote.lines} if quote else {},
        less=typed or less,
        wrong=wrong or {},
        reduced=prices.reduced([tile.id for tile in tiles], today),
        q=q,
        error=error,
        tiles=tiles,
        found=len(found),
        more=len(found) == queries.TILES,
        slip=slip,
        due=service.due(goods, TILL),
        notes=rules.notes(service.due(goods, TILL)),
    ), status


@bp.post("/till/lines")
@requires(P.till_sell)
def add() -> Answer:
    """One more of what was scanned or pressed; words that are no code are looked for."""
    code = request.form.get("code", "").strip()
    variant_id = row_id("variant_id") or (queries.by_code(code) if code else None)
    today = clock.today()
    if variant_id is None or not queries.slip({variant_id: 1}, today):
        if code and variant_id is None and queries.find(code, today):
            return redirect(url_for(".till", q=code))
        return _till(code, _said(rules.UnknownCode(code)), 400)
    lines = _lines()
    [wanted] = queries.slip({variant_id: lines.get(variant_id, 0) + 1}, today)
    if short := _short([wanted]):
        return _till(error=_said(short), status=short.status)
    if variant_id not in lines and len(lines) >= rules.MOST_LINES:
        return _till(error=_said(rules.SlipFull()), status=400)
    lines[variant_id] = wanted.quantity
    _keep(lines)
    return redirect(url_for(".till"))


@bp.post("/till/lines/<int:variant_id>")
@requires(P.till_sell)
def change(variant_id: int) -> Answer:
    """Fewer, more, another number, or none of a line."""
    lines = _lines()
    now = lines.get(variant_id, 0)
    n = request.form.get("quantity", now, type=int)
    if "less" in request.form:
        n = now - 1
    elif "more" in request.form:
        n = now + 1
    if "remove" in request.form or n < 1:
        lines.pop(variant_id, None)
        _keep(lines)
        return redirect(url_for(".till"))
    found = queries.slip({variant_id: min(n, rules.MOST_UNITS)}, clock.today())
    if short := _short(found):
        lines[variant_id] = max(1, found[0].left)
        _keep(lines)
        return _till(error=_said(short), status=short.status)
    lines[variant_id] = min(n, rules.MOST_UNITS)
    _keep(lines)
    return redirect(url_for(".till"))


@bp.post("/till/reductions")
@requires(P.till_sell)
def reduce() -> Answer:
    """Less for the slip: a voucher, or a discount of the till's own; or neither."""
    if "clear" in request.form:
        return _reduce(service.NOTHING_LESS)
    asked = service.Less(
        request.form.get("off", "").strip()[:20],
        promotions.normal(request.form.get("voucher", ""))[:40],
        request.form.get("voucher_phone", "").strip()[:24],
    )
    slip = queries.slip(_lines(), clock.today())
    try:
        if asked.voucher:
            service.check_voucher(asked, on=clock.today())
        if slip:
            quote = service.quoted(
                {line.id: line.quantity for line in slip}, asked, by=current_actor(), on=clock.today()
            )
            if quote.refused:
                raise quote.refused
    except Refusal as refusal:
        wrong = {refusal.field or "off": _said(refusal)}
        return _till(status=refusal.status, typed=asked, wrong=wrong)
    return _reduce(asked)


def _reduce(less: service.Less) -> Answer:
    kept = session.get(_SLIP) or {"key": tokens.public_id(), "lines": []}
    session[_SLIP] = {**kept, "less": [less.off, less.voucher, less.phone]}
    return redirect(url_for(".till"))


@bp.post("/till/emptying")
@requires(P.till_sell)
def empty() -> Answer:
    """Start the slip anew."""
    session.pop(_SLIP, None)
    return redirect(url_for(".till"))


@bp.get("/till/payment")
@requires(P.till_sell)
def payment() -> Answer:
    """How it is paid: cash with what was given and the change, or QRIS."""
    text = request.args.get("received", "").strip()
    return _payment(request.args.get("cara", "tunai"), text)


def _payment(way: str, text: str = "", refusal: Refusal | None = None) -> Answer:
    way = way if way in WAYS else "tunai"
    slip = queries.slip(_lines(), clock.today())
    if not slip:
        return redirect(url_for(".till"))
    if refusal is None or isinstance(refusal, NotEnough):
        refusal = _short(slip) or refusal
    quote, _reduced = _quoted(slip)
    due = service.due(quote.goods if quote else ZERO, WAYS[way])
    change = None
    if way == "tunai" and text and refusal is None:
        try:
            change = rules.change(due, rupiah.parse(text, field="received"))
        except Refusal as wrong:
            refusal = wrong
    error = _said(refusal) if refusal else ""
    return render_template(
        "till/staff/payment.html",
        quoted={line.variant_id: line for line in quote.lines} if quote else {},
        way=way,
        slip=slip,
        due=due,
        received=text,
        change=change,
        error=error if refusal and refusal.field == "received" else "",
        trouble=error if refusal and refusal.field != "received" else "",
        ready=refusal is None or refusal.field not in ("received", "quantity"),
        notes=rules.notes(due),
        key=(session.get(_SLIP) or {}).get("key", ""),
    ), (refusal.status if refusal else 200)


@bp.post("/till/sales")
@requires(P.till_sell)
def sell() -> Answer:
    """Take the money and hand over; pressed twice it is one sale."""
    key = request.form.get("key", "")[:64]
    way = request.form.get("way", "tunai")
    asset = WAYS.get(way, TILL)
    text = request.form.get("received", "").strip()
    known = sales.by_key(f"till:{key}")
    try:
        received = rupiah.parse(text, field="received") if text and asset == TILL else None
        if known is None:
            with transaction():
                known = service.sell(
                    _lines(),
                    asset,
                    key=key or tokens.public_id(),
                    seen=Rupiah(request.form.get("total", 0, type=int)),
                    received=received,
                    less=_less(),
                    lang=language(),
                    by=current_actor(),
                    at=clock.now(),
                )
                order_id = known.id
        else:
            order_id = known.id
    except Refusal as refusal:
        return _payment(way, text, refusal)
    if (session.get(_SLIP) or {}).get("key") == key:
        session.pop(_SLIP, None)
    return redirect(url_for(".receipt", order_id=order_id))


@bp.get("/till/receipts/<int:order_id>")
@requires(P.till_sell)
def receipt(order_id: int) -> Answer:
    """The receipt on an 80 mm roll: with the cash handed over and the change, also when it is printed again."""
    found = queries.receipt(order_id)
    received = found.received
    return render_template(
        "till/staff/receipt.html",
        receipt=found,
        order=found.order,
        received=received,
        change=None if received is None else received - found.order.total,
        names=NAMES,
        return_days=settings.value(settings.RETURN_DAYS),
        address=documents.check_address(found.order.number or ""),
    )
