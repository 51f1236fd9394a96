"""What staff read: `queues` (the heaps of work), `one` (an order for its page), `history` (what happened to it)."""
