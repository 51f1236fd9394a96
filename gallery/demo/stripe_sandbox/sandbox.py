"""What happens at the stand-in: a session is made, paid, declined, paid later, left, expired; a payment is refunded."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gallery.demo.stripe_sandbox import objects
from gallery.demo.stripe_sandbox.errors import ApiError, bad_parameter, missing_object
from gallery.demo.stripe_sandbox.store import Store
from gallery.demo.stripe_sandbox.switches import Fault, Switches
from gallery.demo.stripe_sandbox.webhooks import Courier

MOST = 999_999_999_999  # Stripe takes up to twelve digits for IDR
HALF_AN_HOUR, A_DAY = 1_800, 86_400
DECLINED = "Your card was declined."
LATER = "id_bank_transfer"


@dataclass(frozen=True)
class Cause:
    """The API request that made an event, told in the event."""

    request: str | None = None
    key: str | None = None


class Sandbox:
    """One account's state; every verb runs inside `turn()`, so that a call is done whole or not at all."""

    def __init__(
        self, base: str, store: Store, courier: Courier | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.base, self.store, self.courier, self.clock = base, store, courier, clock
        self.switches = Switches()
        self.cause = Cause()

    @property
    def now(self) -> int:
        return int(self.clock())

    @contextmanager
    def turn(self, cause: Cause | None = None) -> Iterator[None]:
        """One call at a time, committed at its end; webhooks go out after it."""
        with self.store.lock:
            self.cause = cause or Cause()
            self.store.begin()
            try:
                yield
            except BaseException:
                self.store.end(keep=False)
                raise
            self.store.end(keep=True)
        if self.courier:
            self.courier.wake()

    def change_switches(self, values: dict[str, Any]) -> Switches:
        with self.store.lock:
            self.switches = self.switches.changed(values)
        return self.switches

    def take_fault(self, method: str, path: str, replayed: bool) -> Fault | None:
        """The fault this call meets, used up by it; a kept answer is replayed rather than failed anew."""
        with self.store.lock:
            for place, fault in enumerate(self.switches.faults):
                if not fault.fits(method, path) or (replayed and fault.mode.startswith("error")):
                    continue
                left = list(self.switches.faults)
                left[place] = Fault(fault.mode, fault.count - 1, fault.path, fault.method)
                self.change_switches({"faults": [vars(one) for one in left if one.count > 0]})
                return fault
        return None

    # ---- sessions
    def create_session(self, given: dict[str, Any]) -> dict[str, Any]:
        now = self.now
        given.setdefault("expires_at", now + A_DAY)
        if given["expires_at"] < now + HALF_AN_HOUR:
            raise bad_parameter(
                "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at"
            )
        if given["expires_at"] > now + A_DAY:
            raise bad_parameter(
                "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at"
            )
        if given.get("mode", "payment") != "payment":
            raise bad_parameter("The practice stand-in plays mode payment only.", "mode")
        items = [objects.line_item(item) for item in given["line_items"]]
        total = sum(item["amount_total"] for item in items)
        if total < self.switches.minimum:
            raise ApiError(
                400,
                "The Checkout Session's total amount due must add up to at least "
                f"Rp{self.switches.minimum // 100:,}.00 idr",
                code="amount_too_small",
            )
        if total > MOST:
            raise ApiError(400, "The Checkout Session's total amount due is too large.", code="amount_too_large")
        made = objects.session(given, base=self.base, now=now, items=items, total=total)
        self.store.put(made, {"items": items, "intent": given.get("payment_intent_data", {})})
        return made

    def session(self, id: str) -> dict[str, Any]:
        """The session as it is now: one past its time is expired at this look at the latest."""
        found = self.store.get("checkout.session", id)
        if found is None:
            raise missing_object("checkout.session", id)
        if found["status"] == "open" and found["expires_at"] <= self.now:
            return self._expire(found)
        return found

    def items(self, id: str) -> list[dict[str, Any]]:
        return list(self.store.aside(id).get("items", []))

    def expire_session(self, id: str) -> dict[str, Any]:
        found = self.session(id)
        if found["status"] != "open":
            raise ApiError(
                400,
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of `{found['status']}`.",
            )
        return self._expire(found)

    def _expire(self, found: dict[str, Any]) -> dict[str, Any]:
        if found["payment_intent"]:
            intent = self.store.get("payment_intent", found["payment_intent"])
            if intent and intent["status"] == "requires_payment_method":
                intent = {**intent, "status": "canceled", "canceled_at": self.now, "cancellation_reason": "automatic"}
                self.store.put(intent)
                self.tell("payment_intent.canceled", intent)
        found = {**found, "status": "expired", "url": None}
        self.store.put(found)
        self.tell("checkout.session.expired", found)
        return found

    # ---- what the person on the payment page does
    def pay(self, id: str, email: str | None = None) -> dict[str, Any]:
        """Paid at once by card. Raises ApiError when the session is no longer open."""
        found, intent = self._attempt(id)
        intent = self._succeed(intent, "card", email)
        return self._complete(found, intent, "paid", email)

    def decline(self, id: str) -> dict[str, Any]:
        """The bank says no: the session stays open for another try."""
        found, intent = self._attempt(id)
        self._fail(intent, None, "card", "card_declined")
        return found

    def pay_later(self, id: str, email: str | None = None) -> dict[str, Any]:
        """Completed, the money on its way: `settle` answers later (by hand, or after `pay_later_after` seconds)."""
        found, intent = self._attempt(id)
        charge = objects.charge(intent, "pending", LATER, email, self.now)
        self.store.put(charge)
        intent = {**intent, "status": "processing", "latest_charge": charge["id"], "last_payment_error": None}
        self.store.put(intent)
        self.tell("payment_intent.processing", intent)
        self.tell("charge.pending", charge)
        done = self._complete(found, intent, "unpaid", email)
        aside = self.store.aside(id)
        self.store.put(done, {**aside, "settle_at": self.clock() + self.switches.pay_later_after})
        return done

    def settle(self, id: str, succeeded: bool) -> dict[str, Any]:
        """The answer to a payment that was to come later."""
        found = self.session(id)
        intent = self.store.get("payment_intent", found["payment_intent"] or "")
        if found["status"] != "complete" or found["payment_status"] != "unpaid" or not intent:
            raise ApiError(400, "This session waits for no money.")
        if intent["status"] != "processing":
            raise ApiError(400, "This payment was answered already.")
        charge = self.store.get("charge", intent["latest_charge"])
        if succeeded:
            self._succeed(intent, LATER, None, charge)
            found = {**found, "payment_status": "paid"}
            self.store.put(found)
            self.tell("checkout.session.async_payment_succeeded", found)
        else:
            self._fail(intent, charge, LATER, "payment_intent_payment_attempt_failed")
            self.tell("checkout.session.async_payment_failed", found)
        return found

    def _attempt(self, id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        found = self.session(id)
        if found["status"] != "open":
            raise ApiError(400, f"This Checkout Session is {found['status']}.")
        intent = self.store.get("payment_intent", found["payment_intent"]) if found["payment_intent"] else None
        if intent is None:
            intent = objects.payment_intent(found, self.store.aside(id).get("intent", {}), self.now)
            self.store.put(intent)
            found = {**found, "payment_intent": intent["id"]}
            self.store.put(found)
            self.tell("payment_intent.created", intent)
        return found, intent

    def _succeed(
        self, intent: dict[str, Any], method: str, email: str | None, charge: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        amount = intent["amount"]
        charge = charge or objects.charge(intent, "succeeded", method, email, self.now)
        fee = (amount * self.switches.fee_bp + 5_000) // 10_000 + self.switches.fee_fixed
        line = objects.balance_transaction("charge", charge["id"], amount, fee, self.now, intent["description"])
        charge = {
            **charge,
            "status": "succeeded",
            "paid": True,
            "captured": True,
            "amount_captured": amount,
            "balance_transaction": line["id"],
        }
        self.store.put(charge)
        self.store.put(line)
        intent = {
            **intent,
            "status": "succeeded",
            "amount_received": amount,
            "latest_charge": charge["id"],
            "payment_method": charge["payment_method"],
            "last_payment_error": None,
        }
        self.store.put(intent)
        self.tell("charge.succeeded", charge)
        self.tell("payment_intent.succeeded", intent)
        return intent

    def _fail(self, intent: dict[str, Any], charge: dict[str, Any] | None, method: str, code: str) -> None:
        charge = charge or objects.charge(intent, "failed", method, None, self.now)
        charge = {**charge, "status": "failed", "paid": False, "failure_code": code, "failure_message": DECLINED}
        self.store.put(charge)
        error = {
            "type": "card_error",
            "code": code,
            "message": DECLINED,
            "charge": charge["id"],
            "decline_code": "generic_decline",
        }
        intent = {
            **intent,
            "status": "requires_payment_method",
            "latest_charge": charge["id"],
            "last_payment_error": error,
        }
        self.store.put(intent)
        self.tell("charge.failed", charge)
        self.tell("payment_intent.payment_failed", intent)

    def _complete(self, found: dict[str, Any], intent: dict[str, Any], paid: str, email: str | None) -> dict[str, Any]:
        email = email or found["customer_email"]
        found = {
            **found,
            "status": "complete",
            "payment_status": paid,
            "payment_intent": intent["id"],
            "url": None,
            "customer_details": {"address": None, "email": email, "name": None, "phone": None, "tax_exempt": "none"},
        }
        self.store.put(found)
        self.tell("checkout.session.completed", found)
        return found

    # ---- refunds
    def create_refund(self, given: dict[str, Any]) -> dict[str, Any]:
        charge = self._charge_to_refund(given)
        left = charge["amount"] - charge["amount_refunded"]
        if left <= 0:
            raise ApiError(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
        amount = given.get("amount", left)
        if amount > left:
            raise ApiError(
                400,
                f"Refund amount (Rp{amount / 100:,.2f}) is greater than unrefunded amount on charge "
                f"(Rp{left / 100:,.2f})",
                param="amount",
            )
        outcome = self.switches.refund_outcome
        made = objects.refund(charge, given, amount, "succeeded" if outcome == "succeeded" else "pending", self.now)
        line = objects.balance_transaction("refund", made["id"], -amount, 0, self.now, None)
        made["balance_transaction"] = line["id"]
        charge = {**charge, "amount_refunded": charge["amount_refunded"] + amount}
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.store.put(line)
        self.store.put(made, {"settle_at": self.clock() + 0.5} if outcome == "failed" else {})
        self.store.put(charge)
        self.tell("refund.created", made)
        self.tell("charge.refunded", charge)
        return made

    def _charge_to_refund(self, given: dict[str, Any]) -> dict[str, Any]:
        if "payment_intent" not in given and "charge" not in given:
            raise bad_parameter(
                "One of the following params should be provided for this request: payment_intent or charge.",
                "payment_intent",
                "parameter_missing",
            )
        id = given.get("charge")
        if "payment_intent" in given:
            intent = self.store.get("payment_intent", given["payment_intent"])
            if intent is None:
                raise missing_object("payment_intent", given["payment_intent"], "payment_intent")
            id = intent["latest_charge"]
        charge = self.store.get("charge", id or "")
        if charge is None and "payment_intent" not in given:
            raise missing_object("charge", id or "", "charge")
        if charge is None or charge["status"] != "succeeded":
            raise ApiError(
                400,
                f"This PaymentIntent ({given.get('payment_intent', id)}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        return charge

    def settle_refund(self, id: str, succeeded: bool) -> dict[str, Any]:
        """The bank's answer to a refund: a pending one succeeds or fails, and one that had succeeded may still fail."""
        found = self.store.get("refund", id)
        if found is None:
            raise missing_object("refund", id)
        if found["status"] == "failed" or (succeeded and found["status"] != "pending"):
            raise ApiError(400, f"This refund is {found['status']}.")
        if succeeded:
            found = {**found, "status": "succeeded"}
            self.store.put(found, {})
        else:
            line = objects.balance_transaction("refund_failure", id, found["amount"], 0, self.now, None)
            self.store.put(line)
            found = {
                **found,
                "status": "failed",
                "failure_reason": "lost_or_stolen_card",
                "failure_balance_transaction": line["id"],
            }
            self.store.put(found, {})
            charge = self.store.get("charge", found["charge"])
            assert charge is not None
            back = charge["amount_refunded"] - found["amount"]
            self.store.put({**charge, "amount_refunded": back, "refunded": False})
            self.tell("refund.failed", found)
        self.tell("refund.updated", found, before={"status": "pending"})
        return found

    def update_refund(self, id: str, given: dict[str, Any]) -> dict[str, Any]:
        found = self.store.get("refund", id)
        if found is None:
            raise missing_object("refund", id)
        found = {**found, "metadata": {**found["metadata"], **given.get("metadata", {})}}
        self.store.put(found)
        return found

    # ---- the rest
    def tell(self, type: str, about: dict[str, Any], before: dict[str, Any] | None = None) -> None:
        made = objects.event(type, about, self.now, self.cause.request, self.cause.key, before)
        if self.courier is None or not self.courier.url:
            made["pending_webhooks"] = 0
        self.store.put(made)
        if self.courier:
            self.courier.add(made["id"])

    def tick(self) -> None:
        """What time alone does: sessions expire, later payments and failing refunds are answered."""
        with self.turn():
            for found in self.store.with_word("checkout.session", '"status": "open"'):
                if found["expires_at"] <= self.now:
                    self._expire(found)
            outcome = self.switches.pay_later_outcome
            for found in self.store.with_word("checkout.session", '"status": "complete"'):
                due = self.store.aside(found["id"]).get("settle_at")
                if found["payment_status"] != "unpaid" or due is None or due > self.clock() or outcome == "never":
                    continue
                intent = self.store.get("payment_intent", found["payment_intent"] or "")
                if intent and intent["status"] == "processing":
                    self.settle(found["id"], outcome == "succeeded")
            for found in self.store.with_word("refund", '"status": "pending"'):
                due = self.store.aside(found["id"]).get("settle_at")
                if due is not None and due <= self.clock():
                    self.settle_refund(found["id"], succeeded=False)
            if random.random() < 0.01:
                self.store.forget_answers(self.clock() - A_DAY)
