"""The nouns and the rules, plain Python."""
