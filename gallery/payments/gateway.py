"""The one file that speaks to Stripe: hosted Checkout, refunds, signed events, and reading what really happened.

Edges and jobs call it, outside any transaction; services never do. Every call has a time limit of ten seconds a try,
and none of Stripe's objects leaves this file: what goes out is frozen, in whole rupiah, with UTC times.
Source: https://docs.stripe.com/api, version 2026-10-28.endive.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import stripe
from flask import current_app

from gallery.core.rupiah import Rupiah, from_stripe, to_stripe
from gallery.core.text import N_

TIMEOUT = 10  # seconds; Stripe's own default is 80
RETRIES = 2
T = TypeVar("T")


class GatewayError(Exception):
    """Something with Stripe did not go as asked. `sentence` is fit to show, `detail` is for the log."""

    sentence = N_("Pembayaran kartu sedang terganggu. Coba lagi sebentar lagi.")

    def __init__(self, detail: str = "", sentence: str | None = None, code: str | None = None) -> None:
        super().__init__(detail or self.sentence)
        self.detail, self.code = detail, code
        if sentence is not None:
            self.sentence = sentence


class GatewayOff(GatewayError):
    """No key is set: the gallery does not take cards."""

    sentence = N_("Galeri belum menerima pembayaran kartu.")


class GatewayUnknown(GatewayError):
    """No answer, or a 5xx: it may have happened. Resolved by reading at Stripe, not by asking again."""

    sentence = N_("Stripe belum menjawab. Kami periksa dulu apa yang terjadi; tidak ada yang ditagih dua kali.")


class GatewayRefused(GatewayError):
    """Stripe answered no: nothing happened there."""

    sentence = N_("Stripe menolak permintaan ini. Kami sudah mencatatnya.")


class GatewayMissing(GatewayRefused):
    """Stripe knows no such object."""

    sentence = N_("Pembayaran ini tidak dikenal di Stripe.")


class BadEvent(GatewayError):
    """A webhook that is not Stripe's, or not a snapshot event: answered with 400."""

    sentence = N_("Tanda tangan kabar pembayaran tidak cocok.")


@dataclass(frozen=True)
class Item:
    """One line on the payment page."""

    name: str
    amount: Rupiah
    quantity: int = 1


@dataclass(frozen=True)
class Session:
    """A Checkout Session as Stripe tells it; only `paid` says that money came."""

    id: str
    status: str  # open | complete | expired
    payment_status: str  # unpaid | paid | no_payment_required
    amount: Rupiah
    reference: str
    payment_intent: str | None
    url: str | None
    expires_at: datetime
    language: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    payment_failed: bool = False  # the last attempt at a completed session's later payment was refused

    @property
    def paid(self) -> bool:
        return self.payment_status == "paid"

    @property
    def waiting(self) -> bool:
        """Completed, the money on its way: its answer comes later."""
        return self.status == "complete" and self.payment_status == "unpaid" and not self.payment_failed


@dataclass(frozen=True)
class Refund:
    """A refund as Stripe tells it; `key` is ours."""

    id: str
    status: str  # pending | requires_action | succeeded | failed | canceled
    amount: Rupiah
    payment_intent: str | None
    key: str | None
    failure: str | None


@dataclass(frozen=True)
class Event:
    """A signed event; exactly one of session and refund is there for the types the gallery acts on."""

    id: str
    type: str
    at: datetime
    about: str
    session: Session | None = None
    refund: Refund | None = None


@dataclass(frozen=True)
class BalanceLine:
    """A movement on Stripe's account, in Stripe's unit (rupiah x 100): its fees need not be whole rupiah."""

    id: str
    kind: str
    source: str | None
    amount_minor: int
    fee_minor: int
    net_minor: int
    at: datetime


class Gateway:
    """One Stripe account, by its key."""

    def __init__(self, key: str | None, *, api_base: str | None = None, webhook_secrets: Sequence[str] = ()) -> None:
        """Raises ValueError for an address that is not this machine's, or a live key with any address but Stripe's."""
        self.secrets = tuple(secret for secret in webhook_secrets if secret)
        self.live = bool(key) and str(key).startswith(("sk_live_", "rk_live_"))
        if api_base:
            _only_practice(api_base, self.live)
        self._client = (
            stripe.StripeClient(
                key,
                max_network_retries=RETRIES,
                http_client=stripe.RequestsClient(timeout=TIMEOUT),
                base_addresses={"api": api_base.rstrip("/")} if api_base else {},
            )
            if key
            else None
        )

    @property
    def on(self) -> bool:
        return self._client is not None

    @property
    def client(self) -> stripe.StripeClient:
        if self._client is None:
            raise GatewayOff()
        return self._client

    # ---- checkout
    def create_session(
        self,
        *,
        key: str,
        reference: str,
        items: Sequence[Item],
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
        language: str,
        email: str | None = None,
        description: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Session:
        """A payment page for the items, open until `expires_at` (30 minutes to 24 hours from now).

        The same key with the same arguments gives the same session. Raises GatewayOff, GatewayRefused, GatewayUnknown.
        """
        params: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": reference,
            "line_items": [
                {
                    "quantity": item.quantity,
                    "price_data": {
                        "currency": "idr",
                        "unit_amount": to_stripe(item.amount),
                        "product_data": {"name": item.name[:250]},
                    },
                }
                for item in items
            ],
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": int(expires_at.timestamp()),
            "locale": language,
            "metadata": dict(metadata or {}),
            "payment_intent_data": {"metadata": dict(metadata or {})},
        }
        if email:
            params["customer_email"] = email
        if description:
            params["payment_intent_data"]["description"] = description
        sessions = self.client.v1.checkout.sessions
        return _session(_asked(lambda: sessions.create(params=_params(params), options={"idempotency_key": key})))

    def retrieve_session(self, id: str) -> Session:
        """What Stripe says of the session now, with the state of its payment. Raises GatewayMissing and the others."""
        sessions = self.client.v1.checkout.sessions
        return _session(_asked(lambda: sessions.retrieve(id, params={"expand": ["payment_intent"]})))

    def expire_session(self, id: str) -> Session:
        """Closes an open session, so that nobody can pay it any more; one that is over is read and told as it is."""
        sessions = self.client.v1.checkout.sessions
        try:
            return _session(_asked(lambda: sessions.expire(id)))
        except GatewayRefused as refused:
            if isinstance(refused, GatewayMissing):
                raise
            return self.retrieve_session(id)

    # ---- refunds
    def create_refund(self, *, key: str, payment_intent: str, amount: Rupiah, attempt: str = "") -> Refund:
        """Gives back `amount`, once for the key. Raises GatewayRefused; after GatewayUnknown ask `find_refund`.

        `attempt` makes Stripe try anew what it keeps a 500 for: only for a refund that surely is not there.
        """
        refunds = self.client.v1.refunds
        params: dict[str, Any] = {
            "payment_intent": payment_intent,
            "amount": to_stripe(amount),
            "metadata": {"key": key},
        }
        return _refund(
            _asked(lambda: refunds.create(params=_params(params), options={"idempotency_key": key + attempt}))
        )

    def retrieve_refund(self, id: str) -> Refund:
        refunds = self.client.v1.refunds
        return _refund(_asked(lambda: refunds.retrieve(id)))

    def find_refund(self, *, payment_intent: str, key: str) -> Refund | None:
        """The refund with our key, if Stripe has it: what became of one whose answer never came."""
        for refund in self.refunds(payment_intent):
            if refund.key == key:
                return refund
        return None

    def refunds(self, payment_intent: str) -> list[Refund]:
        """All refunds of one payment, newest first."""
        service = self.client.v1.refunds
        params = _params({"payment_intent": payment_intent, "limit": 100})
        return _asked(lambda: [_refund(one) for one in service.list(params=params).auto_paging_iter()])

    # ---- the account
    def balance_lines(self, since: datetime, until: datetime) -> list[BalanceLine]:
        """What moved on Stripe's account from `since` to before `until`, newest first."""
        service = self.client.v1.balance_transactions
        created = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        params = _params({"created": created, "limit": 100})
        return _asked(lambda: [_balance_line(one) for one in service.list(params=params).auto_paging_iter()])

    def balance_line_of(self, source: str) -> BalanceLine | None:
        """The movement that belongs to one charge or refund."""
        service = self.client.v1.balance_transactions
        params = _params({"source": source, "limit": 1})
        found = _asked(lambda: [_balance_line(one) for one in service.list(params=params).data])
        return found[0] if found else None

    # ---- webhooks
    def construct_event(self, raw: bytes, header: str | None) -> Event:
        """The event a webhook carries, proved by one of the secrets. Raises BadEvent, GatewayOff.

        Stripe's library refuses a signature older than 300 seconds; a replay inside them, or a time ahead, is stopped
        by the event table.
        """
        client = self.client
        if not self.secrets:
            raise GatewayOff()
        reason = "no signature"
        for secret in self.secrets:
            try:
                event = client.construct_event(raw, header, secret)
            except stripe.SignatureVerificationError as error:
                reason = str(error)
                continue
            except ValueError as error:
                raise BadEvent(f"not a snapshot event: {error}") from error
            return _event(event, self.live)
        raise BadEvent(reason)


def current() -> Gateway:
    """The gateway of this app's settings, made once."""
    made = current_app.extensions.get("stripe")
    if not isinstance(made, Gateway):
        settings = current_app.extensions["gallery"].settings
        made = Gateway(
            settings.stripe_secret_key,
            api_base=settings.stripe_api_base,
            webhook_secrets=settings.stripe_webhook_secrets,
        )
        current_app.extensions["stripe"] = made
    return made


def _only_practice(api_base: str, live: bool) -> None:
    host = urlsplit(api_base).hostname or ""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError("STRIPE_API_BASE may only be an address of this machine; leave it empty for Stripe's own.")
    if live:
        raise ValueError("STRIPE_API_BASE does not go with a live key.")


def _params(params: dict[str, Any]) -> Any:
    """Our own dict where the library's types want one of its hundreds of TypedDicts."""
    return params


def _asked(call: Callable[[], T]) -> T:
    """Runs a call, its errors turned into the three that matter."""
    try:
        return call()
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise GatewayUnknown(str(error)) from error
    except stripe.IdempotencyError as error:
        raise GatewayRefused(str(error), code="idempotency_error") from error
    except stripe.InvalidRequestError as error:
        code = error.code
        if code == "resource_missing":
            raise GatewayMissing(str(error), code=code) from error
        raise GatewayRefused(str(error), SENTENCES.get(code or ""), code) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayRefused(str(error), N_("Stripe tidak menerima kunci galeri. Staf perlu memeriksanya.")) from error
    except stripe.CardError as error:
        raise GatewayRefused(str(error), code=error.code) from error
    except stripe.StripeError as error:
        # What is left are 5xx answers and 409, another call with the same key under way: neither says what happened.
        raise GatewayUnknown(str(error)) from error


SENTENCES = {
    "amount_too_small": N_("Jumlahnya terlalu kecil untuk dibayar dengan kartu."),
    "amount_too_large": N_("Jumlahnya terlalu besar untuk sekali bayar dengan kartu."),
    "charge_already_refunded": N_("Uang dari pembayaran ini sudah dikembalikan seluruhnya."),
}


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _words(metadata: Any) -> dict[str, str]:
    return {str(key): str(value) for key, value in (metadata.to_dict() if metadata else {}).items()}


def _id_of(value: Any) -> str | None:
    """The id of a field that is an id, an expanded object, or nothing."""
    if value is None or isinstance(value, str):
        return value
    return str(value.id)


def _session(told: Any) -> Session:
    intent = told.payment_intent
    failed = (
        intent is not None and not isinstance(intent, str) and intent.status in ("requires_payment_method", "canceled")
    )
    return Session(
        id=told.id,
        status=told.status or "",
        payment_status=told.payment_status,
        amount=from_stripe(told.amount_total or 0),
        reference=told.client_reference_id or "",
        payment_intent=_id_of(intent),
        url=told.url,
        expires_at=_at(told.expires_at),
        language=getattr(told, "locale", None),
        metadata=_words(told.metadata),
        payment_failed=failed and told.status == "complete",
    )


def _refund(told: Any) -> Refund:
    return Refund(
        id=told.id,
        status=told.status or "pending",
        amount=from_stripe(told.amount),
        payment_intent=_id_of(told.payment_intent),
        key=_words(told.metadata).get("key"),
        failure=getattr(told, "failure_reason", None),
    )


def _balance_line(told: Any) -> BalanceLine:
    return BalanceLine(
        id=told.id,
        kind=told.type,
        source=_id_of(told.source),
        amount_minor=told.amount,
        fee_minor=told.fee,
        net_minor=told.net,
        at=_at(told.created),
    )


def _event(told: Any, live: bool) -> Event:
    if bool(told.livemode) != live:
        raise BadEvent("an event of the other mode")
    about = told.data.object
    kind = about.object
    session = _session(about) if kind == "checkout.session" else None
    if session is not None and told.type == "checkout.session.async_payment_failed":
        # The snapshot carries only the payment's id, and this type is how it says that the money will not come.
        session = Session(**{**vars(session), "payment_failed": True})
    return Event(
        id=told.id,
        type=told.type,
        at=_at(told.created),
        about=about.id,
        session=session,
        refund=_refund(about) if kind == "refund" else None,
    )
