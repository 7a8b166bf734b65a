"""The sentences that explain each section to whoever publishes the round."""

from mentormatch.reporting.groups import ENOUGH


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text, which blank lines separate, each on one line."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


HIDDEN_COUNTS = paragraphs("""
    An asterisk stands for a hidden count: one of fewer than five people, or another from which such a one could be
    worked out. So a hidden count may well be larger.
""")

BANDS = paragraphs("""
    Every pairing has a score from 0 to 1,000 points: how well the two fit by the criteria of the policy. As few
    pairings as possible are in the lowest band, then in the next one, and so on.
""")

LOAD = paragraphs("""
    Nobody is given a second or third mentee where the same quality can be had with fewer: after the quality bands, the
    round keeps such further places few.
""")

EXCHANGE = paragraphs("""
    Rows are where the mentors work, columns where the mentees do, with the numbers of the rows. The diagonal holds the
    pairings within one unit. The stronger the colour of a cell, the more pairings.
""")

COVERAGE = paragraphs(f"""
    Which share of the mentees who enrolled has a mentor. The dot is the share, the line its 95% interval (Wilson
    1927): chance alone moves the share of so many people that far. The dashed line is everybody; a group whose line
    does not reach it stands out.

    Groups of fewer than {ENOUGH} mentees are too few to tell, and are not drawn.
""")

FLOW = paragraphs("""
    Upward: the mentee asks somebody more senior. Downward: somebody more senior asks for the mentee. Reverse: the
    mentor is the more junior one. Peer: both are on a level, or one apart. Forward: the mentor works where the mentee
    wants to go.

    The wider a ribbon, the more pairings. Levels whose count is hidden flow together as others.
""")

TRADE_OFF = paragraphs("""
    The quality floor is the fewest points that a pairing may have: under it people rather wait. Each point is the whole
    round solved again under another floor. A floor that costs few people and lifts the mean by much is worth a thought;
    the policy sets it as floor_points.
""")

NO_TRADE_OFF = paragraphs("Left out of this report, as it was asked for without the trade-off.")

LEFT_OUT = paragraphs("""
    Everybody who enrolled and has no place, by what stood in the way. The remedy is the one that helps most of these
    people; unpaired.csv says for each of them what the reason rests on.
""")

OVERRIDES = paragraphs("""
    Pairings that HR demanded (must, keep) or forbade (must-not) before the round was matched. They pass the same rules
    as all others; they are not the choice of the optimiser.
""")

NO_OVERRIDES = paragraphs("Nothing was fixed or forbidden by hand.")

RULES = paragraphs("""
    A rule removes a combination of mentee, mentor and direction before anything is weighed. The count is of the
    combinations, among those that both have enrolled for, that the rule was the first to remove; rules are tried in
    this order. A rule that removes very many, or nothing at all, is worth a look. Small counts of rules that rest on
    confidential answers are hidden (an asterisk).
""")

WISHES = paragraphs("""
    Wishes earn points and never beat a rule. These wishes named somebody whom a rule, or a lock, keeps apart from the
    one who wished; summary.json lists them.
""")

NO_WISHES = paragraphs("No wish was overruled by a rule.")

STAGES = paragraphs("""
    What "best" means, the most important first: each stage is settled before the next one counts. Numbers below zero
    count what there should be little of. Pass 1 gives first places, pass 2 second ones.
""")

VERIFY = paragraphs("""
    Anybody who has the folder of this outcome can check it on any machine, without a solver: the command below reads
    the input files again, counts every rule, score and limit, and checks the proof of each stage.

    The folder must hold these very files. Their SHA-256 digests are part of the certificate.
""")

FOR_HR = """For HR. One table lists mentors, and one the locks, by id; nobody is named. All tables about groups hide
small counts, so that nobody can be told from them; the pairings themselves are in pairings.csv."""
