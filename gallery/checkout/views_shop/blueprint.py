"""The blueprint of buying, the basket's cookie, and an answer nobody keeps."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, request
from sqlalchemy.exc import SQLAlchemyError

from gallery.checkout import queries

bp = Blueprint("checkout_shop", __name__)


def cookie() -> str:
    return "__Host-basket" if current_app.config["SESSION_COOKIE_SECURE"] else "basket"


def token() -> str | None:
    return request.cookies.get(cookie())


@bp.app_context_processor
def _count() -> dict[str, Any]:
    """How many things lie in the basket, for the head of every page; nobody without a basket costs a query."""
    if not request or not token():
        return {}
    try:
        return {"basket_count": queries.unit_count(token() or "")}
    except SQLAlchemyError:
        return {}  # the page that says so must not fail for it


def private(body: str, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response
