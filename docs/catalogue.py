"""Bring the message catalogues up to date with the source, and compile them.

    python docs/catalogue.py

Every template of ``say`` and ``say_many`` and every title of a shipped registry gets its entry in ``reconcile/core/locale``; those that
nothing says any more are taken out. What is empty then is to be translated, and the command run again. A test compares
what is committed with the source.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "reconcile" / "core" / "locale"
# A message: its template, or those for one and for many.
Key = str | tuple[str, str]


def collect() -> dict[Key, list[str]]:
    """Every message with the files that say it. Raises ValueError for a template that is not written out where it is said."""
    found: dict[Key, list[str]] = {}
    for path in sorted((ROOT / "reconcile").rglob("*.py")):
        for key in _said(path):
            found.setdefault(key, []).append(path.relative_to(ROOT).as_posix())
    for path in sorted((ROOT / "schemas" / "registries").glob("*.csv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# title:"):
                found.setdefault(line.removeprefix("# title:").strip(), []).append(path.relative_to(ROOT).as_posix())
    return found


def _said(path: Path) -> Iterator[Key]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "say_many"):
            many = node.func.id == "say_many"
            texts = [
                arg.value for arg in node.args[many:] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            if len(texts) != 1 + many:
                raise ValueError(f"{path}:{node.lineno}: the template is not written out")
            yield (texts[0], texts[1]) if many else texts[0]


def paths() -> list[Path]:
    """The catalogues, one for each language."""
    return sorted(LOCALES.rglob("*.po"))


def load(path: Path) -> Catalog:
    """A catalogue as it is translated."""
    with path.open("rb") as file:
        return read_po(file)


def update(catalogue: Catalog, said: dict[Key, list[str]]) -> Catalog:
    """The catalogue with the messages that the source says, and no others."""
    fresh = Catalog(catalogue.locale, project="reconcile", charset="utf-8", fuzzy=False,
                    header_comment="# Swedish messages of reconcile, brought up to date by docs/catalogue.py.",
                    creation_date=catalogue.creation_date, revision_date=catalogue.revision_date,
                    last_translator="reconcile", language_team="sv")  # fmt: skip
    for key, places in sorted(said.items(), key=str):
        known = catalogue.get(key)
        empty = ("", "") if isinstance(key, tuple) else ""
        fresh.add(key, known.string if known is not None else empty, [(place, None) for place in dict.fromkeys(places)])  # type: ignore[misc]
    return fresh


def text_of(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file, without the lines of its head that say nothing of it."""
    written = io.BytesIO()
    write_po(written, catalogue, width=120, include_lineno=False)
    return re.sub(rb'"(?:Generated-By|Project-Id-Version|Report-Msgid-Bugs-To):.*\n', b"", written.getvalue())


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as a .mo file."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def strings_of(message: Message) -> tuple[str, ...]:
    """What a message is translated to: one text, or those for one and for many."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def main() -> None:
    said = collect()
    for path in paths():
        catalogue = update(load(path), said)
        path.write_bytes(text_of(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        empty = [message.id for message in catalogue if message.id and not all(strings_of(message))]
        print(f"{path.relative_to(ROOT)}: {len(said)} messages, {len(empty)} to translate")


if __name__ == "__main__":
    main()
