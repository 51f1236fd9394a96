"""The index's verbs.

follow                       the last step of a transaction: what it wrote is found as it is now      indexing.py
index, finish                the whole index anew, in steps                                           rebuilding.py
count_sales                  how many units of each were sold of late                                 popularity.py
keep_ring, drop_ring         words of the trade that stand for each other                             trade_words.py
"""

from gallery.search.service.indexing import BATCH, follow, index
from gallery.search.service.popularity import count_sales
from gallery.search.service.rebuilding import finish
from gallery.search.service.trade_words import drop_ring, keep_ring

__all__ = ["BATCH", "count_sales", "drop_ring", "finish", "follow", "index", "keep_ring"]
