"""Every message in both languages: the catalogue is whole, no message is bare text, and no English is left in a Swedish report."""

from __future__ import annotations

import io
import json
import pickle
import re
import runpy
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

import openpyxl
import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import reconcile
from reconcile.cli import app
from reconcile.core.languages import LANGUAGES as LOCALES
from reconcile.core.messages import Message, in_language, joined, language_of, listed_first, quoted, say, say_many
from reconcile.core.settings import Detail, Settings, UsageError, load_settings
from reconcile.report import write, write_bytes, write_pieces
from reconcile.report.phrases import remarked, silence_of
from reconcile.report.report import Report
from reconcile.run.baseline import hold_against, list_entries
from tests.cases import FIXTURES, Case, rule_cases

ROOT = FIXTURES.parent
COLLECT = runpy.run_path(str(ROOT / "docs" / "catalogue.py"))
SAID: dict[str | tuple[str, str], list[str]] = COLLECT["collect"]()
CATALOGUE = ROOT / "reconcile" / "core" / "locale" / "sv" / "LC_MESSAGES" / "reconcile.po"
SECOND = str(FIXTURES / "decisions" / "second-decision.txt")
CASES = list(rule_cases())


def _strings() -> dict[str | tuple[str, ...], tuple[str, ...]]:
    with CATALOGUE.open("rb") as file:
        return {_key(message.id): COLLECT["strings_of"](message) for message in read_po(file) if message.id}


def _key(id: Any) -> str | tuple[str, ...]:
    return id if isinstance(id, str) else tuple(id)


def _fields(template: str) -> list[tuple[str, str | None]]:
    return sorted((name, form) for _, name, form, _ in Formatter().parse(template) if name is not None)


def test_every_message_is_in_the_catalogue_and_no_other() -> None:
    assert set(_strings()) == set(SAID), "run python docs/catalogue.py"


def test_every_message_is_translated() -> None:
    assert [id for id, strings in _strings().items() if not all(strings)] == []
    assert "fuzzy" not in CATALOGUE.read_text(encoding="utf-8")


def test_translations_take_the_same_parameters() -> None:
    for id, strings in _strings().items():
        for template, string in zip((id,) if isinstance(id, str) else id, strings, strict=True):
            assert _fields(template) == _fields(string), id


def test_a_translation_begins_and_ends_as_its_message() -> None:
    for id, strings in _strings().items():
        for template, string in zip((id,) if isinstance(id, str) else id, strings, strict=True):
            assert (template[0] == " ", template[-1] == " ") == (string[0] == " ", string[-1] == " "), id
            assert template.endswith(".") == string.endswith("."), id


def test_the_compiled_catalogue_is_the_one_that_is_written() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = {_key(message.id): COLLECT["strings_of"](message) for message in read_mo(file) if message.id}
    assert _strings() == compiled, "run python docs/catalogue.py"


def test_what_is_not_written_out_cannot_be_collected(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("say(template, a=1)", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.py:1: the template is not written out"):
        list(COLLECT["_said"](tmp_path / "a.py"))


@given(st.text(), st.integers(), st.floats(allow_nan=False))
def test_a_message_is_its_english_text(name: str, count: int, share: float) -> None:
    message = joined("; ", (say("row {name}", name=name), say("{sure}: {odds:.0%}", sure=quoted(name), odds=share)))
    assert message == f"row {name}; “{name}”: {share:.0%}"
    assert hash(message) == hash(str(message))
    again = pickle.loads(pickle.dumps(message))
    assert (again, type(again), in_language(again, "sv")) == (message, Message, in_language(message, "sv"))
    assert type(f"{message}") is str


def test_messages_within_messages_are_translated_with_them() -> None:
    hint = say(
        "{told}; did you mean {name}?", told=say("“{text}”: {what}", text="and", what=say("no value")), name="or"
    )
    assert hint == "“and”: no value; did you mean or?"
    assert in_language(hint, "sv") == "”and”: värde saknas; menas or?"
    assert in_language(joined(say(" and "), ["row", quoted("row")]), "sv") == "row och ”row”"
    assert in_language(hint, "en") == hint


def test_text_of_a_document_stays_as_it_is() -> None:
    assert in_language("error", "sv") == "error"
    assert in_language(say("error"), "sv") == "fel"


@pytest.mark.parametrize(("count", "english", "swedish"), [(1, "1 cell", "1 cell"), (3, "3 cells", "3 celler")])
def test_one_and_many(count: int, english: str, swedish: str) -> None:
    message = say_many(count, "{number} cell", "{number} cells", number=str(count))
    assert (message, in_language(message, "sv")) == (english, swedish)


def test_figures_of_ours_have_swedish_marks() -> None:
    limit = say("takes longer than the limit max_seconds = {seconds:,}", seconds=12_345)
    assert in_language(limit, "sv") == "tar längre tid än gränsen max_seconds = 12\u00a0345"
    assert in_language(say("{times:.2g}", times=2.5), "sv") == "2,5"
    assert in_language(say("{sure}: {odds:.0%}", sure="a.b", odds=0.13), "sv") == "a.b: 13\u00a0%"


def test_the_first_of_several() -> None:
    assert in_language(listed_first(["a", "b"], 3), "sv") == "a, b och 3 till"
    assert in_language(listed_first(["a", "b"], 0), "sv") == "a, b"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "sv_SE.UTF-8"}, "sv"),
        ({"LANG": "sv"}, "sv"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "sv_SE.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "sv_FI"}, "sv"),
        ({"LANG": "sv_SE", "LC_MESSAGES": "sv_SE", "LC_ALL": "C"}, "en"),
        ({"LANG": "sv_SE", "LC_MESSAGES": "", "LC_ALL": ""}, "sv"),
    ],
)
def test_the_language_of_the_environment(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


@pytest.mark.parametrize(
    ("environment", "windows", "language"),
    [({}, 0x041D, "sv"), ({}, 0x081D, "sv"), ({}, 0x0409, "en"), ({"LANG": "en_GB"}, 0x041D, "en"), ({}, 0, "en")],
)
def test_windows_tells_its_language(environment: dict[str, str], windows: int, language: str) -> None:
    assert language_of(environment, windows) == language


def _in_swedish(report: Report) -> Report:
    return replace(report, settings=replace(report.settings, lang="sv"))


def _said(report: Report) -> Iterator[str]:
    """All that a report says beside the words of its own."""
    for finding in report.findings:
        yield from (finding.message, finding.primary.told, *(place.told for place in finding.related))
        yield from (fix.title for fix in finding.fixes)
    yield from (outcome.label for outcome in report.outcomes)
    yield from (text for each in report.suppressed for text in (each.finding.message, silence_of(each)))
    yield from map(remarked, report.remarks)
    if report.budget is not None:
        yield from (line.words for line in (*report.budget.lines, *report.budget.limits))


def _bare(value: object) -> Iterator[str]:
    """The texts of a message that are no messages: a document's, and English that was put there by mistake."""
    if isinstance(value, Message):
        for parameter in value.parameters.values():
            yield from _bare(parameter)
    elif isinstance(value, tuple):
        for part in value:
            yield from _bare(part)
    elif isinstance(value, str):
        yield value


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{2,}", text.casefold()))


def _printed(case: Case) -> str:
    """All that stands in the files of a case, with their names, and the names of the registries."""
    home = case.path if case.path.is_dir() else case.path.parent
    own = [home / name for name in ("budget.yaml", "reconcile.toml", "schema.yaml")]
    files = [path for path in (*case.documents(), *own) if path.is_file()]
    texts = [str(case.path), *(path.name for path in home.iterdir())]
    texts += [path.read_bytes().decode("utf-8", "replace") for path in files]
    for reading in case.run().readings:
        texts += [cell for table in reading.document.tables for row in table.rows for cell in row]
        texts += [block.text for block in reading.document.blocks]
    if case.rule == "R501":
        # Their columns have names in English.
        texts += [re.sub(r"(?m)^(?!  \w+:$).*", "", path.read_text()) for path in (ROOT / "schemas").glob("*.yaml")]
    for registry in (ROOT / "schemas" / "registries").glob("*.csv"):
        lines = registry.read_text(encoding="utf-8").splitlines()
        texts += [registry.stem, *(line for line in lines if not line.startswith("#"))]
    return " ".join(texts)


# What programs and libraries call things, and what is told in their words.
NAMES = _words("SEK EUR USD R001 byte latin capital letter digit zero width space no-break soft hyphen em en")
CHECK = r"\w+\(\w+=[^)]*\)"
NAMES |= _words(
    "nullable false complete unique true strict ordered dtype Int64 object string required not in_range greater_than_or_equal_to"
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_nothing_is_said_in_bare_english(case: Case) -> None:
    report, printed = case.run(), _words(_printed(case))
    unknown = (
        {word for text in _said(report) for bare in _bare(text) for word in _words(re.sub(CHECK, "", bare))}
        - printed
        - NAMES
    )
    assert unknown == set()


def test_every_message_of_a_finding_is_one() -> None:
    for case in CASES:
        for finding in case.run().findings:
            assert isinstance(finding.message, Message), finding.message
            assert [fix.title for fix in finding.fixes if not isinstance(fix.title, Message)] == []


MAIN = """\
fel R101 malformed-grouping
  i fixtures/decisions/second-decision.txt:24:20, rad Region Uppsala, kolumn Totalt (kronor)
      │
   24 │ | Region Uppsala | 544 99 160 |
      │                    ^^^^^^^^^^
  ”544 99 160” har siffergrupper om 3, 2 och 3; med 54 499 160 summerar de 21 raderna exakt till
  angiven totalsumma (rad 7): 1 819 754 005 + 54 499 160 = 1 874 253 165
  rättelse: skriv 54 499 160 (säker, bevisad av summan)

fixtures/decisions/second-decision.txt
  markdown: 1 tabell, 21 rader, 23 av 25 belopp kontrollerade (92 %)
  stämmer efter rättelse  angiven totalsumma: 21 rader = 1 874 253 165
  överensstämmer          ”Nära två miljarder kronor”: angiven totalsumma 1 874 253 165
  inte kontrollerat       2 belopp i texten

1 fel i 1 dokument; 23 av 25 belopp kontrollerade (92 %); 2 avstämningar: 1 stämmer, 1 efter
rättelse
"""


def test_the_main_case_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    path = "fixtures/decisions/second-decision.txt"
    printed = CliRunner(env={"COLUMNS": "100"}).invoke(app, ["check", path, "--lang", "sv"]).stdout
    assert printed.replace("\u00a0", " ") == MAIN


class _Text(HTMLParser):
    """The text of a page, and its attributes that are read out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.told: list[str] = []
        self.lang = ""
        self.feed(re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.lang = dict(attrs).get("lang") or "" if tag == "html" else self.lang
        self.told += [value or "" for name, value in attrs if name in ("aria-label", "title")]

    def handle_data(self, data: str) -> None:
        self.told.append(data)


def _texts(report: Report, format: str) -> Iterable[str]:
    if format == "html":
        return _Text(write(report, "html")).told
    if format == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(b"".join(write_bytes(report, "xlsx"))))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        texts = [cell.value for cell in cells if isinstance(cell.value, str) and not cell.value.startswith("=")]
        # The sheets of tables are named after these, cut short.
        return [
            *(name for name in book.sheetnames if not name[0].isdigit()),
            *texts,
            *(cell.comment.text for cell in cells if cell.comment),
        ]
    return [write(report, format)]


# Names of formats, languages and severities of GitHub, and what stands for itself.
STABLE = _words(
    "reconcile markdown html text xlsx csv docx unknown sha utf en sv warning error notice file line endLine col endColumn title span"
) | set(LOCALES)


def _names(report: Report) -> str:
    """What is called alike in all languages: rules, settings, checks of schemas and hashes."""
    names = sorted([*report.names.values(), *Settings.__dataclass_fields__], key=len, reverse=True)
    return "|".join([*map(re.escape, names), "[0-9a-f]{64}", CHECK])


def _spoken(report: Report, texts: Iterable[str]) -> set[str]:
    """The words of a report, but for names, and for paths whose beginning is cut off."""
    texts = [re.sub(rf"{_names(report)}|…\w+", "", text) for text in texts]
    return {word for text in texts for word in _words(text.replace("%0A", " "))}


@pytest.mark.parametrize("format", ["terminal", "markdown", "html", "xlsx", "github"])
@pytest.mark.parametrize("case", CASES[::4], ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_no_english_is_left_in_a_swedish_report(format: str, case: Case) -> None:
    swedish = {word for strings in _strings().values() for string in strings for word in _words(string)}
    known = swedish | _words(_printed(case)) | STABLE | NAMES
    report = _in_swedish(case.run())
    assert _spoken(report, _texts(report, format)) - known == set()


MARKED = """\
# Bidrag

<!-- reconcile: ignore R301: beslutat av nämnden -->

| Kommun | Bidrag (kr) |
| --- | ---: |
| Hjo | 1 200 |
| Tibro | 2 300 |
| Skara | 3 400 |
| Summa | 6 910 |

<!-- reconcile: ignore R301 -->

| Kommun | Stöd (kr) |
| --- | ---: |
| Hjo | 1 200 |
| Tibro | 2 300 |
| Skara | 3 400 | <!-- reconcile: ignore R305, R999: beslutat av nämnden -->
| Summa | 6 930 | <!-- reconcile: ingore -->

<!-- reconcile: ignore -->
| Kommun | Hjälp (kr) |
| --- | ---: |
| Hjo | 1 200 |
| Tibro | 2 300 |
| Skara | x2 |
| Summa | 3 500 |

| Kommun | Lån (kr) |
| --- | ---: |
| Hjo | 1 200 |
| Tibro | 2 300 |
| Skara | 3 400 |
| Summa | 6 950 |
"""


SILENT = """\
undantagna iakttagelser
  fel R301 column-total i d.md:10:11, rad Summa, kolumn Bidrag (kr)
    de 3 raderna summerar till 6 900, men ”Summa” är 6 910: 10 mer. Felet kan finnas i något av
    följande: 3 rader eller summan. Inget ser felskrivet ut, så inget har ändrats
    genom märkningen i d.md:3:1: beslutat av nämnden

d.md markdown: 1 tabell, 4 rader, 4 av 4 belopp kontrollerade (100 %)
  stämmer inte            Summa: 3 rader = 6 910
                          kolumnsumma (enligt benämningen) i d.md:10:11: 1 200 + 2 300 + 3 400
                          = 6 900; angivet 6 910; differens 10

inget annat funnet i 1 dokument; 4 av 4 belopp kontrollerade (100 %); 1 avstämning: 1 stämmer inte;
1 iakttagelse undantagen
"""


def _silenced(folder: Path) -> Report:
    """A report with findings that a mark, the settings and a baseline suppress, and every remark that there is."""
    folder.joinpath("d.md").write_text(MARKED, encoding="utf-8")
    folder.joinpath("reconcile.toml").write_text(
        'suppress = [{path = "*.md", codes = ["R107", "R602"], reason = "beslutat av nämnden"}]', encoding="utf-8"
    )
    report = reconcile.check("d.md", settings=load_settings(Path()))
    entries = list_entries(report)
    gone = entries[0]._replace(fingerprint="0" * 16, place="rad Summa")
    return _in_swedish(hold_against(report, [*entries, gone], "known.json"))


def test_what_is_suppressed_and_remarked_is_no_bare_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = _silenced(tmp_path)
    assert [each.by for each in report.suppressed] == ["mark", "mark", "settings", "baseline"]
    assert [in_language(remarked(remark), "sv") for remark in report.remarks] == [
        "d.md:18:19: ”R999” är ingen regel och undantar inget",
        "d.md:18:19: undantaget för R305 berör ingen iakttagelse",
        "d.md:19:19: ”ingore” kan inte tolkas; en märkning säger ”ignore” och anger regler",
        "d.md:21:1: märkningen anger ingen regel",
        "reconcile.toml: suppress, post 1: undantaget för R602 berör ingen iakttagelse",
        "known.json: R301 finns i jämförelsefilen men hittas inte längre: d.md, rad Summa",
    ]
    assert [in_language(silence_of(each), "sv") for each in report.suppressed] == [
        "genom märkningen i d.md:3:1: beslutat av nämnden",
        "genom märkningen i d.md:12:1: inget skäl angivet",
        "genom inställningarna i reconcile.toml: suppress, post 1: beslutat av nämnden",
        "genom jämförelsefilen known.json: känd sedan tidigare",
    ]
    words = {word for text in _said(report) for bare in _bare(text) for word in _words(bare)}
    assert words - _words(f"{MARKED} d.md known.json reconcile.toml rad Summa") == set()


@pytest.mark.parametrize(
    "format", ["terminal", "quiet", "verbose", "markdown", "html", "xlsx", "github", "junit", "sarif"]
)
def test_no_english_is_left_of_what_is_suppressed(format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = _silenced(tmp_path)
    swedish = {word for strings in _strings().values() for string in strings for word in _words(string)}
    known = swedish | _words(f"{MARKED} d.md known.json reconcile.toml details summary") | STABLE | NAMES
    if format in ("quiet", "verbose"):
        texts: Iterable[str] = write_pieces(report, "terminal", detail=Detail(format))
    elif format == "junit":
        # The rest is for programs.
        texts = re.findall("<system-out>(.*?)</system-out>", write(report, format), re.DOTALL)
    elif format == "sarif":
        (run,) = json.loads(write(report, format))["runs"]
        silent = [each for result in run["results"] for each in result["suppressions"]]
        told = [each["message"]["text"] for each in run["invocations"][0]["toolConfigurationNotifications"]]
        texts = [each["justification"] for each in silent] + told
    else:
        texts = _texts(report, format)
    texts = list(texts)
    assert _spoken(report, texts) - known == set()
    assert format == "quiet" or "undantag" in " ".join(texts).casefold()


def test_what_is_suppressed_in_swedish_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.md").write_text(MARKED[: MARKED.index("<!-- reconcile: ignore R301 -->")], encoding="utf-8")
    report = _in_swedish(reconcile.check("d.md"))
    told = "".join(write_pieces(replace(report, seconds=0), "terminal", detail=Detail.VERBOSE)).replace("\u00a0", " ")
    assert told == SILENT
    assert "undantagen (--verbose visar vilka)\n" in write(report, "terminal", 120)


def test_a_baseline_is_written_in_swedish_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.md").write_text(MARKED, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "d.md", "--lang", "sv", "--write-baseline", "known.json"])
    assert result.stderr == "reconcile: skrev known.json: 2 kända iakttagelser\n"


def test_the_page_says_its_language() -> None:
    report = reconcile.check(SECOND)
    assert (_Text(write(report, "html")).lang, _Text(write(_in_swedish(report), "html")).lang) == ("en", "sv")


def test_sarif_and_junit_keep_what_programs_know_them_by() -> None:
    report = reconcile.check(SECOND)
    english, swedish = (write(each, "junit") for each in (report, _in_swedish(report)))
    names = r'<test\w+ (?:classname="[^"]*" )?name="([^"]*)"'
    assert re.findall(names, english) == re.findall(names, swedish)
    assert "rättelse: skriv 54" in swedish
    english, swedish = (write(each, "sarif") for each in (report, _in_swedish(report)))
    marks = r'"findingPlace/v1": "(\w+)"'
    assert re.findall(marks, english) == re.findall(marks, swedish)
    assert ('"language": "sv"' in english, '"language": "sv"' in swedish) == (False, True)


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_json_is_for_programs_and_stays_english(format: str) -> None:
    report = reconcile.check(SECOND)
    assert write(report, format) == write(_in_swedish(report), format)


def test_an_account_of_fixes_in_swedish(tmp_path: Path) -> None:
    path = tmp_path / "d.md"
    path.write_text("| a | kr |\n|-|-|\n| b | 1 500 |\n| c | 2 000 |\n| Summa | 3 600 |\n", encoding="utf-8")
    result = CliRunner(env={"LC_MESSAGES": "sv_SE.UTF-8"}).invoke(app, ["fix", str(path)])
    assert result.stderr.endswith("så inget har ändrats\nrättade: 0; 1 fel kvarstår\n")


def test_the_language_of_the_settings_file_and_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reconcile.toml").write_text('lang = "sv"\n', encoding="utf-8")
    assert CliRunner().invoke(app, ["check", SECOND]).stdout.startswith("fel R101")
    assert CliRunner().invoke(app, ["check", SECOND, "--lang", "en"]).stdout.startswith("error R101")
    assert CliRunner(env={"LC_MESSAGES": "en_GB"}).invoke(app, ["check", SECOND]).stdout.startswith("fel R101")
    result = CliRunner().invoke(app, ["check", SECOND, "--lang", "de"])
    assert (result.exit_code, result.stderr) == (2, "reconcile: --lang: 'de' is not one of en, sv\n")
    (tmp_path / "reconcile.toml").write_text("lang = 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="lang must be text"):
        load_settings(tmp_path)


def test_english_loads_no_catalogue() -> None:
    # A process of its own: here others have loaded it.
    import subprocess
    import sys

    code = (
        "import sys; from reconcile.cli import app\n"
        f"try: app(['check', {SECOND!r}])\n"
        "except SystemExit: pass\n"
        "from reconcile.core.messages import _catalogue\n"
        "sys.exit(_catalogue.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
