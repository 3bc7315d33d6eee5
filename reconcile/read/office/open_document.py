"""OpenDocument files: their archive, their elements without namespaces, and the text that these print."""

from __future__ import annotations

import zipfile
from xml.etree.ElementTree import Element

from reconcile.core.limits import RefusedError
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.read.office.zip import open_archive, read_tags

# Where the content of every file stands.
CONTENT = "content.xml"
_MIME = b"mimetypeapplication/vnd.oasis.opendocument."
# Comments and footnotes, and what describes a drawing: none is printed where it stands.
_ASIDE = ("annotation", "note", "title", "desc")


def is_of_kind(head: bytes, kind: bytes) -> bool:
    """Return True if a zip begins with the type of a ``text``, a ``spreadsheet`` and so on, as OpenDocument wants it."""
    return head[:4] == b"PK\x03\x04" and _MIME + kind in head[:200]


def open_content(data: bytes, settings: Settings) -> zipfile.ZipFile:
    """Open the archive of a file. Raises RefusedError where it is broken, too large, encrypted, or would do harm."""
    archive = open_archive(data, settings, CONTENT)
    for part in archive.infolist():
        if part.filename in (CONTENT, "META-INF/manifest.xml"):
            for text in read_tags(archive, part, settings):
                if b"encryption-data" in text and part.filename != CONTENT:
                    raise RefusedError("R004", say("encrypted; not read"))
    return archive


def name_of(element: Element) -> str:
    """The name of an element."""
    return element.tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """An attribute by its name, or ''."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def repeats(element: Element, name: str) -> int:
    """How many times something stands, as an attribute says; 1 where it says nothing that counts."""
    text = attribute(element, name)
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def printed(cell: Element) -> str:
    """The paragraphs of a cell; those of comments and drawings stand deeper."""
    return "\n".join(text_of(child) for child in cell if name_of(child) in ("p", "h"))


def text_of(element: Element) -> str:
    """The text of a paragraph."""
    parts = [element.text or ""]
    for child in element:
        name = name_of(child)
        if name == "s":
            parts.append(" " * min(repeats(child, "c"), 1_000))
        elif name in ("tab", "line-break"):
            parts.append("\t" if name == "tab" else "\n")
        elif name not in _ASIDE:
            parts.append(text_of(child))
        parts.append(child.tail or "")
    return "".join(parts)
