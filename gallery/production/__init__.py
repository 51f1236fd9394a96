"""Made to order: what a group promised to make for an order, and how far it is."""
