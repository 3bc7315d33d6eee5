"""Edits in Excel workbooks: a number cell gets the right number, a text cell the right text, in the sheet's own XML."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from functools import cache
from xml.etree import ElementTree

from reconcile.core.findings import Edit
from reconcile.core.languages import APOSTROPHES, MINUSES, SPACES
from reconcile.core.location import CellRef
from reconcile.core.messages import say
from reconcile.read.office.number_formats import print_plain
from reconcile.run.fix.splices import NotEditableError, Place, Splice, spread
from reconcile.run.fix.xml import Element, escape_xml, find_elements, texts_of, with_texts

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORKBOOK = "xl/workbook.xml"
_CELL = re.compile(r"<((?:\w+:)?)c((?:\s[^<>]*)?)>(.*)</\1c\s*>", re.DOTALL)
_VALUE = re.compile(r"(<(?:\w+:)?v(?:\s[^<>]*)?>)([^<]*)(</(?:\w+:)?v\s*>)")
_INLINE = re.compile(r"<((?:\w+:)?)is(?:\s[^<>]*)?>(.*)</\1is\s*>", re.DOTALL)
_STRING = re.compile(r"<((?:\w+:)?)si(?:\s[^<>]*)?>(.*)</\1si\s*>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s/>]")
_CALCULATION = re.compile(rb"<((?:\w+:)?)calcPr\b([^<>]*?)(/?)>")
_ON_LOAD = re.compile(rb"\sfullCalcOnLoad\s*=\s*([\"'])(.*?)\1")
_BEFORE_CALCULATION = re.compile(rb"</((?:\w+:)?)(?:sheets|functionGroups|externalReferences|definedNames)\s*>")
# How a format may scale what it prints: not, as percents, by thousands.
_SCALES = (0, -2, 3, 6, 9)


def open_workbook(data: bytes) -> Place:
    """What places edits in a workbook."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = _sheet_parts(archive)
    recalculated = _recalculate(archive, list(parts.values()))

    @cache
    def cells(part: str) -> dict[tuple[int, int], Element]:
        return _cells(archive.read(part))

    @cache
    def strings() -> tuple[bytes, list[Element]]:
        content = archive.read("xl/sharedStrings.xml")
        return content, find_elements(content, f"{_MAIN} si")

    def place(edit: Edit, figure: str) -> list[Splice]:
        anchor = edit.location.anchor
        part = parts.get(anchor.sheet) if isinstance(anchor, CellRef) else None
        cell = cells(part).get((anchor.row, anchor.column)) if isinstance(anchor, CellRef) and part else None
        if part is None or cell is None:
            raise NotEditableError(say("the cell is not found"))
        xml = archive.read(part)[cell.start : cell.end].decode()
        kind = cell.attributes.get("t", "n")
        if kind == "s":
            content, items = strings()
            number = int(re.sub(r"\D", "", (_VALUE.search(xml) or [""] * 3)[2]) or -1)
            if not 0 <= number < len(items):
                raise NotEditableError(say("its text is not found"))
            item = items[number]
            new = _write_shared(xml, content[item.start : item.end].decode(), edit)
        else:
            new = _write_cell(xml, kind, edit)
        return [Splice(part, cell.start, cell.end, new.encode()), *recalculated]

    return place


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by its name."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names = set(archive.namelist())
    parts = {}
    for sheet in ElementTree.fromstring(archive.read(_WORKBOOK)).iter(f"{{{_MAIN}}}sheet"):
        target = targets.get(sheet.get(_LINK), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            parts[sheet.get("name", "")] = part
    return parts


def _cells(content: bytes) -> dict[tuple[int, int], Element]:
    """Every cell's element by row and column, from 1. Rows and cells without an address follow the one before them."""
    rows = find_elements(content, f"{_MAIN} row")
    found: dict[tuple[int, int], Element] = {}
    index = row = column = 0
    for cell in find_elements(content, f"{_MAIN} c"):
        while index < len(rows) and rows[index].start < cell.start:
            row, column = int(rows[index].attributes.get("r", row + 1)), 0
            index += 1
        address = re.fullmatch(r"([A-Z]+)(\d+)", cell.attributes.get("r", ""))
        if address:
            row, column = int(address.group(2)), 0
            for letter in address.group(1):
                column = column * 26 + ord(letter) - 64
        else:
            column += 1
        found[row, column] = cell
    return found


def _recalculate(archive: zipfile.ZipFile, sheets: list[str]) -> list[Splice]:
    """Where a workbook has formulas: have them worked out anew when it is next opened, for what they gave is outdated."""
    if not any(_FORMULA.search(archive.read(part)) for part in sheets):
        return []
    content = archive.read(_WORKBOOK)
    settings = _CALCULATION.search(content)
    if settings is None:
        before = list(_BEFORE_CALCULATION.finditer(content))
        prefix, at = (before[-1].group(1), before[-1].end()) if before else (b"", -1)
        return [Splice(_WORKBOOK, at, at, b'<%scalcPr fullCalcOnLoad="1"/>' % prefix)] if before else []
    prefix, attributes, closing = settings.groups()
    stated = _ON_LOAD.search(attributes)
    if stated is not None and stated.group(2) in (b"1", b"true"):
        return []
    new = b'<%scalcPr%s fullCalcOnLoad="1"%s>' % (prefix, _ON_LOAD.sub(b"", attributes).rstrip(), closing)
    return [Splice(_WORKBOOK, settings.start(), settings.end(), new)]


def _write_cell(xml: str, kind: str, edit: Edit) -> str:
    """A cell that holds its own value, corrected."""
    match = _CELL.fullmatch(xml)
    if match is None or re.search(r"<(?:\w+:)?f[\s/>]", xml):
        raise NotEditableError(say("the cell holds a formula") if match else say("the cell is empty"))
    if kind == "inlineStr":
        inline = _INLINE.search(xml)
        if inline is None:
            raise NotEditableError(say("the cell is empty"))
        inner = with_texts(inline.group(2), spread(texts_of(inline.group(2)), edit.old, edit.new))
        return xml[: inline.start(2)] + inner + xml[inline.end(2) :]
    value = _VALUE.search(xml)
    if value is None or kind not in ("n", "str"):
        raise NotEditableError(say("the cell holds neither a number nor text"))
    new = _correct_number(value.group(2).strip(), edit) if kind == "n" else _correct_text(value.group(2), edit)
    return xml[: value.start(2)] + new + xml[value.end(2) :]


def _correct_text(stored: str, edit: Edit) -> str:
    text = texts_of(f"<t>{stored}</t>")
    return escape_xml(spread(text, edit.old, edit.new)[0])


def _write_shared(xml: str, item: str, edit: Edit) -> str:
    """A cell whose text stands among the workbook's shared ones: it gets a text of its own, as other cells may share it."""
    cell, string = _CELL.fullmatch(xml), _STRING.fullmatch(item)
    if cell is None or string is None or re.search(r"<(?:\w+:)?f[\s/>]", xml):
        raise NotEditableError(say("the cell holds a formula") if cell and string else say("its text is not found"))
    prefix = cell.group(1)
    if string.group(1) != prefix:
        raise NotEditableError(say("its text is written in another vocabulary"))
    inner = with_texts(string.group(2), spread(texts_of(string.group(2)), edit.old, edit.new))
    attributes = re.sub(r"\st\s*=\s*(?:\"s\"|'s')", ' t="inlineStr"', cell.group(2))
    return f"<{prefix}c{attributes}><{prefix}is>{inner}</{prefix}is></{prefix}c>"


def _correct_number(stored: str, edit: Edit) -> str:
    """The number that prints as the correction, as files store it."""
    if re.search(r"[.,]\d{3}$", edit.new) and not re.search(r"[.,]", edit.old):
        raise NotEditableError(say("whether “{new}” has decimals is not certain", new=edit.new))
    old, new = _number(edit.old), _number(edit.new)
    exact = Decimal(print_plain(Decimal(stored)))
    for scale in _SCALES:
        for sign in (1, -1):
            if old.scaleb(scale) * sign == exact:
                return f"{(new.scaleb(scale) * sign).normalize():f}"
    raise NotEditableError(say("its format does not print all of the number"))


def _number(text: str) -> Decimal:
    """A figure without its groups; a mark that stands once, or last of two kinds, is the decimal mark."""
    bare = "".join(char for char in text if char not in SPACES + APOSTROPHES)
    bare = re.sub(f"^[{MINUSES}]", "-", bare)
    last = bare[max(bare.rfind("."), bare.rfind(","))] if re.search("[.,]", bare) else ""
    mark = last if last and bare.count(last) == 1 else ""
    bare = "".join("." if char == mark else char for char in bare if char == mark or char not in ".,")
    if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", bare):
        raise NotEditableError(say("“{text}” is not a plain number", text=text))
    return Decimal(bare)
