"""Great Expectations says what the check says, of every fixture; it touches no network, and is loaded only when asked for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.cases import FIXTURES

ROOT = FIXTURES.parent
Child = dict[str, Any]


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gx") / "docs"


@pytest.fixture(scope="module")
def child(docs: Path) -> Child:
    done = subprocess.run(
        [sys.executable, "-m", "tests.gx_child", str(docs)],
        cwd=ROOT,
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    # Progress bars and warnings would stand here.
    assert (done.returncode, done.stderr) == (0, "")
    told: Child = json.loads(done.stdout)
    return told


def test_check_and_gx_say_the_same_of_every_fixture(child: Child) -> None:
    results = child["results"]
    # There is no difference to document: what is here is an error in one of the two.
    assert {name: told for name, told in results.items() if told["check"] != told["gx"]} == {}
    documents = [path for path in (FIXTURES / "rules").glob("*/*") if not path.name.endswith(".expected.json")]
    parity = [path for path in (FIXTURES / "parity").rglob("*.*") if path.is_file()]
    assert len(results) == len(documents) + len(parity) + 7


def test_what_gx_says_of_some_fixtures(child: Child) -> None:
    def faults(name: str) -> list[list[str]]:
        return [[rule, severity, local(place)] for rule, severity, place in child["results"][name]["gx"]["faults"]]

    assert faults("decisions") == [["R101", "critical", "second-decision.txt:24:20"]]
    assert faults("rules/R301-column-total/good-large.md") == []
    assert faults("rules/R403-overspent/bad-pool-too-small") == [["R403", "critical", "budget.yaml:8:13"]]
    assert faults("rules/R404-document-missing/bad-second-not-given") == [["R404", "critical", "budget.yaml:5:6"]]
    assert faults("a warning where errors count") == [["R306", "warning", "bad-over-nine.md:1:6"]]


def test_a_broken_equation_fails_its_expectation(child: Child) -> None:
    ((place, difference),) = child["results"]["rules/R301-column-total/bad-typo-not-rounding.md"]["gx"]["broken"]
    assert (local(place), difference) == ("bad-typo-not-rounding.md:17:11", "-28000")
    told = child["suppressions"][0]
    assert told["exit"] == 1
    assert told["output"] == [
        "critical expect_no_equation_to_be_broken in 1 told_md equations",
        "  R301 “6 910” at DIR/told.md:8:11: “Total: 3 rows”: 6 900: 10 less than stated",
        "3 of 4 expectations hold in 2 suites; Data Docs: DIR/told-docs/index.html",
    ]
    assert "suppressed" not in told["index"]


def test_a_suppressed_finding_fails_nothing_and_is_told(child: Child) -> None:
    silent = child["suppressions"][1]
    assert silent["exit"] == 0
    assert silent["output"] == [
        "3 of 3 expectations hold in 1 suite; 1 finding suppressed; Data Docs: DIR/silent-docs/index.html"
    ]
    assert (
        "all hold<br>suppressed: error R301 column-total at DIR/silent.md:10:11, row Total, column Grant (kr), "
        "by the mark at DIR/silent.md:3:1: see note &lt;4&gt;</td>"
    ) in silent["index"]
    by_settings = child["results"]["a broken sum suppressed"]["gx"]
    assert by_settings == {"ok": True, "broken": [], "faults": [], "suppressed": 1}
    by_marks = child["results"]["findings suppressed by marks"]["gx"]
    assert [local(place) for _, _, place in by_marks["faults"]] == ["marked.md:20:15"]
    assert by_marks["suppressed"] == 2


def test_a_suite_says_what_is_suppressed(child: Child) -> None:
    ((name, (told,)),) = child["meta"].items()
    assert name == "1 bad-typo-not-rounding_md findings"
    assert told.startswith("error R301 column-total at ")
    assert told.endswith("bad-typo-not-rounding.md:17:11, row Summa, column Utfall, by the settings at settings: known")


def local(place: str) -> str:
    """A place without its folder."""
    return place.rpartition("/")[2]


def test_settings_hold_for_gx_too(child: Child) -> None:
    def told(name: str) -> tuple[bool, list[str]]:
        gx = child["results"][name]["gx"]
        return gx["ok"], [rule for rule, _, _ in gx["faults"]]

    assert told("decisions without R1") == (True, [])
    assert told("a warning where errors count") == (True, ["R306"])
    assert told("a budget without R401") == (True, [])


def test_check_and_gx_end_alike(child: Child) -> None:
    assert child["exits"] == [[0, 0], [1, 1], [0, 0], [0, 0], [0, 0], [2, 2], [1, 1]]


NO_NUMBER = "which may be rounded; give text as printed, whole numbers (Int64) or Decimal"
PLAIN = [
    ("1 000 000 000 000 000 000 000 000 000 003 (ties)", []),
    ("1 000 000 000 000 000 000 000 000 000 003 (broken)", ["R304 1000000000000000000000000000004"]),
    ("1 203 (ties-after-repair)", []),
    ("3 (ties)", []),
    ("3.5, which cannot be verified (unverifiable)", []),
    ("1 of 2 tie", ["R302 5"]),
    ("2 of 2 tie", []),
    ("1 000 000 000 000 000 000 000 000 000 003 (broken)", ["R403 1000"]),
    ("3 (ties)", []),
    ("3, which cannot be verified (unverifiable)", ["R404 b"]),
    ("5 (ties)", []),
    ("4 (broken)", ["R401 5"]),
    ("3 (ties-within-rounding)", []),
    ("3 (broken)", ["R401 5"]),
    ("a tolerance needs the reason that it is allowed for", [" "]),
    ("2 (ties)", []),
    ("3 (broken)", ["R403 2"]),
    ("1 of 2 tie", ["R302 51,6"]),
    ("33.333 (ties-within-rounding)", []),
    ("2 of 2 tie", []),
    ("4 cells", ["R101 20 0"]),
    ("4 cells", ["R104 3a"]),
    ("4 cells", []),
    ("2 known names", ["R203 Region Skane"]),
    ("2 entities", []),
    ("the schema region-distribution does not recognise the columns region, kr", [" "]),
    ("no column 'y' in the frame", [" "]),
    ("'three' is not an amount", [" "]),
    ("'3' between ['no', '4'] are not three plain numbers", [" "]),
    ("no row is labelled 'Summa' in d", [" "]),
    (f"row 0, x: 1.5 is a float, {NO_NUMBER}", [" "]),
    ("no registry 'regions-of-mars'", [" "]),
    ("1 findings", ["R402 1"]),
    ("0 findings", []),
]


def test_the_expectations_on_plain_frames(child: Child) -> None:
    told = [
        (plain["observed"].partition("; known are")[0], [f"{rule} {printed}" for rule, printed, _ in plain["faults"]])
        for plain in child["plain"]
    ]
    assert told == PLAIN


def test_a_schema_tells_what_is_missing(child: Child) -> None:
    assert child["schema"] == [
        ["R501", "column Region", "1 of the 21 regions of Sweden is missing: Region Gävleborg"]
    ]  # fmt: skip


def test_shares_hold_and_a_broken_row_of_no_name_is_a_note(child: Child) -> None:
    shares, noted = child["made"]["shares.csv"], child["made"]["noted.csv"]
    for told in (shares, noted):
        assert (told["gx"], told["blind"]) == (told["check"], [])
    assert shares["gx"]["faults"] == []
    assert noted["gx"]["ok"] is True
    ((place, difference),) = noted["gx"]["broken"]
    assert (local(place), difference) == ("noted.csv:7:11", "1000")


def test_every_expectation_can_fail(child: Child) -> None:
    assert child["blind"] == []


def test_no_socket_is_opened(child: Child) -> None:
    assert child["sockets"] == []
    # urllib3 tries, when it is loaded, whether the machine has IPv6, by a port of its own that it closes at once.
    assert set(child["loading"]) <= {"socket.__new__", "socket.bind"}


def test_the_command_tells_what_is_unexpected_and_where(child: Child, docs: Path) -> None:
    place = FIXTURES / "decisions" / "second-decision.txt"
    assert child["exit"] == 1
    *told, last = child["shown"].splitlines()
    assert told == [
        "critical expect_nothing_to_report in 2 second-decision_txt findings",
        f"  R101 “544 99 160” at {place}:24:20: “544 99 160” has digit groups of 3, 2 and 3; read as 54 499 160, "
        "the 21 rows add up to the stated total (line 7) exactly: 1 819 754 005 + 54 499 160 = 1 874 253 165",
    ]
    held, whole, _ = counts(child)
    assert held == whole - 1
    assert last.endswith(f"; Data Docs: {docs / 'index.html'}")


def counts(child: Child) -> list[int]:
    """How many expectations hold, of how many, in how many suites."""
    return [
        int(number) for number in re.findall(r"(\d+) of (\d+) expectations hold in (\d+) suites", child["shown"])[0]
    ]


def test_misuse_is_told_and_nothing_is_lost(child: Child, docs: Path) -> None:
    assert child["misuse"] == [
        [2, "reconcile: DIR/other: the folder is not empty, and holds no Data Docs of an earlier run"],
        [2, "reconcile: DIR/other/kept.txt: is not a folder"],
        [2, "reconcile: no document given"],
        [2, "reconcile: nowhere.yaml: cannot be read: No such file or directory"],
    ]
    assert (docs.parent / "other" / "kept.txt").read_text(encoding="utf-8") == "not ours"


def test_without_great_expectations_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['great_expectations'] = None\n"
        "from reconcile.cli import app\n"
        "app(['gx', sys.argv[1], '--docs', 'nowhere'])\n"
    )
    document = FIXTURES / "decisions" / "first-decision.txt"
    done = subprocess.run([sys.executable, "-c", code, str(document)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(
        "Great Expectations is the extra 'gx' of reconcile-tables; in its folder, run: pip install '.[gx]'\n"
    )


def test_the_pages_are_complete_without_a_network(child: Child, docs: Path) -> None:
    pages = list(docs.rglob("*.html"))
    # An index, and for each suite what it expects and what came of it.
    assert len(pages) == 1 + 2 * counts(child)[2]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"<script|<img|<link[^>]*https?:|url\([\"']?https?:", text) == []
    index = docs / "index.html"
    links = re.findall(r'href="([^"]*)"', index.read_text(encoding="utf-8"))
    assert len(links) == counts(child)[2]
    failed = next(link for link in links if "second-decision_txt%20findings" in link)
    text = read(docs / failed.replace("%20", " "))
    for told in ("the check has nothing to report under R001", "544 99 160", "second-decision.txt:24:20", "R101"):
        assert told in text
    held = next(link for link in links if "second-decision_txt%20equations" in link)
    assert "the equation under R304 is not broken" in read(docs / held.replace("%20", " "))


def read(page: Path) -> str:
    """The words of a page, with plain spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))).split())


def test_the_example_project_runs() -> None:
    done = subprocess.run(
        [sys.executable, str(FIXTURES / "gx-project" / "validate.py")],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "expect_column_values_to_be_unique holds\n"
        "expect_labels_to_complete_registry holds\n"
        "expect_column_sum_to_equal_stated_total holds\n"
        "expect_amounts_to_be_written_regularly fails\n"
        "  R101 row 13: 544 99 160: digit groups that no notation has\n"
    )


def test_only_the_command_loads_great_expectations() -> None:
    code = (
        "import sys, reconcile, reconcile.cli\n"
        "from typer.testing import CliRunner\n"
        "CliRunner().invoke(reconcile.cli.app, ['check', sys.argv[1]])\n"
        "print([name for name in ('great_expectations', 'pandas', 'reconcile.gx') if name in sys.modules])\n"
    )
    document = FIXTURES / "decisions" / "first-decision.txt"
    done = subprocess.run([sys.executable, "-c", code, str(document)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
