"""The benchmark of repair measures what it says: its typos are what they claim, and fixes are judged by the truth."""

from __future__ import annotations

import ast
import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

import reconcile
from tests.cases import FIXTURES

BENCHMARKS = FIXTURES.parent / "benchmarks"


@pytest.fixture
def typos(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import typos

    yield typos
    del sys.modules["typos"]


@pytest.fixture
def repair(monkeypatch: pytest.MonkeyPatch, typos: ModuleType) -> Iterator[ModuleType]:
    import repair

    yield repair
    for name in ("repair", "grounds", "deciles", "singles"):
        del sys.modules[name]


def test_typos_know_nothing_of_the_repair() -> None:
    tree = ast.parse((BENCHMARKS / "typos.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "collections.abc", "random", "typing"}
    assert [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names] == ["re"]


GRID = [["A", "54 499 160"], ["B", "1 203 500,25"], ["C", "-2 300 000"], ["D", "10 400 700"], ["Summa", "1"]]
CELLS = [(row, 1) for row in range(4)]


def test_every_kind_changes_what_it_says_and_is_seeded(typos: ModuleType) -> None:
    for kind in (*typos.SINGLE, *typos.PARTED, *typos.UNMODELLED, *typos.ROWS):
        made = [typos.inject(kind, GRID, CELLS, Random(seed)) for seed in range(20)]
        assert made == [typos.inject(kind, GRID, CELLS, Random(seed)) for seed in range(20)]
        for typo in filter(None, made):
            if typo.moved:
                assert abs(len(typo.grid) - len(GRID)) == 1
            else:
                differing = {(r, c) for r in range(5) for c in range(2) if typo.grid[r][c] != GRID[r][c]}
                assert differing == typo.wrong
                assert len(differing) == 1 or kind in typos.ROWS
        assert any(made), kind


@pytest.mark.parametrize(
    ("kind", "results"),
    [
        ("group dropped", {"54 160", "54 499"}),
        ("groups swapped", {"54 160 499"}),
        ("group doubled", {"54 499 499 160", "54 499 160 160"}),
        ("unit slip", {"54 499", "54 499 160 000"}),
        ("separator misplaced", {"5 4499 160", "544 99 160", "54 49 9160", "54 4991 60"}),
        ("separator dropped", {"54499 160", "54 499160"}),
        ("omission in a later group", {"54 99 160", "54 49 160", "54 499 60", "54 499 10", "54 499 16"}),
        ("rounded off", {"54 000 000"}),
        ("group reversed", {"54 994 160", "54 499 061"}),
    ],
)
def test_kinds_make_all_they_can_and_nothing_else(typos: ModuleType, kind: str, results: set[str]) -> None:
    made = {typos.inject(kind, GRID, [(0, 1)], Random(seed)).grid[0][1] for seed in range(100)}
    assert made == results


def test_one_digit_typos_change_one_digit(typos: ModuleType) -> None:
    for seed in range(100):
        for kind, change in {"omission": -1, "insertion": 1, "substitution": 0, "transposition": 0}.items():
            typo = typos.inject(kind, [["A", "54499160"]], [(0, 0 + 1)], Random(seed))
            new = typo.grid[0][1]
            assert len(new) == 8 + change
            assert sum(a != b for a, b in zip(new, "54499160", strict=False)) == 1 or kind != "substitution"
            assert sorted(new) == sorted("54499160") or kind != "transposition"


def test_fixes_are_judged_by_the_truth(repair: ModuleType, typos: ModuleType) -> None:
    truth = repair.grid_of(repair.region_rows("second"), repair.SWEDISH)
    assert truth[-1] == ["Summa", "1 874 253 165"]
    wrong = [list(line) for line in truth]
    wrong[13][1] = "544 99 160"
    typo = typos.Typo("separator misplaced", wrong, frozenset({(13, 1)}))
    report = reconcile.check_text(repair.page(wrong, repair.SWEDISH), "markdown", "t")
    verdict = repair.judge(report, typo, truth, repair.SWEDISH, "t")
    assert verdict[:6] == (True, True, True, False, True, True)
    other = [list(line) for line in truth]
    other[13][1] = "54 499 170"
    verdict = repair.judge(report, typo, other, repair.SWEDISH, "t")
    assert verdict[:6] == (False, False, False, True, True, True)


@pytest.fixture
def singles(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import singles

    return singles


def test_the_odds_of_a_typo_are_those_of_the_typos_made(typos: ModuleType) -> None:
    for make, odds in (
        (typos.substituted, typos.substitution_odds),
        (typos.transposed, typos.transposition_odds),
    ):
        random = Random(1)
        made = [figure for figure in (make("311", random) for _ in range(3000)) if figure != "311"]
        for figure in set(made):
            assert abs(made.count(figure) / len(made) - odds("311", figure)) < 0.02
        assert (odds("311", "311"), odds("311", "3111"), odds("311", "322")) == (0, 0, 0)


def test_the_oracle_weighs_what_the_sum_leaves_open(singles: ModuleType, typos: ModuleType) -> None:
    # 300 too much: of two rows that may have lost it the second is far from its sibling as printed.
    mine, siblings = [400, 500, 700], [200, 100, 350]
    sizes = singles.spread_of([400, 200, 700], [200, 105, 345])
    assert singles.likeliest_row(mine, 1300, siblings, sizes, typos.substitution_odds) == 1
    assert singles.likeliest_row([400, 500], 12345, [200, 100], sizes, typos.substitution_odds) == -1


def test_the_package_is_asked_where_it_is_installed(
    singles: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    grids = [[["A", "12"], ["Summa", "21"]], [["A", "3"], ["Summa", "4"]]]
    assert singles.correct_by_package(grids, trusted=True) is None
    command = tmp_path / "Rscript"
    command.write_text('#!/bin/sh\nread one\nread two\n[ "$one" = trusted,12,21 ] && echo 21,21 && echo stopped\n')
    command.chmod(0o755)
    assert singles.correct_by_package(grids, trusted=True) == [["21", "21"], []]
    command.write_text("#!/bin/sh\nexit 1\n")
    assert singles.correct_by_package(grids, trusted=True) is None


def test_figures_are_read_in_their_style(repair: ModuleType) -> None:
    assert repair.SWEDISH.read("54 499 160") == Decimal(54499160)
    assert repair.ENGLISH.read("54,499,160") == Decimal(54499160)
    assert repair.DECIMALS.read(repair.DECIMALS.write(-123456)) == Decimal("-1234.56")
    assert repair.SWEDISH.read("54 499 160a") is None


def test_the_decision_in_a_budget_gets_the_typo(repair: ModuleType, typos: ModuleType) -> None:
    for name in ("first", "second"):
        truth = repair.grid_of(repair.region_rows(name), repair.SWEDISH)[:-1]
        check = repair.with_budget(name)
        report, path = check(typos.Typo("", truth, frozenset()))
        assert (Path(path).name, report.findings) == (f"{name}-decision.txt", ())


def test_the_tables_measured_are_right_before_a_typo_is_made(repair: ModuleType, typos: ModuleType) -> None:
    rows = repair.region_rows("second")
    for style in (repair.BARE, repair.SWEDISH, repair.ENGLISH, repair.DECIMALS):
        grid = repair.grid_of(rows, style)
        assert repair.alone(style, grid[-1][1])(typos.Typo("", grid, frozenset()))[0].findings == ()
    header = ("Region", "Vård (kronor)", "Skola (kronor)", "Summa (kronor)")
    for check, grid in (
        (repair.alone(repair.SWEDISH, "", header), repair.crossed(rows)),
        (repair.alone(repair.SWEDISH), repair.municipal()),
        (repair.beside_totals(repair.region_rows("first"), rows), repair.grid_of(rows, repair.SWEDISH)),
    ):
        report, _ = check(typos.Typo("", grid, frozenset()))
        assert (report.findings, report.summary()["broken"], report.summary()["ties"] > 0) == ((), 0, True)


def test_no_safe_fix_is_wrong_whatever_slips_stand_in_several_documents(repair: ModuleType) -> None:
    rows = list(repair.documents(Namespace(trials=60, seed=3)))
    assert [(row.ground, row.kind, row.wrong_safe) for row in rows] == [
        (ground, f"{slips} slips", 0) for ground in ("copy", "totals of both") for slips in (1, 2, 3)
    ]
    assert all(row.safe > 10 for row in rows)


def test_calibration_is_told_by_decile_and_drawn(repair: ModuleType, tmp_path: Path) -> None:
    found = repair.deciles([(0.95, True), (0.97, True), (1.0, False), (0.2, False)])
    assert [(each.low, each.fixes, each.right) for each in found] == [(0.2, 1, 0.0), (0.9, 3, 2 / 3)]
    for name in ("a.png", "b.png"):
        repair.plot(found, str(tmp_path / name))
    drawn = (tmp_path / "a.png").read_bytes()
    assert (drawn[:8], drawn == (tmp_path / "b.png").read_bytes()) == (b"\x89PNG\r\n\x1a\n", True)


def test_the_benchmark_runs(repair: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output, drawing = tmp_path / "r.json", tmp_path / "c.png"
    arguments = ["--trials", "1", "--only", "peer", "calibration", "--json", str(output), "--plot", str(drawing)]
    monkeypatch.setattr(sys, "argv", ["repair.py", *arguments])
    repair.main()
    result = json.loads(output.read_text(encoding="utf-8"))
    assert (result["trials"], len(result["rows"])) == (1, 27)
    assert [row["peer"] for row in result["rows"][:7]] == [50, 5, 139, 145, 0, 0, 0]
    assert drawing.read_bytes().startswith(b"\x89PNG")
    options = Namespace(trials=2, seed=5)
    assert list(repair.peer(options)) == list(repair.peer(options))


def test_generated_decisions_are_seeded_and_some_are_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import decisions

    assert len(decisions.names()) == 21
    decisions.generate(tmp_path / "one", 40)
    decisions.generate(tmp_path / "two", 40)
    paths = sorted((tmp_path / "one").glob("*/*"))
    assert [sum(path.suffix == suffix for path in paths) for suffix in (".md", ".html", ".xlsx", ".pdf")] == [
        20,
        10,
        5,
        5,
    ]
    texts = [path for path in paths if path.suffix in (".md", ".html")]
    assert [path.read_bytes() for path in texts] == [
        (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes() for path in texts
    ]
    broken = [not all(o.status == "ties" for o in report.equations) for report in reconcile.check_many(map(str, paths))]
    assert 0 < sum(broken) < 10


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import layouts

    yield layouts
    for name in ("layouts", "layout_model", "layout_slips", "layout_tables", "layout_words"):
        del sys.modules[name]


def test_layouts_use_only_the_public_check() -> None:
    for name in ("layouts", "layout_model", "layout_slips", "layout_tables", "layout_words"):
        tree = ast.parse((BENCHMARKS / f"{name}.py").read_text(encoding="utf-8"))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        used = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "reconcile"
        }
        assert {each for each in imported if each.startswith("reconcile")} == ({"reconcile"} if used else set())
        assert used == ({"check_text"} if name == "layouts" else set())


def test_every_layout_is_sound_in_its_own_equations(layouts: ModuleType) -> None:
    languages, formats = set(), set()
    assert len(layouts.LAYOUTS) >= 44
    for name in layouts.LAYOUTS:
        for trial in range(8):
            document = layouts.sound(name, f"t/{name}/{trial}")
            values = document.values()
            assert document.equations
            assert [each for each in document.equations if not each.holds(values)] == []
            languages.add(document.language.code)
            formats.add(document.format)
    assert languages == {"sv", "en", "de", "nb", "da", "fi", "fr", "nl"}
    assert formats == {"markdown", "csv", "text", "html"}


def test_every_figure_is_found_where_it_is_written(layouts: ModuleType) -> None:
    seen = 0
    for name in layouts.LAYOUTS:
        document = layouts.sound(name, f"p/{name}")
        page = layouts.write(document)
        lines = page.text.split("\n")
        for at, place in page.places.items():
            assert lines[place.line - 1][place.start - 1 : place.end - 1] == document.figures[at].text
            seen += 1
    assert seen > 1000


def test_slips_are_seeded_and_each_changes_what_is_printed(layouts: ModuleType) -> None:
    made = dict.fromkeys(layouts.KINDS, 0)
    for name in layouts.LAYOUTS:
        document = layouts.sound(name, f"s/{name}")
        page = layouts.write(document)
        for kind in layouts.KINDS:
            slip = layouts.layout_slips.make(kind, document, Random(f"{name}/{kind}"))
            assert slip == layouts.layout_slips.make(kind, document, Random(f"{name}/{kind}"))
            if slip is not None:
                made[kind] += 1
                printed = document.printed() | slip.slip.texts
                changed = layouts.write(document, printed, slip.slip.blocks)
                assert changed.text != page.text
                lines = changed.text.count("\n") - page.text.count("\n")
                assert lines == {"row missing": -1, "row twice": 1}.get(kind, 0)
    assert {kind for kind, count in made.items() if count < 3} == set()


@pytest.mark.parametrize(
    ("kind", "results"),
    [
        ("leading digit", {f"{digit} 499 160" for digit in "123456789"} - {"5 499 160"}),
        ("digits swapped", {"4 599 160", "5 949 160", "5 491 960", "5 499 610", "5 499 106"}),
        ("off by one or two", {"5 499 158", "5 499 159", "5 499 161", "5 499 162"}),
        ("group dropped", {"5 160", "5 499"}),
        ("cut at a separator", {"5", "5 499"}),
    ],
)
def test_slips_of_layouts_make_all_they_can(layouts: ModuleType, kind: str, results: set[str]) -> None:
    from layout_model import Document, Figure, Style

    document = Document(Random(1), layouts.sound("sections", "1").language, "csv", Style(" "), 6)
    figure = Figure(Decimal(5499160), document.style)
    slip = layouts.layout_slips.SINGLE[kind]
    assert {slip(document, figure, Random(seed)) for seed in range(200)} == results


def test_a_slip_is_proved_where_two_equations_meet_in_it_alone(layouts: ModuleType) -> None:
    from layout_model import Document, Style

    document = Document(Random(1), layouts.sound("sections", "1").language, "csv", Style(), 6)
    cells = [document.figure(value) for value in (10, 20, 30, 40)]
    across = [document.sum(cells[:2]), document.sum(cells[2:])]
    down = [document.sum(cells[::2]), document.sum(cells[1::2])]
    judged = layouts.layout_slips._judged
    twice = {at: judged(document, layouts.layout_slips.Slip({at: "99"})).twice for at in [*cells, *across, *down]}
    assert twice == {0: True, 1: True, 2: True, 3: True, 4: False, 5: False, 6: False, 7: False}
    assert judged(document, layouts.layout_slips.Slip({0: "10"})) is None


def test_the_truth_judges_what_is_found_in_layouts(layouts: ModuleType) -> None:
    document = layouts.sound("cross-footed", "1/cross-footed/0")
    made = layouts.layout_slips.make("leading digit", document, Random(1))
    ((at, text),) = made.slip.texts.items()
    page = layouts.write(document, document.printed() | made.slip.texts)
    place = page.places[at]
    where = {"line": place.line, "end_line": place.line, "column": place.start, "end_column": place.end}

    def judged(severity: str, applicability: str, new: str) -> tuple[bool, ...]:
        edit = {"location": where, "old": text, "new": new}
        fix = {"applicability": applicability, "edits": [edit]}
        finding = {"severity": severity, "code": "R301", "location": where, "fixes": [fix]}
        return tuple(layouts.judge(document, page, made, [finding]))

    true = document.figures[at].text
    # told, located, first, safe, twice, safe of twice, wrong, noted
    assert judged("error", "safe", true) == (True, True, True, True, True, True, False, False)
    assert judged("error", "unsafe", true) == (True, True, True, False, True, False, False, False)
    assert judged("error", "safe", "1") == (True, True, False, False, True, False, True, False)
    assert judged("note", "safe", true) == (False, False, False, False, True, False, False, True)


def test_layouts_are_measured_alike_each_time(
    layouts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ["--trials", "2", "--only", "one column", "cross-footed", "--kind", "leading digit", "row missing"]
    results = []
    for number in range(2):
        output = tmp_path / f"{number}.json"
        monkeypatch.setattr(sys, "argv", ["layouts.py", *chosen, "--json", str(output)])
        layouts.main()
        results.append((capsys.readouterr().out, output.read_text(encoding="utf-8")))
    assert results[0] == results[1]
    plain = json.loads(results[0][1])
    assert [tally["trials"] for tally in plain["kinds"].values()] == [4, 4]
    assert [tally["sound"] for tally in plain["layouts"].values()] == [6, 6]
    alone = layouts.measure(layouts.Options(2, 1, ["cross-footed"], ["leading digit", "row missing"])).layouts[
        "cross-footed"
    ]
    assert sum(tally["trials"] for tally in plain["languages"].values()) == 8
    assert sum(tally["sound"] for tally in plain["formats"].values()) == 12
    assert alone.plain() == plain["layouts"]["cross-footed"]
