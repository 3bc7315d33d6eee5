"""The command line: parse, call, write, exit."""

from __future__ import annotations

import hashlib
import os
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from reconcile.check.rules import CODES, code_of, page
from reconcile.cli.arguments import (
    STDIN,
    budget_of,
    contents_of,
    detail_of,
    documents_of,
    hold_apart,
    jobs_of,
    one_of,
    read_document,
    settings_of,
    sources_of,
)
from reconcile.core.controls import escaped
from reconcile.core.messages import in_language, say
from reconcile.core.settings import Silence, UsageError, find_settings
from reconcile.read import FORMATS
from reconcile.read.remote import is_url
from reconcile.recognise.registries import folder
from reconcile.report import BINARY, CELLED
from reconcile.report import REPORT_FORMATS as REPORT_FORMATS
from reconcile.report.formats.terminal_text import COLOURS, has_colours, screen_width
from reconcile.run.outputs import write_text
from reconcile.run.paths import find_paths, say_others
from reconcile.run.pipeline import check_documents
from reconcile.run.streams import heed_signals, hold_streams, status_after
from reconcile.version import __version__, how_to_install

if TYPE_CHECKING:
    from reconcile.run.fix.loop import Corrections, Fixed

app = typer.Typer(
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    help="Reconcile published distribution tables with their totals and budgets.",
    epilog="Exit status: 0 nothing at or above --fail-on; 1 something; 2 misuse.",
)
budgets = typer.Typer(no_args_is_help=True, help="Budget files.")
app.add_typer(budgets, name="budget")
# From so many documents on, it is said what memory they take together.
_MANY = 5_000
_PATHS = typer.Argument(metavar="PATH...", help="Files, directories or globs; - is standard input.", show_default=False)
# What several commands take alike.
_Budget = Annotated[
    str | None, typer.Option(metavar="FILE", help="Budget file (YAML); without PATHS its documents are checked.")
]
_Schema = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Table schema: a file (YAML), or one that `reconcile schemas` lists."),
]
_Locale = Annotated[str | None, typer.Option(metavar="LOCALE", help="Locale of the documents, such as sv_SE.")]
_Select = Annotated[
    list[str] | None, typer.Option(metavar="CODE", help="Only these rules: codes, names or families (R1,row-total).")
]
_Ignore = Annotated[list[str] | None, typer.Option(metavar="CODE", help="Not these rules.")]
_FailOn = Annotated[
    str | None, typer.Option(metavar="SEVERITY", help="Exit 1 from this severity on: error, warning, note or never.")
]
_Lang = Annotated[
    str | None, typer.Option(metavar="LANG", help="Language of what is said: sv or en (else that of the environment).")
]
_Color = Annotated[
    str, typer.Option(metavar="WHEN", help="Colours: always, never or auto (NO_COLOR and FORCE_COLOR count).")
]
_InputFormat = Annotated[
    str | None, typer.Option(metavar="FORMAT", help=f"Read all documents as: {', '.join(FORMATS)}.")
]


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False,
) -> None:
    """Reconcile published distribution tables with their totals and budgets."""
    if version:
        typer.echo(f"reconcile {__version__}")
        raise typer.Exit


@app.command()
def check(
    paths: Annotated[list[str] | None, _PATHS] = None,
    budget: _Budget = None,
    schema: _Schema = None,
    locale: _Locale = None,
    select: _Select = None,
    ignore: _Ignore = None,
    format: Annotated[str, typer.Option(metavar="FORMAT", help=f"Report: {', '.join(REPORT_FORMATS)}.")] = "terminal",
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report to this file.")
    ] = None,
    fail_on: _FailOn = None,
    fail_under: Annotated[
        int | None, typer.Option(help="Exit 1 where less than this share of the amounts, in per cent, is checked.")
    ] = None,
    cells: Annotated[bool, typer.Option("--cells", help="JSON: also every cell, as read, with its equations.")] = False,
    input_format: _InputFormat = None,
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Count only findings that this file does not know.")
    ] = None,
    write_baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write what is found to this file, as known.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only what fails, a line each; nothing if nothing.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also what ties, and what was suppressed.")] = False,
    lang: _Lang = None,
    files_from: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Check the files that this file lists, one on a line; - is standard input."),
    ] = None,
    jobs: Annotated[str, typer.Option(metavar="N", help="Processes; 0 or auto is one for each core.")] = "1",
    each: Annotated[
        bool, typer.Option("--each", help="Check each document on its own, and write it as soon as it is done.")
    ] = False,
    cache: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Keep results in this directory, and use those in it; auto is your own."),
    ] = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")] = False,
    color: _Color = "auto",
) -> None:
    """Check documents against themselves, each other, a budget and a schema."""
    from reconcile.run.batch import STREAMED, RunOptions, StoppedError, check_each, check_together
    from reconcile.run.document import CheckOptions

    try:
        settings = settings_of(locale, select, ignore, fail_on, lang, schema, fail_under)
        one_of("--format", format, REPORT_FORMATS)
        one_of("--input-format", input_format, FORMATS)
        one_of("--color", color, COLOURS)
        if cells and format not in CELLED:
            raise UsageError(f"--cells is for --format {' and '.join(CELLED)}, not for --format {format}")
        detail = detail_of(quiet, verbose, format)
        if format in BINARY and output is None:
            raise UsageError(f"--format {format} is not text; name a file with --output")
        if each and budget is not None:
            raise UsageError("--each checks each document on its own; --budget needs them together")
        if each and (baseline or write_baseline):
            raise UsageError("--baseline and --write-baseline look at all documents together; not with --each")
        plan = budget_of(budget)
        others: Counter[str] = Counter()
        sources, complaints = sources_of(paths, files_from, plan, settings, others)
        read = [source.path for source in sources]
        hold_apart(
            {"--output": output, "--write-baseline": write_baseline}, [*read, budget, settings.schema, files_from]
        )
        # A baseline may be written anew over the one that was read.
        hold_apart({"--output": output}, [baseline])
        # Where the report itself comes out on the terminal piece by piece, a bar would stand in its way.
        aside = output is not None or not each or format not in STREAMED or not sys.stdout.isatty()
        if not each and len(sources) > _MANY:
            _say(f"all {len(sources):,} documents are held together; --each checks them one by one")
        passed_over = tuple(sorted(others.items(), key=lambda kind: (-kind[1], kind[0])))
        run = RunOptions(jobs_of(jobs), output, aside and not no_progress, baseline, write_baseline, passed_over)
        colour = (output is None or color == "always") and has_colours(color)
        given = frozenset(STDIN if path == "-" else path for path in paths or ())
        manner = CheckOptions(settings, given, input_format, format, screen_width(), colour, detail, cells=cells)
        if cache is not None:
            from reconcile.run.cache import open_cache

            look = (manner.width, manner.colour, detail) if format == "terminal" else ()
            together = () if each else sorted(given)
            manner = manner._replace(
                cache=open_cache(cache, settings, each, format, look, together, input_format, cells, passed_over)
            )
        ok = check_each(sources, manner, run) if each else check_together(sources, plan, manner, run)
    except UsageError as error:
        _misuse(*error.complaints)
    except KeyboardInterrupt as error:
        _say("stopped; nothing is written")
        raise typer.Exit(130) from error
    except StoppedError as error:
        written = " and written" if each and format in STREAMED else "; nothing is written"
        _say(f"stopped: {error.done:,} of {error.total:,} documents are done{written}")
        raise typer.Exit(130) from error
    # On a terminal the report says it.
    aside = each or (format != "terminal" and not quiet)
    _say(*complaints, *filter(None, [say_others(others)] if aside else []))
    # A document that only the budget names and that is not there is a finding, not a wrong path.
    raise typer.Exit(2 if complaints and (paths or files_from) else 0 if ok else 1)


@app.command()
def gx(
    docs: Annotated[str, typer.Option(metavar="DIR", help="Write Data Docs to this directory.")],
    paths: Annotated[list[str] | None, _PATHS] = None,
    budget: _Budget = None,
    schema: _Schema = None,
    locale: _Locale = None,
    select: _Select = None,
    ignore: _Ignore = None,
    fail_on: _FailOn = None,
    input_format: _InputFormat = None,
) -> None:
    """Check documents with Great Expectations, and write its Data Docs."""
    try:
        settings = settings_of(locale, select, ignore, fail_on, schema=schema)
        one_of("--input-format", input_format, FORMATS)
        plan = budget_of(budget)
        documents, complaints = documents_of(paths, plan, settings, input_format)
        # Read when Great Expectations is loaded, by its versions that send usage statistics.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        try:
            from reconcile.gx.run import run
        except ImportError as error:
            raise UsageError(f"{error}; Great Expectations is {how_to_install('gx')}") from error
        told, ok = run(documents, plan, settings, docs, paths or ())
        write_text(told, None)
    except UsageError as error:
        _misuse(*error.complaints)
    _say(*complaints)
    raise typer.Exit(2 if complaints and paths else 0 if ok else 1)


@app.command()
def fix(
    paths: Annotated[list[str], _PATHS],
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change (the default).")] = False,
    write: Annotated[bool, typer.Option("--write", help="Change the documents; - goes to standard output.")] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the one document, corrected, to this file."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --output overwrite a file that is there.")] = False,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Also the best of the fixes that are not proved.")] = False,
    pick: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE:N=M", help="Take candidate M of finding N of a rule: R301:1=2."),
    ] = None,
    figure: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE:N=FIGURE", help="Write a figure of your own where finding N of a rule stands."),
    ] = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Ask about each finding: pick, type, skip or suppress.")
    ] = False,
    budget: Annotated[str | None, typer.Option(metavar="FILE", help="Budget file (YAML).")] = None,
    locale: _Locale = None,
    select: _Select = None,
    ignore: _Ignore = None,
    fail_on: _FailOn = None,
    input_format: _InputFormat = None,
    lang: _Lang = None,
    color: _Color = "auto",
) -> None:
    """Correct what is proved wrong, and say what is left."""
    from reconcile.cli.fix_account import account
    from reconcile.cli.interactive import add_to_settings, agreed, decide
    from reconcile.run.fix.loop import as_written, fix_documents
    from reconcile.run.fix.picks import read_pick

    try:
        if diff + write + (output is not None) > 1:
            raise UsageError("give one of --diff, --write and --output")
        if force and output is None:
            raise UsageError("--force is for --output")
        one_of("--color", color, COLOURS)
        picks = [read_pick("--pick", each) for each in pick or ()]
        picks += [read_pick("--figure", each) for each in figure or ()]
        if interactive and "-" in paths:
            raise UsageError("--interactive takes answers from standard input; name a file")
        settings = settings_of(locale, select, ignore, fail_on, lang)
        one_of("--input-format", input_format, FORMATS)
        plan = budget_of(budget)
        found, complaints = find_paths(paths)
        if output is not None and len(found) != 1:
            raise UsageError(f"--output takes one document, not {len(found)}")
        if not found:
            raise UsageError(*complaints)
        if remote := next(filter(is_url, found), None):
            raise UsageError(f"{remote}: a URL is only read; fix works on files")
        hold_apart({"--output": output}, [*found, budget, settings.schema])
        if output is not None and os.path.isfile(output) and not force:
            raise UsageError(f"{output}: is there already; --force overwrites it")
        contents, unreadable = contents_of(found, settings)
        silences: list[Silence] = []

        def ask(work: Corrections) -> None:
            silences.extend(decide(work, settings.lang, has_colours(color), screen_width()))

        fixed = fix_documents(
            contents, plan, settings, unsafe=unsafe, format=input_format, unreadable=unreadable, picks=picks,
            decide=ask if interactive else None,
        )  # fmt: skip
        if interactive and not (diff or write or output is not None) and (fixed.contents or silences):
            _deliver(fixed, contents, write=False, output=None)
            write = agreed(in_language(say("write this?"), settings.lang))
            if not write:
                _say("nothing is written")
                raise typer.Exit(0 if fixed.after.ok else 1)
        # Where standard output carries the diff or the document, what is said about it does not.
        aside = not (write or output is not None) or (write and STDIN in contents)
        failed = _deliver(fixed, contents, write, output)
        if silences and (write or output is not None):
            file = _settings_file()
            add_to_settings(silences, file)
            _say(f"wrote {file}")
        if failed and (output is not None or fixed.contents.keys() <= failed.keys()):
            raise UsageError(*failed.values())
        if failed:
            fixed = as_written(
                fixed, failed.keys(), contents, plan, settings, format=input_format, unreadable=unreadable
            )
            complaints += failed.values()
        typer.echo(account(fixed), nl=False, err=aside)
    except UsageError as error:
        _misuse(*error.complaints)
    _say(*complaints)
    raise typer.Exit(2 if complaints else 0 if fixed.after.is_clean else 1)


@app.command()
def tables(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A document; - is standard input.", show_default=False)],
    format: Annotated[str, typer.Option(metavar="FORMAT", help="csv or json.")] = "csv",
    to_frame: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the tables as typed frames: FILE.csv or FILE.parquet.")
    ] = None,
    locale: Annotated[str | None, typer.Option(metavar="LOCALE", help="Locale of the document, such as sv_SE.")] = None,
    input_format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help=f"Read the document as: {', '.join(FORMATS)}.")
    ] = None,
) -> None:
    """Show what is read in a document: its tables with roles, units and equations."""
    from reconcile.cli.fix_account import tamed
    from reconcile.cli.tables import list_tables

    try:
        settings = settings_of(locale, None, None, None)
        one_of("--format", format, ("csv", "json"))
        one_of("--input-format", input_format, FORMATS)
        found, complaints = find_paths([path])
        if complaints or len(found) != 1:
            raise UsageError("; ".join(complaints) or f"{path}: give one document")
        document = read_document(found[0], settings, input_format)
        for fault in document.faults:
            _say(f"{document.path}: {in_language(fault.message, settings.lang)}")
        report = check_documents([document], None, replace(settings, schema=None))
        if to_frame is None:
            text = list_tables(report, format)
            write_text([tamed(text) if sys.stdout.isatty() else text], None)
        else:
            from reconcile.recognise.frames import frame_paths, write_frames

            frames = frame_paths(report.readings[0].tables, to_frame)
            hold_apart({f"--to-frame ({number})": name for number, name in enumerate(frames, 1)}, found)
            for written in write_frames(report.readings[0].tables, to_frame):
                _say(f"wrote {written}")
    except UsageError as error:
        _misuse(*error.complaints)
    raise typer.Exit(1 if document.faults else 0)


@budgets.command("init")
def budget_init(
    paths: Annotated[list[str], _PATHS],
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the draft to this file.")
    ] = None,
    locale: _Locale = None,
) -> None:
    """Draft a budget file from what documents print, to complete by hand."""
    from reconcile.run.budget_draft import draft_budget

    try:
        settings = settings_of(locale, None, None, None)
        found, complaints = find_paths(paths)
        if complaints:
            raise UsageError(*complaints)
        if output is not None and os.path.exists(output):
            raise UsageError(f"{output}: is there already; a draft overwrites nothing")
        documents = [read_document(path, settings, None) for path in found]
        write_text(draft_budget(documents, settings, os.path.dirname(output or "")), output)
    except UsageError as error:
        _misuse(*error.complaints)


@budgets.command("schema")
def budget_schema() -> None:
    """Print the JSON Schema of budget files, with which editors complete them."""
    typer.echo((folder() / "budget-v1.schema.json").read_text(encoding="utf-8"), nl=False)


@app.command()
def rules() -> None:
    """List the rules."""
    for info in CODES.values():
        typer.echo(f"{info.code}  {info.severity.value:<8} {info.name}")


@app.command()
def explain(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="A rule: R101 or malformed-grouping.", show_default=False)
    ],
) -> None:
    """Explain a rule: what it checks, why it matters, an example, what to do."""
    known = code_of(code)
    if known is None:
        _misuse(f"no rule {code!r}; `reconcile rules` lists them")
    info = CODES[known]
    typer.echo(f"{info.code} {info.name} ({info.severity.value})\n\n{page(info.code)}", nl=False)


@app.command()
def schemas(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="A schema or registry to print; or infer, export, import.", show_default=False
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="What infer, export and import are to work on.", show_default=False),
    ] = None,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")] = None,
) -> None:
    """List the table schemas and the registries of names, or print one.

    infer FILE writes a first schema from the largest table of a document. export SCHEMA writes a schema as Table
    Schema (JSON). import FILE writes one of those as a schema.
    """
    from reconcile.cli.schemas import VERBS, list_all, show

    try:
        if name is not None and name in VERBS:
            if file is None:
                raise UsageError(f"schemas {name}: name what to {name}")
            text = VERBS[name](file)
        elif file is not None:
            raise UsageError(f"schemas: {name!r} is not one of {', '.join(VERBS)}")
        else:
            text = list_all() if name is None else show(name)
        hold_apart({"--output": output}, [file])
        write_text(text, output)
        if output is not None:
            _say(f"wrote {output}")
    except UsageError as error:
        _misuse(*error.complaints)


def _deliver(fixed: Fixed, contents: Mapping[str, bytes], write: bool, output: str | None) -> dict[str, str]:
    """Print the diff, or write what was fixed. Gives the documents that cannot be written, by path, with the reason; the others are."""
    from reconcile.cli.fix_account import diff, tamed
    from reconcile.core.files import ChangedError, replace_file

    failed: dict[str, str] = {}
    if not write and output is None:
        text = diff(fixed, contents)
        write_text(tamed(text) if sys.stdout.isatty() else text, None)
        return failed
    for path, old in contents.items():
        new = fixed.contents.get(path, old)
        target = path if output is None else output
        if path == STDIN and output is None:
            typer.echo(new, nl=False)
        elif output is not None or new != old:
            kept = os.path.realpath(target) == os.path.realpath(path)
            try:
                replace_file(target, new, hashlib.sha256(old).hexdigest() if kept else None)
            except OSError as error:
                failed[path] = f"{target}: cannot be written: {error.strerror or error}"
            except ChangedError as error:
                failed[path] = str(error)
    if output is not None and not contents:
        raise UsageError(f"{output}: not written, for there is nothing that could be read")
    return failed


def _settings_file() -> str:
    """The settings file that suppressions are added to: the one that holds, else a new one here."""
    from pathlib import Path

    return str(find_settings(Path()) or "reconcile.toml")


def _say(*messages: str) -> None:
    """Say something on standard error, each message in one line that steers nothing."""
    for message in messages:
        typer.echo(f"reconcile: {escaped(message)}", err=True)


def _misuse(*complaints: str) -> NoReturn:
    _say(*complaints)
    raise typer.Exit(2)


def start() -> NoReturn:
    """Run the command line as a program: with streams that may be closed or full, and signals that stop it."""
    streams = hold_streams()
    heed_signals()
    code: object = 0
    try:
        app(prog_name="reconcile")
    except SystemExit as stop:
        code = stop.code
    except KeyboardInterrupt:
        pass
    except OSError as error:
        if error is not streams[0].failure:
            raise
        _say(f"standard output: cannot be written: {error.strerror or error}")
    sys.exit(status_after(code, streams))
