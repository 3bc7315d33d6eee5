"""Large worksheets of Excel, read from their XML row by row: only the plain forms in which nearly all cells are written.

openpyxl makes an object of every cell, which for large sheets takes ten times as long as all else. What is not plain here (a
shared formula, a link, rich text) makes the whole sheet ``None``, and it is for openpyxl to read: nothing is guessed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from typing import IO, NamedTuple
from xml.etree import ElementTree

from reconcile.core.document import CellIndex

# What prints a value (its text in the file, its type and the number of its style), and says whether it is a number.
Printer = Callable[[str, str, int], tuple[str, bool]]

_CHUNK = 1 << 20
_TEXT = r"[^<\x00-\x08\x0b-\x1f\ufffe\uffff]"
# Seven groups: the column's letters, the row, style, type, formula, value, text that stands in the cell itself.
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="(n|s|str|b|e|inlineStr)")?'
    rf"(?:/>|>(?:<f>({_TEXT}+)</f>)?(?:<v>({_TEXT}+)</v>|<is><t(?: xml:space=\"preserve\")?>({_TEXT}*)</t></is>)?</c>)"
)
_STEP = 8
_ROW = re.compile(r'\s*(?:<row [^<>]*/>\s*)*<row r="([0-9]{1,7})"([^<>]*)>')
_AFTER = re.compile(r"\s*(?:<row [^<>]*/>\s*)*</sheetData>")
_HIDDEN = re.compile(r'\shidden="(?:1|true)"')
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ENCODING = re.compile(r"<\?xml[^>]{0,80}encoding\s*=\s*[\"'](?!(?i:utf-?8)[\"'])")
_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class NotPlainError(Exception):
    """A sheet holds something that is not read here."""


class Worksheet(NamedTuple):
    """A sheet as printed: texts and formulas by (row, column) from 1, and what there is to say about its numbers.

    ``rows`` and ``columns`` are those that hold numbers, ``unprinted`` counts numbers that their format hides; then come the
    rows that are hidden and the (first, last) spans of hidden columns.
    """

    texts: dict[CellIndex, str]
    formulas: dict[CellIndex, str]
    rows: set[int]
    columns: set[int]
    unprinted: int
    hidden_rows: set[int]
    hidden_columns: list[tuple[int, int]]


def read_worksheet(file: IO[bytes], strings: Sequence[str], print_value: Printer) -> Worksheet:
    """Read a sheet's part. Raises NotPlainError where it holds anything but plain cells."""
    sheet = Worksheet({}, {}, set(), set(), 0, set(), [])
    head: str | None = None
    columns: dict[str, int] = {}
    unprinted = 0
    for piece, last in _pieces(file):
        if head is None:
            if _ENCODING.match(piece):
                raise NotPlainError
            head, _, piece = piece.partition("<sheetData>")
        if last:
            rest = _AFTER.match(piece)
            if rest is None:
                raise NotPlainError
            _read_rest(sheet, f"{head}<sheetData/>{piece[rest.end() :]}")
            return sheet._replace(unprinted=unprinted)
        unprinted += _read_row(sheet, piece, columns, strings, print_value)
    raise NotPlainError


def _pieces(file: IO[bytes]) -> Iterator[tuple[str, bool]]:
    """The part's text cut behind its rows, each piece with whether it is the last."""
    decode = codecs.getincrementaldecoder("utf-8-sig")().decode
    rest = ""
    try:
        while chunk := file.read(_CHUNK):
            *pieces, rest = (rest + decode(chunk)).split("</row>")
            for piece in pieces:
                yield piece, False
        decode(b"", True)
    except UnicodeDecodeError as error:
        raise NotPlainError from error
    yield rest, True


def _read_row(
    sheet: Worksheet, piece: str, columns: dict[str, int], strings: Sequence[str], print_value: Printer
) -> int:
    """Read the cells of one row into a sheet; how many of its numbers are not printed."""
    opening = _ROW.match(piece)
    if opening is None:
        raise NotPlainError
    # Split by cells, a row leaves nothing between them if they are all plain.
    parts = _CELL.split(piece[opening.end() :])
    if any(parts[::_STEP]) or set(parts[2::_STEP]) - {opening.group(1)}:
        raise NotPlainError
    row, unprinted, printed, numbers = int(opening.group(1)), 0, sheet.texts, sheet.columns
    if _HIDDEN.search(opening.group(2)):
        sheet.hidden_rows.add(row)
    cells = zip(
        parts[1::_STEP],
        parts[3::_STEP],
        parts[4::_STEP],
        parts[5::_STEP],
        parts[6::_STEP],
        parts[7::_STEP],
        strict=True,
    )
    for letters, style, kind, formula, value, inline in cells:
        column = columns.get(letters) or columns.setdefault(letters, _column(letters))
        if formula is not None:
            if value is None:
                raise NotPlainError
            sheet.formulas[row, column] = f"={plain_text(formula)}"
        number = False
        if value is None:
            text = plain_text(inline) if inline else ""
        elif kind == "s":
            text = _shared(strings, value)
        else:
            text, number = print_value(value, kind or "n", int(style) if style else 0)
        if number:
            sheet.rows.add(row)
            numbers.add(column)
            unprinted += not text
        if text:
            printed[row, column] = text
    return unprinted


def _shared(strings: Sequence[str], index: str) -> str:
    if not index.isdigit() or int(index) >= len(strings):
        raise NotPlainError
    return strings[int(index)]


def _read_rest(sheet: Worksheet, xml: str) -> None:
    """What a sheet says beside its cells: hidden columns, and merged ranges, of which only the first cell counts."""
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise NotPlainError from error
    if root.tag != f"{_SPACE}worksheet" or root.find(f"{_SPACE}hyperlinks") is not None:
        raise NotPlainError
    for column in root.iterfind(f"{_SPACE}cols/{_SPACE}col"):
        if column.get("hidden") in ("1", "true"):
            sheet.hidden_columns.append((int(column.get("min", "0")), int(column.get("max", "0"))))
    if root.find(f"{_SPACE}mergeCells") is None:
        return
    from openpyxl.utils import range_boundaries

    for merged in root.iterfind(f"{_SPACE}mergeCells/{_SPACE}mergeCell"):
        left, top, right, bottom = range_boundaries(merged.get("ref", ""))
        # A number in a merged range may be the only one of its row: who counts it must know each of them.
        if any((row, column) in sheet.texts for row in range(top, bottom + 1) for column in range(left, right + 1)
               if (row, column) != (top, left)):  # fmt: skip
            raise NotPlainError


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def plain_text(text: str) -> str:
    """A text without its entities. Raises NotPlainError for escapes of other kinds."""
    if "_x" in text:
        raise NotPlainError
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    # Without a name or a number it is no entity; the characters that XML forbids are for its parser to refuse.
    if (
        (code < 0x20 and code not in (9, 10, 13))
        or 0xD800 <= code < 0xE000
        or code in (0xFFFE, 0xFFFF)
        or code > 0x10FFFF
    ):
        raise NotPlainError
    return chr(code)
