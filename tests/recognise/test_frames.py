"""Tables as data frames: exact, typed, and still placed."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import reconcile
from reconcile.cli import app
from reconcile.recognise.tables import RecognisedTable
from tests.cases import FIXTURES

SECOND = str(FIXTURES / "decisions" / "second-decision.txt")
GRANTS = """
| Kod | Kommun | Bidrag (tkr) | Andel | Anm |
| --- | --- | --- | --- | --- |
| | Stockholms län | | | |
| 0180 | Stockholm | 1 200,5 | 60 % | 1 |
| 0184 | Solna | .. | 40 % | |
| | därav Hagalund | 100 | 5 % | |
| | Summa | 2 000,0 | | |
"""


def figures(text: str) -> RecognisedTable:
    return reconcile.check_text(text, name="grants.md").readings[0].tables[0]


def test_a_pandas_frame_is_typed_exact_and_placed() -> None:
    frame = reconcile.to_pandas(figures(GRANTS))
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "Kod": "string", "Kommun": "string", "Bidrag (tkr)": "Int64", "Andel": "Int64", "Anm": "string",
        "kind": "string", "location": "string",
    }  # fmt: skip
    assert frame["kind"].tolist() == ["heading", "row", "row", "part", "total"]
    assert [None if frame["Bidrag (tkr)"].isna()[row] else frame["Bidrag (tkr)"][row] for row in frame.index] == [
        None,
        1_200_500,
        None,
        100_000,
        2_000_000,
    ]
    assert frame.loc[2, ["Kod", "Kommun"]].tolist() == ["0180", "Stockholm"]
    assert frame.loc[2, "location"] == "grants.md:5:3"
    assert frame.attrs == {"document": "grants.md", "title": "", "currencies": {"Bidrag (tkr)": "SEK"}}


def test_amounts_that_are_not_whole_are_decimals() -> None:
    rows = [["Konto", "Belopp"], ["A", "1,25"], ["B", "99 999 999 999 999 999 999 999 999 999 999,75"]]
    frame = reconcile.to_pandas(reconcile.Table.from_rows(rows))
    assert [Decimal("1.25"), Decimal("99999999999999999999999999999999.75")] == frame["Belopp"].tolist()
    assert frame["location"].tolist() == ["<rows>: row 2, column 1", "<rows>: row 3, column 1"]


def test_polars_gets_the_same() -> None:
    import polars as pl

    frame = reconcile.to_polars(figures(GRANTS))
    assert {"Kod": pl.String, "Kommun": pl.String, "Bidrag (tkr)": pl.Int64} == dict(list(frame.schema.items())[:3])
    assert frame["Bidrag (tkr)"].to_list() == [None, 1_200_500, None, 100_000, 2_000_000]
    rows = [["Konto", "Belopp"], ["A", "1,25"], ["B", "2"]]
    assert [Decimal("1.25"), Decimal(2)] == reconcile.to_polars(reconcile.Table.from_rows(rows))["Belopp"].to_list()


def test_headers_that_are_alike_absent_or_ours_stay_apart() -> None:
    rows = [["location", "2022", "2022", ""], ["A", "1 000", "2 000", "3 000"], ["B", "1 000", "2 000", "3 000"]]
    frame = reconcile.to_pandas(reconcile.Table.from_rows(rows))
    assert frame.columns.tolist() == ["location (2)", "2022", "2022 (2)", "column 4", "kind", "location"]


@given(st.lists(st.integers(-(10**30), 10**30), min_size=2, max_size=6), st.sampled_from([0, 1, 2, 4]))
def test_every_amount_is_exact_in_both(numbers: list[int], places: int) -> None:
    # Three places are left out: 1.000 kr is a thousand.
    values = [Decimal(number).scaleb(-places) if abs(number) < 10**25 else Decimal(number) for number in numbers]
    table = reconcile.Table.from_rows(
        [["Konto", "Belopp (kr)"], ["Post", "123456"], *([f"Post {n}", f"{v:f}"] for n, v in enumerate(values))]
    )
    frame = reconcile.to_pandas(table)
    assert values == [Decimal(str(value)) for value in frame["Belopp (kr)"]][1:]
    assert values == [Decimal(str(value)) for value in reconcile.to_polars(table)["Belopp (kr)"]][1:]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "100"}).invoke(app, arguments)
    return result.exit_code, result.stderr


def test_frames_as_files(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert (0, f"reconcile: wrote {path}\n") == run("tables", SECOND, "--to-frame", str(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Region,Totalt (kronor),kind,location"
    assert f"Region Uppsala,54499160,row,{SECOND}:24:3" == lines[14]
    assert len(lines) == 22
    assert (2, f"reconcile: {tmp_path / 'out.xlsx'}: a frame is written as .csv or .parquet\n") == run(
        "tables", SECOND, "--to-frame", str(tmp_path / "out.xlsx")
    )
    assert run("tables", SECOND, "--to-frame", str(tmp_path / "absent" / "out.csv"))[0] == 2
    (tmp_path / "two.md").write_text(GRANTS + "\nAnnat.\n" + GRANTS, encoding="utf-8")
    assert run("tables", str(tmp_path / "two.md"), "--to-frame", str(path))[0] == 0
    assert sorted(each.name for each in tmp_path.glob("*.csv")) == ["out-0.csv", "out-1.csv", "out.csv"]


@pytest.mark.parametrize("missing", ["polars", "pyarrow"])
def test_what_is_not_installed_is_told_or_not_needed(missing: str) -> None:
    program = f"""
import sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {missing!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Without())
import reconcile
table = reconcile.Table.from_rows([["Region", "Belopp"], ["A", "1 000"], ["B", "2 000"], ["Summa", "3 000"]])
def tried(do):
    try:
        do()
        return "works"
    except reconcile.UsageError as error:
        return str(error).partition(":")[0]
print(tried(lambda: reconcile.to_pandas(table)), tried(lambda: reconcile.to_polars(table)), tried(lambda: reconcile.check({SECOND!r}, schema="region-distribution")), sep=";")
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    expected = {
        "polars": "works;polars is not installed;works",
        "pyarrow": "works;works;works",
    }
    assert expected[missing] == result.stdout.strip()


def test_importing_loads_no_data_frames() -> None:
    program = (
        "import sys, reconcile\n"
        f"reconcile.check({SECOND!r})\n"
        "print([name for name in ('pandas', 'pandera', 'polars', 'pyarrow', 'numpy', 'yaml') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
