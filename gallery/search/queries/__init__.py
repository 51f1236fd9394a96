"""What is found, what is suggested, what was meant.

matching.py     the words' index on either engine
finding.py      a list: its products, counts and filters
starting.py     products, groups, categories and words that begin as what is being typed
nearest.py      what comes nearest when nothing fits
vocabulary.py   the list of words: slips, words that begin so; words of the trade
"""
