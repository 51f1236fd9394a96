"""Words, what is asked, and the order of what is found: pure."""
