"""The shop window: pages that join what is sold, by whom, and what is there."""
