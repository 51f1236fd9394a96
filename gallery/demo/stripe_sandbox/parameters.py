"""Form-encoded parameters as Stripe takes them: decoded from `a[b][0]=c`, checked for name and type, or refused.

Source: https://docs.stripe.com/api (parameters of each call) and https://docs.stripe.com/error-codes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gallery.demo.stripe_sandbox.errors import ApiError, bad_parameter

_KEY = re.compile(r"\[([^\[\]]*)\]")
Check = Callable[[Any, str], Any]
Text = Callable[[Any, str], str]


def decode(encoded: str) -> dict[str, Any]:
    """Nested dicts of strings from a query or a form; lists stay dicts by position until their spec is known.

    Raises ApiError 400 for a body that is not form encoding or a name used both as a value and as a hash.
    """
    root: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True, max_num_fields=2000):
        head, bracket, _ = name.partition("[")
        path = [head, *_KEY.findall(name[len(head) :])] if bracket else [name]
        here = root
        for step in path[:-1]:
            step = step if step != "" else str(len(here))
            inner = here.setdefault(step, {})
            if not isinstance(inner, dict):
                raise bad_parameter(f"Invalid object: {name}", name)
            here = inner
        last = path[-1] if path[-1] != "" else str(len(here))
        if isinstance(here.get(last), dict):
            raise bad_parameter(f"Invalid hash: {name}", name)
        here[last] = value
    return root


@dataclass(frozen=True)
class Hash:
    """The named parameters of a hash; `unplayed` are ones Stripe knows and this stand-in does not act on."""

    known: Mapping[str, Check]
    required: tuple[str, ...] = ()
    unplayed: frozenset[str] = field(default_factory=frozenset)

    def __call__(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise bad_parameter(f"Invalid object: {name}", name)
        out: dict[str, Any] = {}
        for key, inner in value.items():
            full = f"{name}[{key}]" if name else key
            if key in self.unplayed:
                raise bad_parameter(f"The practice stand-in does not act on this parameter: {full}", full)
            if key not in self.known:
                raise bad_parameter(f"Received unknown parameter: {full}", full, "parameter_unknown")
            out[key] = self.known[key](inner, full)
        for key in self.required:
            if key not in out:
                full = f"{name}[{key}]" if name else key
                raise bad_parameter(f"Missing required param: {full}.", full, "parameter_missing")
        return out


@dataclass(frozen=True)
class Array:
    """A list, encoded as `name[0]`, `name[1]` or `name[]`."""

    item: Check
    at_most: int = 100

    def __call__(self, value: Any, name: str) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise bad_parameter("Invalid array", name)
        if len(value) > self.at_most:
            raise bad_parameter(
                f"Array {name} exceeded maximum {self.at_most} allowed elements.", name, "array_too_long"
            )
        return [self.item(value[key], f"{name}[{key}]") for key in sorted(value, key=int)]


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise bad_parameter(f"Invalid string: {name}", name)
    if value == "":
        raise bad_parameter(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{name}' cannot be unset. You should remove '{name}' from your request or "
            "supply a non-empty value.",
            name,
            "parameter_invalid_empty",
        )
    return value


def text(at_most: int = 5000) -> Text:
    """A string of up to so many characters."""

    def check(value: Any, name: str) -> str:
        given = _text(value, name)
        if len(given) > at_most:
            raise bad_parameter(f"Invalid string: {given[:6]}…{given[-3:]}; must be at most {at_most} characters", name)
        return given

    return check


def integer(at_least: int | None = None, at_most: int | None = None) -> Check:
    """A whole number; '150000.0' is refused, as Stripe does."""

    def check(value: Any, name: str) -> int:
        value = _text(value, name)
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise bad_parameter(f"Invalid integer: {value}", name, "parameter_invalid_integer")
        number = int(value)
        if at_least is not None and number < at_least:
            raise bad_parameter(
                f"This value must be greater than or equal to {at_least}.", name, "parameter_invalid_integer"
            )
        if at_most is not None and number > at_most:
            raise bad_parameter(
                f"This value must be less than or equal to {at_most}.", name, "parameter_invalid_integer"
            )
        return number

    return check


def boolean(value: Any, name: str) -> bool:
    value = _text(value, name)
    if value not in ("true", "false"):
        raise bad_parameter(f"Invalid boolean: {value}", name)
    return bool(value == "true")


def one_of(*words: str) -> Check:
    """One word of a list."""

    def check(value: Any, name: str) -> str:
        value = _text(value, name)
        if value not in words:
            listed = words[0] if len(words) == 1 else f"one of {', '.join(words[:-1])}, or {words[-1]}"
            raise bad_parameter(f"Invalid {name}: must be {listed}", name)
        return str(value)

    return check


def currency(value: Any, name: str) -> str:
    """Only IDR is played; another real currency would need its own minor unit and minimum."""
    word = _text(value, name).lower()
    if word != "idr":
        raise bad_parameter(f"Invalid currency: {word}. The practice stand-in plays idr only.", name)
    return word


def url(value: Any, name: str) -> str:
    given = _text(value, name)
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise bad_parameter("Not a valid URL", name, "url_invalid")
    return given


def email(value: Any, name: str) -> str:
    given = text(800)(value, name)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", given):
        raise bad_parameter(f"Invalid email address: {given}", name, "email_invalid")
    return given


def metadata(value: Any, name: str) -> dict[str, str]:
    """At most 50 keys of 40 characters with values of 500, never nested; an empty value unsets a key."""
    if not isinstance(value, dict):
        raise bad_parameter("Invalid object", name)
    if len(value) > 50:
        raise bad_parameter("Metadata is limited to 50 keys.", name)
    out: dict[str, str] = {}
    for key, inner in value.items():
        full = f"{name}[{key}]"
        if not isinstance(inner, str):
            raise bad_parameter("Metadata values must be strings, not hashes.", full)
        if len(key) > 40:
            raise bad_parameter("Metadata keys must be at most 40 characters long.", full)
        if len(inner) > 500:
            raise bad_parameter(
                "Metadata values can have up to 500 characters, but you passed in a value that is "
                f"{len(inner)} characters.",
                full,
            )
        if inner:
            out[key] = inner
    return out


def moment_or_range(value: Any, name: str) -> dict[str, int]:
    """`created=…` or `created[gte]=…`, as the lists take it."""
    if isinstance(value, str):
        return {"eq": integer(0)(value, name)}
    return Hash({word: integer(0) for word in ("gt", "gte", "lt", "lte")})(value, name)


def listing(extra: Mapping[str, Check]) -> Hash:
    """The parameters of a list call: paging and its own filters."""
    return Hash(
        {
            "limit": integer(1, 100),
            "starting_after": text(),
            "ending_before": text(),
            "created": moment_or_range,
            "expand": Array(text(), 20),
            **extra,
        }
    )


def refuse_both(values: Mapping[str, Any], one: str, other: str) -> None:
    """Two parameters of which only one may be given."""
    if one in values and other in values:
        raise ApiError(400, f"You may only specify one of these parameters: {one}, {other}.", param=one, kept=False)
