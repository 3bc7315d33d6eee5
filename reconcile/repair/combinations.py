"""Several slips at once: changes of figures, each of one slip, that make all equations of a break tie together.

A change is known by its effect: by how much it moves the difference of each equation. Pairs are found by looking up what one leaves
among the effects of the others. Three and more are a small integer program for OR-Tools' CP-SAT, where that is installed (extra
`solver`): first the fewest slips that do, then all ways to make so few. What it finds is verified in exact arithmetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.util import find_spec
from typing import TYPE_CHECKING

from reconcile.core.decimals import ZERO, add, rescale, subtract
from reconcile.equate.equation import Key

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar

# A figure and the value that it should have.
Candidate = tuple[Key, Decimal]
Effect = frozenset[tuple[int, Decimal]]
Effects = Mapping[Effect, Sequence[Candidate]]
Wanted = Mapping[int, Decimal]

# What the solver is given: equations broken, values tried, slips at once, solutions told, and seconds of deterministic work and of the clock.
_FEWEST_BROKEN, _MOST_BROKEN, _MOST_VALUES, _MOST_SLIPS, _MOST_FOUND = 3, 24, 30_000, 4, 40
_MOST_WORK, _MOST_SECONDS = 1.0, 2.0
# The solver counts in 64 bits; sums of so many figures of this size stay below.
_MOST_SIZE = 1 << 52


def find_pairs(effects: Effects, wanted: Wanted) -> Iterator[tuple[Candidate, ...]]:
    """Two figures with the values that together move every difference by what is wanted, and no other."""
    seen: set[Effect] = set()
    for effect, firsts in effects.items():
        moved = dict(effect)
        rest = {n: subtract(wanted.get(n, ZERO), moved.get(n, ZERO)) for n in {*wanted, *moved}}
        other = frozenset((n, change) for n, change in rest.items() if change)
        if other not in effects or other in seen:
            continue
        seen.add(effect)
        yield from ((one, two) for one in firsts for two in effects[other] if one[0] != two[0])


def find_more(effects: Effects, wanted: Wanted, seconds: float) -> tuple[list[tuple[Candidate, ...]], str]:
    """The fewest slips, three or four, that explain a break together: all ways to make them, and what was not looked at.

    Nothing where the solver is not installed, or fewer than three equations are broken: those never tell three slips apart.
    Only figures are changed whose equations are all broken, because three slips that make one tie by chance are too rare.
    """
    if not _FEWEST_BROKEN <= len(wanted) <= _MOST_BROKEN or find_spec("ortools") is None:
        return [], ""
    effects = {effect: slips for effect, slips in effects.items() if all(number in wanted for number, _ in effect)}
    if sum(map(len, effects.values())) > _MOST_VALUES:
        return [], "more than two slips at once were not looked for, because there are too many figures"
    numbers = _in_whole_units(effects, wanted)
    if numbers is None:
        return [], "more than two slips at once were not looked for, because figures are too large"
    found, limit = _search(*numbers, list(effects.items()), min(seconds, _MOST_SECONDS))
    return [slips for slips in found if _explains(slips, effects, wanted)], limit


def _in_whole_units(effects: Effects, wanted: Wanted) -> tuple[list[dict[int, int]], dict[int, int]] | None:
    """Effects and what is wanted as whole numbers of the smallest unit printed; None where they are too large to be counted with."""
    every = [*wanted.values(), *(change for effect in effects for _, change in effect)]
    exponent = min(0, *(int(value.as_tuple().exponent) for value in every))
    whole = {value: int(rescale(value, -exponent)) for value in every}
    if any(abs(number) > _MOST_SIZE for number in whole.values()):
        return None
    moves = [{n: whole[change] for n, change in effect} for effect in effects]
    return moves, {n: whole[value] for n, value in wanted.items()}


def _search(
    moves: Sequence[Mapping[int, int]],
    wanted: Mapping[int, int],
    known: Sequence[tuple[Effect, Sequence[Candidate]]],
    seconds: float,
) -> tuple[list[tuple[Candidate, ...]], str]:
    from ortools.sat.python import cp_model

    model, slips, made = _state(moves, wanted, known)
    model.minimize(cp_model.LinearExpr.sum(made))
    solver = _solver(seconds)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return [], ""
    if status != cp_model.OPTIMAL:
        return [], "there was no time to look for more than two slips at once"
    fewest = round(solver.objective_value)
    model, slips, made = _state(moves, wanted, known)
    model.add(cp_model.LinearExpr.sum(made) == fewest)
    found: list[tuple[Candidate, ...]] = []

    class Collect(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            found.append(tuple(slip for slip, variable in zip(slips, made, strict=True) if self.value(variable)))
            if len(found) >= _MOST_FOUND:
                self.stop_search()

    solver = _solver(seconds)
    solver.parameters.enumerate_all_solutions = True
    complete = solver.solve(model, Collect()) == cp_model.OPTIMAL and len(found) < _MOST_FOUND
    return found, "" if complete else f"only {len(found)} ways to make {fewest} slips were looked at"


def _solver(seconds: float) -> CpSolver:
    """A solver that finds the same in every run, as long as the clock does not stop it."""
    from ortools.sat.python.cp_model import CpSolver

    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = _MOST_WORK
    solver.parameters.max_time_in_seconds = seconds
    return solver


def _state(
    moves: Sequence[Mapping[int, int]], wanted: Mapping[int, int], known: Sequence[tuple[Effect, Sequence[Candidate]]]
) -> tuple[CpModel, list[Candidate], list[IntVar]]:
    """Every slip as a variable: each figure has one at most, and all together give every equation what it wants."""
    from ortools.sat.python.cp_model import CpModel, LinearExpr

    model = CpModel()
    slips: list[Candidate] = []
    made: list[IntVar] = []
    given: defaultdict[int, list[tuple[IntVar, int]]] = defaultdict(list)
    of_figure: defaultdict[Key, list[IntVar]] = defaultdict(list)
    for move, (_, alike) in zip(moves, known, strict=True):
        for slip in alike:
            variable = model.new_bool_var("")
            slips.append(slip)
            made.append(variable)
            of_figure[slip[0]].append(variable)
            for number, change in move.items():
                given[number].append((variable, change))
    for variables in of_figure.values():
        model.add_at_most_one(variables)
    for number in {*given, *wanted}:
        variables, changes = [variable for variable, _ in given[number]], [change for _, change in given[number]]
        model.add(LinearExpr.weighted_sum(variables, changes) == wanted.get(number, 0))
    model.add(LinearExpr.sum(made) <= _MOST_SLIPS)
    return model, slips, made


def _explains(slips: Sequence[Candidate], effects: Effects, wanted: Wanted) -> bool:
    """Whether slips together give every equation exactly what it wants."""
    effect_of = {slip: effect for effect, alike in effects.items() for slip in alike if slip in slips}
    moved: dict[int, Decimal] = {}
    for slip in slips:
        for number, change in effect_of[slip]:
            moved[number] = add((moved.get(number, ZERO), change))
    return all(moved.get(n, ZERO) == wanted.get(n, ZERO) for n in {*moved, *wanted})
