"""Elements of OpenDocument files: their names without namespaces, and the text that they print."""

from __future__ import annotations

from xml.etree.ElementTree import Element

# Comments and footnotes, and what describes a drawing: none is printed where it stands.
_ASIDE = ("annotation", "note", "title", "desc")


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
