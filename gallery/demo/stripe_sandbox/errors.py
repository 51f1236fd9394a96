"""Stripe's error objects."""

from typing import Any


class ApiError(Exception):
    """An answer other than 200, in Stripe's shape: `{"error": {"type", "code", "message", "param"}}`."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        kept: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        # False when the request never began (bad parameters): Stripe keeps no answer for the idempotency key then.
        self.kept = kept
        self.error: dict[str, Any] = {"type": kind, "message": message}
        if code:
            self.error["code"] = code
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if param:
            self.error["param"] = param

    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def bad_parameter(message: str, param: str, code: str | None = None) -> ApiError:
    """A 400 for one parameter; nothing was begun."""
    return ApiError(400, message, code=code, param=param, kept=False)


def missing_object(kind: str, id: str, param: str = "id") -> ApiError:
    """The 404 Stripe gives for an id it does not know."""
    return ApiError(404, f"No such {kind}: '{id}'", code="resource_missing", param=param)
