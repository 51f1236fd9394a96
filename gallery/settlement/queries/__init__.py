"""What a month's pages and papers show, read from the rows that were booked: never from the statement itself."""
