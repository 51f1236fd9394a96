"""The blueprint of buying, the basket's cookie, and an answer nobody keeps."""

from typing import Any

from flask import Blueprint, Response, make_response, request
from sqlalchemy.exc import SQLAlchemyError

from gallery.checkout import queries, service
from gallery.core import clock, cookies
from gallery.core.permissions import current_actor
from gallery.core.transaction import transaction

bp = Blueprint("checkout_shop", __name__)


COOKIE = "basket"


def token() -> str | None:
    """Of the basket of this request: somebody's own one when they are logged in, else the cookie's."""
    person_id = current_actor().person_id
    return cookies.kept(COOKIE) if person_id is None else queries.personal(person_id)


@bp.before_request
def _join() -> None:
    """Where a basket is read, what was put into it before logging in is joined to the own one, and the cookie goes."""
    person_id, guest = current_actor().person_id, cookies.kept(COOKIE)
    if person_id is None or not guest:
        return
    cookies.drop(COOKIE)
    with transaction():
        service.join(guest, person_id, at=clock.now())


@bp.app_context_processor
def _count() -> dict[str, Any]:
    """How many things lie in the basket, for the head of every page; nobody without a basket costs a query."""
    if not request:
        return {}
    try:
        baskets = {token(), cookies.kept(COOKIE)} - {None}
        return {"basket_count": queries.unit_count(*baskets)} if baskets else {}  # type: ignore[arg-type]
    except SQLAlchemyError:
        return {}  # the page that says so must not fail for it


def private(body: str, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response
