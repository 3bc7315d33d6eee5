"""Run `python benchmarks/layouts.py [--trials 10] [--seed 1] [--only LAYOUT] [--kind KIND] [--show N] [--json FILE]`.

It measures how well a slip is told in a sound published table, and what is accused in tables that are sound.
Sound tables are made as publications print them, in eight languages and four formats. A slip is put into one figure that an equation of
the table tells. Then the document is checked as any user would, with ``reconcile.check_text``.

The columns say, of the slips made:
    told     an error or a warning is given, wherever it stands
    located  one of them stands at the wrong figure, or offers to edit it (for a row missing or twice, the total counts, too)
    first    the first fix offered puts back the true figure
    safe     a safe fix puts back the true figure
    twice    two equations or more meet in the wrong figure alone, so that it is proved; beside it how many of these a safe fix puts right
    wrong    a safe fix writes what is not true: must be 0 (the last line counts those in sound tables, too)
    noted    nothing but a note is given
    accused  of other tables that are sound, how many are given an error or a warning
"""

from __future__ import annotations

import argparse
import html
import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from time import perf_counter
from typing import Any, NamedTuple

import layout_slips
from layout_model import FORMATS, Document, Page, Place, start, write
from layout_slips import KINDS, Made
from layout_tables import LAYOUTS
from layout_words import CODES

import reconcile

SOUND = 3
ENDINGS = dict(zip(FORMATS, ("md", "csv", "txt", "html"), strict=True))
LOUD = ("error", "warning")


class Verdict(NamedTuple):
    """What a report says of one slip."""

    told: bool = False
    located: bool = False
    first: bool = False
    safe: bool = False
    twice: bool = False
    safe_of_twice: bool = False
    wrong: bool = False
    noted: bool = False


def sound(layout: str, seed: str) -> Document:
    """Make a sound document of a layout."""
    random = Random(seed)
    document = start(random, LAYOUTS[layout].languages)
    LAYOUTS[layout].make(document)
    document.check()
    return document


def check(document: Document, page: Page) -> list[dict[str, Any]]:
    """Return the findings of a document, as the public report gives them."""
    report = reconcile.check_text(page.text, format=document.format, name=f"table.{ENDINGS[document.format]}")
    if not report.findings:
        return []
    findings: Any = report.to_dict()["findings"]
    return list(findings)


def _at(location: dict[str, Any], place: Place) -> bool:
    if location.get("line") != place.line:
        return False
    begin, end = location["column"], location["end_column"]
    if location.get("end_line", place.line) != place.line:
        end = place.end
    return bool(begin < place.end and place.start < end) or bool(begin == place.start)


def _mends(document: Document, page: Page, made: Made, edit: dict[str, Any]) -> bool:
    """Return True if an edit writes what is true in the place of what is not."""
    slip, where = made.slip, edit["location"]
    for at in slip.texts:
        if _at(where, page.places[at]):
            old, text = html.unescape(edit["old"]), slip.texts[at]
            new = text.replace(old, edit["new"], 1) if old and old in text else edit["new"]
            return document.figures[at].style.read(html.unescape(new)) == document.figures[at].value
    if slip.row and slip.row in page.rows:
        twice = {page.rows[slip.row], page.rows.get((slip.row[0], slip.row[1] + 1), 0)}
        if where.get("line") in twice and any(slip.counts.values()):
            return not edit["new"].strip()
        if not slip.counts and where.get("line") == page.rows[slip.row]:
            return edit["new"].strip() in {"", *(document.figures[at].text for at in made.culprits)}
    return False


def _harmless(document: Document, page: Page, edit: dict[str, Any]) -> bool:
    """Return True if an edit writes a figure that is right another way."""
    met = [at for at, place in page.places.items() if _at(edit["location"], place)]
    read = [document.figures[at].style.read(html.unescape(edit["new"])) for at in met]
    return bool(met) and read == [document.figures[at].value for at in met]


def _spoilt(document: Document, page: Page, findings: Sequence[dict[str, Any]]) -> bool:
    """Return True if a safe fix changes a figure of a sound table."""
    fixes = [fix for finding in findings for fix in finding["fixes"] if fix["applicability"] == "safe"]
    return not all(_harmless(document, page, edit) for fix in fixes for edit in fix["edits"])


def judge(document: Document, page: Page, made: Made, findings: Sequence[dict[str, Any]]) -> Verdict:
    """Hold what is found against what is true."""
    loud = [finding for finding in findings if finding["severity"] in LOUD]
    if not loud:
        return Verdict(twice=made.twice, noted=bool(findings))
    places = [
        place
        for at in sorted(made.culprits)
        for place in (page.places.get(at), page.again.get(at))
        if place is not None
    ]
    moved = page.rows[made.slip.row] if made.slip.row and not made.slip.counts else 0

    def meets(location: dict[str, Any]) -> bool:
        return location.get("line") == moved or any(_at(location, place) for place in places)

    fixes = [fix for finding in loud for fix in finding["fixes"]]
    pointed = [finding["location"] for finding in loud]
    pointed += [edit["location"] for fix in fixes for edit in fix["edits"]]
    # Each fix as what its edits do: a fix is right if one mends the slip and the others do no harm.
    mends = [[_mends(document, page, made, edit) for edit in fix["edits"]] for fix in fixes]
    harm = [
        not all(good or _harmless(document, page, edit) for good, edit in zip(each, fix["edits"], strict=True))
        for each, fix in zip(mends, fixes, strict=True)
    ]
    right = [any(each) and not bad for each, bad in zip(mends, harm, strict=True)]
    is_safe = [fix["applicability"] == "safe" for fix in fixes]
    safe = any(each and good for each, good in zip(is_safe, right, strict=True))
    return Verdict(
        told=True,
        located=any(map(meets, pointed)),
        first=bool(right) and right[0],
        safe=safe,
        twice=made.twice,
        safe_of_twice=made.twice and safe,
        wrong=any(each and bad for each, bad in zip(is_safe, harm, strict=True)),
    )


class Tally:
    """Counts of verdicts, and of sound tables."""

    def __init__(self) -> None:
        self.trials = 0
        self.counts = Counter[str]()
        self.sound = 0
        self.accused = Counter[str]()
        self.accused_tables = 0
        self.spoilt = 0
        self.seconds = 0.0
        self.checks = 0

    def add(self, verdict: Verdict) -> None:
        """Count what is said of a slip."""
        self.trials += 1
        self.counts.update(name for name, value in verdict._asdict().items() if value)

    def sounded(self, loud: Sequence[dict[str, Any]], spoilt: bool) -> None:
        """Count a sound table, the codes it is accused with, and whether a safe fix spoils it."""
        self.sound += 1
        self.spoilt += spoilt
        self.accused_tables += bool(loud)
        self.accused.update({finding["code"] for finding in loud})

    def plain(self) -> dict[str, Any]:
        """Return the counts as they are written to a file. Times are not among them: they differ from run to run."""
        counts = {name: self.counts[name] for name in Verdict._fields}
        accused = dict(sorted(self.accused.items()))
        sound = {"sound": self.sound, "accused": self.accused_tables, "spoilt": self.spoilt, "codes": accused}
        return {"trials": self.trials, **counts, **sound}


class Options(NamedTuple):
    """What is measured."""

    trials: int = 10
    seed: int = 1
    only: Sequence[str] = tuple(LAYOUTS)
    kinds: Sequence[str] = KINDS
    show: int = 0


def _shown(findings: Sequence[dict[str, Any]]) -> str:
    lines = []
    for each in findings[:6]:
        location = each["location"]
        lines.append(
            f"  {each['severity']} {each['code']} line {location.get('line')}:{location.get('column')} {each['message']}"
        )
        for fix in each["fixes"]:
            edits = ", ".join(
                f"line {edit['location'].get('line')} {edit['old']!r} to {edit['new']!r}" for edit in fix["edits"]
            )
            lines.append(f"    {fix['applicability']} fix: {edits}")
    if len(findings) > 6:
        lines.append(f"  and {len(findings) - 6} more")
    return "\n".join(lines) or "  no finding"


def _truth(document: Document, page: Page, made: Made) -> str:
    said = [
        f"line {page.places[at].line} {text!r}, truly {document.figures[at].text!r}"
        for at, text in made.slip.texts.items()
    ]
    if made.slip.row:
        said.append(f"row {made.slip.row[1] + 1} of block {made.slip.row[0] + 1}")
    return "; ".join(said) + (" (proved twice)" if made.twice else "")


def _key(finding: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a finding is about, by names rather than lines: a row missing moves all below it."""
    location = finding["location"]
    return finding["code"], finding["severity"], location.get("row_label"), location.get("column_header")


class Measured(NamedTuple):
    """What was said, by what the tables and the slips are."""

    layouts: dict[str, Tally]
    kinds: dict[str, Tally]
    languages: dict[str, Tally]
    formats: dict[str, Tally]


def measure(options: Options) -> Measured:
    """Make the slips and the sound tables; return what was said of them.

    What is said of the sound table, too, is no telling of the slip.
    """
    layouts = {name: Tally() for name in options.only}
    kinds = {name: Tally() for name in options.kinds}
    languages = {name: Tally() for name in CODES}
    formats = {name: Tally() for name in FORMATS}
    for name, tally in layouts.items():
        shown = 0
        for trial in range(options.trials * SOUND):
            document = sound(name, f"{options.seed}/{name}/{trial}")
            page = write(document)
            findings = _timed(tally, document, page)
            loud = [finding for finding in findings if finding["severity"] in LOUD]
            tallies = tally, languages[document.language.code], formats[document.format]
            spoilt = _spoilt(document, page, findings)
            for each in tallies:
                each.sounded(loud, spoilt)
            if loud and shown < options.show:
                shown += 1
                print(f"--- {name}, sound, accused\n{page.text}{_shown(loud)}\n")
            said = set(map(_key, findings))
            for kind in options.kinds if trial < options.trials else ():
                made = layout_slips.make(kind, document, Random(f"{options.seed}/{name}/{trial}/{kind}"))
                if made is None:
                    continue
                page = write(document, document.printed() | made.slip.texts, made.slip.blocks)
                findings = [finding for finding in _timed(tally, document, page) if _key(finding) not in said]
                verdict = judge(document, page, made, findings)
                for each in (*tallies, kinds[kind]):
                    each.add(verdict)
                failed = not verdict.located or verdict.wrong or (verdict.twice and not verdict.safe)
                if failed and shown < options.show:
                    shown += 1
                    print(f"--- {name}, {kind}: {_truth(document, page, made)}\n{page.text}{_shown(findings)}\n")
    return Measured(layouts, kinds, languages, formats)


def _timed(tally: Tally, document: Document, page: Page) -> list[dict[str, Any]]:
    began = perf_counter()
    findings = check(document, page)
    tally.seconds += perf_counter() - began
    tally.checks += 1
    return findings


HEAD = ("trials", "told", "located", "first", "safe", "twice", "safe", "wrong", "noted")


def _line(name: str, tally: Tally) -> str:
    counts = [tally.trials, *(tally.counts[field] for field in Verdict._fields)]
    return f"{name:<40}" + "".join(f"{count:>8}" for count in counts)


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" + (f" ({Decimal(100 * part) / whole:.1f} %)" if whole else "")


def _sum(tallies: Sequence[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.trials += tally.trials
        total.counts.update(tally.counts)
        total.sound += tally.sound
        total.spoilt += tally.spoilt
        total.accused_tables += tally.accused_tables
        total.accused.update(tally.accused)
    return total


def _table(title: str, tallies: dict[str, Tally]) -> None:
    """Print a table of tallies, and what is accused where sound tables were made."""
    sound = any(tally.sound for tally in tallies.values())
    head = "".join(f"{name:>8}" for name in HEAD)
    print(f"{title:<40}{head}{'   accused of sound' if sound else ''}")
    for name, tally in tallies.items():
        codes = " ".join(f"{code}:{count}" for code, count in sorted(tally.accused.items()))
        accused = f"{tally.accused_tables:>10}/{tally.sound} {codes}".rstrip() if sound else ""
        print(f"{_line(name, tally)}{accused}")
    print()


def _report(measured: Measured, slowest: int) -> None:
    layouts = measured.layouts
    _table("layout", {**layouts, "all": _sum(list(layouts.values()))})
    _table("language", measured.languages)
    _table("format", measured.formats)
    _table("slip", measured.kinds)
    if slowest:
        print("slowest, milliseconds a check")
        by_time = sorted(layouts.items(), key=lambda item: -item[1].seconds / max(item[1].checks, 1))
        for name, tally in by_time[:slowest]:
            print(f"{name:<40}{1000 * tally.seconds / max(tally.checks, 1):>8.0f}")
        print()


def headline(measured: Measured) -> str:
    """Return the line that says it in short: of wrong leading digits, and of sound tables."""
    leading, every = measured.kinds.get("leading digit", Tally()), _sum(list(measured.layouts.values()))
    counts, trials = leading.counts, leading.trials
    return (
        f"leading digit of a provable figure: told {_share(counts['told'], trials)}, "
        f"located {_share(counts['located'], trials)}, "
        f"safe where proved twice {_share(counts['safe_of_twice'], counts['twice'])}; "
        f"wrong safe {every.counts['wrong']} of all slips and {every.spoilt} of sound tables; sound tables accused {_share(every.accused_tables, every.sound)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="LAYOUT", choices=LAYOUTS, nargs="+", default=list(LAYOUTS))
    parser.add_argument("--kind", metavar="KIND", choices=KINDS, nargs="+", default=list(KINDS))
    parser.add_argument(
        "--show", metavar="N", type=int, default=0, help="print so many tables of each layout that fail"
    )
    parser.add_argument("--json", metavar="FILE", help="write the counts to a file")
    parser.add_argument("--slowest", metavar="N", type=int, default=0, help="name the layouts that took longest")
    given = parser.parse_args()
    measured = measure(Options(given.trials, given.seed, given.only, given.kind, given.show))
    _report(measured, given.slowest)
    print(headline(measured))
    if given.json:
        plain = {
            by: {key: tally.plain() for key, tally in tallies.items()} for by, tallies in measured._asdict().items()
        }
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump({"trials": given.trials, "seed": given.seed, **plain}, file, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
