"""Registries: the 21 Swedish regions under all the names that people print."""

from __future__ import annotations

import pytest

from reconcile.schemas import load_registry, recognise_names, registry_names
from reconcile.settings import UsageError

REGIONS = load_registry("swedish-regions")


def test_the_regions() -> None:
    assert len(REGIONS.entries) == 21
    codes = [
        "01",
        "03",
        "04",
        "05",
        "06",
        "07",
        "08",
        "09",
        "10",
        "12",
        "13",
        "14",
        "17",
        "18",
        "19",
        "20",
        "21",
        "22",
        "23",
        "24",
        "25",
    ]
    assert codes == [entry.code for entry in REGIONS.entries]


@pytest.mark.parametrize(
    ("printed", "code", "how"),
    [
        ("Region Sörmland", "04", "name"),
        ("Sörmland", "04", "short"),
        ("Sörmlands", "04", "short"),
        ("Region Sörmlands", "04", "name"),
        ("Södermanland", "04", "variant"),
        ("Södermanlands län", "04", "variant"),
        ("Region Jönköpings län", "06", "name"),
        ("Region Jönköping", "06", "short"),
        ("Jämtland/Härjedalen", "23", "short"),
        ("Jämtland Härjedalen", "23", "short"),
        ("Region Jämtland-Härjedalen", "23", "name"),
        ("Gotlands kommun", "09", "variant"),
        ("VGR", "14", "variant"),
        ("Västra Götalandsregionen", "14", "name"),
        ("VÄSTRA  GÖTALAND", "14", "short"),
        ("Region Skåne 1)", "12", "name"),
        ("Region Skåne*", "12", "name"),
        ("Örebro läns landsting", "18", "variant"),
    ],
)
def test_names_that_people_print(printed: str, code: str, how: str) -> None:
    match = REGIONS.match(printed)
    assert match is not None
    assert (code, how) == (match.entry.code, match.how)


@pytest.mark.parametrize("printed", ["", "Summa", "Region", "Riket", "Kammarkollegiet", "Region Atlantis"])
def test_names_that_are_none(printed: str) -> None:
    assert REGIONS.match(printed) is None


@pytest.mark.parametrize(
    ("printed", "name"), [("Region Gävelborg", "Region Gävleborg"), ("Vastmanland", "Region Västmanland")]
)
def test_a_misspelt_name_has_a_nearest(printed: str, name: str) -> None:
    match = REGIONS.nearest(printed)
    assert match is not None
    assert name == match.entry.name


@pytest.mark.parametrize("printed", ["", "ab", "Kammarkollegiet", "Region Atlantis"])
def test_nothing_is_near_a_stranger(printed: str) -> None:
    assert REGIONS.nearest(printed) is None


def test_generic_words() -> None:
    assert REGIONS.is_generic("Region Atlantis")
    assert not REGIONS.is_generic("Kammarkollegiet")


def test_a_table_of_regions_is_recognised() -> None:
    names = recognise_names(dict(enumerate(["Skåne", "Halland", "Blekinge", "Övriga"])))
    assert names is not None
    assert (names.complete, names.strangers, len(names.absent)) == (False, (3,), 18)
    assert recognise_names({0: "Skåne", 1: "Malmö", 2: "Lund"}) is None


def test_an_unknown_registry_is_said() -> None:
    assert registry_names() == ("swedish-regions",)
    with pytest.raises(UsageError, match="no registry 'atlantis'; known are swedish-regions"):
        load_registry("atlantis")
