"""What a shopper reads of an order."""

import pytest

from gallery.desks.rules import order_words
from gallery.sales.models import ORDER_STATES


@pytest.mark.parametrize("state", ORDER_STATES)
@pytest.mark.parametrize("delivery", ["pickup", "courier"])
def test_an_order_is_told_in_every_state(state, delivery):
    kind, drawing, word = order_words(state, delivery)
    assert word and drawing and kind in ("", "ok", "warn", "bad")
