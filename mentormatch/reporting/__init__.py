"""The report of an outcome: its figures gathered, drawn and set as one page. Needs the extra ``report`` to draw."""
