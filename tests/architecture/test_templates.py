"""Templates keep what pages promise: nothing inline, every word can be translated, and each is of use."""

import re

import pytest

from tests.architecture.source import modules_of
from tests.architecture.templates import (
    FOLDER,
    Template,
    bare_words,
    named_in,
    parse,
    read_templates,
    take_apart,
)

TEMPLATES = tuple(read_templates())
BY_NAME = [pytest.param(template, id=template.name) for template in TEMPLATES]
NAME = "MentorMatch"
"""The name of the portal, which is the same in every language."""
UNSAFE = re.compile(r"\|\s*safe\b|\bMarkup\(|{%-?\s*autoescape")


def inline_parts(template: Template) -> list[str]:
    """Return what a browser would refuse: scripts and styles within the page."""
    markup = parse(template)
    found = [(line, name) for line, name, _ in markup.attributes if name == "style" or name.startswith("on")]
    found += [(line, given["tag"]) for line, given in markup.scripts if "src" not in given]
    found += [(line, "javascript:") for line, _, value in markup.attributes if value.strip().startswith("javascript:")]
    return [f"{template.name}:{line}: {what}" for line, what in found]


@pytest.mark.parametrize("template", BY_NAME)
def test_a_template_has_no_script_and_no_style_within_it(template: Template) -> None:
    assert inline_parts(template) == []


@pytest.mark.parametrize("template", BY_NAME)
def test_a_template_escapes_everything(template: Template) -> None:
    assert UNSAFE.findall(template.text) == []


@pytest.mark.parametrize("template", BY_NAME)
def test_every_word_of_a_template_can_be_translated(template: Template) -> None:
    assert [words for words in bare_words(template) if not words.endswith(f" {NAME}")] == []


@pytest.mark.parametrize("template", BY_NAME)
def test_every_field_that_is_written_by_hand_has_a_label(template: Template) -> None:
    text = template.text
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", text)
    for field in fields:
        if re.search(r'type="(?:hidden|submit)"|\bhidden\b', field):
            continue
        found = re.search(r'\bid="([^"]+)"', field)
        assert found, field
        assert f'for="{found[1]}"' in text or "aria-label" in field, field


def test_every_template_is_shown_by_somebody_and_everybody_finds_theirs() -> None:
    known = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.html")}
    pages = {name for module in modules_of("portal") for name in named_in(module.text)}
    reached, fresh = set[str](), {*pages, "report/page.html"}
    while fresh:
        reached |= fresh
        fresh = {inner for name in fresh for inner in named_in(known.get(name, ""))} - reached
    assert reached - known.keys() == set(), "a template that is named does not exist"
    assert known.keys() - reached == set(), "a template that nobody shows"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Hello</p>", ["t:1: Hello"]),
        ('<p>{{ _("Hello") }}</p>', []),
        ("<p>\n{% if x %}Bad{% endif %}</p>", ["t:2: Bad"]),
        ('<img alt="A picture">', ["t:1: A picture"]),
        ('<input placeholder="{{ _(\'name\') }}" class="wide">', []),
        ('<p>{{ name or "nobody" }}</p>', ["t:1: nobody"]),
        ('<p>{{ "yes" if x else _("no") }}</p>', ["t:1: yes"]),
        ('<p class="{{ "good" if x else "bad" }}">{{ icon("check") }} {{ url_for("a.b") }} –</p>', []),
        ("{# A note #}<code>mentormatch serve</code> 12 %", []),
    ],
    ids=["text", "translated", "within", "attribute", "placeholder", "or", "choice", "marks", "code"],
)
def test_words_that_nobody_translates_are_found(text: str, found: list[str]) -> None:
    assert bare_words(take_apart("t", text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<script>1</script>", ["t:1: script"]),
        ("\n<p style='color: red'>", ["t:2: style"]),
        ("{% if x %}<button onclick='x()'>{% endif %}", ["t:1: onclick"]),
        ("<style>p { color: red }</style>", ["t:1: style"]),
        ("<a href=' javascript:x()'>", ["t:1: javascript:"]),
        ('<script type="module" src="{{ asset("x.js") }}"></script>', []),
    ],
    ids=["script", "style", "handler", "style sheet", "address", "file"],
)
def test_what_stands_inline_is_found(text: str, found: list[str]) -> None:
    assert inline_parts(take_apart("t", text)) == found
