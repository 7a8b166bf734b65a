"""What is stored of somebody, in plain words: a section for each table, with where it comes from and who sees it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from mentormatch.portal.filters import show_day, show_moment
from mentormatch.services.stored import Holdings

MOST_ROWS = 50
"""So many rows of a section are shown; the file holds all."""
IMPORTED = __("From the files that HR brings in.")
OWN_WORDS = __("From you, when you enrolled.")
BY_PORTAL = __("The portal notes it by itself.")
HR_SEES = __("You and HR.")
YOU_ALONE = __("You alone.")
ADMINISTRATORS_SEE = __("You and administrators.")


@dataclass(frozen=True, slots=True)
class Section:
    """What one table holds of somebody, ready to be shown; each row has a value for each heading."""

    title: str
    origin: str
    readers: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    left_out: int


TITLES: Mapping[str, tuple[LazyString, LazyString, LazyString]] = {
    "people": (__("You in the organisation"), IMPORTED, __("You, HR, and your managers where they see their line.")),
    "lines": (__("Who stands over you"), IMPORTED, HR_SEES),
    "users": (__("Your account"), BY_PORTAL, ADMINISTRATORS_SEE),
    "grants": (__("Roles that you were granted"), __("From administrators."), ADMINISTRATORS_SEE),
    "person_settings": (__("How you like the portal"), __("From you."), YOU_ALONE),
    "enrolments": (__("Your enrolments"), OWN_WORDS, HR_SEES),
    "places": (__("Places that you ask for or offer"), OWN_WORDS, HR_SEES),
    "wishes": (__("Whom you named"), OWN_WORDS, __("You and HR; never those whom you named.")),
    "pairings": (__("Your pairings"), __("From the rounds that were published."), __("You, your partner and HR.")),
    "unpaired": (__("Rounds without a place for you"), __("From the rounds that were published."), HR_SEES),
    "past_pairings": (__("Pairings of earlier years"), IMPORTED, HR_SEES),
    "sessions": (__("Your log-ins"), BY_PORTAL, ADMINISTRATORS_SEE),
    "letters": (__("Letters to you"), BY_PORTAL, __("Nobody; only that there was a letter is stored.")),
}
"""For each table its title, where its content comes from and who sees it, in the order of the page."""
LABELS: Mapping[str, LazyString] = {
    "accepted_mentees": __("Mentees accepted"),
    "agent": __("Browser"),
    "answered_at": __("Answered"),
    "band": __("Band"),
    "changed_at": __("Last changed"),
    "components": __("Points by criterion"),
    "confirmed_at": __("Password given"),
    "count": __("Places"),
    "created_at": __("Begun"),
    "department": __("Department"),
    "detail": __("Detail"),
    "direction": __("Direction"),
    "division": __("Division"),
    "due_at": __("Due"),
    "email": __("E-mail address"),
    "end_reason": __("Why it ended"),
    "ended": __("Ended"),
    "ended_at": __("Ended"),
    "expires_at": __("Ends at the latest"),
    "goals": __("Goals"),
    "granted_at": __("Granted"),
    "hours_per_month": __("Hours a month"),
    "interests": __("Interests"),
    "job_title": __("Job title"),
    "key": __("Number in the portal"),
    "kind": __("Kind"),
    "languages": __("Languages"),
    "last_seen_at": __("Last used"),
    "level": __("Level"),
    "locale": __("Language of the pages"),
    "location": __("Location"),
    "max_mentees": __("Mentees at most"),
    "max_mentors": __("Mentors at most"),
    "meeting_rhythm": __("How often you meet"),
    "mentee_key": __("Mentee"),
    "mentor_key": __("Mentor"),
    "name": __("Name"),
    "over_key": __("Who"),
    "pass_number": __("Part of the round"),
    "person_id": __("Id in the company"),
    "plan_key": __("Plan"),
    "points": __("Points"),
    "reason": __("Reason"),
    "remedy": __("What would help"),
    "role": __("Role"),
    "round_key": __("Round"),
    "round_name": __("Round"),
    "sent_at": __("Sent"),
    "skills_offered": __("Skills that you offer"),
    "skills_wanted": __("Skills that you want"),
    "start_date": __("Here since"),
    "started": __("Began"),
    "state": __("State"),
    "status": __("Status"),
    "target_area": __("Area that you aim for"),
    "theme": __("Colours"),
    "timezone": __("Time zone"),
    "trained": __("Trained as a mentor"),
    "tries": __("Attempts to send it"),
    "waiting_rounds": __("Rounds that you waited"),
    "wants_reminders": __("Reminders"),
}
"""What each column is called."""
OWN_NUMBERS = frozenset({"user_key", "enrolment_key", "revision", "position", "occasion", "data"})
"""Columns that only tie rows together: they stand in the file and not on the page."""
NAMED = {"wishes": {"person_key": __("Whom")}}
"""Where ``person_key`` is somebody else."""


def describe_holdings(found: Mapping[str, Holdings]) -> Iterator[Section]:
    """Yield a section for each table that holds anything, in the order of the page."""
    for table, (title, origin, readers) in TITLES.items():
        rows = found.get(table, ())
        if rows:
            shown = list(islice(reversed(rows), MOST_ROWS)) if table == "sessions" else list(rows[:MOST_ROWS])
            columns = _columns_of(table, shown)
            values = [[_in_words(column, row[column]) for column in columns] for row in shown]
            headings = [str(label) for label in columns.values()]
            yield Section(str(title), str(origin), str(readers), headings, values, len(rows) - len(shown))


def label_of(table: str, column: str) -> LazyString | None:
    """Return what a column of a table is called, or nothing for one that the page leaves out."""
    if column in OWN_NUMBERS or (column == "key" and table not in ("people", "users")):
        return None
    return NAMED.get(table, {}).get(column) if column == "person_key" else LABELS[column]


def _columns_of(table: str, rows: Holdings) -> dict[str, LazyString]:
    """Return the columns of rows in which anything stands, with what they are called."""
    labels = {column: label_of(table, column) for column in rows[0]}
    filled = {column for row in rows for column, value in row.items() if value not in (None, "", [], {})}
    return {column: label for column, label in labels.items() if label is not None and column in filled}


def _in_words(column: str, value: object) -> str:
    """Return a value as people read it."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {points}" for name, points in value.items())
    if column.endswith("_at"):
        return show_moment(datetime.fromisoformat(str(value)))
    if column in ("start_date", "started", "ended"):
        return show_day(date.fromisoformat(str(value)))
    return str(value)
