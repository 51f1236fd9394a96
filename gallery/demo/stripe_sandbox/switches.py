"""What can be made to go wrong: by environment (`STRIPE_SANDBOX_<NAME>`) or while running (`/_sandbox/switches`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

MODES = ("unavailable", "error", "error_done", "timeout", "timeout_done")
ORDERS = ("as_made", "reversed", "shuffled")
REFUNDS = ("succeeded", "pending", "failed")
LATER = ("succeeded", "failed", "never")


@dataclass(frozen=True)
class Fault:
    """The next `count` calls whose path begins with `path` go wrong.

    unavailable: 503, nothing done or kept · error: 500, nothing done, the answer kept for the key · error_done: 500
    although the work was done · timeout: no answer, nothing done · timeout_done: no answer although the work was done.
    """

    mode: str
    count: int = 1
    path: str = "/v1/"
    method: str = "POST"

    def fits(self, method: str, path: str) -> bool:
        return self.count > 0 and self.method in (method, "*") and path.startswith(self.path)


@dataclass(frozen=True)
class Switches:
    """All switches; times in seconds, amounts in Stripe's minor units (rupiah x 100)."""

    webhooks: bool = True  # False: made and kept, sent only when released (`POST /_sandbox/webhooks/release`)
    webhook_duplicates: int = 0  # further sendings of each event
    webhook_delay: float = 0.0
    webhook_order: str = "as_made"
    webhook_window: float = 0.5  # over how long 'reversed' and 'shuffled' mix
    webhook_lose: int = 0  # per cent of events that are never sent
    retry_after: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
    refund_outcome: str = "succeeded"
    pay_later_outcome: str = "succeeded"
    pay_later_after: float = 20.0
    hang: float = 30.0
    fee_bp: int = 290
    fee_fixed: int = 200_000
    minimum: int = 100_000
    faults: tuple[Fault, ...] = field(default_factory=tuple)

    def changed(self, values: Mapping[str, Any]) -> "Switches":
        """A copy with the given switches set from text or JSON; raises ValueError with the reason for a wrong one."""
        known = {one.name for one in fields(self)}
        new: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown switch: {name}")
            new[name] = _read(name, value, getattr(self, name))
        out = replace(self, **new)
        for name, words in (
            ("webhook_order", ORDERS),
            ("refund_outcome", REFUNDS),
            ("pay_later_outcome", LATER),
        ):
            if getattr(out, name) not in words:
                raise ValueError(f"{name} must be one of {', '.join(words)}")
        if not 0 <= out.webhook_lose <= 100:
            raise ValueError("webhook_lose is a percentage")
        if not 0 <= out.webhook_duplicates <= 50:
            raise ValueError("webhook_duplicates goes from 0 to 50")
        return out

    def shown(self) -> dict[str, Any]:
        out: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        out["retry_after"] = list(self.retry_after)
        out["faults"] = [vars(fault) for fault in self.faults]
        return out


def from_environment(environment: Mapping[str, str]) -> Switches:
    """Switches from `STRIPE_SANDBOX_WEBHOOK_DELAY=2` and the like."""
    prefix = "STRIPE_SANDBOX_"
    known = {one.name for one in fields(Switches)}
    found = {
        name[len(prefix) :].lower(): value
        for name, value in environment.items()
        if name.startswith(prefix) and name[len(prefix) :].lower() in known
    }
    return Switches().changed(found)


def _read(name: str, value: Any, like: Any) -> Any:
    try:
        if name == "faults":
            return _faults(value)
        if name == "retry_after":
            listed = value.split(",") if isinstance(value, str) else value
            return tuple(float(one) for one in listed if one != "")
        if isinstance(like, bool):
            if isinstance(value, bool):
                return value
            if str(value).lower() not in ("1", "0", "true", "false", "on", "off"):
                raise ValueError("on or off")
            return str(value).lower() in ("1", "true", "on")
        return type(like)(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error


def _faults(value: Any) -> tuple[Fault, ...]:
    """From JSON, or from `mode:count:path` joined by commas."""
    listed: list[Any] = [one for one in value.split(",") if one] if isinstance(value, str) else list(value)
    out = []
    for one in listed:
        if isinstance(one, str):
            mode, _, rest = one.partition(":")
            count, _, path = rest.partition(":")
            fault = Fault(mode, int(count or 1), path or "/v1/")
        else:
            fault = Fault(**one)
        if fault.mode not in MODES:
            raise ValueError(f"a fault is one of {', '.join(MODES)}")
        out.append(fault)
    return tuple(out)
