"""The totals that a table names: what their words and their place say that they are the sum of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from reconcile.core.decimals import ZERO
from reconcile.core.messages import linked, say, say_many
from reconcile.core.words import is_bare_total, is_difference_label, is_measure, is_total_label
from reconcile.equate.equation import BROKEN, COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL, Equation
from reconcile.equate.near_misses import LITTLE, SEARCHED_FIGURES, is_near, is_slipped
from reconcile.equate.terms import count_figures, has_hole, is_exact, part_at, parts_down, reach, term_at
from reconcile.recognise.columns import Column
from reconcile.recognise.tables import RecognisedTable

# Above so many totals it is not worked out which covers which: cost grows with the table, not with its square.
_MOST_TOTALS = 500
# A total whose figure stands in another sum that holds is meant as one that it misses by less than a twentieth.
_CLOSE = 20
# Two parts may lie on either side of their sum; of more of one sign it is larger than each.
_TWO = 2
# A total that fails in more columns is no sum with mistakes.
_FEW = 2


def column_totals(figures: RecognisedTable, confirmed: Set[tuple[int, int]] = frozenset()) -> list[Equation]:
    """The totals that rows are called, down all columns of amounts, by the scheme that most columns agree on.

    ``confirmed`` are the cells (row, column) whose figures stand in sums that hold.
    """
    totals = named_totals(figures)
    found = choose_parts(figures, totals)
    judge = _Judge.of(figures, totals, found, confirmed)
    kinds = _kinds(found, figures.leaves)
    equations: list[Equation] = []
    for total, choice in found.items():
        meant = judge.is_meant(total)
        # Beside rates and means fewer columns can speak for a total: then only a slip is called a fault.
        partly = not meant and 0 < len(_summable(choice.equations)) <= choice.ties * 2
        for equation in choice.equations:
            fails = equation.status() == BROKEN
            asked = choice.slips > 0 or partly or (meant and not is_near(equation))
            slipped = fails and asked and is_slipped(equation)
            # Columns beside ones that add up may be averages or shares: far off, they are another measure, not a slip.
            if fails and not (judge.plain or (meant and is_near(equation)) or ((meant or partly) and slipped)):
                continue
            hole = has_hole(figures, reach(figures, choice.parts, equation.total.col), equation.total.col)
            equations.append(replace(equation, kind=kinds[total], incomplete=hole, slipped=slipped))
    broken = (lines for lines in judge.differences if lines and _fails_alone(lines, judge.holding))
    return [*equations, *(replace(line, slipped=True) for lines in broken for line in lines)]


class _Judge(NamedTuple):
    """What the totals of a table witness for each other: those that hold, in which ways, and the cells that stand in other sums.

    ``schemes`` are the ways taken for those that hold, ``ways`` all in which they do. ``single`` says that there is one total and one
    column, and ``plain`` that it is called nothing but a total: nothing else can be meant. ``last`` is the last row that is called a
    total. ``differences`` are the sums that a row called a difference makes of the two totals above it.
    """

    figures: RecognisedTable
    last: int
    found: Mapping[int, Choice]
    holding: Sequence[Choice]
    schemes: Mapping[str, int]
    ways: Set[str]
    known: Set[tuple[int, int]]
    single: bool
    plain: bool
    differences: Sequence[Sequence[Equation]]

    @classmethod
    def of(
        cls,
        figures: RecognisedTable,
        totals: Sequence[int],
        found: Mapping[int, Choice],
        confirmed: Set[tuple[int, int]],
    ) -> _Judge:
        holding = [choice for choice in found.values() if choice.ties * 2 > len(choice.equations)]
        differences = list(_differences(figures, found))
        compared = [line for lines in differences if _held(lines) == len(lines) for line in lines]
        known = confirmed | {(term.row, term.col) for line in compared for term in (line.total, line.terms[0])}
        known |= {
            (row, equation.total.col)
            for choice in found.values()
            if len(choice.parts) <= SEARCHED_FIGURES
            for equation in choice.equations
            if equation.total.value() and equation.status() != BROKEN
            for row in choice.parts
            if row in found
        }
        single = len(totals) == len(figures.amount_columns) == 1
        plain = single and is_bare_total(figures.labels[totals[0]])
        schemes = Counter(choice.scheme for choice in holding)
        ways = {way for choice in holding for way in choice.ways}
        return cls(
            figures, totals[-1] if totals else -1, found, holding, schemes, ways, known, single, plain, differences
        )

    def is_meant(self, total: int) -> bool:
        """Whether a total that does not hold, or not in all columns, is known to be meant as the sum that is taken for it."""
        choice = self.found[total]
        bare = is_bare_total(self.figures.labels[total])
        half = choice.near * 2 >= len(choice.equations)
        return (
            choice.ties * 2 >= len(choice.equations)
            or self.single
            or (half and _is_like_others(choice, self.holding, self.schemes))
            or (bare and (_is_exceeded(choice) or _falls_short(choice)))
            or (total == self.last and _crowns(choice, self.others(total), self.figures.leaves, bare))
            or _is_one_of_a_scheme(choice, self.ways, self.known)
        )

    def others(self, total: int) -> list[Choice]:
        """The choices of the other totals."""
        return [choice for row, choice in self.found.items() if row != total]


def _differences(figures: RecognisedTable, found: Mapping[int, Choice]) -> Iterator[list[Equation]]:
    """What is called a difference, as the sum that makes it that of the two totals above, for all columns."""
    totals = sorted(found)
    for row in figures.body if len(totals) > 1 else ():
        above = totals[: bisect_left(totals, row)][-2:]
        if row in found or len(above) < 2 or not is_difference_label(figures.labels[row]):
            continue
        ways = [
            [e for c in figures.amount_columns if (e := add_down(figures, c, whole, [part, row])) is not None]
            for whole, part in (above, above[::-1])
        ]
        yield max(ways, key=lambda lines: (_held(lines), sum(map(is_slipped, lines)), sum(map(is_near, lines))))


def _summable(lines: Sequence[Equation]) -> list[Equation]:
    """Return the lines of a total that may be sums: those that hold, and those that are not of rates, means or shares.

    Whether a column adds up is a property of that column. The total of a rate lies among its parts, where a sum of three and
    more parts of one sign lies beyond them.
    """
    return [line for line in lines if line.status() != BROKEN or not _is_of_rates(line)]


def _is_of_rates(line: Equation) -> bool:
    if len(line.terms) > SEARCHED_FIGURES:
        return False
    told = [value for term in line.terms if (value := term.value())]
    between = len(told) > _TWO and min(told) <= line.total.value() <= max(told) and (min(told) > 0 or max(told) < 0)
    return between or is_measure(line.total.header)


def _held(lines: Sequence[Equation]) -> int:
    return sum(1 for line in lines if line.status() != BROKEN)


def _fails_alone(lines: Sequence[Equation], holding: Sequence[Choice]) -> bool:
    """Whether a difference is not that of two totals that hold, in all columns by what slips explain, or by little right below them."""
    sound = {(e.total.row, e.total.col) for choice in holding for e in choice.equations if e.status() != BROKEN}
    apart = any(lines[0].terms[1].row - term.row > 1 for term in lines[0].terms[:1])
    return not _held(lines) and all(
        (is_slipped(line) or (is_near(line, LITTLE) and not apart))
        and {(line.total.row, line.total.col), (line.terms[0].row, line.terms[0].col)} <= sound
        for line in lines
    )


def _kinds(found: Mapping[int, Choice], leaves: Sequence[int]) -> dict[int, str]:
    """Column total is what covers all leaves, by itself or through the subtotals that it adds up; others are subtotals."""
    kinds = dict.fromkeys(found, SUBTOTAL)
    covered: dict[int, frozenset[int]] = {}
    every = frozenset(leaves)
    for total, choice in found.items():
        if len(found) <= _MOST_TOTALS or total == max(found):
            own = [row for row in choice.parts if row not in covered]
            covered[total] = frozenset(own).union(*(covered[row] for row in choice.parts if row in covered))
            if covered[total] >= every:
                kinds[total] = COLUMN_TOTAL
    return kinds


def _is_like_others(choice: Choice, holding: Sequence[Choice], schemes: Mapping[str, int]) -> bool:
    """Whether other totals of the table witness that this one should hold though it does not.

    Two that hold and are made the same way do; or one, where a total over the same rows holds, too.
    """
    alike = schemes.get(choice.scheme, 0) - (choice.ties * 2 > len(choice.equations))
    if alike == 1:
        rows = set(choice.parts)
        return any(len(other.parts) > len(rows) and rows.issubset(other.parts) for other in holding)
    return alike > 1


def _crowns(choice: Choice, others: Sequence[Choice], leaves: Sequence[int], bare: bool) -> bool:
    """Whether a last total, and it alone, does not hold over two or more others that hold and have all rows between them.

    One that is called more than a total may be of more than these, unless it misses them by little or by a slip.
    """
    if not (bare or choice.slips or all(is_near(equation, LITTLE) for equation in choice.equations)):
        return False
    rows = {row for other in others for row in other.parts}
    held = len(others) > 1 and all(other.ties == len(other.equations) for other in others)
    return held and rows.issuperset(leaves) and choice.scheme in OVER_ALL


def _is_one_of_a_scheme(choice: Choice, ways: Set[str], known: Set[tuple[int, int]]) -> bool:
    """Whether another total that is made in the same way holds, and this one's figures are known elsewhere or a slip explains it."""
    if choice.ties or choice.scheme not in ways:
        return False
    broken = [equation for equation in choice.equations if equation.status() == BROKEN]
    sure = all((e.total.row, e.total.col) in known and is_near(e, _CLOSE) for e in broken)
    return sure or choice.slips * 2 >= len(choice.equations)


def _falls_short(choice: Choice) -> bool:
    """Whether a total holds in a column and misses one or two by a little: of these rows in all, by mistake in some.

    Where it misses more it was made of other figures, such as these before they were rounded.
    """
    broken = [equation for equation in choice.equations if equation.status() == BROKEN]
    return choice.ties > 0 and len(broken) <= _FEW and all(is_near(equation, LITTLE) for equation in broken)


def _is_exceeded(choice: Choice) -> bool:
    """Whether every column misses its total by a little, and in one of them the rows add up to more than the total.

    No row that is left out, or counted twice, explains that: it is by less than any of the rows.
    """
    told = [equation for equation in choice.equations if equation.total.value()]
    if len(told) < 2 or not all(e.status() == BROKEN and is_near(e, LITTLE) for e in told):
        return False
    return any(_exceeds(equation) for equation in told)


def _exceeds(equation: Equation) -> bool:
    parts = [value for term in equation.terms if (value := term.value())]
    return not any(value < 0 for value in parts) and 0 < -equation.difference() < min(parts, default=ZERO)


def row_totals(figures: RecognisedTable) -> list[Equation]:
    """Columns whose header names a total, where the row relation holds in most rows: the siblings are the witness."""
    columns = figures.amount_columns
    equations: list[Equation] = []
    for place, column in enumerate(columns):
        if not is_total_label(column.header):
            continue
        for parts in (columns[:place], columns[place + 1 :]):
            parts = tuple(part for part in parts if not is_total_label(part.header))
            if len(parts) < 2:
                continue
            found = [e for row in figures.body if (e := _across(figures, row, column, parts)) is not None]
            ties = sum(1 for e in found if e.status() != BROKEN)
            # One row in ten may be wrong; where more are, the header means another total.
            if ties >= 2 and (len(found) - ties) * 10 <= max(10, len(found)):
                equations += found
                break
    return equations


def _across(figures: RecognisedTable, row: int, column: Column, parts: Sequence[Column]) -> Equation | None:
    whole = term_at(figures, row, column)
    terms = tuple(part_at(figures, row, part) for part in parts)
    if whole is None or count_figures(terms) < 2 or any((row, part.index) in figures.unread for part in parts):
        return None
    label = linked(": ", (figures.labels[row] or say("row {row}", row=row + 1), column.header))
    return Equation(ROW_TOTAL, whole, terms, label, exact=is_exact(whole, terms))


# The schemes of a total over all that is above it.
OVER_ALL = ("totals since", "upper totals above", "totals above", "all above")
# Above so many pairs of a total and a row in all columns, only the rows next to a total are tried (but all for the last
# total); slips are looked for among so many figures: cost grows with the table, not with its square.
_MOST_PAIRS, _MOST_TRIED = 300_000, 500


class Choice(NamedTuple):
    """Which rows a total is taken to be the sum of, by which scheme, and the equations that makes, one a column.

    ``ties`` of the equations hold, ``near`` come at least near; ``slips`` fail by what a slip explains (counted where none holds).
    ``ways`` are all schemes by which as many hold: the rows of a first section are all rows above its total, too.
    """

    scheme: str
    parts: Sequence[int]
    equations: Sequence[Equation]
    ties: int
    near: int
    slips: int = 0
    ways: tuple[str, ...] = ()


def named_totals(figures: RecognisedTable) -> list[int]:
    """The rows that are called totals and have an amount."""
    columns = [figures.cells[column.index] for column in figures.amount_columns]
    return [row for row in figures.body if row in figures.totals and any(cells[row] is not None for cells in columns)]


def choose_parts(figures: RecognisedTable, totals: Sequence[int]) -> dict[int, Choice]:
    """For each row that is called a total the rows it is taken to be the sum of."""
    columns, leaves = figures.amount_columns, figures.leaves
    found: dict[int, Choice] = {}
    for place, total in enumerate(totals):
        choices = [
            _choose(scheme, parts, [e for c in columns if (e := add_down(figures, c, total, parts)) is not None])
            for scheme, parts in _candidates(figures, leaves, totals, place)
        ]
        choices = [choice for choice in choices if choice.equations]
        if choices:
            found[total] = _likeliest(choices)
    return found


def _likeliest(choices: Sequence[Choice]) -> Choice:
    """The choice by which most columns hold; where none does, by which slips explain most, and by which most come near."""
    best = max(choices, key=lambda choice: (choice.ties, choice.near))
    if best.ties:
        return best._replace(ways=tuple(choice.scheme for choice in choices if choice.ties == best.ties))
    if sum(len(choice.parts) * len(choice.equations) for choice in choices) > _MOST_TRIED:
        return best
    tried = [c._replace(slips=sum(1 for equation in c.equations if is_slipped(equation))) for c in choices]
    # What is amiss with a total over all shows in the totals that it adds up, rather than in their rows.
    tried.sort(key=lambda choice: choice.scheme == "all above")
    return max(tried, key=lambda choice: (choice.slips, sum(is_near(e, LITTLE) for e in choice.equations), choice.near))


def _choose(scheme: str, parts: Sequence[int], equations: Sequence[Equation]) -> Choice:
    # That nothing adds up to nothing shows no scheme.
    ties = sum(1 for equation in equations if equation.total.value() and equation.status() != BROKEN)
    return Choice(scheme, parts, equations, ties, sum(1 for equation in equations if is_near(equation)))


def _candidates(
    figures: RecognisedTable, leaves: Sequence[int], totals: Sequence[int], place: int
) -> list[tuple[str, list[int]]]:
    """The sets of rows that a total may be the sum of, likeliest first, each with the scheme that makes it."""
    total = totals[place]
    before = totals[place - 1] if place else -1
    after = totals[place + 1] if place + 1 < len(totals) else len(figures.table.rows)
    segment = list(leaves[bisect_right(leaves, before) : bisect_right(leaves, total)])
    figured = [column.index for column in figures.amount_columns]
    above_total = range(max(before + 1, figures.header_rows), total)
    # A section heading is a row that prints nothing in any column of figures.
    heading = next(
        (row for row in reversed(above_total) if not any(figures.table.rows[row][col].strip() for col in figured)), -1
    )
    # A total right below another is one of totals: those since the last such; or, right below such a one, of these.
    since, upper = _totals_above(leaves, totals, place) if place and not segment else ([], [])
    sets = {
        "segment above": segment,
        "section above": [row for row in segment if row > heading],
        "running": [before, *segment] if place else [],
        "segment below": _without_differences(
            figures, leaves[bisect_right(leaves, total) : bisect_right(leaves, after)]
        ),
    }
    pairs = len(totals) * (len(leaves) + len(totals)) * len(figured)
    if place == len(totals) - 1 or pairs <= _MOST_PAIRS:
        above = list(leaves[: bisect_right(leaves, total)])
        sets |= {
            "all above": above,
            # Before the totals above, which they are among the first.
            "totals since": since if len(since) > 1 else [],
            "upper totals above": upper if len(upper) > 1 else [],
            "totals above": list(totals[:place]) if place > 1 else [],
            # A row whose label only sounds like a total, such as Total Energies, is a row like the others.
            "every row above": sorted([*above, *totals[:place]]) if place else [],
            "all below": _without_differences(figures, leaves[bisect_right(leaves, total) :]),
        }
    unique: list[tuple[str, list[int]]] = []
    for scheme, parts in sets.items():
        if parts and all(parts != known for _, known in unique):
            unique.append((scheme, parts))
    return unique


def _without_differences(figures: RecognisedTable, rows: Sequence[int]) -> list[int]:
    """Rows below a total but those called differences: income is costs and the result below it, and yet the sum of its own rows."""
    return [row for row in rows if not is_difference_label(figures.labels[row])]


def _totals_above(leaves: Sequence[int], totals: Sequence[int], place: int) -> tuple[list[int], list[int]]:
    """The totals above one since the last that is itself one of totals; where there are none, all those above that are."""
    since: list[int] = []
    upper: list[int] = []
    for at in range(place - 1, -1, -1):
        above = totals[at - 1] if at else -1
        of_totals = at > 0 and bisect_right(leaves, above) == bisect_right(leaves, totals[at])
        if of_totals and since:
            break
        (upper if of_totals else since).append(totals[at])
        if upper and not of_totals:
            # Below those of totals the ones that they add up are not asked for.
            since.pop()
    return since[::-1], upper[::-1]


def add_down(figures: RecognisedTable, column: Column, total: int, parts: Sequence[int]) -> Equation | None:
    """The sum of rows in one column, or None where it has no figures for one."""
    whole = term_at(figures, total, column)
    terms = parts_down(figures, parts, column)
    count = count_figures(terms)
    # One row is a sum of its own only where it says so by being it.
    if whole is None or not count or (count == 1 and all(term.value() != whole.amount.value for term in terms)):
        return None
    label = say_many(count, "{name}: {count} row", "{name}: {count} rows", name=figures.labels[total])
    if len(figures.amount_columns) > 1 and column.header:
        label = say("{label}, column {column}", label=label, column=column.header)
    return Equation(SUBTOTAL, whole, terms, label, exact=is_exact(whole, terms))
