"""Edits in Word documents: the runs of text that a figure is written in, within the part's own XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from reconcile.core.findings import Edit
from reconcile.core.location import BlockRef
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings
from reconcile.read.office.docx import find_word_elements as find_places
from reconcile.read.office.docx_text import ASIDE, DELETED, MARKS, RAISED, W, name_of, value_of, within
from reconcile.run.fix.splices import NotEditableError, Place, Splice, spread
from reconcile.run.fix.xml import find_elements, texts_of, with_texts

_OUTSIDE = frozenset({*DELETED, *ASIDE, "txbxContent", "tbl"})
_NAMESPACE = W.strip("{}")
_FIELD = say("it is the result of a field")


def open_word(data: bytes, settings: Settings) -> Place:
    """What places edits in a Word document, which is read again to find its paragraphs and cells."""
    part, root, places = find_places(data, settings)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read(part)
    runs = find_elements(content, f"{_NAMESPACE} t")
    elements = list(root.iter(f"{W}t"))
    numbers = {element: number for number, element in enumerate(elements)}
    lost = _lost(root)
    if len(runs) != len(elements):
        raise NotEditableError(say("its XML is not as it was read"))

    def place(edit: Edit, figure: str) -> list[Splice]:
        anchor = edit.location.anchor
        if not isinstance(anchor, BlockRef) or anchor not in places or "text box" in edit.location.label:
            raise NotEditableError(say("only paragraphs and tables of the body can be edited"))
        pieces = list(_pieces(places[anchor]))
        changed = spread([text for text, _ in pieces], edit.old, edit.new)
        splices = []
        for index, text in changed.items():
            element = pieces[index][1]
            if element is None:
                raise NotEditableError(say("a break or a special mark stands within the figure"))
            if element in lost:
                raise NotEditableError(lost[element])
            run = runs[numbers[element]]
            xml = content[run.start : run.end].decode()
            if texts_of(xml) != [element.text or ""]:
                raise NotEditableError(say("its text is interrupted by something else"))
            splices.append(Splice(part, run.start, run.end, with_texts(xml, {0: text}).encode()))
        return splices

    return place


def _lost(root: Any) -> dict[Any, Message]:
    """The texts in which a correction would not last, and why: what Word writes there anew, and what a document holds twice."""
    lost: dict[Any, Message] = {}
    for element in root.iter():
        name = name_of(element)
        why: Message | None = None
        if name == "AlternateContent":
            why = say("the document holds it twice, for newer programs and for older ones")
        elif name == "sdt" and element.find(f"{W}sdtPr/{W}dataBinding") is not None:
            why = say("it is bound to data that the document holds elsewhere")
        elif name == "fldSimple" and _is_worked_out(element.get(f"{W}instr", "")):
            why = _FIELD
        if why is not None:
            lost |= dict.fromkeys(element.iter(f"{W}t"), why)
    return lost | dict.fromkeys(_results(root), _FIELD)


def _results(root: Any) -> Iterator[Any]:
    """The texts that fields give, which begin and end with marks of their own."""
    # Of each field that is open its instruction, and whether its result has begun.
    fields: list[tuple[str, bool]] = []
    for element in root.iter():
        name = name_of(element)
        if name == "fldChar":
            kind = element.get(f"{W}fldCharType")
            if kind == "begin":
                fields.append(("", False))
            elif fields and kind == "separate":
                fields[-1] = fields[-1][0], True
            elif fields and kind == "end":
                fields.pop()
        elif name == "instrText" and fields:
            fields[-1] = fields[-1][0] + (element.text or ""), fields[-1][1]
        elif element.tag == f"{W}t" and any(begun and _is_worked_out(instruction) for instruction, begun in fields):
            yield element


def _is_worked_out(instruction: str) -> bool:
    """Whether a field is given anew when it is updated: links and what was typed into a form are not."""
    return instruction.split()[:1] not in (["HYPERLINK"], ["FORMTEXT"])


def _pieces(element: Any, raised: bool = False) -> Iterator[tuple[str, Any]]:
    """The text of a paragraph or cell, piece by piece, each with its element; None for marks that are no text."""
    for child in within(element):
        name = name_of(child)
        if name in _OUTSIDE:
            continue
        if child.tag == f"{W}t":
            text = child.text or ""
            yield (text.translate(RAISED) if raised else text), child
        elif name in MARKS:
            yield MARKS[name], None
        else:
            align = value_of(child.find(f"{W}rPr"), "vertAlign") if name == "r" else None
            yield from _pieces(child, raised or align == "superscript")
            if name == "p":
                yield "\n", None
