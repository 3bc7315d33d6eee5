"""Run the examples of the README and of the documentation, and write what they print now.

    python docs/examples.py [PAGE ...]

A block of ``console`` holds commands behind ``$`` and what they print; a line of three points stands for lines left out.
A block of ``python`` with prompts is a doctest. A block with a title, ``title="grants.md"``, is a file that stands beside
the commands of its page. Every page runs in a folder of its own, with a copy of the fixtures. A test runs all pages.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from typer.testing import CliRunner

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(?P<language>\w+)(?P<rest>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')
_RUNNER = CliRunner(env={"COLUMNS": "88", "LC_ALL": "C"})


class Example(NamedTuple):
    """One block that ran: where its body stands in the page, what is written there and what is printed."""

    start: int
    end: int
    written: str
    printed: str

    @property
    def holds(self) -> bool:
        """Return True if what is written is what is printed, but for lines left out."""
        if self.written == self.printed:
            return True
        parts = re.split(r"^\.\.\.\n", self.written, flags=re.MULTILINE)
        pattern = r"(?:.*\n)*?".join(map(re.escape, parts))
        return len(parts) > 1 and re.fullmatch(pattern, self.printed) is not None


def run_page(page: Path) -> Iterator[Example]:
    """Run the examples of a page one after another, in a folder of their own."""
    text = page.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(ROOT / "fixtures", "fixtures")
        for block in _BLOCK.finditer(text):
            language, rest, body = block.group("language", "rest", "body")
            if title := _TITLE.search(rest):
                Path(title[1]).parent.mkdir(parents=True, exist_ok=True)
                Path(title[1]).write_text(body, encoding="utf-8")
            elif language == "console":
                yield Example(*block.span("body"), body, _console(body))
            elif language == "python" and ">>> " in body:
                yield Example(*block.span("body"), body, _python(body, names))


def _console(body: str) -> str:
    """Return a block with what its commands print now."""
    printed, status = "", 0
    for line in body.splitlines():
        if not line.startswith("$ "):
            continue
        printed += line + "\n"
        if line == "$ echo $?":
            printed += f"{status}\n"
            continue
        output, status = _command(line)
        # An amount is printed with no-break spaces; on a page they are plain, and no line ends with one.
        output = re.sub(r" +$", "", output.replace("\u00a0", " "), flags=re.MULTILINE)
        printed += re.sub(r"^checked in [0-9.]+ seconds$", "checked in 0.02 seconds", output, flags=re.MULTILINE)
    return printed


def _command(line: str) -> tuple[str, int]:
    """Run one command and return what it prints, on both streams, with its status."""
    from reconcile.cli import app

    program, *arguments = shlex.split(line.removeprefix("$ "))
    if program == "cat":
        return "".join(Path(name).read_text(encoding="utf-8") for name in arguments), 0
    if program != "reconcile":
        raise ValueError(f"an example runs only reconcile, cat and echo $?, not {program}")
    if arguments[:1] == ["gx"]:
        # Great Expectations takes long to load and changes the process that it is in.
        done = subprocess.run(
            [sys.executable, "-m", "reconcile", *arguments], capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr, done.returncode
    result = _RUNNER.invoke(app, arguments)
    return result.output, result.exit_code


def _python(body: str, names: dict[str, object]) -> str:
    """Return a doctest with what it prints now; ``names`` are those that earlier blocks of the page made."""
    printed = ""
    for part in doctest.DocTestParser().parse(body):
        if isinstance(part, str):
            printed += part
            continue
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            try:
                exec(compile(part.source, "example", "single"), names)
            except Exception as error:
                print(f"{type(error).__name__}: {error}")
        printed += ">>> " + "\n... ".join(part.source.splitlines()) + "\n" + output.getvalue().replace("\u00a0", " ")
    return printed


def main() -> None:
    pages = [Path(name).resolve() for name in sys.argv[1:]] or PAGES
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for example in reversed(list(run_page(page))):
            if not example.holds:
                left_out = " (leave lines out anew)" if "\n...\n" in example.written else ""
                print(f"{page.name}: {example.written.splitlines()[0]}{left_out}")
                text = text[: example.start] + example.printed + text[example.end :]
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
