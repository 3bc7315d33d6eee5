"""Write what is generated: the pages of rules, settings and commands, and the JSON Schema of the report.

    python docs/generate.py

A test compares what is committed with what this writes.
"""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator, Mapping
from contextlib import chdir
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

ROOT = Path(__file__).parent.parent


# A file within an example: its name on a line of its own, then its text. An example without such a line is one document.
_FILE = re.compile(r"^--- (\S+)\n", re.MULTILINE)
_FENCES = {".toml": "toml", ".yaml": "yaml"}
_INDEX = """# Rules

Each rule finds one kind of fault. `reconcile explain CODE` prints its page.

A *safe* fix is proved, and `reconcile fix` carries it out. An *unsafe* fix is likely but not proved, and only `reconcile fix
--unsafe` carries it out. The table names the best fix that a finding of the rule can carry. A single finding may carry a
weaker fix or none.

| code | name | usual severity | fix available | since |
| --- | --- | --- | --- | --- |
"""


def rule_pages() -> dict[Path, str]:
    """Return the page of each rule, and their index, by path."""
    from reconcile.check.rules import CODES

    pages: dict[Path, str] = {}
    index = _INDEX
    for info in CODES.values():
        name = f"{info.code}-{info.name}"
        lines = [
            f"# {info.code} {info.name}", "",
            f"- Usual severity: {info.severity.value}", f"- Fix available: {info.fix}", f"- Since: {info.since}", "",
        ]  # fmt: skip
        for heading, text in rule_parts(info.code).items():
            lines += [f"## {heading}", ""]
            if heading in ("Before", "After"):
                lines += _shown(example_files(text))
            else:
                lines += [text.replace("``", "`").rstrip(), ""]
        pages[ROOT / "docs" / "rules" / f"{name}.md"] = "\n".join(lines).rstrip() + "\n"
        index += f"| [{info.code}]({name}.md) | {info.name} | {info.severity.value} | {info.fix} | {info.since} |\n"
    pages[ROOT / "docs" / "rules" / "index.md"] = index
    return pages


def rule_parts(code: str) -> dict[str, str]:
    """Return the parts of a rule's docstring by their headings."""
    from reconcile.check.rules import page

    parts: dict[str, str] = {}
    heading = ""
    # Before them stand the title, the fix and the version.
    for line in page(code).splitlines()[5:]:
        if line and not line.startswith(" "):
            heading = line
            parts[heading] = ""
        else:
            parts[heading] += line.removeprefix("    ") + "\n"
    return parts


def example_files(text: str) -> dict[str, str]:
    """Return the files of an example by name; an example that names none is a Markdown document."""
    first, *named = _FILE.split(text.strip("\n") + "\n")
    return dict(zip(named[::2], named[1::2], strict=True)) if named else {"document.md": first}


def _shown(files: Mapping[str, str]) -> Iterator[str]:
    """Give the lines that show files on a page, with a name above each where there are several."""
    for name, text in files.items():
        if len(files) > 1:
            yield from (f"`{name}`:", "")
        yield from (f"```{_FENCES.get(Path(name).suffix, 'text')}", text.rstrip("\n"), "```", "")


SETTINGS_FILE = """ignore = ["R305"]
fail_on = "error"
max_seconds = 30

[[suppress]]
path = "decisions/2019/*.md"
codes = ["R301"]
reason = "the agency has published a correction"
"""
KNOWN_DECISION = """| Municipality | Grant (kr) |
| --- | ---: |
| Hjo | 1 200 000 |
| Tibro | 2 300 000 |
| Skara | 3 400 000 |
| Total | 6 800 000 |
"""
_CONFIGURATION = """# Settings

Write settings into `reconcile.toml` in the folder where you run the program:

```toml title="reconcile.toml"
{file}```

The total of this table does not tie:

```markdown title="decisions/2019/grants.md"
{document}```

The settings accept that. Nothing fails, and the report still counts the finding:

```console
{shown}```

The same keys may stand in `pyproject.toml` under `[tool.reconcile]`, where a suppression begins with
`[[tool.reconcile.suppress]]`. If both files exist, only `reconcile.toml` counts. An option on the command line overrides its
setting. A key may have hyphens for underscores. An unknown key or a value of the wrong type ends the program with status 2.

The settings file must be a regular file of at most 1 000 000 bytes. Its `schema` must lie in its own folder or below: a settings file may come
with the documents, from somebody whom you do not know. Name a schema that lies elsewhere with `--schema`.

From Python, pass the same settings as `reconcile.Settings(fail_on="error")`.

## Settings

| setting | type | default | what it is |
| --- | --- | --- | --- |
{settings}
A suppression needs a `path`, `codes` and a `reason`; `row` and `column` narrow it. `path` is a path or a glob from the folder of the
settings file. `**` stands for any folders, and a pattern without a slash is the name of a file. `codes` are rules or families. Every report repeats `reason`.

## Limits

Limits bound the work on each document. What goes over a limit is finding [R004](rules/R004-refused.md), which names the limit
and says what was left out. All limits must be above zero.

| limit | default | holds for |
| --- | ---: | --- |
{limits}"""


def configuration_page() -> dict[Path, str]:
    """Return the page of the settings, by path."""
    from reconcile.core.settings import Settings

    rows = {"settings": "", "limits": ""}
    hints = get_type_hints(Settings, include_extras=True)
    for field in fields(Settings):
        kind, told = get_args(hints[field.name])
        if field.name.startswith("max_"):
            rows["limits"] += f"| `{field.name}` | {f'{field.default:,}'.replace(',', ' ')} | {told} |\n"
        else:
            rows["settings"] += f"| `{field.name}` | {_kind(kind)} | {_default(field.default)} | {told} |\n"
    with TemporaryDirectory() as folder, chdir(folder):
        Path("reconcile.toml").write_text(SETTINGS_FILE, encoding="utf-8")
        Path("decisions/2019").mkdir(parents=True)
        Path("decisions/2019/grants.md").write_text(KNOWN_DECISION, encoding="utf-8")
        shown = _printed("$ reconcile check decisions\n$ echo $?\n")
    text = _CONFIGURATION.format(file=SETTINGS_FILE, document=KNOWN_DECISION, shown=shown, **rows)
    return {ROOT / "docs" / "configuration.md": text}


def _kind(kind: Any) -> str:
    """Return how a TOML file has a value of a type."""
    if get_origin(kind) is tuple:
        return "list of text" if get_args(kind)[0] is str else "list of tables"
    return "whole number" if kind is int else "text"


def _default(value: object) -> str:
    return "none" if value in (None, ()) else f"`{value}`"


def _printed(commands: str) -> str:
    """Return the lines of commands, each with what it prints."""
    return str(runpy.run_path(str(ROOT / "docs" / "examples.py"))["_console"](commands))


_COMMANDS = """# Commands

```console
{shown}```

`reconcile COMMAND --help` prints the same lines as this page. Options also take their value after an equals sign, as in
`--format=json`. Settings that many runs share belong in [a settings file](configuration.md).

## Exit status

| status | meaning |
| --- | --- |
| 0 | nothing was found at or above `--fail-on` |
| 1 | something was found at or above `--fail-on`; for `tables`, the document could not be read whole |
| 2 | misuse: a wrong option, a path that does not exist, a fault in a settings, budget or schema file, an output that cannot be written |
| 130 | stopped with Ctrl-C; 143 by SIGTERM, 129 by SIGHUP |
| 141 | nobody reads the output any more, as in `reconcile ... \\| head` |

"""
EXAMPLE = "$ reconcile check fixtures/decisions/second-decision.txt\n$ echo $?\n"


def command_page() -> dict[Path, str]:
    """Return the page of the commands, by path."""
    import typer

    from reconcile.cli import app

    with chdir(ROOT):
        text = _COMMANDS.format(shown=_printed(EXAMPLE))
    text += "\n".join(_command("reconcile", typer.main.get_command(app)))
    return {ROOT / "docs" / "command-line.md": text.rstrip() + "\n"}


def _command(name: str, command: Any) -> Iterator[str]:
    """Give the lines on a command, and on those within it."""
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    within = getattr(command, "commands", {})
    usage = [name, *(["[OPTIONS]"] if options else []), *map(_argument, arguments), *(["COMMAND"] if within else [])]
    yield from (f"## {name}", "", (command.help or "").strip(), "")
    yield from ("```text", " ".join(usage), "```", "")
    if arguments:
        yield from ("| argument | what it is |", "| --- | --- |")
        yield from (f"| `{param.name.upper()}` | {_cell(param.help)} |" for param in arguments)
        yield ""
    if options:
        yield from ("| option | default | what it does |", "| --- | --- | --- |")
        yield from (
            f"| {_option(param)} | {_option_default(param)} | {_cell(param.help)}{_again(param)} |" for param in options
        )
        yield ""
    for own, sub in within.items():
        yield from _command(f"{name} {own}", sub)


def _argument(param: Any) -> str:
    """Return an argument as a usage line has it: in brackets if it may be left out, with dots if it may be repeated."""
    name = param.name.upper()
    return (name if param.required else f"[{name}]") + ("..." if param.nargs != 1 else "")


def _option(param: Any) -> str:
    value = "" if param.is_flag else f" {param.metavar or param.type.name.upper()}"
    return ", ".join(f"`{name}{value}`" for name in param.opts)


def _option_default(param: Any) -> str:
    if param.required:
        return "must be given"
    return "" if param.is_flag or param.default is None else f"`{param.default}`"


def _again(param: Any) -> str:
    return " May be repeated." if param.multiple else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


ENUMS = {
    "severity": ["error", "warning", "note"],
    "applicability": ["safe", "unsafe"],
    "proof": ["writing", "sum", "budget", "ambiguous"],
    "kind": ["column-total", "row-total", "subtotal", "stated-total", "claim", "budget", "balance"],
    "status": ["ties", "ties-within-rounding", "ties-after-repair", "broken", "unverifiable"],
    "by": ["mark", "settings", "baseline"],
    "use": ["exhausted", "at-most", "at-least", "remaining"],
    "BudgetLine.status": ["ties", "ties-within-rounding", "ties-after-repair", "broken", "unverifiable", "open"],
    "UncheckedRows.kind": ["row", "total", "apart", "carried"],
    "role": ["amount", "label", "code", "percent", "note", "text"],
}
MONEY = {
    "value", "low", "high", "computed", "difference", "tolerance", "budgeted", "planned", "distributed", "remaining", "amounts",
    "totals", "printed",
}  # fmt: skip
PLAIN = {bool: "boolean", str: "string", int: "integer", float: "number", type(None): "null"}


def report_schema() -> dict[Path, str]:
    """The JSON Schema of the report, by path; made from the types that the report is built with."""
    from reconcile.report.json_types import ReportJson

    definitions: dict[str, object] = {}
    root = _object(ReportJson, definitions)
    root["properties"]["version"] = {"const": 1}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "report-v1.schema.json",
        "title": "reconcile report, version 1",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }
    return {ROOT / "schemas" / "report-v1.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"}


def _title(typed: Any) -> str:
    """Return what the schema calls a type: its name here without what tells it from the value it describes."""
    return str(typed.__name__).removesuffix("Json")


def _object(typed: Any, definitions: dict[str, object]) -> dict[str, Any]:
    """The schema of a TypedDict; it has no other keys than those named."""
    properties = {name: _field(name, kind, definitions) for name, kind in get_type_hints(typed).items()}
    for name, field in properties.items():
        field |= {"enum": enum} if (enum := ENUMS.get(f"{_title(typed)}.{name}")) else {}
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(typed.__required_keys__ if _title(typed) != "Location" else {"path"}),
        "additionalProperties": False,
    }


def _field(name: str, kind: Any, definitions: dict[str, object]) -> dict[str, Any]:
    if get_origin(kind) is UnionType:
        return {"anyOf": [_field(name, option, definitions) for option in get_args(kind)]}
    if get_origin(kind) is list:
        return {"type": "array", "items": _field(name, get_args(kind)[0], definitions)}
    if kind in PLAIN:
        field: dict[str, Any] = {"type": PLAIN[kind]}
        if kind is str and name in ENUMS:
            field["enum"] = ENUMS[name]
        if kind is str and name in MONEY:
            field["pattern"] = r"^-?[0-9]+(\.[0-9]+)?$"
        return field
    title = _title(kind)
    if title not in definitions:
        definitions[title] = _object(kind, definitions)
    return {"$ref": f"#/$defs/{title}"}


def generated() -> dict[Path, str]:
    """Return all that is generated, by path."""
    return {**rule_pages(), **configuration_page(), **command_page(), **report_schema()}


def main() -> None:
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
