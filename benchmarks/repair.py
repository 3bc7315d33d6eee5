"""How well mistyped figures are found and repaired: typos are put into tables that are right, and what is proposed is judged.

    python benchmarks/repair.py [--trials 150] [--seed 1] [--only PART ...] [--json FILE] [--plot docs/calibration.png]

peer         21 rows of bare integers and their total, the ground of R's deductive::correct_typos (Scholtus 2009): the total
             printed twice, in doubt, and of 13 billion; beside ours stand what was got of it once on typos of another making
             (peer), what it gets of the very same typos (package; needs R with it) and what its method gets of them (method)
printed      the same table as printed in Swedish and English, and with decimals; every kind of typo
witness      a second witness: another document of the same table, one of what two decisions add up to, a table cross-footed,
             two decisions with their budget. There the budget says again what the total said, so which row is wrong can only be
             weighed; oracle is what one gets of the same typos who knows the kind, its odds and how the ratios are spread
documents    several documents that speak for each other, with up to three slips of any kind in rows and totals: right are the
             first fixes of all findings, listed and located are all slips
calibration  kinds drawn by their weights: of the fixes given with a confidence, the share that is right, by decile
cost         milliseconds for a table with a typo and for the same without

The typo is always in a row, but for the calibration, where totals are mistyped, too. Each kind has as many trials as --trials says.
right: the first fix listed makes the table what it was. listed: one of them does. safe: a safe fix does. wrong safe: a safe fix
makes of it what it was not. located: a finding or a fix points at a cell that is wrong. found: there is an error or a warning at all.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import typos
from deciles import ENOUGH, deciles, plot
from grounds import BARE, DECIMALS, DECISIONS, ENGLISH, SWEDISH, Style, crossed, grid_of, municipal, page, region_rows
from singles import correct_alone, correct_by_package, likeliest_row, spread_of

import reconcile
from reconcile.core.findings import Edit, Fix
from reconcile.core.settings import Settings
from reconcile.equate.budget.file import load_budget
from reconcile.read import read_text
from reconcile.report.report import Report
from reconcile.run.pipeline import check_documents

# deductive 1.0.1, of 150: the total trusted, and in doubt. How those typos were drawn is not known; of ours it gets less in most cells.
PEER = {
    "transposition": (50, 28),
    "substitution": (5, 0),
    "omission": (139, 129),
    "insertion": (145, 30),
    "two substitutions": (0, 0),
    "group dropped": (0, 0),
    "groups swapped": (0, 0),
}
PEER_TRIALS = 150
KINDS_OF_PEER = [*PEER, "insertion in front", "insertion behind the first digit"]


class Verdict(NamedTuple):
    """What became of one typo. ``fixes`` are all fixes listed: confidence, and whether it is right."""

    right: bool
    listed: bool
    safe: bool
    wrong_safe: bool
    located: bool
    found: bool
    fixes: tuple[tuple[float, bool], ...]


def judge(report: Report, typo: typos.Typo, truth: typos.Grid, style: Style, path: str) -> Verdict:
    """Hold every fix against the table as it was, in values."""
    # The same correction may stand with several findings; its surest mention counts.
    fixes: list[Fix] = []
    for fix in sorted((fix for finding in report.findings for fix in finding.fixes), key=lambda fix: -fix.confidence):
        if fix.edits not in [other.edits for other in fixes]:
            fixes.append(fix)
    rights = [not typo.moved and _restores(fix, typo.grid, truth, style, path) for fix in fixes]
    safe = [right for fix, right in zip(fixes, rights, strict=True) if fix.applicability == "safe"]
    places = [finding.primary for finding in report.findings if finding.severity != "note"]
    places += [edit.location for fix in fixes for edit in fix.edits]
    at = {(p.grid.row - 1, p.grid.col) for p in places if p.grid is not None and p.path == path}
    return Verdict(
        bool(rights) and rights[0], any(rights), any(safe), not all(safe), bool(at & typo.wrong), not report.ok,
        tuple((fix.confidence, right) for fix, right in zip(fixes, rights, strict=True)),
    )  # fmt: skip


def _restores(fix: Fix, grid: typos.Grid, truth: typos.Grid, style: Style, path: str) -> bool:
    repaired = [list(line) for line in grid]
    for edit in fix.edits:
        place = edit.location.grid
        if place is None or edit.location.path != path or place.row < 1:
            return False
        repaired[place.row - 1][place.col] = edit.new
    return all(
        one == other or (col > 0 and style.read(one) is not None and style.read(one) == style.read(other))
        for line, was in zip(repaired, truth, strict=True)
        for col, (one, other) in enumerate(zip(line, was, strict=True))
    )


Check = Callable[[typos.Typo], tuple[Report, str]]


def trial(
    kind: str, grid: typos.Grid, style: Style, cells: Sequence[typos.Cell], check: Check, random: Random
) -> Verdict | None:
    typo = typos.inject(kind, grid, cells, random)
    if typo is None:
        return None
    report, path = check(typo)
    return judge(report, typo, grid, style, path)


def alone(style: Style, caption: str = "", header: Sequence[str] = ()) -> Check:
    """Check a table by itself."""

    def check(typo: typos.Typo) -> tuple[Report, str]:
        return reconcile.check_text(page(typo.grid, style, caption, header), "markdown", "t"), "t"

    return check


class Row(NamedTuple):
    """One line of the results: so many of ``trials``."""

    part: str
    ground: str
    kind: str
    trials: int
    right: int
    listed: int
    safe: int
    wrong_safe: int
    located: int
    found: int
    peer: int | None = None
    package: int | None = None
    method: int | None = None
    oracle: int | None = None


def measure(
    part: str, ground: str, kinds: Sequence[str], grid: typos.Grid, style: Style, check: Check, options: argparse.Namespace,
    cells: Sequence[typos.Cell] | None = None,
) -> Iterator[Row]:  # fmt: skip
    """Try every kind in the cells given, or in all amounts but the last row's."""
    rows = cells or [(row, col) for row in range(len(grid) - 1) for col in range(1, len(grid[0]))]
    for kind in kinds:
        random = Random(f"{options.seed} {part} {ground} {kind}")
        tried = [trial(kind, grid, style, rows, check, random) for _ in range(options.trials)]
        verdicts = [verdict for verdict in tried if verdict is not None]
        if verdicts:
            counts = [sum(column) for column in list(zip(*(verdict[:6] for verdict in verdicts), strict=True))]
            yield Row(part, ground, kind, len(verdicts), *counts)


def peer(options: argparse.Namespace) -> Iterator[Row]:
    rows = region_rows("second")
    large = [(label, 7 * value) for label, value in rows]
    for ground, these, twice in (
        ("total trusted", rows, True),
        ("total in doubt", rows, False),
        ("13 billion", large, True),
    ):
        grid = grid_of(these, BARE)
        check = alone(BARE, grid[-1][1] if twice else "")
        for row in measure("peer", ground, KINDS_OF_PEER, grid, BARE, check, options):
            theirs = {"total trusted": 0, "total in doubt": 1}.get(ground)
            published = PEER[row.kind][theirs] if theirs is not None and row.kind in PEER else None
            typed = again(row, grid, [(at, 1) for at in range(len(grid) - 1)], options)
            by_package = correct_by_package(typed, trusted=twice)
            package = None if by_package is None else by_package.count([line[1] for line in grid])
            method = sum(correct_alone(wrong, trusted=twice) == grid for wrong in typed)
            yield row._replace(peer=published, package=package, method=method)


def again(row: Row, grid: typos.Grid, cells: Sequence[typos.Cell], options: argparse.Namespace) -> list[typos.Grid]:
    """The tables that ``measure`` tried for a row of the results."""
    random = Random(f"{options.seed} {row.part} {row.ground} {row.kind}")
    tried = [typos.inject(row.kind, grid, cells, random) for _ in range(options.trials)]
    return [typo.grid for typo in tried if typo is not None]


def printed(options: argparse.Namespace) -> Iterator[Row]:
    rows = region_rows("second")
    later = ["omission in a later group", "insertion in a later group"]
    kinds = [*typos.SINGLE, *later, *typos.UNMODELLED, *typos.ROWS]
    for ground, style in (("Swedish", SWEDISH), ("English", ENGLISH)):
        grid = grid_of(rows, style)
        yield from measure("printed", ground, kinds, grid, style, alone(style, grid[-1][1]), options)
    # Some amounts are paid back, so that a sign can be lost.
    signed = [(label, -value if i % 3 == 1 else value) for i, (label, value) in enumerate(rows)]
    grid = grid_of(signed, DECIMALS)
    kinds = ["sign lost", "decimal mark lost", "decimal mark moved", "substitution", "separator misplaced"]
    yield from measure("printed", "decimals", kinds, grid, DECIMALS, alone(DECIMALS, grid[-1][1]), options)


_SINGLE_EDITS = (
    "substitution",
    "omission",
    "transposition",
    "insertion",
    "doubling",
    "separator misplaced",
    "group dropped",
    "groups swapped",
)


def witness(options: argparse.Namespace) -> Iterator[Row]:
    first, second = region_rows("first"), region_rows("second")
    grid = grid_of(second, SWEDISH)
    for ground, check in (("same table", beside_copy(second)), ("totals of both", beside_totals(first, second))):
        yield from measure("witness", ground, _SINGLE_EDITS, grid, SWEDISH, check, options)
    grid = crossed(second)
    header = ("Region", "Vård (kronor)", "Skola (kronor)", "Summa (kronor)")
    yield from measure("witness", "cross-footed", _SINGLE_EDITS, grid, SWEDISH, alone(SWEDISH, "", header), options)
    for name, mine, theirs in (("first", first, second), ("second", second, first)):
        truth = grid_of(mine, SWEDISH)[:-1]
        cells = [(row, 1) for row in range(len(truth))]
        for row in measure(
            "witness", f"budget, {name} decision", _SINGLE_EDITS, truth, SWEDISH, with_budget(name), options, cells
        ):
            yield row._replace(oracle=right_by_oracle(row.kind, again(row, truth, cells, options), mine, theirs))


# How likely a kind of typo makes of one figure another.
_ODDS = {"substitution": typos.substitution_odds, "transposition": typos.transposition_odds}


def right_by_oracle(
    kind: str, wrong: Sequence[typos.Grid], mine: Sequence[tuple[str, int]], theirs: Sequence[tuple[str, int]]
) -> int | None:
    """In how many of the tables the likeliest row is the mistyped one; None for kinds whose odds are not written down."""
    if kind not in _ODDS:
        return None
    figures, siblings = [value for _, value in mine], [value for _, value in theirs]
    right = 0
    for grid in wrong:
        printed = [int(re.sub(r"\D", "", line[1])) for line in grid]
        row = likeliest_row(printed, sum(figures), siblings, spread_of(figures, siblings), _ODDS[kind])
        right += [at for at in range(len(printed)) if printed[at] != figures[at]] == [row]
    return right


def beside_copy(rows: Sequence[tuple[str, int]]) -> Check:
    """Check the table beside another document that prints the same."""
    truth = grid_of(rows, SWEDISH)

    def check(typo: typos.Typo) -> tuple[Report, str]:
        texts = {name: page(grid, SWEDISH, truth[-1][1]) for name, grid in (("copy", truth), ("second", typo.grid))}
        return check_documents(
            [read_text(name, text, Settings(), "markdown") for name, text in texts.items()]
        ), "second"

    return check


def beside_totals(first: Sequence[tuple[str, int]], second: Sequence[tuple[str, int]]) -> Check:
    """Check the second table beside the first and beside one of what each region gets in both."""
    both = [(label, value + other) for (label, value), (_, other) in zip(first, second, strict=True)]
    others = {"first": grid_of(first, SWEDISH), "both": grid_of(both, SWEDISH)}

    def check(typo: typos.Typo) -> tuple[Report, str]:
        texts = {name: page(grid, SWEDISH, grid[-1][1]) for name, grid in others.items()}
        texts["second"] = page(typo.grid, SWEDISH, grid_of(second, SWEDISH)[-1][1])
        return check_documents(
            [read_text(name, text, Settings(), "markdown") for name, text in texts.items()]
        ), "second"

    return check


def documents(options: argparse.Namespace) -> Iterator[Row]:
    """Up to three slips of any kind in rows and totals of documents that speak for each other: what is safe must be right."""
    first, second = region_rows("first"), region_rows("second")
    both = [(label, value + other) for (label, value), (_, other) in zip(first, second, strict=True)]
    grounds = {"copy": (second, second), "totals of both": (first, second, both)}
    for (ground, tables), slips in product(grounds.items(), (1, 2, 3)):
        random = Random(f"{options.seed} documents {ground} {slips}")
        tried = [_slips(slips, tables, random) for _ in range(options.trials)]
        yield Row(
            "documents", ground, f"{slips} slips", options.trials,
            *(sum(column) for column in zip(*(verdict[:6] for verdict in tried), strict=True)),
        )  # fmt: skip


def _slips(count: int, tables: Sequence[Sequence[tuple[str, int]]], random: Random) -> Verdict:
    """What becomes of so many slips in documents: right are the first fixes of all findings, listed and located all slips."""
    style, length = random.choice((SWEDISH, ENGLISH)), random.choice((5, 8, 21))
    truth = {f"{number}.md": grid_of(rows[:length], style) for number, rows in enumerate(tables)}
    grids = dict(truth)
    for _ in range(count):
        name, cells = random.choice(list(grids)), [(row, 1) for row in range(length + 1)]
        typo = None
        while typo is None:
            kind = typos.draw(random)
            typo = None if kind in typos.ROWS else typos.inject(kind, grids[name], cells, random)
        grids[name] = typo.grid
    wrong = {(name, row) for name in grids for row in range(length + 1) if grids[name][row] != truth[name][row]}
    report = check_documents(
        [read_text(name, page(grid, style), Settings(), "markdown") for name, grid in grids.items()]
    )
    fixes = [fix for finding in report.findings for fix in finding.fixes]
    first = [finding.fixes[0] for finding in report.findings if finding.fixes]
    told = {_cell(edit) for fix in fixes for edit in fix.edits if style.read(edit.new) == _meant(edit, truth, style)}
    safe = [_is_right(fix, truth, style) for fix in fixes if fix.applicability == "safe"]
    return Verdict(
        bool(first) and all(_is_right(fix, truth, style) for fix in first), wrong <= told, any(safe), not all(safe),
        wrong <= {_cell(edit) for fix in fixes for edit in fix.edits}, not report.ok, (),
    )  # fmt: skip


def _cell(edit: Edit) -> tuple[str, int]:
    place = edit.location.grid
    return edit.location.path, -1 if place is None else place.row - 1


def _meant(edit: Edit, truth: Mapping[str, typos.Grid], style: Style) -> Decimal | None:
    name, row = _cell(edit)
    return style.read(truth[name][row][1])


def _is_right(fix: Fix, truth: Mapping[str, typos.Grid], style: Style) -> bool:
    return all(style.read(edit.new) == _meant(edit, truth, style) for edit in fix.edits)


def with_budget(name: str) -> Check:
    """Check the shipped decisions under their budget, one of them with the typo in its table."""
    names = {each: str(DECISIONS / f"{each}-decision.txt") for each in ("first", "second")}
    texts = {each: Path(path).read_text(encoding="utf-8") for each, path in names.items()}
    texts["second"] = texts["second"].replace("544 99 160", "54 499 160")
    budget = load_budget(str(DECISIONS / "budget.yaml"))

    def check(typo: typos.Typo) -> tuple[Report, str]:
        lines = iter(typo.grid)
        pattern = re.compile(
            r"^((?:\| )?(?:Region |Västra Götalandsregionen)[^|\d\n]*?(?: \| | ))(\d[\d \u00a0]+\d)(?=(?: \|)?$)", re.M
        )
        mine = {**texts, name: pattern.sub(lambda match: match.group(1) + next(lines)[1], texts[name])}
        documents = [read_text(names[each], text, Settings()) for each, text in mine.items()]
        return check_documents(documents, budget), names[name]

    return check


def calibration(options: argparse.Namespace) -> list[tuple[float, bool]]:
    """Confidence and truth of every fix listed for typos drawn by their weights, in rows and totals alike."""
    random = Random(f"{options.seed} calibration")
    rows = region_rows("second")
    grounds = []
    for style in (SWEDISH, ENGLISH):
        grid = grid_of(rows, style)
        grounds += [(grid, style, alone(style, grid[-1][1])), (grid, style, alone(style))]
    header = ("Region", "Vård (kronor)", "Skola (kronor)", "Summa (kronor)")
    grounds.append((crossed(rows), SWEDISH, alone(SWEDISH, "", header)))
    given: list[tuple[float, bool]] = []
    for _ in range(20 * options.trials):
        grid, style, check = random.choice(grounds)
        cells = [(row, col) for row in range(len(grid)) for col in range(1, len(grid[0]))]
        verdict = trial(typos.draw(random), grid, style, cells, check, random)
        given += verdict.fixes if verdict is not None else ()
    return given


def cost(options: argparse.Namespace) -> dict[str, tuple[float, float, float]]:
    """Median milliseconds of a check without a typo and with one, and the longest with one."""
    found = {}
    small = grid_of(region_rows("second"), SWEDISH)
    for name, grid, runs in (
        ("21 rows", small, options.trials),
        ("290 rows, three levels", municipal(), max(options.trials // 10, 3)),
    ):
        random = Random(f"{options.seed} cost")
        check = alone(SWEDISH, "" if name != "21 rows" else grid[-1][1])
        sound, broken = [], []
        cells = [(row, 1) for row in range(len(grid) - 1)]
        for _ in range(runs):
            typo = typos.inject("substitution", grid, cells, random)
            assert typo is not None
            sound.append(milliseconds(check, typo._replace(grid=grid)))
            broken.append(milliseconds(check, typo))
        found[name] = (statistics.median(sound), statistics.median(broken), max(broken))
    return found


def milliseconds(check: Check, typo: typos.Typo) -> float:
    start = time.perf_counter()
    check(typo)
    return 1000 * (time.perf_counter() - start)


def show(rows: Sequence[Row]) -> None:
    """Print the results; what others get stands beside ours where it was measured."""
    print(
        f"{'part':<11}{'ground':<24}{'kind':<32}{'trials':>7}{'right':>7}{'peer':>6}{'package':>9}{'method':>8}{'oracle':>8}"
        f"{'listed':>8}{'safe':>6}{'wrong safe':>12}{'located':>9}{'found':>7}"
    )
    for row in rows:
        # The figure of the peer is of 150.
        peer = None if row.peer is None else round(row.peer * row.trials / PEER_TRIALS)
        told = ["" if count is None else str(count) for count in (peer, row.package, row.method, row.oracle)]
        print(
            f"{row.part:<11}{row.ground:<24}{row.kind:<32}{row.trials:>7}{row.right:>7}{told[0]:>6}{told[1]:>9}{told[2]:>8}{told[3]:>8}"
            f"{row.listed:>8}{row.safe:>6}{row.wrong_safe:>12}{row.located:>9}{row.found:>7}"
        )


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
    "peer": peer,
    "printed": printed,
    "witness": witness,
    "documents": documents,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=150, help="for each kind on each ground")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", nargs="+", choices=[*PARTS, "calibration", "cost"], default=[*PARTS, "calibration", "cost"]
    )
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--plot", metavar="FILE", help="draw the calibration as PNG (needs the extra `bench`)")
    options = parser.parse_args()
    result: dict[str, Any] = {"trials": options.trials, "seed": options.seed}
    rows = [row for part, run in PARTS.items() if part in options.only for row in run(options)]
    if rows:
        show(rows)
        tried, wrong = sum(row.trials for row in rows), sum(row.wrong_safe for row in rows)
        print(f"wrong safe fixes: {wrong} in {tried} trials\n")
        result["rows"] = [row._asdict() for row in rows]
    if "calibration" in options.only:
        found = deciles(calibration(options))
        print(f"{'confidence from':>16}{'fixes':>8}{'mean':>8}{'right':>8}{'off':>8}")
        for each in found:
            few = "" if each.fixes >= ENOUGH else f"  (fewer than {ENOUGH})"
            print(
                f"{each.low:>16}{each.fixes:>8}{each.confidence:>8.3f}{each.right:>8.3f}{each.right - each.confidence:>+8.3f}{few}"
            )
        print()
        result["calibration"] = [each._asdict() for each in found]
        if options.plot:
            plot(found, options.plot)
    if "cost" in options.only:
        result["cost"] = cost(options)
        for name, (sound, broken, worst) in result["cost"].items():
            print(f"cost   {name}: {sound:.1f} ms sound, {broken:.1f} ms with a typo, {worst:.1f} ms at most")
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
