"""A visitor's own cookies: what a browser keeps for somebody who is not logged in."""

from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from werkzeug.wrappers import Response as BaseResponse


def _name(what: str) -> str:
    """No other host sets it where the shop speaks HTTPS."""
    return f"__Host-{what}" if current_app.config["SESSION_COOKIE_SECURE"] else what


def kept(what: str) -> str | None:
    """What the cookie says, if the browser sent one."""
    return request.cookies.get(_name(what))


def keep(response: BaseResponse, what: str, value: str, kept_for: timedelta) -> None:
    """Let the browser keep it so long."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    seconds = int(kept_for.total_seconds())
    response.set_cookie(_name(what), value, max_age=seconds, secure=secure, httponly=True, samesite="Lax", path="/")


def drop(what: str) -> None:
    """Let the browser forget it with the answer to this request."""

    @after_this_request
    def _gone(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.delete_cookie(_name(what), path="/", secure=secure, httponly=True, samesite="Lax")
        return response
