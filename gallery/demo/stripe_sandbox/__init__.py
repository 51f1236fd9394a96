"""A stateful stand-in that answers Stripe's HTTP API on loopback, for the demo and the tests.

It keeps to what Stripe documents, so that the real client library is what is practised with; the rest of the product
does not know that it exists: it is told an address (`STRIPE_API_BASE`) and nothing else.
"""
