"""The fairness audit of a round: who got what, how unusual it is, and what of it can be shown."""
