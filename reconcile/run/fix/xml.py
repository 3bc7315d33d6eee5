"""Parts of office documents, which are XML: where elements stand among the bytes, and their text."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple
from xml.parsers import expat

from reconcile.core.messages import say
from reconcile.run.fix.splices import NotEditableError

_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_TEXT = re.compile(r"(<(?:\w+:)?t(?:\s[^<>]*)?>)([^<]*)(</(?:\w+:)?t\s*>)|<((?:\w+:)?)t((?:\s[^<>]*)?)/>")
_PHONETIC = re.compile(r"<((?:\w+:)?)rPh\b.*?</\1rPh\s*>", re.DOTALL)
# Characters that XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Element(NamedTuple):
    """An element's bytes in its part (end exclusive), and its attributes."""

    start: int
    end: int
    attributes: dict[str, str]


def find_elements(data: bytes, name: str, wanted: Callable[[dict[str, str]], bool] = lambda _: True) -> list[Element]:
    """All elements called ``name`` ("namespace local"), in the order of their tags; nested ones, too.

    Raises NotEditableError for XML that is broken or not in UTF-8, whose bytes could not be told.
    """
    if re.search(rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!(?i:utf-8|us-ascii)[\"'])", data[:200]) or data[:2] in (
        b"\xff\xfe", b"\xfe\xff",
    ):  # fmt: skip
        raise NotEditableError(say("its XML is not written in UTF-8"))
    found: list[Element] = []
    open_ones: list[tuple[int, dict[str, str]] | None] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        keep = tag == name and wanted(attributes)
        open_ones.append((parser.CurrentByteIndex, attributes) if keep else None)

    def end(tag: str) -> None:
        opened = open_ones.pop()
        if opened is not None:
            # For an empty element both ends are at its one tag.
            tag_end = _TAG.match(data, parser.CurrentByteIndex)
            found.append(Element(opened[0], tag_end.end() if tag_end else parser.CurrentByteIndex, opened[1]))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotEditableError(say("its XML is broken: {error}", error=str(error))) from error
    return sorted(found)


def texts_of(xml: str) -> list[str]:
    """The text of every ``t`` element in a piece of XML, those that only say how to pronounce it left out."""
    return [unescape(match.group(2) or "") for match in _TEXT.finditer(_PHONETIC.sub("", xml))]


def with_texts(xml: str, changed: dict[int, str]) -> str:
    """A piece of XML, without what only says how to pronounce it, with other text in the ``t`` elements numbered."""
    number = -1

    def write(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        if number not in changed:
            return match.group()
        opening, closing = match.group(1), match.group(3)
        if opening is None:
            opening, closing = f"<{match.group(4)}t{match.group(5)}>", f"</{match.group(4)}t>"
        text = changed[number]
        if text != text.strip() and "xml:space" not in opening:
            opening = f'{opening[:-1]} xml:space="preserve">'
        return f"{opening}{escape_xml(text)}{closing}"

    return _TEXT.sub(write, _PHONETIC.sub("", xml))


def escape_xml(text: str) -> str:
    """Text as XML holds it. Raises NotEditableError for characters that it cannot hold."""
    if _FORBIDDEN.search(text):
        raise NotEditableError(say("the correction holds a character that XML cannot hold"))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
