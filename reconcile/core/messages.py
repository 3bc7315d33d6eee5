"""Messages: text in English that remembers what it was made of, so that a report can say it in another language."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gettext import GNUTranslations

ENGLISH = "en"
REPORT_LANGUAGES = (ENGLISH, "sv")
# Says a text in one language.
Translator = Callable[[str], str]
# The languages by the lower bits of Windows' identifiers.
_PRIMARY = 0x3FF
_WINDOWS = {0x1D: "sv"}
_NOTHING: Mapping[str, object] = {}
# How figures of our own are marked in Swedish: 5,000,000 and 6.5 and 13%.
_MARKS = str.maketrans({",": "\u00a0", ".": ",", "%": "\u00a0%"})


class Message(str):
    """English text, which it is in all respects, with the template and the parameters that it was made of.

    ``plural`` is the template for several, where there are two. Without a template it is joined of parts.
    """

    __slots__ = ("parameters", "plural", "template")
    template: str
    plural: str
    parameters: Mapping[str, object]

    def __new__(
        cls, text: str, template: str, plural: str = "", parameters: Mapping[str, object] = _NOTHING
    ) -> Message:
        """A message whose English is ``text``; made by ``say``, ``say_many`` and ``joined``."""
        message = super().__new__(cls, text)
        message.template, message.plural, message.parameters = template, plural, parameters
        return message

    def __reduce__(self) -> tuple[type[Message], tuple[str, str, str, Mapping[str, object]]]:
        return Message, (str(self), self.template, self.plural, self.parameters)


def say(template: str, /, **parameters: object) -> Message:
    """``template`` with its ``parameters``: text as it is printed, messages, and numbers that the template formats."""
    return Message(template.format(**parameters) if parameters else template, template, "", parameters)


def say_many(count: int, one: str, many: str, /, **parameters: object) -> Message:
    """The template for one or the one for many, with ``count`` among the parameters."""
    parameters["count"] = count
    return Message((one if count == 1 else many).format(**parameters), one, many, parameters)


def joined(separator: str, parts: Iterable[str]) -> Message:
    """Texts and messages, one behind the other; the separator may be a message, too."""
    parts = tuple(parts)
    return Message(separator.join(parts), "", "", {"separator": separator, "parts": parts})


def linked(separator: str, parts: Sequence[str]) -> str:
    """As ``joined``, but nothing more than text where all of it is a document's: there may be one for every row of a table."""
    if isinstance(separator, Message) or any(isinstance(part, Message) for part in parts):
        return joined(separator, parts)
    return separator.join(parts)


def listed_first(shown: Iterable[str], left: int) -> Message:
    """The first of several, and how many are left out: ``a, b and 3 more``."""
    first = joined(", ", shown)
    return say("{first} and {count} more", first=first, count=left) if left > 0 else first


def quoted(text: str) -> Message:
    """Text of a document in quotation marks."""
    return say("“{text}”", text=text)


def in_language(text: str, language: str) -> str:
    """A message in ``language``; other text is that of a document, and stays as it is printed."""
    if language == ENGLISH or not isinstance(text, Message):
        return text
    return _translate(text, _catalogue(language))


def translator(language: str) -> Translator:
    """What says messages in ``language``."""
    return str if language == ENGLISH else lambda text: in_language(text, language)


def language_of(environment: Mapping[str, str], windows: int = 0) -> str:
    """The language that the environment asks for, as POSIX has it; else that of Windows, by its identifier; else English."""
    asked = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if not asked and windows & _PRIMARY in _WINDOWS:
        return _WINDOWS[windows & _PRIMARY]
    return next((language for language in REPORT_LANGUAGES if asked.casefold().startswith(language)), ENGLISH)


def language_id() -> int:
    """The identifier of the language that Windows speaks to the user; 0 elsewhere."""
    if os.name != "nt":
        return 0
    import ctypes

    return int(getattr(ctypes, "windll").kernel32.GetUserDefaultUILanguage())  # noqa: B009 - only Windows has it


@cache
def _catalogue(language: str) -> GNUTranslations:
    # Not at start-up: English needs neither.
    import gettext
    from pathlib import Path

    path = Path(__file__).parent / "locale" / language / "LC_MESSAGES" / "reconcile.mo"
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def _translate(message: Message, catalogue: GNUTranslations) -> str:
    parameters = {name: _translated(value, catalogue) for name, value in message.parameters.items()}
    if not message.template:
        separator, parts = str(parameters["separator"]), message.parameters["parts"]
        assert isinstance(parts, tuple)
        return separator.join(str(_translated(part, catalogue)) for part in parts)
    if message.plural:
        count = message.parameters["count"]
        assert isinstance(count, int)
        template = catalogue.ngettext(message.template, message.plural, count)
    else:
        template = catalogue.gettext(message.template)
    return template.format(**parameters) if parameters else template


def _translated(value: object, catalogue: GNUTranslations) -> object:
    if isinstance(value, Message):
        return _translate(value, catalogue)
    return _Figure(value) if isinstance(value, int | float) else value


class _Figure(NamedTuple):
    """A number that is written with the marks of the other language, whatever its template asks for."""

    value: int | float

    def __format__(self, form: str) -> str:
        return format(self.value, form).translate(_MARKS)
