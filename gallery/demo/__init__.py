"""The stand-in for Stripe and the demo data, made through the services."""
