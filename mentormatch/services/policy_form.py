"""A policy as a form: sections of fields with explanation, default and what was typed; and versions side by side."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mentormatch.domain.policy import GROUPINGS, STAGES, Policy
from mentormatch.files.policy_text import explain_setting
from mentormatch.services.policy_catalogue import CATALOGUE, GROUPING_LABELS, STAGE_LABELS
from mentormatch.services.policy_sections import SECTIONS, Section
from mentormatch.services.policy_typing import (
    ON,
    WHOLE_NUMBER,
    Kind,
    Typed,
    TypedProblem,
    bounds_of,
    kind_of,
    label_of,
    list_gaps,
    tell_gap,
    type_policy,
)

NOTHING = "-"
"""How a setting that has no value is told."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One of several fields that make a setting: a place in the order, the worth of a level gap."""

    name: str
    label: str
    value: str
    default: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: what it is, why, how it is typed, what was typed, and what is wrong with that.

    ``explanation`` says what it does, ``why`` what it guards against and what changes when it is loosened. ``value``
    and ``default`` are typed texts; ``cells`` are the parts of a setting that has several.
    """

    name: str
    label: str
    explanation: str
    why: str
    kind: Kind
    unit: str
    bounds: tuple[float, float] | None
    choices: tuple[tuple[str, str], ...]
    value: str
    default: str
    cells: tuple[Cell, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether what was typed is not the default."""
        return (self.value, [cell.value for cell in self.cells]) != (
            self.default,
            [cell.default for cell in self.cells],
        )

    @property
    def span(self) -> str:
        """The bounds of the number in words, blank for none."""
        return " to ".join(f"{bound:.12g}" for bound in self.bounds or ())

    @property
    def words(self) -> str:
        """What was typed, in plain words."""
        return _tell(self, self.value, {cell.name: cell.value for cell in self.cells})

    @property
    def default_words(self) -> str:
        """The default in plain words."""
        return _tell(self, self.default, {cell.name: cell.default for cell in self.cells})


@dataclass(frozen=True, slots=True)
class FormSection:
    """A part of the form, and what is wrong with it as a whole."""

    key: str
    title: str
    explanation: str
    fields: tuple[Field, ...]
    problems: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The sum of its whole numbers, as far as they can be read."""
        numbers = [field.value.strip() for field in self.fields if field.kind is Kind.WHOLE]
        return sum(int(text) for text in numbers if WHOLE_NUMBER.fullmatch(text))

    @property
    def is_wrong(self) -> bool:
        """Whether something in it has to be mended."""
        told = [self.problems, *(field.problems for field in self.fields)]
        return any(told) or any(cell.problems for field in self.fields for cell in field.cells)

    @property
    def changed_count(self) -> int:
        """How many of its settings are not the default."""
        return sum(field.is_changed for field in self.fields)


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that two policies have differently: its name, where it stands, and both values in plain words."""

    setting: str
    section: str
    label: str
    old: str
    new: str


def describe_policy(policy: Policy) -> tuple[FormSection, ...]:
    """Return the form of a policy as it is."""
    return describe_typed(type_policy(policy))


def describe_typed(typed: Typed, problems: Iterable[TypedProblem] = ()) -> tuple[FormSection, ...]:
    """Return the form with what was typed, untouched, and the problems at the fields and sections they belong to."""
    told: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        told[problem.name] = (*told.get(problem.name, ()), problem.sentence)
    defaults = type_policy(Policy())
    return tuple(_section(section, typed, defaults, told) for section in SECTIONS)


def compare_policies(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Return every setting that differs, in the order of the form; of a table of level gaps each gap by itself."""
    return compare_typed(type_policy(old), type_policy(new))


def compare_typed(old: Typed, new: Typed) -> tuple[Difference, ...]:
    """Return every setting that differs between two forms, whatever was typed in them."""
    return tuple(_differences(describe_typed(new), old))


def _differences(sections: Iterable[FormSection], before: Typed) -> Iterator[Difference]:
    """Yield what the fields of a form have differently from what was typed before."""
    for section in sections:
        for field in section.fields:
            if field.kind is Kind.GAPS:
                yield from _gap_differences(section.title, field, before)
                continue
            old = _tell(field, before.get(field.name, ""), before)
            changed = before.get(field.name, "") != field.value or any(
                before.get(c.name, "") != c.value for c in field.cells
            )
            if changed:
                yield Difference(field.name, section.title, field.label, old, field.words)


def _gap_differences(title: str, field: Field, before: Typed) -> Iterator[Difference]:
    """Yield the level gaps that differ, also those that only one of the two has."""
    after = {cell.name: cell.value for cell in field.cells}
    for gap in list_gaps(field.name, before, after):
        name = f"{field.name}.{gap}"
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Difference(name, title, label_of(name), old or "not allowed", new or "not allowed")


def _section(section: Section, typed: Typed, defaults: Typed, told: Mapping[str, tuple[str, ...]]) -> FormSection:
    """Return a section with its fields."""
    fields = tuple(_field(name, typed, defaults, told) for name in section.names)
    explanation = explain_setting(section.explained_by) if section.explained_by else ""
    whole = () if section.key in section.names else told.get(section.key, ())
    return FormSection(section.key, section.title, explanation, fields, whole)


def _field(name: str, typed: Typed, defaults: Typed, told: Mapping[str, tuple[str, ...]]) -> Field:
    """Return one setting with what was typed."""
    entry, kind = CATALOGUE[name], kind_of(name)
    return Field(
        name=name,
        label=entry.label,
        explanation=_explain(name),
        why=entry.why,
        kind=kind,
        unit=entry.unit,
        bounds=bounds_of(name),
        choices=tuple((grouping, GROUPING_LABELS[grouping]) for grouping in ("", *GROUPINGS)),
        value=typed.get(name, ""),
        default=defaults.get(name, ""),
        cells=tuple(_cells(name, kind, typed, defaults, told)),
        problems=told.get(name, ()),
    )


def _explain(name: str) -> str:
    """Return what a setting does; a rule says when it forbids a pairing."""
    told = explain_setting(name.removesuffix(".open"))
    return f"Forbids a pairing when this is so: {told}" if name.startswith("rules.") else told


def _cells(name: str, kind: Kind, typed: Typed, defaults: Typed, told: Mapping[str, tuple[str, ...]]) -> Iterator[Cell]:
    """Yield the fields of a setting that has several."""
    if kind is Kind.ORDER:
        labels = {f"stages.{stage}": STAGE_LABELS[stage] for stage in STAGES}
    elif kind is Kind.GAPS:
        labels = {f"{name}.{gap}": tell_gap(gap) for gap in list_gaps(name, typed, defaults)}
    else:
        return
    for each, label in labels.items():
        yield Cell(each, label, typed.get(each, ""), defaults.get(each, ""), told.get(each, ()))


def _tell(field: Field, text: str, parts: Typed) -> str:
    """Return a typed setting in plain words."""
    if field.kind is Kind.SWITCH:
        return "on" if text == ON else "off"
    if field.kind is Kind.CHOICE:
        return dict(field.choices).get(text, text)
    if field.kind is Kind.ORDER:
        placed = sorted((parts.get(cell.name, ""), cell.label) for cell in field.cells if parts.get(cell.name))
        return "; ".join(f"{place}. {label}" for place, label in placed) or NOTHING
    if field.kind is Kind.GAPS:
        worths = [(cell.label, parts.get(cell.name, "")) for cell in field.cells]
        return "; ".join(f"{label} {worth}" for label, worth in worths if worth) or NOTHING
    return f"{text} {field.unit}".strip() if text else NOTHING
