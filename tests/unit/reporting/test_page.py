"""The page: valid, self-contained, the same bytes each time, and nothing of the data becomes markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import override

import pytest

from mentormatch.files.outcome_folder import OutcomeFolder
from mentormatch.reporting.figures import Report, gather
from mentormatch.reporting.page import headline, render

VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})


class Outline(HTMLParser):
    """Reads a page and keeps its tags, ids, links and headings; complains about tags that do not close."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        assert self.open == []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render(report).decode()


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    return Outline(page)


def test_every_tag_of_the_page_closes(outline: Outline) -> None:
    assert [tag for tag, _ in outline.tags].count("html") == 1


def test_ids_are_unique_and_links_and_labels_lead_to_one(outline: Outline) -> None:
    ids = outline.values("id")
    assert len(ids) == len(set(ids))
    targets = {link.removeprefix("#") for link in outline.values("href")}
    targets |= {word for words in outline.values("aria-labelledby") for word in words.split()}
    assert targets <= set(ids)


def test_the_page_needs_nothing_but_itself(page: str, outline: Outline) -> None:
    assert not {tag for tag, _ in outline.tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "image",
        "base",
    }
    assert all(link.startswith("#") for link in outline.values("href"))
    assert not outline.values("src")
    assert set(re.findall(r"[a-z]+://[^\"' <]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_has_no_inline_handlers_and_one_style(outline: Outline) -> None:
    assert [tag for tag, _ in outline.tags].count("style") == 1
    assert not [name for _, attributes in outline.tags for name in attributes if name.startswith("on")]


def test_the_same_outcome_gives_the_same_bytes(report: Report, outcome_folder: OutcomeFolder) -> None:
    assert render(report) == render(gather(outcome_folder, report.trade_off))


def test_the_page_says_nothing_about_the_time_or_the_machine(page: str, made_outcome: Path) -> None:
    assert str(made_outcome) not in page
    assert "seconds" not in page


def test_nobody_is_named(page: str, outcome_folder: OutcomeFolder) -> None:
    assert not [person.name for person in outcome_folder.round.people if person.name in page]


def test_only_mentors_are_listed_by_id_where_nothing_is_locked(page: str, outcome_folder: OutcomeFolder) -> None:
    mentors = {one.person_id for one in outcome_folder.round.enrolments if one.is_mentor}
    others = {person.person_id for person in outcome_folder.round.people} - mentors
    shown = set(re.findall(r">(P\d+)<", page))
    assert shown
    assert not shown & others


def test_text_from_the_data_never_becomes_markup(locked_folder: OutcomeFolder) -> None:
    named = replace(gather(locked_folder), programme="<b>P</b>", round_name='"><script>alert(1)</script>', seed="<i>")
    page = render(named).decode()
    Outline(page)
    assert "<script" not in page
    assert "<b>P" not in page
    assert "promised &lt;in writing&gt;" in page
    assert "&lt;i&gt;" in page


def test_labels_in_drawings_never_become_markup(outcome_folder: OutcomeFolder) -> None:
    people = tuple(
        replace(one, department=f"<b>{one.department}", division="<b>") for one in outcome_folder.round.people
    )
    page = render(gather(replace(outcome_folder, round=replace(outcome_folder.round, people=people)))).decode()
    Outline(page)
    assert "<b>" not in page
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert any("&lt;b" in drawing for drawing in drawings)


def test_each_figure_is_drawn_for_a_wide_and_a_narrow_page(outline: Outline) -> None:
    classes = outline.values("class")
    assert classes.count("wide") == classes.count("narrow") == [tag for tag, _ in outline.tags].count("figure") > 5


def test_the_headline_counts_what_the_summary_counts(report: Report) -> None:
    figures = dict(headline(report))
    coverage = report.summary.coverage
    assert figures["outcome"] == "proven"
    assert figures["mentees with a mentor"].startswith(f"{coverage.served} of {coverage.mentees} (")
    assert figures["seed of the draw"] == report.seed


def test_dark_colours_hold_on_screens_alone(page: str) -> None:
    assert page.count("@media screen and (prefers-color-scheme: dark)") == 1
    assert page.count("prefers-color-scheme") == 1
