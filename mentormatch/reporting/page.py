"""The report as one HTML page that needs no network: templates filled with sections, drawings and style inside."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mentormatch.charts.drawing import FONT, PALETTE
from mentormatch.files.carried_folders import find_folder
from mentormatch.reporting import notes
from mentormatch.reporting.advice import advice
from mentormatch.reporting.drawn_sections import drawn_sections
from mentormatch.reporting.figures import Report
from mentormatch.reporting.layout import percent
from mentormatch.reporting.plain_sections import plain_sections

TEMPLATE = "report/page.html"


def render(report: Report) -> bytes:
    """Return the page; the same figures give the same bytes."""
    environment = Environment(
        loader=FileSystemLoader(find_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page = environment.get_template(TEMPLATE).render(
        report=report,
        headline=headline(report),
        advice=advice(report),
        audience=" ".join(notes.FOR_HR.split()),
        sections=[*drawn_sections(report), *plain_sections(report)],
        light=_colours(0),
        dark=_colours(1),
        font=FONT,
    )
    return page.encode()


def headline(report: Report) -> tuple[tuple[str, str], ...]:
    """Return the figures that matter first, each with its name."""
    summary = report.summary
    coverage, load = summary.coverage, summary.load
    return (
        ("outcome", "proven" if summary.status == "proven" else "not proven"),
        ("mentees with a mentor", _of(coverage.served, coverage.mentees)),
        ("mentors with a mentee", _of(load.used, load.mentors)),
        ("pairings", f"{coverage.pairings:,}"),
        ("places left", f"{load.places_left:,} of {load.places:,}"),
        ("candidates", f"{summary.candidates:,}"),
        ("seed of the draw", report.seed),
    )


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" + (f" ({percent(part / whole)})" if whole else "")


def _colours(side: int) -> str:
    """Return the colours of the figures as custom properties: side 0 is light, side 1 dark."""
    return " ".join(f"--chart-{name}: {shades[side]};" for name, shades in PALETTE.items())
