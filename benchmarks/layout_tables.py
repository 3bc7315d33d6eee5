"""The layouts: each makes a sound table as publications print them, with every relation its figures stand in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from layout_model import Cell, Document, Style, half_up

Make = Callable[[Document], None]
HUNDRED = Decimal(100)


class Layout(NamedTuple):
    """How a document is filled, and the languages it is written in (all if none is named)."""

    make: Make
    languages: tuple[str, ...] = ()


LAYOUTS: dict[str, Layout] = {}


def layout(name: str, *languages: str) -> Callable[[Make], Make]:
    def add(make: Make) -> Make:
        LAYOUTS[name] = Layout(make, languages)
        return make

    return add


# Pieces that layouts share.


def _head(m: Document) -> None:
    """Write a title, and now and then the unit of all amounts under it."""
    if m.random.random() < 0.8:
        m.heading(m.language.title.format(year=m.whole(2015, 2025)))
    m.captioned = m.random.random() < 0.4 or m.captioned
    if m.captioned and not m.style.before + m.style.after:
        m.text(m.word("millions" if m.size < 5 and m.random.random() < 0.4 else "thousands"))


def _unit(m: Document, name: str) -> str:
    """Return a header, now and then with the currency, where no caption and no figure says it."""
    said = m.captioned or m.style.before + m.style.after
    return f"{name} ({m.word('currency')})" if not said and m.random.random() < 0.3 else name


def _years(m: Document, count: int = 2) -> list[int]:
    last = m.whole(2012, 2025)
    years = [last - at for at in range(count)]
    return years if m.random.random() < 0.5 else years[::-1]


def _percent(m: Document, places: int = 1) -> tuple[Style, str]:
    """Return how per cents are written, and what the header adds: the sign stands in one of both."""
    if m.random.random() < 0.5:
        return m.styled(group="", places=places, after="", zero="0"), " (%)"
    return m.styled(group="", places=places, after="%" if m.language.code in ("en", "nl") else " %", zero="0"), ""


def _ratio(scale: Decimal | int = 1) -> Callable[[Sequence[Decimal]], Decimal]:
    return lambda values: values[0] / values[1] * scale


def _growth(values: Sequence[Decimal]) -> Decimal:
    return (values[0] - values[1]) / values[1] * HUNDRED


def _lines(labels: Sequence[str], rows: Sequence[Sequence[int]]) -> list[list[Cell]]:
    return [[label, *row] for label, row in zip(labels, rows, strict=True)]


def _line(label: str, row: Sequence[int]) -> list[Cell]:
    return [label, *row]


def _columns(m: Document, count: int) -> list[str]:
    keys = m.random.sample(("operations", "investment", "grants", "fees", "wages", "rent", "interest"), count)
    return [_unit(m, m.word(key)) for key in keys]


def _body(m: Document, low: int, high: int, columns: int, names: str = "") -> tuple[list[str], list[list[int]]]:
    labels = m.items(low, high) if (names or m.random.choice(("items", "places"))) == "items" else m.places(low, high)
    return labels, [m.drawn(columns) for _ in labels]


def _total(m: Document) -> str:
    return m.word("total") if m.random.random() < 0.7 else m.word("total").upper()


# One table with totals.


@layout("one column")
def _one(m: Document) -> None:
    _head(m)
    labels, rows = _body(m, 3, 20, 1)
    m.table([m.word("item"), _unit(m, m.word("amount"))], [*_lines(labels, rows), _line(_total(m), m.totals(rows))])


@layout("one column of small counts")
def _counts(m: Document) -> None:
    m.size = m.random.choice((2, 3))
    labels, rows = _body(m, 5, 22, 1, "places")
    m.heading(m.word("number"))
    m.table([m.word("place"), m.word("number")], [*_lines(labels, rows), _line(_total(m), m.totals(rows))])


@layout("one column with decimals")
def _decimals(m: Document) -> None:
    _head(m)
    m.style = m.styled(places=2)
    labels = m.items(3, 12)
    rows = [[m.figure(m.amount(6) / 100)] for _ in labels]
    m.table([m.word("item"), m.word("amount")], [*_lines(labels, rows), _line(_total(m), m.totals(rows))])


@layout("no word for the total")
def _country(m: Document) -> None:
    _head(m)
    count = m.whole(2, 4)
    labels, rows = _body(m, 5, 20, count, "places")
    body = [*_lines(labels, rows), _line(m.word("country"), m.totals(rows))]
    m.table([m.word("place"), *_columns(m, count)], body)


@layout("several columns")
def _several(m: Document) -> None:
    _head(m)
    count = m.whole(2, 6)
    labels, rows = _body(m, 3, 20, count)
    m.table([m.word("item"), *_columns(m, count)], [*_lines(labels, rows), _line(_total(m), m.totals(rows))])


@layout("total above its parts")
def _above(m: Document) -> None:
    _head(m)
    count = m.whole(1, 4)
    labels, rows = _body(m, 4, 20, count, "places")
    label = m.word(m.random.choice(("country", "total")))
    m.table([m.word("place"), *_columns(m, count)], [_line(label, m.totals(rows)), *_lines(labels, rows)])


@layout("round thousands")
def _round(m: Document) -> None:
    _head(m)
    labels = m.places(4, 20)
    step = m.random.choice((500, 1000, 10000))
    rows = [[m.figure(m.whole(2, 900) * step) for _ in range(2)] for _ in labels]
    m.table([m.word("recipient"), *_columns(m, 2)], [*_lines(labels, rows), _line(_total(m), m.totals(rows))])


@layout("kronor written :-", "sv", "da", "nb")
def _kronor(m: Document) -> None:
    m.style = m.styled(after=":-" if m.language.code == "sv" else ",-", zero="0")
    _one(m)


@layout("sign of the currency", "en", "de", "fr")
def _dollar(m: Document) -> None:
    m.style = m.styled(**({"before": "$"} if m.language.code == "en" else {"after": " €"}), zero="0")
    _several(m)


@layout("thousands of dollars", "en")
def _thousand_dollars(m: Document) -> None:
    m.heading("Statement of expenditure")
    m.text(m.random.choice(("(in thousands of dollars)", "$ thousand", "Dollars in thousands")))
    labels, rows = _body(m, 4, 12, 2, "items")
    body = [*_lines(labels, rows), _line("Total expenditure", m.totals(rows))]
    m.table(["", *map(str, _years(m))], body)


# Totals across, and both ways.


@layout("row totals")
def _across(m: Document) -> None:
    _head(m)
    count = m.whole(2, 5)
    labels, rows = _body(m, 3, 15, count)
    lines = [[*row, m.sum(row)] for row in rows]
    m.table([m.word("item"), *_columns(m, count), m.word("total")], _lines(labels, lines))


def _crossed(m: Document, labels: Sequence[str], header: Sequence[str], rows: Sequence[list[int]], last: str) -> None:
    lines = [[*row, m.sum(row)] for row in rows]
    totals = m.totals(lines)
    m.sums(totals[-1], totals[:-1])
    m.table([*header, last], [*_lines(labels, lines), _line(_total(m), totals)])


@layout("cross-footed")
def _cross(m: Document) -> None:
    _head(m)
    count = m.whole(2, 6)
    labels, rows = _body(m, 3, 20, count)
    _crossed(m, labels, [m.word("item"), *_columns(m, count)], rows, m.word("total"))


@layout("quarters and the year")
def _quarters(m: Document) -> None:
    _head(m)
    labels, rows = _body(m, 3, 10, 4, "items")
    mark = m.word("quarter")
    header = [m.word("item"), *(f"{mark}{at}" if mark != "Kv" else f"Kv {at}" for at in range(1, 5))]
    _crossed(m, labels, header, rows, m.word("year"))


@layout("months")
def _months(m: Document) -> None:
    _head(m)
    count = m.whole(1, 4)
    rows = [m.drawn(count) for _ in range(12)]
    body = [*_lines(m.language.months, rows), _line(m.word("year"), m.totals(rows))]
    m.table([m.word("month"), *_columns(m, count)], body)


@layout("men, women and both")
def _sexes(m: Document) -> None:
    m.size = m.random.choice((2, 3, 4))
    labels, rows = _body(m, 4, 20, 2, "places")
    _crossed(m, labels, [m.word("place"), m.word("women"), m.word("men")], rows, m.word("both"))


@layout("age groups")
def _ages(m: Document) -> None:
    m.size = m.random.choice((3, 4, 5))
    groups = m.random.choice((["0–19", "20–64", "65+"], ["0-6", "7-15", "16-19", "20-64", "65-79", "80+"]))
    m.heading(f"{m.word('population')}, {m.word('age').lower()}")
    if m.random.random() < 0.5:
        labels, rows = _body(m, 4, 12, len(groups), "places")
        _crossed(m, labels, [m.word("place"), *groups], rows, m.word("both"))
    else:
        rows = [m.drawn(2) for _ in groups]
        _crossed(m, groups, [m.word("age"), m.word("women"), m.word("men")], rows, m.word("both"))


@layout("full time and part time")
def _staff(m: Document) -> None:
    m.size = 2
    labels = m.items(4, 12)
    rows = [m.drawn(3, 2.4) for _ in labels]
    _crossed(m, labels, [m.word("item"), *map(str, _years(m, 3))], rows, m.word("total"))


@layout("net, VAT and gross")
def _vat(m: Document) -> None:
    labels, style = m.items(3, 10), m.styled(places=2)
    lines = []
    for _ in labels:
        net = m.figure(m.amount() / 100 * 4, style)
        vat = m.derive([net], lambda values: values[0] / 4, style)
        lines.append([net, vat, m.sum([net, vat])])
    totals = m.totals(lines)
    m.sums(totals[2], totals[:2])
    header = [m.word("item"), m.word("net"), f"{m.word('vat')} 25 %", m.word("gross")]
    m.table(header, [*_lines(labels, lines), _line(_total(m), totals)])


# Columns that do not sum beside columns that do.


@layout("mean beside amounts")
def _mean(m: Document) -> None:
    _head(m)
    labels = m.places(4, 18)
    rows = [[m.figure(m.whole(20, 900)), m.figure(m.amount(7) + 900)] for _ in labels]
    places = m.random.choice((0, 0, 1))
    lines = [*rows, m.totals(rows)]
    style = m.styled(places=places)
    lines = [[*line, m.derive([line[1], line[0]], _ratio(), style)] for line in lines]
    header = [m.word("place"), m.word("number"), m.word("amount"), m.word("mean")]
    m.table(header, _lines([*labels, _total(m)], lines))


@layout("price times quantity")
def _price(m: Document) -> None:
    _head(m)
    labels = m.items(3, 12)
    places = m.random.choice((0, 2))
    style = m.styled(places=places)
    lines: list[list[int]] = []
    for _ in labels:
        quantity = m.figure(m.whole(2, 400))
        price = m.figure(m.amount(4) + (Decimal(m.whole(0, 99)) / 100 if places else 0), style)
        amount = m.derive([quantity, price], lambda values: values[0] * values[1], style, exact=True)
        lines.append([quantity, price, amount])
    total = m.sum([line[2] for line in lines])
    header = [m.word("item"), m.word("quantity"), m.word("price"), m.word("amount")]
    m.table(header, [*_lines(labels, lines), [_total(m), "", "", total]])


def _shares(m: Document, places: int) -> None:
    _head(m)
    labels, rows = _body(m, 3, 14, 1)
    total = m.sum([row[0] for row in rows])
    style, sign = _percent(m, places)
    lines = [[row[0], m.derive([row[0], total], _ratio(HUNDRED), style)] for row in rows]
    whole = m.figure(100, style)
    slack = Decimal(1).scaleb(-places) / 2 * (len(lines) + 1)
    m.sums(whole, [line[1] for line in lines], slack=slack)
    body = [*_lines(labels, lines), _line(_total(m), [total, whole])]
    m.table([m.word("item"), m.word("amount"), m.word("share") + (sign or "")], body)


@layout("share of the total, one decimal")
def _share_one(m: Document) -> None:
    _shares(m, 1)


@layout("share of the total, whole per cent")
def _share_whole(m: Document) -> None:
    _shares(m, 0)


@layout("change in units and per cent")
def _change(m: Document) -> None:
    _head(m)
    labels, rows = _body(m, 3, 15, 1)
    rows = [[row[0], m.figure((m.value(row[0]) * m.whole(70, 140) / 100).to_integral_value())] for row in rows]
    style, sign = _percent(m)
    lines = [
        [*line, m.sum(line[::-1], [1, -1]), m.derive(line[::-1], _growth, style)] for line in [*rows, m.totals(rows)]
    ]
    m.sums(lines[-1][2], [line[2] for line in lines[:-1]])
    one = m.whole(2012, 2024)
    name = m.word("change")
    header = [m.word("item"), str(one), str(one + 1), name, name + (sign or ", %")]
    m.table(header, _lines([*labels, _total(m)], lines))


@layout("budget, outcome and difference")
def _budget(m: Document) -> None:
    _head(m)
    labels, rows = _body(m, 3, 14, 1, "items")
    rows = [[row[0], m.figure((m.value(row[0]) * m.whole(70, 130) / 100).to_integral_value())] for row in rows]
    signs = [1, -1] if m.random.random() < 0.7 else [-1, 1]
    lines = [[*line, m.sum(line, signs)] for line in [*rows, m.totals(rows)]]
    m.sums(lines[-1][2], [line[2] for line in lines[:-1]])
    header = [m.word("item"), m.word("budget"), m.word("outcome"), m.word("difference")]
    m.table(header, _lines([*labels, _total(m)], lines))


@layout("used of the budget")
def _used(m: Document) -> None:
    _head(m)
    labels, rows = _body(m, 3, 14, 1, "items")
    rows = [[row[0], m.figure((m.value(row[0]) * m.whole(30, 120) / 100).to_integral_value())] for row in rows]
    style, sign = _percent(m, m.random.choice((0, 1)))
    lines = [[*line, m.derive(line[::-1], _ratio(HUNDRED), style)] for line in [*rows, m.totals(rows)]]
    header = [m.word("item"), m.word("budget"), m.word("outcome"), m.word("used") + (sign or " %")]
    m.table(header, _lines([*labels, _total(m)], lines))


@layout("rate per inhabitant")
def _inhabitants(m: Document) -> None:
    _head(m)
    labels = m.places(5, 18)
    rows = [[m.figure(m.whole(2500, 190000)), m.figure(m.amount(8) + 300000)] for _ in labels]
    style = m.styled(places=m.random.choice((0, 1)))
    lines = [[*line, m.derive(line[::-1], _ratio(), style)] for line in [*rows, m.totals(rows)]]
    header = [m.word("place"), m.word("population"), _unit(m, m.word("amount")), m.word("perhead")]
    label = m.word(m.random.choice(("country", "total")))
    m.table(header, _lines([*labels, label], lines))


@layout("index column")
def _index(m: Document) -> None:
    _head(m)
    first = m.whole(2005, 2015)
    years = [str(first + at) for at in range(m.whole(5, 9))]
    amounts, value = [], m.amount(6) + 2000
    for _ in years:
        amounts.append(m.figure(value))
        value = (value * m.whole(94, 112) / 100).to_integral_value()
    style = m.styled(group="", places=1)
    index = [m.figure(100, style)]
    index += [m.derive([each, amounts[0]], _ratio(HUNDRED), style) for each in amounts[1:]]
    rows = [list(pair) for pair in zip(amounts, index, strict=True)]
    m.table(["", m.word("amount"), f"{m.word('index')} ({years[0]} = 100)"], _lines(years, rows))


@layout("weights times index")
def _weights(m: Document) -> None:
    m.heading(m.word("index"))
    labels = m.items(4, 8)
    shares = [m.whole(3, 20) for _ in labels[1:]]
    scale = Decimal("0.01")
    left = 100 - sum(shares[: len(labels) - 1])
    while left <= 0:
        shares = [max(share // 2, 1) for share in shares]
        left = 100 - sum(shares)
    weight, level = m.styled(places=2, group=""), m.styled(places=1, group="")
    lines = []
    for share in [left, *shares]:
        one = m.figure(share * scale, weight)
        two = m.figure(Decimal(m.whole(820, 1390)) / 10, level)
        product = m.derive([one, two], lambda values: values[0] * values[1], m.styled(places=3, group=""), exact=True)
        lines.append([one, two, product])
    totals = m.sum([line[0] for line in lines]), m.sum([line[2] for line in lines])
    header = [m.word("item"), m.word("weight"), m.word("index"), m.word("contribution")]
    m.table(header, [*_lines(labels, lines), [_total(m), totals[0], "", totals[1]]])


@layout("turnout")
def _turnout(m: Document) -> None:
    labels = m.places(5, 20)
    rows = [[m.figure(m.whole(2000, 90000))] for _ in labels]
    rows = [[row[0], m.figure((m.value(row[0]) * m.whole(550, 900) / 1000).to_integral_value())] for row in rows]
    style, sign = _percent(m)
    lines = [[*line, m.derive(line[::-1], _ratio(HUNDRED), style)] for line in [*rows, m.totals(rows)]]
    header = [m.word("place"), m.word("eligible"), m.word("votes"), m.word("turnout") + (sign or "")]
    m.table(header, _lines([*labels, _total(m)], lines))


@layout("distinct counts beside sums")
def _distinct(m: Document) -> None:
    labels = m.places(5, 18)
    m.size = m.random.choice((4, 5))
    rows = [m.drawn(2) for _ in labels]
    persons = [(m.value(row[0]) * m.whole(40, 80) / 100).to_integral_value() for row in rows]
    lines = [[*row, m.figure(person)] for row, person in zip(rows, persons, strict=True)]
    all_persons = m.figure((sum(persons, Decimal(0)) * m.whole(80, 95) / 100).to_integral_value())
    header = [m.word("place"), m.word("visits"), m.word("calls"), m.word("patients")]
    m.table(header, [*_lines(labels, lines), [_total(m), *m.totals(rows), all_persons]])


@layout("memo rows beside a total")
def _memo(m: Document) -> None:
    m.size = m.random.choice((4, 5, 6))
    labels, count = m.language.people[: m.whole(3, 6)], m.whole(1, 3)
    rows = [m.drawn(count) for _ in labels]
    body = [*_lines(labels, rows), _line(_total(m), m.totals(rows))]
    body.append([m.word("blank"), *(m.figure(m.whole(11, 400)) for _ in range(count))])
    if m.random.random() < 0.5:
        body.append([m.word("eligible"), *(m.figure(m.amount(5) + 300000) for _ in range(count))])
    m.table([m.word("candidate"), *m.places(count, count)], body)


# Sections.


def _sections(m: Document, columns: int, words: bool, headings: bool, first: bool) -> None:
    _head(m)
    blank: list[Cell] = [""] * columns
    body: list[list[Cell]] = []
    totals = []
    for name in m.language.sections[: m.whole(2, 4)]:
        labels, rows = _body(m, 2, 7, columns)
        totals.append(m.totals(rows))
        label = f"{m.word('total')} {name}" if words else name
        lines = _lines(labels, rows)
        body += [_line(label, totals[-1]), *lines] if first else [*lines, _line(label, totals[-1])]
        if headings:
            body.insert(len(body) - len(lines) - 1, [name, *blank])
    end = _line(m.word("grand"), m.totals(totals))
    header = [m.word("item"), *(_columns(m, columns) if columns > 1 else [_unit(m, m.word("amount"))])]
    m.table(header, [*body, end])


@layout("sections")
def _plain_sections(m: Document) -> None:
    _sections(m, 1, True, False, False)


@layout("sections with headings")
def _headed_sections(m: Document) -> None:
    _sections(m, m.whole(1, 2), True, True, False)


@layout("sections, several columns")
def _wide_sections(m: Document) -> None:
    _sections(m, m.whole(2, 4), True, m.random.random() < 0.5, False)


@layout("sections without total words")
def _named_sections(m: Document) -> None:
    _sections(m, m.whole(1, 3), False, False, False)


@layout("section names first")
def _sections_first(m: Document) -> None:
    _sections(m, m.whole(1, 3), False, False, True)


@layout("blank subtotals")
def _blank_subtotals(m: Document) -> None:
    _head(m)
    columns = m.whole(1, 2)
    body: list[list[Cell]] = []
    totals = []
    for name in m.language.sections[: m.whole(2, 3)]:
        labels, rows = _body(m, 2, 6, columns, "items")
        totals.append(m.totals(rows))
        body += [[name, *[""] * columns], *_lines(labels, rows), ["", *totals[-1]]]
    m.table([m.word("item"), *map(str, _years(m, columns))], [*body, _line(m.word("grand"), m.totals(totals))])


@layout("sections in three levels")
def _levels(m: Document) -> None:
    columns = m.whole(1, 2)
    body: list[list[Cell]] = []
    tops = []
    for at, name in enumerate(m.language.sections[: m.whole(2, 3)], 1):
        middles = []
        for number in range(1, m.whole(2, 3) + 1):
            labels, rows = _body(m, 2, 5, columns)
            middles.append(m.totals(rows))
            body += [*_lines(labels, rows), [f"{m.word('total')} {at}.{number}", *middles[-1]]]
        tops.append(m.totals(middles))
        body.append([f"{m.word('total')} {name}", *tops[-1]])
    header = [m.word("item"), *map(str, _years(m, columns))]
    m.table(header, [*body, _line(m.word("grand"), m.totals(tops))])


@layout("hierarchy by codes")
def _codes(m: Document) -> None:
    _head(m)
    columns = m.whole(1, 3)
    deep = m.random.random() < 0.5
    body: list[list[Cell]] = []
    tops = []
    for one in range(1, m.whole(2, 4) + 1):
        parts: list[list[Cell]] = []
        middles = []
        for two, label in enumerate(m.items(2, 4), 1):
            below: list[list[Cell]] = []
            figures = m.drawn(columns)
            if deep and two % 2:
                rows = [figures, *(m.drawn(columns) for _ in range(m.whole(1, 2)))]
                names = m.items(3, 3)
                below = [[f"{one}.{two}.{at}", names[at - 1], *row] for at, row in enumerate(rows, 1)]
                figures = m.totals(rows)
            parts += [[f"{one}.{two}", label, *figures], *below]
            middles.append(figures)
        tops.append(m.totals(middles))
        body += [[str(one), m.language.sections[one - 1], *tops[-1]], *parts]
    header = [m.word("code"), m.word("item"), *map(str, _years(m, columns))]
    m.table(header, [*body, ["", m.word("grand"), *m.totals(tops)]])


@layout("of which")
def _of_which(m: Document) -> None:
    _head(m)
    columns = m.whole(1, 3)
    labels, rows = _body(m, 4, 12, columns, "items")
    body: list[list[Cell]] = []
    for at, (label, row) in enumerate(zip(labels, rows, strict=True)):
        body.append([label, *row])
        if at % 4 == 1:
            part = [m.figure((m.value(each) * m.whole(20, 80) / 100).to_integral_value()) for each in row]
            body.append([f"{m.word('ofwhich')} {m.word('wages').lower()}", *part])
    m.table([m.word("item"), *map(str, _years(m, columns))], [*body, _line(_total(m), m.totals(rows))])


# Accounts.


def _negate(m: Document, row: Sequence[int]) -> list[int]:
    for at in row:
        m.figures[at].value = -m.figures[at].value
    return list(row)


def _result(m: Document, columns: int, signed: bool, words: bool = True) -> None:
    names = m.random.sample(("taxes", "grants", "fees", "sales"), m.whole(2, 4))
    income = [m.drawn(columns) for _ in names]
    spent = m.random.sample(("wages", "rent", "interest", "other", "depreciation"), m.whole(2, 5))
    costs = [m.drawn(columns) for _ in spent]
    if signed:
        costs = [_negate(m, row) for row in costs]
    body = _lines([m.word(name) for name in names], income)
    incomes, out = m.totals(income), m.totals(costs)
    if words:
        body.append([m.word("income"), *incomes])
    lines = [*body, *_lines([m.word(name) for name in spent], costs), _line(m.word("costs"), out)]
    left = [m.sum(pair, [1, 1 if signed else -1]) for pair in zip(incomes, out, strict=True)]
    m.table([m.word("item"), *map(str, _years(m, columns))], [*lines, _line(m.word("result"), left)])


@layout("income, costs and result, signed")
def _signed(m: Document) -> None:
    _head(m)
    _result(m, m.whole(1, 3), True)


@layout("income less costs")
def _unsigned(m: Document) -> None:
    _head(m)
    _result(m, m.whole(1, 3), False)


@layout("brackets for negative numbers", "en", "nl", "fr", "de")
def _brackets(m: Document) -> None:
    m.style = m.styled(minus="(", zero="-")
    _head(m)
    _result(m, 2, True)


@layout("mixed signs in one sum")
def _mixed(m: Document) -> None:
    _head(m)
    columns = m.whole(1, 3)
    labels, rows = _body(m, 5, 14, columns, "items")
    rows = [_negate(m, row) if at % 3 == 1 else row for at, row in enumerate(rows)]
    m.table([m.word("item"), *map(str, _years(m, columns))], [*_lines(labels, rows), _line(_total(m), m.totals(rows))])


@layout("balance sheet")
def _balance_sheet(m: Document) -> None:
    _head(m)
    columns = 2
    named = m.items(3, 6)
    assets = [m.drawn(columns) for _ in named]
    totals = m.totals(assets)
    owed = [m.word("interest"), m.word("wages"), m.word("other")]
    debts = [[m.figure((m.value(at) * m.whole(5, 25) / 100).to_integral_value()) for at in totals] for _ in owed]
    liabilities = m.totals(debts)
    equity = [m.figure(m.value(one) - m.value(two)) for one, two in zip(totals, liabilities, strict=True)]
    both = [m.sum(pair) for pair in zip(equity, liabilities, strict=True)]
    for one, two in zip(both, totals, strict=True):
        m.sums(one, [two])
    body = [
        *_lines(named, assets),
        _line(m.word("assets"), totals),
        _line(m.word("equity"), equity),
        *_lines(owed, debts),
        _line(m.word("liabilities"), liabilities),
        _line(m.word("both_sides"), both),
    ]
    m.table([m.word("item"), *map(str, _years(m, columns))], body)


@layout("opening, movements and closing")
def _roll(m: Document) -> None:
    _head(m)
    labels = m.items(3, 9)
    signed = m.random.random() < 0.6
    lines = []
    for _ in labels:
        first, added = m.drawn(2)
        gone = m.figure((m.value(first) * m.whole(5, 60) / 100).to_integral_value() * (-1 if signed else 1))
        lines.append([first, added, gone, m.sum([first, added, gone], [1, 1, 1 if signed else -1])])
    totals = m.totals(lines)
    m.sums(totals[3], totals[:3], [1, 1, 1 if signed else -1])
    header = [m.word("item"), *(m.word(key) for key in ("opening", "additions", "disposals", "closing"))]
    m.table(header, [*_lines(labels, lines), _line(_total(m), totals)])


@layout("closing is the next opening")
def _next_opening(m: Document) -> None:
    m.heading(m.word("balance"))
    years = sorted(_years(m, m.whole(3, 6)))
    lines, last = [], -1
    for _ in years:
        first = m.figure(m.amount()) if last < 0 else m.again(last)
        added = m.figure(m.amount())
        gone = m.figure(-(m.value(first) * m.whole(5, 60) / 100).to_integral_value())
        last = m.sum([first, added, gone])
        lines.append([first, added, gone, last])
    header = ["", *(m.word(key) for key in ("opening", "additions", "disposals", "closing"))]
    m.table(header, _lines([str(year) for year in years], lines))


@layout("roll-forward in rows")
def _roll_rows(m: Document) -> None:
    _head(m)
    columns = m.whole(2, 4)
    rows = [m.drawn(columns), m.drawn(columns)]
    for low, high in ((2, 20), (5, 30)):
        rows.append([m.figure(-(m.value(at) * m.whole(low, high) / 100).to_integral_value()) for at in rows[0]])
    rows = [[*row, m.sum(row)] for row in rows]
    closing = m.totals(rows)
    m.sums(closing[-1], closing[:-1])
    labels = [m.word(key) for key in ("opening", "additions", "disposals", "depreciation", "closing")]
    m.table(["", *m.items(columns, columns), m.word("total")], _lines(labels, [*rows, closing]))


@layout("note of two years in a roll-forward")
def _note_years(m: Document) -> None:
    """Two columns of years, where the opening of one is the closing of the other."""
    added, gone = m.drawn(2), _negate(m, m.drawn(2))
    before = m.figure(m.amount() * 4)
    closed = m.sum([before, added[1], gone[1]])
    opening = m.again(closed)
    closing = m.sum([opening, added[0], gone[0]])
    year = m.whole(2012, 2025)
    labels = [m.word(key) for key in ("opening", "additions", "disposals", "closing")]
    lines = [[opening, before], added, gone, [closing, closed]]
    m.table(["", str(year), str(year - 1)], _lines(labels, lines))


@layout("running balance")
def _running(m: Document) -> None:
    balance = m.figure(m.amount() * 3)
    body: list[list[Cell]] = [["", m.word("opening"), "", balance]]
    split = m.random.random() < 0.4
    if split:
        body = [["", m.word("opening"), "", "", balance]]
    for at in range(m.whole(5, 20)):
        date = f"2024-{1 + at // 3:02}-{3 + at % 3 * 9:02}"
        out = m.random.random() < 0.5
        moved = m.figure(m.amount())
        if out and not split:
            _negate(m, [moved])
        balance = m.sum([balance, moved], [1, -1 if out and split else 1])
        middle: list[Cell] = (["", moved] if out else [moved, ""]) if split else [moved]
        body.append([date, m.random.choice(m.language.items), *middle, balance])
    names = [m.word("paid_in"), m.word("paid_out")] if split else [m.word("amount")]
    m.table([m.word("date"), m.word("entry"), *names, m.word("balance")], body)


@layout("cumulative column")
def _cumulative(m: Document) -> None:
    _head(m)
    labels = m.language.months[: m.whole(5, 12)]
    lines: list[list[int]] = []
    for _ in labels:
        one = m.figure(m.amount())
        lines.append([one, m.sum([lines[-1][1], one]) if lines else m.again(one)])
    m.table([m.word("month"), m.word("amount"), m.word("cumulative")], _lines(labels, lines))


def _bare(m: Document, label: str) -> None:
    m.heading(f"Not {m.whole(3, 28)}" if m.language.code == "sv" else f"Note {m.whole(3, 28)}")
    if m.random.random() < 0.5:
        m.text(m.word(m.random.choice(("thousands", "millions"))))
    labels, rows = _body(m, 2, 8, 2, "items")
    if m.random.random() < 0.4:
        rows[0] = _negate(m, rows[0])
    m.table(["", *map(str, _years(m))], [*_lines(labels, rows), _line(label, m.totals(rows))])


@layout("note with a blank total")
def _note_blank(m: Document) -> None:
    _bare(m, "")


@layout("note with a long label")
def _note_long(m: Document) -> None:
    _bare(m, m.word("deferred"))


# Elections.


def _votes(m: Document, mean: int) -> int:
    return m.figure(max(int(m.random.gammavariate(2.0, mean / 2)), 0))


@layout("precincts, wide form", "en", "fr", "de", "fi")
def _wide(m: Document) -> None:
    people = m.language.people[: m.whole(3, 6)]
    rows = [
        [_votes(m, 90 * (1 + at)) for at in range(len(people))]
        for _ in range(m.whole(60, m.random.choice((90, 90, 90, 200))))
    ]
    labels = [f"{m.word('precinct')} {at}" for at in range(1, len(rows) + 1)]
    _crossed(m, labels, [m.word("precinct"), *people], rows, m.word("total"))


@layout("precincts, one total row", "en", "nb", "nl", "sv")
def _wide_down(m: Document) -> None:
    people = m.language.people[: m.whole(2, 4)]
    rows = [
        [_votes(m, 60 * (1 + at)) for at in range(len(people))]
        for _ in range(m.whole(60, m.random.choice((120, 120, 300))))
    ]
    labels = [f"{at:03}" for at in range(1, len(rows) + 1)]
    m.table([m.word("precinct"), *people], [*_lines(labels, rows), _line(_total(m), m.totals(rows))])


@layout("candidate, county, votes", "en", "sv", "de")
def _long(m: Document) -> None:
    people, counties = m.language.people[: m.whole(2, 6)], m.places(5, 20)
    body: list[list[Cell]] = []
    for person in people:
        votes = [_votes(m, 4000) for _ in counties]
        body += [[person, county, vote] for county, vote in zip(counties, votes, strict=True)]
        body.append([person, "Totals" if m.language.code == "en" else m.word("total"), m.sum(votes)])
    m.table([m.word("candidate"), m.word("place"), m.word("votes")], body)


@layout("precincts, long form with county totals", "en", "fr", "da")
def _long_precincts(m: Document) -> None:
    body: list[list[Cell]] = []
    totals = []
    people = m.language.people[:2]
    for county in m.places(3, 5):
        rows = [[_votes(m, 300) for _ in people] for _ in range(m.whole(10, 20))]
        rows = [[*row, m.sum(row)] for row in rows]
        body += [[county, f"{at:02}", *row] for at, row in enumerate(rows, 1)]
        totals.append(m.totals(rows))
        m.sums(totals[-1][-1], totals[-1][:-1])
        body.append([county, m.word("total"), *totals[-1]])
    end = m.totals(totals)
    m.sums(end[-1], end[:-1])
    header = [m.word("place"), m.word("precinct"), *people, m.word("votes")]
    m.table(header, [*body, [m.word("grand"), "", *end]])


# Rounded.


def _rounded(m: Document, places: int, scale: Decimal, columns: int, sections: bool) -> None:
    """Print figures rounded from finer ones: sums miss by as much as rounding explains."""
    style = m.styled(places=places)
    half = Decimal(1).scaleb(-places) / 2
    body: list[list[Cell]] = []
    true_totals, printed_totals = [], []
    for name in m.language.sections[:2] if sections else [""]:
        labels = m.items(3, 9)
        true = [[m.amount(8) / scale for _ in range(columns)] for _ in labels]
        rows = [[m.figure(half_up(value, places), style) for value in row] for row in true]
        true_totals.append([sum(column, Decimal(0)) for column in zip(*true, strict=True)])
        printed_totals.append([m.figure(half_up(value, places), style) for value in true_totals[-1]])
        for total, column in zip(printed_totals[-1], zip(*rows, strict=True), strict=True):
            m.sums(total, column, slack=half * (len(column) + 1))
        body += [*_lines(labels, rows), [f"{m.word('total')} {name}".strip(), *printed_totals[-1]]]
    if sections:
        end = []
        for at in range(columns):
            figure = m.figure(half_up(sum((row[at] for row in true_totals), Decimal(0)), places), style)
            m.sums(figure, [row[at] for row in printed_totals], slack=half * (len(printed_totals) + 1))
            end.append(figure)
        body.append(_line(m.word("grand"), end))
    m.table([m.word("item"), *map(str, _years(m, columns))], body)


@layout("millions with one decimal")
def _millions(m: Document) -> None:
    m.heading(m.language.title.format(year=2024))
    m.text(m.word("millions"))
    _rounded(m, 1, Decimal(1000000), m.whole(1, 3), False)


@layout("rounded to thousands")
def _thousands(m: Document) -> None:
    m.heading(m.language.title.format(year=2024))
    m.text(m.word("thousands"))
    _rounded(m, 0, Decimal(1000), m.whole(1, 3), m.random.random() < 0.5)


@layout("tens beside exact columns")
def _tens(m: Document) -> None:
    _head(m)
    labels = m.places(5, 18)
    exact = [m.drawn(1, 6) for _ in labels]
    true = [m.amount(6) + 100 for _ in labels]
    tens = [m.figure(half_up(value / 10, 0) * 10) for value in true]
    total = m.figure(half_up(sum(true, Decimal(0)) / 10, 0) * 10)
    m.sums(total, tens, slack=Decimal(5) * (len(tens) + 1))
    rows = [[one[0], two] for one, two in zip(exact, tens, strict=True)]
    m.table([m.word("place"), *_columns(m, 2)], [*_lines(labels, rows), [_total(m), *m.totals(exact), total]])


# Stated elsewhere.


def _state(m: Document, total: int) -> None:
    before, after = m.language.stated.split("{total}")
    m.text(before, total, after)


@layout("stated total above, with a total row")
def _stated(m: Document) -> None:
    labels = m.places(4, 20)
    m.size = m.random.choice((6, 7, 8))
    rows = [m.drawn(1) for _ in labels]
    total = m.sum([row[0] for row in rows])
    m.heading(m.language.title.format(year=2024))
    _state(m, m.again(total, m.styled(group=m.style.group or m.language.groups[0])))
    m.table(
        [m.word("recipient"), f"{m.word('amount')} ({m.word('currency')})"], [*_lines(labels, rows), [_total(m), total]]
    )


@layout("stated total above, no total row")
def _grants(m: Document) -> None:
    labels = m.places(4, 20)
    m.size = m.random.choice((6, 7, 8))
    rows = [m.drawn(1) for _ in labels]
    total = m.sum([row[0] for row in rows], style=m.styled(group=m.style.group or m.language.groups[0]))
    m.heading(m.language.title.format(year=2024))
    _state(m, total)
    m.table([m.word("recipient"), f"{m.word('amount')} ({m.word('currency')})"], _lines(labels, rows))


@layout("two tables and a grand total")
def _two_tables(m: Document) -> None:
    totals = []
    for name in m.language.sections[:2]:
        m.heading(name)
        labels, rows = _body(m, 3, 9, 1, "places")
        totals.append(m.totals(rows))
        m.table([m.word("place"), m.word("amount")], [*_lines(labels, rows), _line(m.word("total"), totals[-1])])
        if m.random.random() < 0.5 and m.format != "csv":
            m.text(m.word("thousands"))
    m.table([m.word("item"), m.word("amount")], [_line(m.word("grand"), m.totals(totals))])


@layout("total repeated in another table")
def _repeated(m: Document) -> None:
    labels, rows = _body(m, 3, 12, 1, "places")
    total = m.totals(rows)
    m.heading(m.word("grants"))
    m.table([m.word("place"), m.word("amount")], [*_lines(labels, rows), _line(m.word("total"), total)])
    others = m.drawn(m.whole(2, 5))
    lines = [m.again(total[0]), *others]
    m.heading(m.word("budget"))
    names = [m.word("grants"), *m.random.sample(m.language.items, len(others))]
    body = [*_lines(names, [[each] for each in lines]), _line(m.word("grand"), [m.sum(lines)])]
    m.table([m.word("item"), m.word("amount")], body)


@layout("summary of other tables' totals")
def _summary(m: Document) -> None:
    names = m.language.sections[: m.whole(2, 4)]
    count = m.whole(1, 2)
    header = _columns(m, count)
    kept, totals = [], []
    for name in names:
        labels, rows = _body(m, 3, 8, count, "places")
        totals.append(m.totals(rows))
        kept.append((name, [*_lines(labels, rows), _line(m.word("total"), totals[-1])]))
    again = [[m.again(at) for at in row] for row in totals]
    front = m.random.random() < 0.5
    summary = [*_lines(names, again), _line(m.word("grand"), m.totals(again))]

    def write() -> None:
        m.heading(m.word("grand"))
        m.table([m.word("region"), *header], summary)

    if front:
        write()
    for name, body in kept:
        m.heading(name)
        m.table([m.word("place"), *header], body)
    if not front:
        write()


@layout("same columns, two years apart")
def _two_years(m: Document) -> None:
    labels = m.places(4, 12)
    years = sorted(_years(m))
    for year in years:
        m.heading(m.language.title.format(year=year))
        rows = [m.drawn(2) for _ in labels]
        m.table(
            [m.word("place"), m.word("women"), m.word("men")],
            [*_lines(labels, rows), _line(m.word("total"), m.totals(rows))],
        )
