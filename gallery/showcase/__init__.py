"""What staff put in the shop window: the piece hung in front, and collections for a season."""
