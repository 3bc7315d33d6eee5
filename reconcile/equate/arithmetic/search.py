"""Footing and cross-footing without words: which positions of a grid add up to which other, by arithmetic and layout.

A grid is looked at along one axis. Its *positions* are rows when columns are footed, and columns when rows are
cross-footed; its *lines* are the other axis. A relation ``total = sum of parts`` is one between positions; each line in which it
holds is a witness for it, each in which it fails speaks against it.

How likely is a random hit? What each line is worth in bits (``weights``) adds up; of ``c`` candidates tried, ``log2(c)`` bits are used up.
What is left must reach ``ENOUGH``, far more where the parts stand anywhere. That most totals stand beside their parts, and that others
do once these parts are taken out, is the observation of Jiang et al., *Aggregation Detection in CSV Files* (EDBT 2022).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate, groupby, pairwise
from math import log2

from reconcile.equate.lines import MOST_BITS, NEAR, AxisLine, Relation, holds_in_a_block, weigh_relation

# Bits that a relation must be worth: beside its total, and anywhere.
ENOUGH = 8.0
_ENOUGH_AFAR = 18.0
# What a total word is worth, and what standing on the other side than most totals of the table costs.
_WORD = 5.0
_OTHER_SIDE = 4.0
# Candidates are looked for in so many lines, and weighed in so many.
_LEADS = 24
_FEWER_LEADS = 4
_SOUGHT = 4
_WEIGHED = 120
# Beyond so many positions in fewer lines, those that hold most figures.
_LONG = 2_000
# Up to so many positions every run is added up; beyond, sums are looked up among prefix sums.
_SHORT = 80
# Beyond so many positions totals are looked for where they are likely only, and pairs not at all.
LONG_AXIS = 5_000
# Up to so many positions pairs and runs are looked for anywhere; beyond, pairs within a window.
_NARROW = 40
_WINDOW = 6
_HITS = 6
# What a group adds up to stands so near.
_AROUND = 3
# What a section is worth more for the sections right before and behind it.
_CHAINED = 4.0
# So many sections that add up make a scheme, which one that does not breaks.
_SECTIONS = 4


@dataclass(frozen=True)
class Axis:
    """What is known of the positions: which are called totals, which are named alike, where sections break.

    ``families`` are positions with those that label or indentation says belong to them, ``inside`` positions that are
    part of another (*of which*), and not added with their neighbours.
    """

    totals: Sequence[bool]
    groups: Sequence[Sequence[int]] = ()
    breaks: Sequence[int] = ()
    families: Sequence[tuple[int, Sequence[int]]] = ()
    inside: Set[int] = frozenset()


def find_relations(lines: Sequence[AxisLine], axis: Axis) -> list[Relation]:
    """The relations between the positions of ``lines``, the surest of each round first."""
    filled = [
        p for p in range(len(axis.totals)) if p not in axis.inside and any(line.values[p] is not None for line in lines)
    ]
    if len(filled) < 3:
        return []
    search = _Search(lines, axis)
    search.accept(search.families())
    # A group is one of many that are tried.
    among = log2(len(axis.groups) + 1)
    search.settle(filled, axis.groups, among)
    search.accept(search.around(filled, axis.groups))
    for group in axis.groups:
        search.settle(group, among=among)
    search.accept([*search.pairs(filled), *search.runs_apart(filled)])
    broken = {(relation.total, relation.parts): relation for relation in search.broken_sections(filled)}
    found = (relation for relation in search.found if (relation.total, relation.parts) not in broken)
    return [*found, *broken.values()]


@dataclass
class _Search:
    """What was found so far, and how often each line spoke for it."""

    lines: Sequence[AxisLine]
    axis: Axis
    found: list[Relation] = field(default_factory=list)
    by_total: dict[int, list[Relation]] = field(default_factory=dict)
    by_part: dict[int, list[Relation]] = field(default_factory=dict)
    known: set[tuple[int, ...]] = field(default_factory=set)
    weighed: dict[tuple[int, tuple[int, ...]], Relation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sample = range(0, len(self.lines), max(1, len(self.lines) // _WEIGHED))
        fullest = sorted(self.sample, key=lambda m: -sum(1 for v in self.lines[m].values if v))
        several = _LEADS if len(self.axis.totals) <= _LONG else _FEWER_LEADS
        # Lines that repeat one another lead to the same candidates.
        different = {tuple(self.lines[m].values): m for m in reversed(fullest[: _SOUGHT * several])}
        self.leads = [self.lines[m] for m in sorted(different.values(), key=fullest.index)[:several]]
        self.tied = [1] * len(self.lines)
        self.failed = [1] * len(self.lines)

    def settle(self, positions: Sequence[int], groups: Sequence[Sequence[int]] = (), among: float = 0.0) -> None:
        """Accept relations among positions, then among what is left without their parts, until there are no more.

        ``among`` are the bits that the choice of one of the ``groups``, or of these positions as a group, uses up.
        """
        active = list(positions)
        own = 0.0 if groups else among
        candidates = [*self.segments(active), *(relation for group in groups for relation in self.beside(group, among))]
        while fresh := self.accept([*candidates, *self.beside(active, own)]):
            candidates = []
            parts = {p for relation in fresh for p in relation.parts}
            active = [p for p in active if p not in parts]
        if not self.by_total.keys().isdisjoint(positions):
            leaves = [p for p in positions if p not in self.by_total]
            self.accept(self.through_subtotals(relation, len(leaves)) for relation in self.beside(leaves, own))

    def accept(self, candidates: Iterable[Relation]) -> list[Relation]:
        """Take the candidates that are sure enough, best first, unless they contradict one that was taken before."""
        fresh = []
        for relation in sorted(candidates, key=self.rank):
            # The same parts make one total: what else shows their sum repeats it.
            if relation.score < 0 or relation.parts in self.known or self.contradicts(relation):
                continue
            whole = weigh_relation(self.lines, range(len(self.lines)), relation.total, relation.parts)
            whole = self.without_idle(whole)._replace(score=relation.score)
            for m in whole.ties:
                self.tied[m] += 1
            for m in (*whole.near, *whole.fails):
                self.failed[m] += 1
            self.known |= {relation.parts, whole.parts}
            self.found.append(whole)
            self.by_total.setdefault(relation.total, []).append(whole)
            for part in whole.parts:
                self.by_part.setdefault(part, []).append(whole)
            fresh.append(whole)
        return fresh

    def without_idle(self, relation: Relation) -> Relation:
        """The relation without parts that are nil wherever it ties, if it ties in more lines without them."""
        if not (relation.near or relation.fails):
            return relation
        busy = tuple(p for p in relation.parts if any(self.lines[m].values[p] for m in relation.ties))
        if len(busy) < 2 or len(busy) == len(relation.parts):
            return relation
        fewer = weigh_relation(self.lines, range(len(self.lines)), relation.total, busy)
        return fewer if len(fewer.ties) > len(relation.ties) else relation

    def rank(self, relation: Relation) -> tuple[int, int, int, int]:
        """Surest first. Where figures are nil, several runs are as good: the one within its section is meant, and all of it."""
        first, last = relation.parts[0], relation.parts[-1]
        low, high = min(relation.total, first), max(relation.total, last)
        broken = bisect_left(self.axis.breaks, high) - bisect_left(self.axis.breaks, low)
        distance = min(abs(relation.total - first), abs(relation.total - last))
        return -round(relation.score), broken, distance, len(relation.parts)

    def contradicts(self, relation: Relation) -> bool:
        """Whether a part is made of this total, a figure is counted twice, or the total is explained by these parts already."""
        parts = set(relation.parts)
        for part in parts:
            for other in self.by_total.get(part, ()):
                if relation.total in other.parts or not parts.isdisjoint(other.parts):
                    return True
        for other in self.by_part.get(relation.total, ()):
            if not parts.isdisjoint(other.parts):
                return True
        for other in self.by_total.get(relation.total, ()):
            if not parts.isdisjoint(other.parts) or self.leaves_of(parts) == self.leaves_of(other.parts):
                return True
        return False

    def leaves_of(self, parts: Iterable[int]) -> set[int]:
        """The parts, with subtotals taken apart as far as they are known."""
        leaves: set[int] = set()
        todo, seen = list(parts), set()
        while todo:
            p = todo.pop()
            if p in self.by_total and p not in seen:
                seen.add(p)
                todo += self.by_total[p][0].parts
            else:
                leaves.add(p)
        return leaves

    def rate(self, total: int, parts: tuple[int, ...], cost: float, needed: float, failing: float = 1.5) -> Relation:
        """Weigh a relation by a sample of the lines; its score is what it is worth above what is needed."""
        key = (total, parts)
        if key not in self.weighed:
            self.weighed[key] = weigh_relation(self.lines, self.sample, total, parts)
        relation = self.weighed[key]
        against = (*relation.near, *relation.fails)
        if len(against) > len(relation.ties) * failing and not holds_in_a_block(relation):
            return relation._replace(score=-MOST_BITS)
        # A line in which few relations hold is another measure, and speaks against none.
        doubt = sum(log2((self.tied[m] + self.failed[m]) / self.failed[m]) for m in against)
        word = _WORD if self.axis.totals[total] else 0.0
        return relation._replace(score=relation.score + word - cost - doubt - needed)

    def families(self) -> Iterator[Relation]:
        """Totals of what their label or indentation says belongs to them: one candidate each, so little proof is needed."""
        for total, parts in self.axis.families:
            yield self.rate(total, tuple(parts), 1.0, ENOUGH - _WORD)

    def around(self, filled: Sequence[int], groups: Sequence[Sequence[int]]) -> Iterator[Relation]:
        """Totals of all positions of a group, that stand right before or behind it."""
        cost = log2(2 * _AROUND * len(groups) + 1)
        for group in groups:
            first, last = bisect_left(filled, group[0]), bisect_left(filled, group[-1])
            for at in (*range(max(0, first - _AROUND), first), *range(last + 1, min(len(filled), last + 1 + _AROUND))):
                yield self.rate(filled[at], tuple(group), cost, ENOUGH)

    def broken_sections(self, filled: Sequence[int]) -> Iterator[Relation]:
        """Sections that nearly add up in one line, where the sections around them do in every line.

        What is off by one of its own parts has a part that is not meant to be added, and is left alone.
        """
        place = {p: i for i, p in enumerate(filled)}
        whole = [
            r
            for r in self.found
            if not (r.near or r.fails)
            and place.keys() >= {r.total, *r.parts}
            and place[r.parts[-1]] - place[r.parts[0]] == len(r.parts) - 1
            and min(abs(place[r.total] - place[r.parts[0]]), abs(place[r.total] - place[r.parts[-1]])) == 1
        ]
        first = [r for r in whole if r.total < r.parts[0]]
        sections = max(first, [r for r in whole if r.total > r.parts[0]], key=len)
        if len(sections) < _SECTIONS:
            return
        covered = {p for r in sections for p in (r.total, *r.parts)}
        spans = [list(run) for taken, run in groupby(filled, covered.__contains__) if not taken]
        for span in spans:
            if len(span) < 3 or span[0] == filled[0] or span[-1] == filled[-1]:
                continue
            total = span[0] if sections is first else span[-1]
            parts = tuple(p for p in span if p != total)
            relation = weigh_relation(self.lines, range(len(self.lines)), total, parts)._replace(sections=len(sections))
            off = relation.near or relation.fails
            if len(off) == 1 and self.is_near(off[0], relation) and not self.is_off_by_a_part(off[0], relation):
                yield relation._replace(near=off, fails=())

    def gap(self, m: int, relation: Relation) -> int:
        """By how much a relation fails in a line: the total less its parts."""
        values = self.lines[m].values
        return (values[relation.total] or 0) - sum(values[p] or 0 for p in relation.parts)

    def is_near(self, m: int, relation: Relation) -> bool:
        """Whether a relation misses its total in a line by little."""
        return abs(self.gap(m, relation)) * NEAR < abs(self.lines[m].values[relation.total] or 0)

    def is_off_by_a_part(self, m: int, relation: Relation) -> bool:
        """Whether a relation misses its total in a line by as much as one of its own parts, or a part repeats its only own one."""
        sizes = [abs(value) for p in relation.parts if (value := self.lines[m].values[p])]
        return abs(self.gap(m, relation)) in sizes or any(a == b for a, b in pairwise(sizes))

    def segments(self, active: Sequence[int]) -> Iterator[Relation]:
        """What is called a total, with all between it and the total or the break before it."""
        start = 0
        for i, p in enumerate(active):
            if i and bisect_left(self.axis.breaks, p) != bisect_left(self.axis.breaks, active[i - 1]):
                start = i
            if self.axis.totals[p]:
                if i - start > 1:
                    relation = self.rate(p, tuple(active[start:i]), 2.0, ENOUGH)
                    # Sums of a single figure prove little each, but a column of them proves a scheme.
                    told = sum(1 for m in relation.ties if self.lines[m].values[p])
                    agreeing = told - len(relation.near) - len(relation.fails)
                    yield relation._replace(score=relation.score + max(0, 2 * agreeing))
                start = i + 1

    def beside(self, active: Sequence[int], among: float = 0.0) -> list[Relation]:
        """The best relations of each total with a run of active positions right before it or right behind it.

        ``among`` are the bits that the choice of the active positions has used up.
        """
        wholes = range(len(active)) if len(active) <= LONG_AXIS else self.likely(active)
        counted = Counter(run for line in self.leads for run in _runs(line, active, wholes))
        by_whole: dict[tuple[int, bool], list[tuple[int, int, int]]] = {}
        for run, _ in counted.most_common():
            by_whole.setdefault((run[0], run[1] < run[0]), []).append(run)
        cost = log2(2 * len(active) + 1) + among
        best: list[Relation] = []
        tops: list[Relation] = []
        for runs in by_whole.values():
            rated = [
                self.rate(active[whole], tuple(active[first : last + 1]), cost, ENOUGH)
                for whole, first, last in runs[:_HITS]
            ]
            top = max(rated, key=lambda relation: relation.score)
            tops.append(top)
            if top.score >= 0:
                rated.append(self.grow(top, active, cost))
                best += [relation for relation in rated if relation.score > max(0.0, top.score - 1)]
        best += self.chained(tops, active)
        # Totals of one table stand on one side of their parts, as a rule.
        before = sum(relation.score for relation in best if relation.parts[0] < relation.total)
        behind = sum(relation.score for relation in best if relation.parts[0] > relation.total)
        if min(before, behind) * 3 < max(before, behind):
            fewer = before < behind
            best = [r._replace(score=r.score - _OTHER_SIDE) if (r.parts[0] < r.total) == fewer else r for r in best]
        return best

    def chained(self, tops: Sequence[Relation], active: Sequence[int]) -> Iterator[Relation]:
        """Those that are nearly sure, and follow each other without a gap: sections of one scheme speak for each other."""
        place = {p: i for i, p in enumerate(active)}
        spans = {}
        for relation in tops:
            if relation.score >= -_CHAINED:
                low, high = min(relation.total, relation.parts[0]), max(relation.total, relation.parts[-1])
                spans[relation] = place[low], place[high], relation.total < relation.parts[0]
        starts = Counter((low, first) for low, _, first in spans.values())
        ends = Counter((high, first) for _, high, first in spans.values())
        for relation, (low, high, first) in spans.items():
            beside = (ends[low - 1, first] > 0) + (starts[high + 1, first] > 0)
            if relation.score < 0 and beside:
                yield relation._replace(score=relation.score + beside * _CHAINED / 2)

    def likely(self, active: Sequence[int]) -> list[int]:
        """Where totals of a long axis are looked for: what is called one, and what stands first or last in its section."""
        breaks = [bisect_left(self.axis.breaks, p) for p in active]
        return [
            i
            for i, p in enumerate(active)
            if self.axis.totals[p]
            or i in (0, len(active) - 1)
            or breaks[i - 1] != breaks[i]
            or breaks[i] != breaks[i + 1]
        ]

    def grow(self, relation: Relation, active: Sequence[int], cost: float) -> Relation:
        """The relation with the positions beyond its far end, as long as they make more lines tie and none fail."""
        step = -1 if relation.parts[0] < relation.total else 1
        at = active.index(relation.parts[0 if step < 0 else -1]) + step
        while 0 <= at < len(active):
            longer = self.rate(relation.total, tuple(sorted((*relation.parts, active[at]))), cost, ENOUGH)
            if len(longer.ties) <= len(relation.ties) or len(longer.fails) > len(relation.fails):
                break
            relation = longer
            at += step
        return relation

    def through_subtotals(self, relation: Relation, size: int) -> Relation:
        """The relation with subtotals that stand between its total and its parts in place of what they add up."""
        parts = set(relation.parts)
        low, high = min(relation.total, relation.parts[0]), max(relation.total, relation.parts[-1])
        for total, known in self.by_total.items():
            if low < total < high and total not in parts:
                for other in known:
                    if parts.issuperset(other.parts):
                        parts = parts.difference(other.parts) | {total}
                        break
        if len(parts) < 2 or len(parts) == len(relation.parts):
            return relation
        return self.rate(relation.total, tuple(sorted(parts)), log2(2 * size + 1), ENOUGH)

    def pairs(self, active: Sequence[int]) -> list[Relation]:
        """Totals of two positions anywhere (on a long axis: near each other), such as income = net + cost."""
        if len(active) > LONG_AXIS:
            return []
        narrow = len(active) <= _NARROW
        window = len(active) if narrow else _WINDOW
        counted: Counter[tuple[int, int, int]] = Counter()
        for values, halves in self.leads:
            slack = 3 * max(halves[p] for p in active)
            given = [p for p in active if values[p]]
            order = sorted((values[p] or 0, i) for i, p in enumerate(given)) if narrow else []
            keys = [value for value, _ in order]
            for i, a in enumerate(given):
                for j in range(i + 1, min(len(given), i + 1 + window)):
                    goal = (values[a] or 0) + (values[given[j]] or 0)
                    if narrow:
                        wholes = [
                            t for _, t in order[bisect_left(keys, goal - slack) : bisect_right(keys, goal + slack)]
                        ]
                    else:
                        near = range(max(0, i - window), min(len(given), i + 1 + 2 * window))
                        wholes = [t for t in near if -slack <= (values[given[t]] or 0) - goal <= slack]
                    counted.update((given[t], a, given[j]) for t in wholes if t not in (i, j))
        cost = log2((len(active) if narrow else 3 * _WINDOW) ** 3 / 2 + 1)
        return self.best_apart(((t, (a, b), n) for (t, a, b), n in counted.most_common(200)), cost)

    def runs_apart(self, active: Sequence[int]) -> list[Relation]:
        """Totals of a run of three positions and more that they do not stand beside, where the axis is short."""
        if len(active) > _NARROW:
            return []
        counted: Counter[tuple[int, int, int]] = Counter()
        for line in self.leads:
            counted.update(_runs_apart(line, active))
        cost = log2(len(active) ** 3 / 2 + 1)
        runs = ((active[t], tuple(active[i : j + 1]), n) for (t, i, j), n in counted.most_common(60))
        return self.best_apart(runs, cost)

    def best_apart(self, candidates: Iterable[tuple[int, tuple[int, ...], int]], cost: float) -> list[Relation]:
        """Those of (total, parts, lines) that are sure although they stand anywhere."""
        best = []
        for total, parts, count in candidates:
            if count * MOST_BITS >= cost and parts not in self.known:
                best.append(self.rate(total, parts, cost, _ENOUGH_AFAR, 0.4))
        return best


def _runs(line: AxisLine, active: Sequence[int], wholes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(whole, first, last) as indices into ``active``: the runs right before or behind a whole that add up to it."""
    values = [line.values[p] for p in active]
    halves = [line.halves[p] for p in active]
    if len(active) > _SHORT:
        yield from _long_runs(values, halves, wholes)
        return
    for whole, goal in enumerate(values):
        if not goal:
            continue
        for step in (-1, 1):
            rest, slack, several = -goal, halves[whole], False
            i = whole + step
            while 0 <= i < len(values):
                v = values[i]
                if v is not None:
                    rest += v
                    slack += halves[i]
                    if several and -slack <= rest <= slack:
                        yield (whole, i, whole - 1) if step < 0 else (whole, whole + 1, i)
                    several = True
                i += step


def _long_runs(
    values: Sequence[int | None], halves: Sequence[int], wholes: Sequence[int]
) -> Iterator[tuple[int, int, int]]:
    """As ``_runs``, by looking sums up among the prefix sums, so that the cost is near-linear."""
    prefix = list(accumulate((v or 0 for v in values), initial=0))
    order = sorted((total, i) for i, total in enumerate(prefix))
    keys = [total for total, _ in order]
    slack = 16 * max(halves, default=0)
    for whole in wholes:
        goal = values[whole]
        if not goal:
            continue
        # Above, prefix[whole] - prefix[i] is the goal; below, prefix[i] - prefix[whole + 1].
        for wanted, above in ((prefix[whole] - goal, True), (prefix[whole + 1] + goal, False)):
            at = bisect_left(keys, wanted - slack)
            hits: list[int] = []
            while at < len(keys) and keys[at] <= wanted + slack and len(hits) < 4 * _HITS:
                i = order[at][1]
                if (above and i < whole - 1) or (not above and i > whole + 2):
                    hits.append(i)
                at += 1
            for i in sorted(hits, reverse=above)[:_HITS]:
                yield (whole, i, whole - 1) if above else (whole, whole + 1, i - 1)


def _runs_apart(line: AxisLine, active: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(whole, first, last) as indices into ``active``: runs of three and more that a whole elsewhere is the sum of."""
    values = [line.values[p] for p in active]
    slack = 2 * max(line.halves[p] for p in active)
    sums: dict[int, list[tuple[int, int]]] = {}
    for i, first in enumerate(values):
        total = first or 0
        for j in range(i + 1, len(values)):
            if values[j]:
                total += values[j]  # type: ignore[operator]
                if j > i + 1:
                    sums.setdefault(total, []).append((i, j))
    for whole, goal in enumerate(values):
        if goal:
            for off in range(-3, 4) if slack else (0,):
                for i, j in sums.get(goal + off * slack, ()):
                    if not i - 1 <= whole <= j + 1:
                        yield whole, i, j
