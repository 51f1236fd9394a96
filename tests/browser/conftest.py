"""What several journeys begin with."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gallery.core.db import db
from gallery.payments.gateway import Gateway
from tests.demo.stripe import KEY, SECRET, stand_in


@pytest.fixture
def cards(app, serve) -> Iterator[str]:
    """The shop's address, with a stand-in for Stripe that sends its webhooks there."""
    here = serve(app)
    with stand_in(webhook_url=here + "/stripe/webhook") as stripe:
        known = app.extensions["gallery"]
        known.settings = replace(known.settings, base_url=here, stripe_api_base=stripe.url)
        app.extensions["stripe"] = Gateway(KEY, api_base=stripe.url, webhook_secrets=(SECRET,))
        db.session.rollback()
        yield here
