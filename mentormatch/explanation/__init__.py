"""Exact answers about a solved round: why this pairing, why not that one, why nobody, and what each rule costs."""
