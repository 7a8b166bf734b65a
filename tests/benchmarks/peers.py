"""The same problem in the words of other solvers, each given all candidates at once as arrays."""

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment

from mentormatch.matching.candidates import points_of

Codes = NDArray[np.int16]
Limits = NDArray[np.int64]

BLOCK = 1_000
"""Mentees whose candidates are handed over at once, so that the lists of arcs stay small beside the solver's own."""


def solve_flow(codes: Codes, limits: Limits) -> int:
    """Return the most points of a plan: a flow from each mentee over a mentor, or straight, to the sink."""
    mentees, mentors = codes.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    for mentee in range(0, mentees, BLOCK):
        _add_candidates(flow, codes[mentee : mentee + BLOCK], mentee, mentees)
    sink = mentees + mentors
    everyone, offering = np.arange(mentees, dtype=np.int32), np.arange(mentees, sink, dtype=np.int32)
    _add_arcs(flow, offering, np.full(mentors, sink, np.int32), limits, np.zeros(mentors, np.int64))
    _add_arcs(flow, everyone, np.full(mentees, sink, np.int32), np.ones(mentees, np.int64), np.zeros(mentees, np.int64))
    flow.set_nodes_supplies(np.append(everyone, np.int32(sink)), np.append(np.ones(mentees, np.int64), -mentees))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ValueError(f"The flow solver ended with status {status}.")
    return -int(flow.optimal_cost())


def _add_candidates(flow: min_cost_flow.SimpleMinCostFlow, codes: Codes, first: int, mentees: int) -> None:
    """Add an arc from mentee to mentor for each candidate of a block of mentees."""
    mentee, mentor = np.nonzero(codes >= 0)
    costs = -points_of(codes[mentee, mentor]).astype(np.int64)
    tails, heads = (mentee + first).astype(np.int32), (mentor + mentees).astype(np.int32)
    _add_arcs(flow, tails, heads, np.ones(mentee.size, np.int64), costs)


def _add_arcs(
    flow: min_cost_flow.SimpleMinCostFlow,
    tails: NDArray[np.int32],
    heads: NDArray[np.int32],
    capacities: NDArray[np.int64],
    costs: NDArray[np.int64],
) -> None:
    """Add many arcs in one call."""
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)


def solve_assignment(codes: Codes, limits: Limits) -> int:
    """Return the most points of a plan, from a dense table of mentees and places.

    A pair that is no candidate is worth 0 there, and stands for staying without a place.
    """
    worth = np.where(codes >= 0, points_of(codes), 0).astype(np.float64)
    places = np.repeat(worth, limits, axis=1)
    rows, columns = linear_sum_assignment(places, maximize=True)
    return int(places[rows, columns].sum())
