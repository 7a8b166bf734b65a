"""The people of a made-up organisation, put together from the tree, the units, the sites and the careers."""

import numpy as np

from mentormatch.domain.people import Person
from mentormatch.synthesis.careers import draw_levels, draw_start_dates, draw_statuses, write_titles
from mentormatch.synthesis.draws import NOBODY, Integers, Stream, draw_order
from mentormatch.synthesis.lines import draw_dotted_managers, draw_evaluators, draw_previous_managers
from mentormatch.synthesis.names import draw_names, write_emails
from mentormatch.synthesis.sites import SITES, draw_languages, draw_sites
from mentormatch.synthesis.tree import Tree, grow_tree
from mentormatch.synthesis.units import Units, form_units

SHORTEST_NUMBER = 4


def hire_people(people_count: int, stream: Stream) -> tuple[Person, ...]:
    """Return the people of one organisation in the order of their ids, which tells nothing about rank."""
    tree = grow_tree(people_count, stream)
    units = form_units(tree)
    order = draw_order(stream, people_count)
    width = max(len(str(people_count)), SHORTEST_NUMBER)
    ids = [f"P{number + 1:0{width}}" for number in np.argsort(order).tolist()]
    staff = _write_people(tree, units, ids, stream)
    return tuple(staff[place] for place in order.tolist())


def _write_people(tree: Tree, units: Units, ids: list[str], stream: Stream) -> list[Person]:
    """Return the people in the order of the tree."""
    levels = draw_levels(tree, stream)
    sites = draw_sites(stream, units.member_of)
    places = [SITES[site] for site in sites.tolist()]
    statuses = draw_statuses(tree, stream)
    names = draw_names(stream, [place.city for place in places])
    columns = {
        "person_id": ids,
        "name": [f"{given} {family}" for given, family in names],
        "email": write_emails(names),
        "manager_id": ["".join(found) for found in _name_each(tree.manager, ids)],
        "dotted_manager_ids": _name_each(draw_dotted_managers(tree, units, stream), ids),
        "level": levels.tolist(),
        "job_title": write_titles(tree, units, levels),
        "division": units.division_names(),
        "department": units.department_names(),
        "location": [place.city for place in places],
        "timezone": [place.timezone for place in places],
        "languages": draw_languages(stream, sites),
        "start_date": draw_start_dates(levels, stream),
        "status": statuses,
        "evaluator_ids": [tuple(ids[p] for p in found) for found in draw_evaluators(tree, units, statuses, stream)],
        "previous_manager_ids": _name_each(draw_previous_managers(tree, stream), ids),
    }
    return [Person(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def _name_each(found: Integers, ids: list[str]) -> list[tuple[str, ...]]:
    """Return the ids behind one found person each, empty for ``NOBODY``."""
    return [() if place == NOBODY else (ids[place],) for place in found.tolist()]
