"""Sales and returns of the past, tens of thousands at a time: the same rules, postings and rows as `sell` and `refund`.

Only the pace differs: lots are drawn in memory, rows are written in bulk.
"""

from gallery.trade.service.past.book import Past, PastLine

__all__ = ["Past", "PastLine"]
