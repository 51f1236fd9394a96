"""What is told to search engines, feeds and messengers, as plain data. Pure: addresses come from the caller."""
