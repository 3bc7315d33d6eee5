"""The marks of locales are those of Unicode CLDR."""

from __future__ import annotations

import pytest
from babel.core import Locale
from babel.localedata import locale_identifiers

from reconcile.core.words import separators


def test_the_marks_of_every_locale_are_those_of_cldr() -> None:
    told, known = {}, {}
    for name in locale_identifiers():
        symbols = Locale.parse(name).number_symbols.get("latn")
        if symbols is not None:
            known[name] = (symbols["decimal"], symbols["group"])
            told[name] = separators(name)
    assert len(known) > 500
    assert known == told


@pytest.mark.parametrize(
    ("locale", "marks"),
    [
        ("sv_SE", (",", "\u00a0")),
        ("sv-SE", (",", "\u00a0")),
        ("de_CH", (".", "'")),
        ("en_IN", (".", ",")),
        ("zh_TW", (".", ",")),
        ("sr_RS", (",", ".")),
        ("nb_NO", (",", "\u00a0")),
    ],
)
def test_a_locale_is_named_in_the_usual_ways(locale: str, marks: tuple[str, str]) -> None:
    assert marks == separators(locale)


@pytest.mark.parametrize("locale", ["xx_YY", "", "sv_SE_extra_more", "Swedish"])
def test_an_unknown_locale_is_refused(locale: str) -> None:
    with pytest.raises(ValueError, match="write one like sv_SE, de_CH or en_IN"):
        separators(locale)
