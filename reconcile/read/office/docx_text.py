"""The text of Word's paragraphs as it is printed: runs, notes' marks, fields, hidden and deleted text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reconcile.core.location import Location
from reconcile.core.messages import Message, say

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HEADING = re.compile(r"(?:sub)?(?:heading|rubrik|title)", re.IGNORECASE)
MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
DELETED = frozenset({"del", "moveFrom"})
_CAME = frozenset({"ins", "moveTo"})
CHANGING = (*DELETED, *_CAME, "cellIns", "cellDel", "cellMerge")
ASIDE = frozenset(
    {"pPr", "rPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "rt",
     "rubyPr", "instrText", "delText", "delInstrText", "fldData"}
)  # fmt: skip
OFF = (None, "0", "false", "off", "none")

HIDDEN = say("has hidden text that holds digits; it was not read")
FORMULAS = say("has formulas (Office Math) that hold digits; they were not read")
OBJECTS = say("has embedded objects, such as spreadsheets or diagrams; they were not read")
IMPORTS = say("has parts imported from other documents (altChunk); they were not read")


def name_of(element: Any) -> str:
    """The local name of an element of Word's or of another vocabulary; '' for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value_of(properties: Any, tag: str) -> str | None:
    """The value of a property: None where it is not there, ``true`` where it has no value."""
    found = None if properties is None else properties.find(W + tag)
    return None if found is None else str(found.get(W + "val", "true"))


def count_of(properties: Any, tag: str) -> int:
    """The value of a property that counts something; 0 where it is not there or no sensible number."""
    value = value_of(properties, tag) or ""
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else 0


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def within(element: Any) -> Iterator[Any]:
    """The children of an element; of alternatives for old and new programs only the first, which says the same."""
    if name_of(element) == "AlternateContent":
        yield from [child for child in element if name_of(child) in ("Choice", "Fallback")][:1]
    else:
        yield from element


class WordText:
    """Reads the text of paragraphs that stand ``here``, and keeps what was met in it: notes, text boxes, things to say."""

    def __init__(self, path: str, styles: Mapping[str, Any], said: dict[Message, None]) -> None:
        self.here = Location(path)
        self.said = said
        self.boxes: list[tuple[Any, Location]] = []
        self.notes: list[tuple[str, str, int, Location]] = []
        self._styles = styles
        self._numbers: Counter[str] = Counter()
        self._fields: list[str] = []
        self._known: dict[tuple[str, str], str | None] = {}

    def children(self, element: Any, *names: str) -> Iterator[Any]:
        """The nearest elements of the given names, through content controls and insertions, not through deletions."""
        for child in within(element):
            name = name_of(child)
            if name in names:
                yield child
            elif name == "altChunk":
                self.said[IMPORTS] = None
            elif name not in DELETED and name not in ASIDE:
                yield from self.children(child, *names)

    def hide(self, text: str) -> None:
        """Leave text out, and say so where it holds digits."""
        if _has_digit(text):
            self.said[HIDDEN] = None

    def is_joined(self, paragraph: Any) -> bool:
        """Whether the mark at the end of a paragraph is deleted, so that the next one goes on in it."""
        properties = paragraph.find(f"{W}pPr/{W}rPr")
        return any(value_of(properties, tag) is not None for tag in DELETED)

    def is_heading(self, paragraph: Any) -> bool:
        """Whether a paragraph is a heading by its outline level, or by the name of its style."""
        properties = paragraph.find(W + "pPr")
        style = value_of(properties, "pStyle") or ""
        level = value_of(properties, "outlineLvl") or self._styled(style, "pPr", "outlineLvl")
        if level is not None:
            return level in tuple("012345678")
        return _HEADING.match(self._styled(style, "", "name") or "") is not None

    def _styled(self, style: str | None, group: str, tag: str) -> str | None:
        """A property of a style or of the nearest style that it is based on."""
        key = f"{style}", f"{group}/{tag}"
        if key not in self._known:
            value: str | None = None
            seen: set[str] = set()
            while value is None and style is not None and style in self._styles and style not in seen:
                seen.add(style)
                element = self._styles[style]
                value = value_of(element.find(W + group) if group else element, tag)
                style = value_of(element, "basedOn")
            self._known[key] = value
        return self._known[key]

    def text(self, paragraph: Any) -> str:
        """The text of a paragraph as it is printed; tabs and line breaks are kept."""
        pieces: list[str] = []
        self._collect(paragraph, value_of(paragraph.find(W + "pPr"), "pStyle"), pieces)
        # A field that is left open in its code would hide all that follows.
        self._fields = [state for state in self._fields if state == "result"]
        return "".join(pieces)

    def _collect(self, element: Any, style: str | None, pieces: list[str]) -> None:
        for child in within(element):
            name = name_of(child)
            if name in DELETED or name in ASIDE:
                continue
            if name == "r" and child.tag == W + "r":
                self._collect_run(child, style, pieces)
            elif name == "t" and child.tag != W + "t":
                # Text of a drawing or diagram, which stands wherever the drawing has it.
                self.said[OBJECTS] = None
            elif name == "t":
                # A comment within cuts the text in two.
                text = (child.text or "") + "".join(inner.tail or "" for inner in child)
                if "code" in self._fields:
                    self.hide(text)
                else:
                    pieces.append(text.replace("\r", "\n"))
            elif name in MARKS:
                pieces.append(MARKS[name])
            elif name == "sym":
                pieces.append(_symbol(child))
            elif name == "fldChar":
                self._turn_field(child.get(W + "fldCharType"))
            elif name in ("footnoteReference", "endnoteReference"):
                pieces.append(self._refer(name.removesuffix("Reference"), child))
            elif name == "txbxContent":
                self.boxes.append((child, self.here))
            elif name in ("oMath", "oMathPara"):
                if _has_digit("".join(child.itertext())):
                    self.said[FORMULAS] = None
                pieces.append(" ")
            else:
                if name == "object":
                    self.said[OBJECTS] = None
                self._collect(child, style, pieces)

    def _collect_run(self, run: Any, style: str | None, pieces: list[str]) -> None:
        """Add the text of a run; digits raised or lowered must not become digits of the figure before them."""
        inner: list[str] = []
        self._collect(run, style, inner)
        text = "".join(inner)
        properties = run.find(W + "rPr")

        def look(tag: str) -> str | None:
            own = value_of(properties, tag)
            named = value_of(properties, "rStyle")
            return own or self._styled(named, "rPr", tag) or self._styled(style, "rPr", tag)

        if look("vanish") not in OFF:
            self.hide(text)
            return
        if _has_digit(text):
            align = look("vertAlign")
            height = look("position") or "0"
            behind = any(pieces) and not "".join(pieces[-1:])[-1:].isspace()
            if align == "superscript" or (behind and re.fullmatch(r"0*[1-9][0-9]*", height)):
                text = text.translate(RAISED)
            elif align == "subscript" or (behind and height.startswith("-")):
                text = text.translate(_LOWERED)
        if text:
            pieces.append(text)

    def _turn_field(self, state: str | None) -> None:
        if state == "begin":
            self._fields.append("code")
        elif self._fields:
            self._fields.pop()
            if state == "separate":
                self._fields.append("result")

    def _refer(self, kind: str, reference: Any) -> str:
        """The mark of a note, counted here, because the file holds only its id."""
        self._numbers[kind] += 1
        number = self._numbers[kind]
        self.notes.append((kind, reference.get(W + "id"), number, self.here))
        custom = reference.get(W + "customMarkFollows") in ("1", "true", "on")
        return "" if custom else str(number).translate(RAISED)


def _symbol(element: Any) -> str:
    """A character of a symbol font; the minus sign is the one that changes a figure."""
    code = element.get(W + "char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) or 0xD800 <= int(code, 16) < 0xE000:
        return "\ufffd"
    return "\u2212" if code.upper() == "F02D" else chr(int(code, 16))
