"""What a web page does not show: elements that are hidden, struck out, or spoken to screen readers only."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconcile.core.messages import Message, say_many

_STRUCK = ("del", "s", "strike")
_STYLE = re.compile(r"(display\s*:\s*none)|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
# The names that the common frameworks have for text that is laid out but not seen.
_CLASSES = frozenset(
    {"visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "screenreader-only", "element-invisible",
     "u-visually-hidden", "govuk-visually-hidden", "a11y-hidden", "show-for-sr", "cdk-visually-hidden"}
)  # fmt: skip

SEEN, UNSEEN, REMOVED = 0, 1, 2


def visibility_of(name: str, attributes: Mapping[str, str]) -> int:
    """Whether an element is ``SEEN``, is ``UNSEEN`` though it keeps its place, or is ``GONE`` from the page."""
    style = _STYLE.search(attributes.get("style", ""))
    if "hidden" in attributes or name in (*_STRUCK, "template") or (style is not None and style.group(1)):
        return REMOVED
    # What aria-hidden keeps from screen readers is seen on the page, so it is no matter here.
    if style is not None or not _CLASSES.isdisjoint(attributes.get("class", "").casefold().split()):
        return UNSEEN
    return SEEN


class Visibility:
    """How many open elements hide what stands in them, and where figures were hidden: one place for each element."""

    def __init__(self) -> None:
        self.unseen, self.gone = 0, 0
        self.places: list[int] = []
        self._start = -1

    def enter(self, name: str, start: int, hides: int) -> None:
        """Open an element at offset ``start``; a template's content is for programs and is not told of."""
        if hides:
            if not self.unseen:
                self._start = -1 if name == "template" else start
            self.unseen += 1
            self.gone += hides == REMOVED

    def leave(self, hides: int) -> None:
        """Close an element."""
        if hides:
            self.unseen -= 1
            self.gone -= hides == REMOVED

    def pass_over(self, text: str) -> None:
        """Keep in mind that text was hidden, if it holds a digit."""
        told = self._start < 0 or self.places[-1:] == [self._start]
        if not told and any(char.isdigit() for char in text):
            self.places.append(self._start)

    def told(self) -> Message:
        """What to say of it in one sentence, where something was hidden that holds figures."""
        count = len(self.places)
        return say_many(count, "{count} hidden or struck-out element holds figures, which were not read",
                        "{count} hidden or struck-out elements hold figures, which were not read")  # fmt: skip
