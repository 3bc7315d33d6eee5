"""Registries: the names that people print for regions, counties, municipalities and states, and whose a table is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.core.settings import UsageError
from reconcile.recognise.entities import EntityMatches, recognise_names
from reconcile.recognise.registries import Registry, load_registry, read_registry, registry_names

REGIONS = load_registry("swedish-regions")
MUNICIPALITIES = load_registry("swedish-municipalities")
STATES = load_registry("us-states")


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
    with pytest.raises(UsageError, match="no registry 'atlantis'; known are danish-municipalities, "):
        load_registry("atlantis")


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("danish-municipalities", {"": 98}),
        ("danish-regions", {"": 5}),
        ("german-states", {"": 16}),
        ("norwegian-counties", {"": 15, "2022-06-30": 11, "2019-06-30": 18, "2017-06-30": 19}),
        ("swedish-counties", {"": 21}),
        ("swedish-municipalities", {"": 290, "2005-06-30": 290, "2002-06-30": 289}),
        ("swedish-regions", {"": 21}),
        ("us-states", {"": 56}),
    ],
)
def test_every_registry_is_whole_at_its_days(name: str, numbers: dict[str, int]) -> None:
    registry = load_registry(name)
    assert numbers == {day: len(registry.valid(day)) for day in numbers}
    assert registry.source
    for day in numbers:
        for entry in registry.valid(day):
            spellings = (entry.name, *entry.short, *entry.aliases, entry.code, *entry.codes)
            assert [entry] * len(spellings) == [
                match.entry for spelling in spellings if (match := registry.match(spelling, day)) is not None
            ]


def test_the_registries_are_those() -> None:
    assert registry_names() == (
        "danish-municipalities",
        "danish-regions",
        "german-states",
        "norwegian-counties",
        "swedish-counties",
        "swedish-municipalities",
        "swedish-regions",
        "us-states",
    )


def test_a_municipality_lies_in_the_county_of_its_code() -> None:
    counties = {entry.code for entry in load_registry("swedish-counties").entries}
    assert counties == {entry.group for entry in MUNICIPALITIES.entries}
    assert all(entry.code[:2] == entry.group for entry in MUNICIPALITIES.entries)


@pytest.mark.parametrize(
    ("registry", "printed", "code"),
    [
        ("swedish-counties", "Skåne län", "12"),
        ("swedish-counties", "Länsstyrelsen i Södermanlands län", "04"),
        ("swedish-counties", "12 Skåne län", "12"),
        ("swedish-counties", "SE-AB", "01"),
        ("swedish-municipalities", "Malmö stad", "1280"),
        ("swedish-municipalities", "Malmö kommun", "1280"),
        ("swedish-municipalities", "Göteborgs Stad", "1480"),
        ("swedish-municipalities", "Falu kommun", "2080"),
        ("swedish-municipalities", "Habo", "0643"),
        ("swedish-municipalities", "Håbo", "0305"),
        ("swedish-municipalities", "0114 Upplands Väsby", "0114"),
        ("swedish-municipalities", "Upplands-Bro kommun", "0139"),
        ("swedish-municipalities", "Region Gotland", "0980"),
        ("german-states", "Freistaat Bayern", "09"),
        ("german-states", "Bavaria", "09"),
        ("german-states", "NRW", "05"),
        ("german-states", "Land Berlin", "11"),
        ("norwegian-counties", "Møre og Romsdal fylkeskommune", "15"),
        ("norwegian-counties", "Troms – Romsa – Tromssa", "55"),
        ("danish-regions", "Hovedstaden", "1084"),
        ("danish-municipalities", "Københavns Kommune", "0101"),
        ("danish-municipalities", "Århus", "0751"),
        ("us-states", "State of New York", "36"),
        ("us-states", "N. Dak.", "38"),
        ("us-states", "MA", "25"),
        ("us-states", "Washington", "53"),
        ("us-states", "Washington, D.C.", "11"),
    ],
)
def test_names_and_codes_as_they_are_printed(registry: str, printed: str, code: str) -> None:
    match = load_registry(registry).match(printed)
    assert match is not None
    assert code == match.entry.code


@pytest.mark.parametrize(
    ("registry", "printed"),
    [
        ("swedish-municipalities", "Stockholms län"),
        ("swedish-municipalities", "0115 Upplands Väsby"),
        ("swedish-counties", "Region Skåne"),
        ("us-states", "in"),
        ("us-states", "me"),
        ("norwegian-counties", "Viken"),
    ],
)
def test_names_that_are_of_another_kind_or_time(registry: str, printed: str) -> None:
    assert load_registry(registry).match(printed) is None


def test_a_name_stands_for_what_it_was_on_the_day() -> None:
    norway = load_registry("norwegian-counties")
    days = {"2019-12-31": "19", "2022-01-01": None, "2024-01-01": "55", "": "55"}
    assert days == {day: match.entry.code if (match := norway.match("Troms", day)) else None for day in days}
    heby = {"2006-12-31": "1917", "2007-01-01": "0331"}
    assert heby == {day: match.entry.code for day in heby if (match := MUNICIPALITIES.match("Heby", day))}


def _read(*rows: str) -> Registry:
    return read_registry("x", Path("x.csv"), "\n".join(["# title: x", *rows]))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("code,name,aliases", "1,A,C", "2,B,b|c"), "x.csv:4: 'c' names both A (line 3) and B"),
        (("code,name", "1,A", "1,B"), "x.csv:4: '1' names both A (line 3) and B"),
        (("code,name", "1,A", "2,"), "x.csv:4: a row needs a code and a name"),
        (("code,name", "1,A,B"), "x.csv:3: 3 cells under 2 columns"),
        (("code,name", "1,A", "1,A"), "x.csv:4: the same row as in line 3"),
        (("code,title", "1,A"), "x.csv:2: the columns code and name are needed"),
        (("code,name,valid_to", "1,A,2024"), "x.csv:3: '2024' is not a day, such as 2024-01-31"),
        (
            ("code,name,valid_from,valid_to", "1,A,2024-01-02,2024-01-01"),
            "x.csv:3: valid_to 2024-01-01 is before valid_from 2024-01-02",
        ),
    ],
)
def test_a_fault_in_a_registry_is_said_with_its_line(rows: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError) as error:
        _read(*rows)
    assert message == str(error.value)


def test_one_name_may_stand_for_two_entities_one_after_the_other() -> None:
    registry = _read("code,name,valid_from,valid_to", "1,A,,2019-12-31", "2,A,2020-01-01,")
    assert [match.entry.code for day in ("2019-12-31", "") if (match := registry.match("A", day))] == ["1", "2"]


_LINES = st.lists(
    st.sampled_from(["code,name,valid_to,short", "1,A,,", "2,A,2020-01-01,b|c", '3,"x', "# kind: a", ",", ""])
)


@given(st.one_of(st.text(), _LINES.map("\n".join)))
def test_any_text_is_a_registry_or_a_fault_with_its_place(text: str) -> None:
    try:
        registry = read_registry("x", Path("x.csv"), text)
    except UsageError as error:
        said = str(error)
    else:
        said = "x.csv:" if all(entry.code and entry.name for entry in registry.entries) else ""
    assert said.startswith("x.csv:")


def _recognise(labels: list[str]) -> EntityMatches:
    names = recognise_names(dict(enumerate(labels)))
    assert names is not None
    return names


@pytest.mark.parametrize(
    ("labels", "registry"),
    [
        (["Skåne", "Stockholm", "Halland"], "swedish-regions"),
        (["Skåne län", "Stockholms län", "Hallands län"], "swedish-counties"),
        (["Region Skåne", "Region Stockholm", "Region Halland"], "swedish-regions"),
        (["Länsstyrelsen Skåne", "Länsstyrelsen Stockholm", "Länsstyrelsen Halland"], "swedish-counties"),
        (["Stockholm", "Uppsala", "Kalmar", "Malmö stad"], "swedish-municipalities"),
        (["Stockholms kommun", "Uppsala kommun", "Kalmar kommun"], "swedish-municipalities"),
        (["AL", "AK", "AZ", "AR"], "us-states"),
        (["Skåne1", "Stockholm2", "Halland3"], "swedish-regions"),
    ],
)
def test_a_table_belongs_to_the_registry_whose_spelling_it_has(labels: list[str], registry: str) -> None:
    assert registry == _recognise(labels).registry.name


@pytest.mark.parametrize(
    "labels",
    [
        [f"{month:02}" for month in range(1, 13)],
        [str(year) for year in range(1980, 1986)],
        ["Skåne", "Region Skåne", "Skåne län"],
        ["Intäkter", "Kostnader", "Personal", "Lokaler"],
    ],
)
def test_numbers_and_one_name_again_are_no_registry(labels: list[str]) -> None:
    assert recognise_names(dict(enumerate(labels))) is None


def test_a_table_of_former_entities_is_held_to_what_there_was() -> None:
    norway = load_registry("norwegian-counties")
    for day, count in (("2017-06-30", 19), ("2019-06-30", 18), ("2022-06-30", 11), ("2025-06-30", 15)):
        labels = [entry.name for entry in norway.valid(day)]
        names = _recognise(labels[1:])
        assert (count, [labels[0]]) == (len(names.held), [entry.name for entry in names.absent])


def test_a_table_of_one_county_is_held_to_that_county() -> None:
    uppsala = ["Heby", "Håbo", "Knivsta", "Tierp", "Uppsala", "Älvkarleby", "Östhammar"]
    names = _recognise(uppsala)
    assert (names.complete, names.grouped, [entry.name for entry in names.absent]) == (True, True, ["Enköping"])
    assert not _recognise([*uppsala, "Stockholm"]).complete


def test_only_what_a_table_means_to_list_is_absent() -> None:
    fifty = [entry.name for entry in STATES.entries if entry.type in ("state", "outlying state")]
    assert _recognise(fifty).absent == ()
    contiguous = [name for name in fifty if name not in ("Alaska", "Hawaii")]
    assert _recognise([*contiguous, "Puerto Rico", "Guam"]).absent == ()
    assert [entry.name for entry in _recognise([*contiguous, "Alaska"]).absent] == ["Hawaii"]


def _table(labels: list[str], total: int | None = None) -> str:
    rows = [f"| {label} | {1000 + number} |" for number, label in enumerate(labels)]
    return "\n".join(["| Name | SEK |", "| --- | ---: |", *rows, *([f"| Totalt | {total} |"] if total else [])])


def _found(text: str) -> list[tuple[str, str]]:
    findings = reconcile.check_text(text, format="markdown").findings
    return [(finding.code, finding.expected or finding.observed) for finding in findings if finding.code[:2] == "R2"]


def test_a_part_of_a_registry_misses_nothing() -> None:
    states = [entry.name for entry in STATES.entries]
    skane = [entry.name for entry in MUNICIPALITIES.valid() if entry.group == "12"]
    assert _found(_table([*states[:44], "United States", "Northeast", "Palau"])) == []
    assert _found(_table(skane)) == []
    assert _found(_table(skane[1:])) == []
    assert _found(_table(["Nordjylland", "Midtjylland", "Syddanmark", "Hovedstaden"])) == []
    assert _found(_table([*skane[:20], "Övriga kommuner", "Okänd kommun"])) == []


def test_what_a_broken_table_of_one_county_misses() -> None:
    skane = [entry.name for entry in MUNICIPALITIES.valid() if entry.group == "12"]
    total = sum(1000 + number for number in range(len(skane) - 1)) + 5555
    text = _table([*skane[1:]]).replace("| Name |", f"Fördelning av {total} kronor\n\n| Name |")
    assert _found(text) == [("R201", "Svalöv")]


def test_a_finding_in_a_county_names_the_county() -> None:
    names = _recognise(["Heby", "Håbo", "Knivsta", "Tierp"])
    assert names.whole == "the 8 in Uppsala län among the 290 municipalities of Sweden"


def test_a_list_of_grants_may_name_a_municipality_twice() -> None:
    some = [entry.name for entry in MUNICIPALITIES.valid()][::20]
    assert _found(_table([*some, some[3]])) == []
    most = [entry.name for entry in STATES.entries][:40]
    assert _found(_table([*most, "State of " + most[3]])) == [("R202", "State of Arkansas")]


def test_a_file_that_a_spreadsheet_saved_is_the_same() -> None:
    rows = ("code,name,short", "1,A,", "2,B,b")
    saved = read_registry("x", Path("x.csv"), "\n".join(['"# title: x, y",,', *rows]))
    assert (saved.title, saved.entries) == ("x, y", _read(*rows).entries)


def test_counties_among_their_municipalities_are_no_strangers_and_no_doubles() -> None:
    for short in (False, True):
        rows = ["Riket"]
        for county in load_registry("swedish-counties").entries:
            rows.append(county.short[0] if short else county.name)
            rows += [entry.name for entry in MUNICIPALITIES.valid() if entry.group == county.code]
        assert _found(_table(rows)) == []


def test_a_survey_that_few_did_not_answer_misses_nothing() -> None:
    states = [entry.name for entry in STATES.entries if entry.type == "state"]
    assert _found(_table(states[:-3])) == []
    assert _found(_table(states[:-2])) == [("R201", "Wisconsin, Wyoming")]
    assert _found(_table([*states, "New York City", "Washington, DC metro", "Navajo Nation"])) == []


def test_what_a_nearly_full_list_misses_and_misspells() -> None:
    all_of_them = [entry.name for entry in MUNICIPALITIES.valid()]
    assert _found(_table(all_of_them[:-1])) == [("R201", "Kiruna")]
    assert _found(_table([*all_of_them[:-1], "Kirunna"])) == [("R203", "Kiruna")]
