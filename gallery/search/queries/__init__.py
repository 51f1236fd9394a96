"""What is found, what is suggested, what was meant.

matching.py     the words' index on either engine
finding.py      a list: its products, counts and filters
vocabulary.py   the list of words: slips, words that begin so; words of the trade
"""
