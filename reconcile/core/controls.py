"""Characters that steer: control characters, ends of lines, marks that turn the direction. People see them as escapes."""

from __future__ import annotations

import unicodedata

_TURNING = frozenset(["LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"])
_MARKS = frozenset("\u061c\u200e\u200f")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def steers(char: str) -> bool:
    """Return True if a character steers a terminal, ends a line or turns the direction of what follows."""
    if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _MARKS:
        return True
    return unicodedata.bidirectional(char) in _TURNING


def escaped(text: str, keep: str = "") -> str:
    """Return text in which each character that steers, but for those to ``keep``, stands as its escape."""
    if text.isprintable():
        # The marks of direction count as characters that are not printed.
        return text
    return "".join(
        _SHORT.get(char, f"\\u{ord(char):04x}") if steers(char) and char not in keep else char for char in text
    )


def quoted_name(path: str) -> str:
    """Return a file's name as a patch has it: in quotes, with escapes, where it holds what steers, a quote or a backslash."""
    if not any(steers(char) for char in path) and not path.startswith('"'):
        # A tab ends a name that has spaces in it.
        return f"{path}\t" if " " in path else path
    shown = []
    for char in path:
        if char in _SHORT:
            shown.append(_SHORT[char])
        elif char in '"\\':
            shown.append(f"\\{char}")
        elif steers(char):
            shown.extend(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
        else:
            shown.append(char)
    return f'"{"".join(shown)}"'
