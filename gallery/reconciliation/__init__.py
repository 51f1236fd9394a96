"""The outside against the books: what Stripe says, and the proof that the rows add up."""
