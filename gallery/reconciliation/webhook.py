"""Stripe's one address: signed events, each believed once."""

import logging
from typing import Any

from flask import Blueprint, request

from gallery.core import clock
from gallery.core.db import db
from gallery.core.errors import Conflict
from gallery.core.permissions import SYSTEM, signed
from gallery.core.transaction import transaction
from gallery.payments import gateway
from gallery.payments.gateway import BadEvent, GatewayOff
from gallery.reconciliation import service

log = logging.getLogger(__name__)

bp = Blueprint("reconciliation_webhook", __name__)
TRIES = 3


@bp.post("/stripe/webhook")
@signed
def stripe() -> tuple[dict[str, Any], int]:
    """200 when the event is applied or was; 400 for what Stripe did not sign; 503 asks Stripe to try again."""
    try:
        event = gateway.current().construct_event(request.get_data(), request.headers.get("Stripe-Signature"))
    except BadEvent as error:
        log.warning("webhook refused: %s", error.detail)
        return {"error": "signature"}, 400
    except GatewayOff:
        return {"error": "off"}, 503
    for _ in range(TRIES):
        try:
            with transaction():
                done = service.apply_event(event, by=SYSTEM, at=clock.now())
            return {"applied": done}, 200
        except Conflict:
            # Somebody did the same at the same moment: this event's own twin, or another event of the same order.
            if service.knows_event(event.id):
                return {"applied": "known"}, 200
            db.session.rollback()
    return {"error": "busy"}, 503
