"""Finding: the index of what is on sale, words and their slips, filters that combine and count."""
