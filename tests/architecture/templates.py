"""Templates as a reader meets them: which texts, attributes and words of their own they hold, and whom they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import override

from jinja2 import Environment, nodes

from tests.architecture.source import ROOT

FOLDER = ROOT / "templates"
ENVIRONMENT = Environment(autoescape=True)
READ_ATTRIBUTES = frozenset({"alt", "aria-label", "placeholder", "title"})
"""Attributes that are read out or shown."""
SPOKEN = re.compile(r"[^\W\d_]{2,}")
PLACE = re.compile("\ue000(\\d+)\ue001")
WIDTH = re.compile(r"{% block width %}\w+{% endblock %}")
"""How wide a page is: a class, which is not shown."""
ATTRIBUTES = re.compile(r"""^\s*[\w-]+=["']""")
"""How the text of a macro begins that writes attributes into a tag."""
NAMED = re.compile(r"""["']([\w/]+\.html)["']""")


@dataclass(frozen=True, slots=True)
class Template:
    """One file, with what is written between its braces taken out and numbered."""

    name: str
    text: str
    markup: str
    expressions: tuple[str, ...]


@dataclass(slots=True)
class Markup(HTMLParser):
    """Collects the texts of a template, the attributes of its tags, and the lines on which they stand."""

    texts: list[tuple[int, str]] = field(default_factory=list)
    attributes: list[tuple[int, str, str]] = field(default_factory=list)
    scripts: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    within: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin at the first line."""
        HTMLParser.__init__(self, convert_charrefs=True)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        given = {name: value or "" for name, value in attrs}
        self.attributes += [(line, name, value) for name, value in given.items()]
        if tag in ("script", "style"):
            self.scripts.append((line, given | {"tag": tag}))
        self.within.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in self.within:
            while self.within.pop() != tag:
                pass

    @override
    def handle_data(self, data: str) -> None:
        if "code" not in self.within:
            blank = data[: len(data) - len(data.lstrip())]
            self.texts.append((self.getpos()[0] + blank.count("\n"), data))


def read_templates() -> Iterator[Template]:
    """Yield every template; those of the report have no request and no translation, and are left out."""
    for path in sorted(FOLDER.rglob("*.html")):
        if path.parent.name != "report":
            yield take_apart(path.relative_to(FOLDER).as_posix(), path.read_text(encoding="utf-8"))


def take_apart(name: str, text: str) -> Template:
    """Return a template with its statements taken out and each expression replaced by its number."""
    markup: list[str] = []
    expressions: list[str] = []
    inside: list[str] | None = None
    for _, kind, value in ENVIRONMENT.lex(WIDTH.sub("", text)):
        if kind == "variable_begin":
            inside = []
        elif kind == "variable_end":
            markup.append(f"\ue000{len(expressions)}\ue001")
            expressions.append("".join(inside or ()))
            inside = None
        elif inside is not None:
            inside.append(value)
        elif kind == "data":
            markup.append(value)
        else:
            markup.append("\n" * value.count("\n"))
    return Template(name, text, "".join(markup), tuple(expressions))


def parse(template: Template) -> Markup:
    """Return the texts and attributes of a template."""
    markup = Markup()
    markup.feed(template.markup)
    markup.close()
    return markup


def bare_words(template: Template) -> list[str]:
    """Return every text that people see or hear and that is not handed to the translation."""
    markup = parse(template)
    shown = [*markup.texts, *((line, value) for line, name, value in markup.attributes if name in READ_ATTRIBUTES)]
    found = [(line, PLACE.sub(" ", text)) for line, text in shown if not ATTRIBUTES.match(text)]
    for line, text in shown:
        for number in PLACE.findall(text):
            found += [(line, words) for words in _own_words(template.expressions[int(number)])]
    return [f"{template.name}:{line}: {' '.join(text.split())}" for line, text in found if SPOKEN.search(text)]


def _own_words(expression: str) -> Iterator[str]:
    """Yield the words that an expression may show as they stand: those it does not hand to anybody."""
    for output in ENVIRONMENT.parse(f"{{{{ {expression} }}}}").find_all(nodes.Output):
        for node in output.nodes:
            yield from _shown(node)


def _shown(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _shown(node.expr1)
        if node.expr2 is not None:
            yield from _shown(node.expr2)
    elif isinstance(node, nodes.Or | nodes.Concat | nodes.Add):
        for child in node.iter_child_nodes():
            yield from _shown(child)


def named_in(text: str) -> set[str]:
    """Return the templates that a template or a module names."""
    return set(NAMED.findall(text))
