"""Markdown: pipe tables of GitHub's flavour, tables in HTML, headings; what is none of them is read as plain text.

Quotes and lists are looked through, so that a table within them is a table. What stands in a fence is text as well: a
table printed in one is published like any other; only a fence that names a programming language holds code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from itertools import dropwhile, pairwise

from reconcile.core.amounts import read_amount
from reconcile.core.document import Document, Fault, IgnoreComment, Span, Table, TextBlock, TextPlaces, blank, find_mark
from reconcile.core.limits import Clock
from reconcile.core.location import SourceText
from reconcile.core.messages import say, say_many
from reconcile.core.settings import Settings
from reconcile.read.markup.nested_lists import ROW, SourceLine, read_nested
from reconcile.read.markup.page import WebPage
from reconcile.read.markup.spans import TooManyCellsError
from reconcile.read.printed import Printed
from reconcile.read.text.cell_per_line import read_stacks
from reconcile.read.text.paragraphs import read_paragraphs
from reconcile.read.text.rows import lines_between

NAME = "markdown"
SUFFIXES = (".md", ".markdown", ".mdown")

_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+")
# The marks of a quote, further in before a table: it may stand in a list.
_QUOTE = re.compile(r"(?:[ ]{0,3}>[ ]?)+|[ ]{4,}(?:>[ ]?)+(?=\|)")
# The bullet of an item that begins with words or with a table; "- 500" may be a figure of its own.
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:(?:>[ ]?)+(?=\|)|(?=\||\**_*\[?[^\W\d_]))")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([^\s`{,]*)[^`]*")
_PROSE_FENCES = frozenset(
    {"", "text", "txt", "plain", "plaintext", "none", "nohighlight", "table", "csv", "tsv", "md", "markdown", "console", "output"}
)  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
_LISTED = re.compile(r"[ ]*[-*+](?:[ \t]|$)")
_HTML_TABLE = re.compile(r"[ ]*<table(?=[\s>])", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<(/?)table(?=[\s>])[^>]*>", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![\w.])\d")
_FRONT_MATTER = {"---": ("---", "..."), "+++": ("+++",)}
_LONGEST_FRONT_MATTER = 200
_TITLE = re.compile(r"""title[ \t]*[:=][ \t]*["']?(.*?\S)["']?[ \t]*""", re.IGNORECASE)


def recognises(head: str) -> bool:
    """Whether the text holds a pipe table's rule under a line with pipes, or rows of nested lists, or begins with front matter or a heading."""
    lines = [line[quote.end() :] if (quote := _QUOTE.match(line)) else line for line in head.splitlines()]
    if any(is_rule(below) and "|" in above for above, below in pairwise(lines)):
        return True
    if sum(1 for line in lines if ROW.match(line)) > 1:
        return True
    numbered = [(0, line) for line in lines[: _LONGEST_FRONT_MATTER + 1]]
    first = _skip_front_matter(numbered)
    return first > 2 or (any(_HEADING.match(line) for line in lines[:3]) and not _is_remarked(lines))


def _is_remarked(lines: Sequence[str]) -> bool:
    """Whether lines that begin with ``#`` are remarks above delimited rows: the two rows below are divided alike, without blanks."""
    bare = (line.strip("\ufeff") for line in lines)
    below = list(dropwhile(lambda line: line.startswith("#"), bare))[:2]
    return len(below) == 2 and any(
        below[0].count(mark) == below[1].count(mark) >= least and mark + " " not in "".join(below)
        for mark, least in ((",", 2), (";", 1), ("\t", 1))
    )


def read(path: str, text: str, settings: Settings) -> Document:
    """Read ``text`` into blocks and tables; figures in comments, or struck out, are not read, which is said."""
    reading = _Reading(path, SourceText.of(text), settings)
    try:
        reading.read()
    except TooManyCellsError:
        message = say("has more cells in its tables than the limit max_cells = {limit:,}", limit=settings.max_cells)
        place = reading.written.location(path, 0, 0)
        return Document(path, NAME, source=reading.written, faults=(Fault("R004", message, place),))
    return Document(
        path,
        NAME,
        source=reading.written,
        blocks=tuple(reading.blocks),
        tables=tuple(replace(table, index=index) for index, table in enumerate(reading.tables)),
        faults=tuple(reading.faults),
        marks=tuple(reading.marks),
    )


def _skip_front_matter(lines: list[SourceLine]) -> int:
    """The number of the first line behind the settings that a document may begin with."""
    closing = _FRONT_MATTER.get(lines[0][1].rstrip()) if lines else None
    if closing:
        for number in range(1, min(len(lines), _LONGEST_FRONT_MATTER)):
            if lines[number][1].rstrip() in closing:
                return number + 1
    return 0


def _past_bullet(line: str) -> int:
    bullet = _BULLET.match(line)
    return bullet.end() if bullet else 0


class _Reading:
    """What was read so far; ``pending`` are lines of text that no table of Markdown's took.

    ``source`` is what is ``written`` with its comments blanked.
    """

    def __init__(self, path: str, written: SourceText, settings: Settings) -> None:
        self.path, self.written, self.source, self.settings = path, written, written, settings
        self.clock = Clock.start(settings)
        self.blocks: list[TextBlock] = []
        self.tables: list[Table] = []
        self.faults: list[Fault] = []
        self.pending: list[SourceLine] = []
        self.html: dict[int, int] | None = None
        self.listed = 0
        self.marks: list[IgnoreComment] = []
        self.comments: list[tuple[int, int]] = []
        self.unread: dict[str, list[tuple[int, int]]] = {"comment": [], "struck-out text": []}

    def read(self) -> None:
        """Read all lines, and say what was left out."""
        raw = self.source.lines()
        first = _skip_front_matter(raw)
        for offset, line in raw[:first]:
            titled = _TITLE.fullmatch(line)
            if titled:
                self.blocks.append(TextBlock(titled.group(1), offset + titled.start(1), "heading"))
        lines = self._without_comments(raw[first:])
        self.source = blank(self.written, self.comments)
        number = 0
        while number < len(lines):
            self.clock.check()
            offset, line = lines[number]
            heading, fence = _HEADING.match(line), _FENCE.fullmatch(line)
            if fence:
                number = self._read_fence(lines, number, fence.group(1), fence.group(2))
            elif heading:
                self._flush()
                title = line[heading.end() :].rstrip(" #")
                self.blocks.append(TextBlock(title, offset + heading.end(), "heading"))
                number += 1
            elif _HTML_TABLE.match(line) and (end := self._html_ends().get(offset + line.index("<"), 0)):
                self._read_html(offset, end)
                while number < len(lines) and lines[number][0] < end:
                    number += 1
            else:
                number = self._read_list(lines, number) or self._read_line(lines, number)
        self._flush()
        for what, spans in self.unread.items():
            if spans:
                told = say_many(len(spans), "{count} comment holds figures, which were not read",
                                "{count} comments hold figures, which were not read")  # fmt: skip
                if what != "comment":
                    told = say_many(len(spans), "{count} struck-out text holds figures, which were not read",
                                    "{count} struck-out texts hold figures, which were not read")  # fmt: skip
                place = self.written.location(self.path, *spans[0])
                self.faults.append(Fault("R003", told, place, note=True))

    def _without_comments(self, lines: list[SourceLine]) -> list[SourceLine]:
        """Lines with their quote marks off and their comments blanked; a line of nothing but a comment is left out."""
        kept: list[SourceLine] = []
        opened, fence = -1, ""
        for offset, line in lines:
            quote = _QUOTE.match(line)
            shown = line if quote is None else line[quote.end() :]
            start = offset + len(line) - len(shown)
            mark = _FENCE.fullmatch(shown)
            if opened < 0 and mark and (not fence or shown.strip().startswith(fence)):
                fence = "" if fence else mark.group(1)
            if opened < 0 and (fence or "<!--" not in shown):
                kept.append((start, shown))
                continue
            visible, position = "", 0
            while position < len(shown):
                if opened < 0:
                    begin = shown.find("<!--", position)
                    begin = len(shown) if begin < 0 else begin
                    visible += shown[position:begin]
                    opened, position = (start + begin if begin < len(shown) else -1), begin
                else:
                    end = shown.find("-->", max(position, opened + 4 - start))
                    stop = len(shown) if end < 0 else end + 3
                    visible += " " * (stop - position)
                    position = stop
                    if end >= 0:
                        self._read_comment(opened, start + stop)
                        opened = -1
            if visible.strip() or not shown.strip():
                kept.append((start, visible))
        if opened >= 0:
            message = say("a comment that begins here is never closed; what follows was not read")
            self.faults.append(Fault("R003", message, self.source.location(self.path, opened, opened + 4)))
        return kept

    def _read_comment(self, start: int, end: int) -> None:
        self.comments.append((start, end))
        mark = find_mark(self.written.text[start:end], self.written.location(self.path, start, end))
        if mark is None:
            self._pass_over("comment", start, end)
        else:
            self.marks.append(mark)

    def _pass_over(self, what: str, start: int, end: int) -> None:
        if _FIGURE.search(self.written.text, start, end):
            self.unread[what].append((start, end))

    def _read_fence(self, lines: list[SourceLine], number: int, mark: str, language: str) -> int:
        """Read what stands in a fence; gives the number of the line behind it."""
        self._flush()
        first = number = number + 1
        while number < len(lines) and not (
            lines[number][1].strip().startswith(mark) and not lines[number][1].strip().strip(mark[0])
        ):
            number += 1
        inside = lines[first:number]
        if language.casefold() not in _PROSE_FENCES:
            if any(text.strip() for _, text in inside):
                start, (offset, text) = inside[0][0], inside[-1]
                self.blocks.append(TextBlock(self.source.text[start : offset + len(text)], start, "code"))
            return number + 1
        at = 0
        while at < len(inside):
            at = self._read_line(inside, at)
        self._flush()
        return number + 1

    def _read_list(self, lines: list[SourceLine], number: int) -> int:
        """Read a table that is written as a nested list; gives the number of the line behind it, 0 where none begins."""
        if number < self.listed or not _LISTED.match(lines[number][1]):
            return 0
        found = read_nested(lines, number)
        if not found.is_table:
            # None of its items is looked at again.
            self.listed = found.end
            return 0
        self._flush()
        width = max(map(len, found.rows))
        grid: list[tuple[str, ...]] = []
        places: list[tuple[Span, ...]] = []
        last = lines[number][0]
        for row in found.rows:
            printed = [[self._print(*span) for span in cell] for cell in row]
            spans = [(cell[0].start, cell[-1].end) for cell in printed]
            last = spans[-1][1] if spans else last
            cells = ("\n".join(line.text for line in cell).strip() for cell in printed)
            grid.append((*cells, *("",) * (width - len(row))))
            places.append((*spans, *((last, last),) * (width - len(row))))
        self._keep(Table(tuple(grid), self.path, places=TextPlaces(self.source, tuple(places))))
        return found.end

    def _read_line(self, lines: list[SourceLine], number: int) -> int:
        """Read a pipe table, or keep a line of text; gives the number of the line behind it."""
        offset, line = lines[number]
        if "|" not in line or number + 1 == len(lines) or not is_rule(lines[number + 1][1]):
            self.pending.append((offset, line))
            return number + 1
        start = _past_bullet(line)
        self._flush()
        end = number + 2
        while end < len(lines) and "|" in lines[end][1]:
            end += 1
        self._add_table([(offset + start, line[start:]), *lines[number + 2 : end]])
        return end

    def _add_table(self, lines: list[SourceLine]) -> None:
        """Add a pipe table; cells past the header's width, which belong to no column, are kept, to be seen."""
        rows = [[self._print(offset + a, offset + b) for a, b in cut_row(line, 0, len(line))] for offset, line in lines]
        width = max(map(len, rows))
        grid = tuple((*(cell.text.strip(" \t") for cell in row), *("",) * (width - len(row))) for row in rows)
        spans = tuple(tuple((cell.start, cell.end) for cell in row) for row in rows)
        header: int | None = 1
        if len(grid) > 2 and not any(grid[0]):
            # Nothing names the columns where Markdown asks for it; a row of bold words below does, or any row of words.
            grid, spans = grid[1:], spans[1:]
            header = self._count_bold(grid, spans) or None
        title = len(self.blocks) - 1 if self.blocks else None
        self.tables.append(Table(grid, self.path, 0, header, title, TextPlaces(self.source, spans)))

    def _count_bold(self, grid: Sequence[Sequence[str]], spans: Sequence[Sequence[Span]]) -> int:
        """How many of the first rows are names set in bold; an amount set so is a total."""
        for number, (row, places) in enumerate(zip(grid, spans, strict=True)):
            named = [
                self.source.text[max(0, at - 2) : at] in ("**", "__")
                for text, (at, _) in zip(row, places, strict=True)
                if text
            ]
            amounts = any(read_amount(text) is not None and not _YEAR.fullmatch(text) for text in row)
            if not named or not all(named) or amounts:
                return number
        return 0

    def _print(self, start: int, end: int) -> Printed:
        printed, struck = print_text(self.source.text, start, end)
        for span in struck:
            self._pass_over("struck-out text", *span)
        return printed

    def _flush(self) -> None:
        """Read the pending lines: first what stands a cell a line, where the marks of Markdown tell cells apart."""
        lines, self.pending = self.pending, []
        stacks, faults = read_stacks(self.source, lines, self.path, self.clock)
        start = 0
        for stack in stacks:
            self._read_paragraphs(lines_between(lines, start, stack.start))
            self._keep(stack.table)
            self.faults += stack.faults
            start = stack.end
        self._read_paragraphs(lines_between(lines, start, len(self.source.text)))
        self.faults += faults

    def _read_paragraphs(self, lines: Sequence[SourceLine]) -> None:
        """Read lines as plain text, without the marks of Markdown."""
        paragraphs: list[list[Printed]] = [[]]
        for offset, line in lines:
            if line.strip():
                # As a block it is kept whole, with the marks around it.
                start, end = offset + _past_bullet(line), offset + len(line)
                paragraphs[-1].append(self._print(start, end)._replace(start=offset, end=end))
            elif paragraphs[-1]:
                paragraphs.append([])
        for found in read_paragraphs(
            self.source, [lines for lines in paragraphs if lines], self.path, clock=self.clock
        ):
            if isinstance(found, Table):
                self._keep(found)
            elif isinstance(found, Fault):
                self.faults.append(found)
            else:
                self.blocks.append(self._block(found[1]))

    def _keep(self, table: Table) -> None:
        self.tables.append(replace(table, title_block=len(self.blocks) - 1 if self.blocks else None))

    def _block(self, lines: Sequence[Printed]) -> TextBlock:
        """A paragraph at its offset; where references stand for characters, offsets within it tell nothing."""
        start, end = lines[0].start, lines[-1].end
        text = self.source.text[start:end]
        if "&" not in text or unescape(text) == text:
            return TextBlock(text, start)
        return TextBlock(
            "\n".join(line.text for line in lines), start, place=self.source.location(self.path, start, end)
        )

    def _html_ends(self) -> dict[int, int]:
        """Where each table in HTML ends, by its beginning."""
        if self.html is None:
            self.html, opened = {}, []
            for tag in _TABLE_TAG.finditer(self.source.text):
                if not tag.group(1):
                    opened.append(tag.start())
                elif opened:
                    self.html[opened.pop()] = tag.end()
        return self.html

    def _read_html(self, start: int, end: int) -> None:
        self._flush()
        page = WebPage(self.path, self.source, self.settings.max_cells, self.clock)
        page.read(start, end)
        before = len(self.blocks)
        self.blocks += page.blocks
        for table in page.tables:
            if table is not None:
                title = before - 1 if table.title_block is None else before + table.title_block
                self.tables.append(replace(table, title_block=title if title >= 0 else None))
        self.faults += page.faults


# Nothing in it is tried twice: a table of many columns has a long one.
_RULE = re.compile(r"[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+(?:\|[ \t]*+)?")
_REACH = 500
# What is not printed, or printed otherwise. A raised mark (<sup>1</sup>, [^1]) is left for who reads the amount.
_MARKS = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    rf"|(?P<struck>~~(?=\S)[^~]{{1,{_REACH}}}~~|<(?P<tag>del|s|strike)>[^<]{{0,{_REACH}}}</(?P=tag)>)"
    r"|(?P<link>!?\[(?=[^\[\]]{0,500}\]\()|\]\([^()\s]{0,2000}(?:[ ]+\"[^\"]{0,200}\")?\))"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});)"
    r"|(?P<line>[ ]?<br[ ]?/?>[ ]?)"
    r"|(?P<inline></?(?:a|abbr|b|big|code|em|font|i|ins|mark|small|span|strong|u)(?:[ ][^<>]{0,2000})?>)"
    r"|(?P<emphasis>\*\*|__|[*_`])",
    re.IGNORECASE,
)


def is_rule(line: str) -> bool:
    """Whether a line is the rule under a header, such as ``|---|--:|``."""
    return "-" in line and ("|" in line or line.strip(" \t:-") == "") and bool(_RULE.fullmatch(line))


def cut_row(text: str, start: int, end: int) -> list[Span]:
    r"""The spans of the cells in the row ``text[start:end]``, without the blanks around them; ``\|`` does not divide."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if text.startswith("|", start, end):
        start += 1
    if end > start and text[end - 1] == "|" and text[end - 2] != "\\":
        end -= 1
    cells: list[Span] = []
    begin = start
    for position in range(start, end + 1):
        if position == end or (text[position] == "|" and text[position - 1] != "\\"):
            left, right = begin, position
            while left < right and text[left] in " \t":
                left += 1
            while right > left and text[right - 1] in " \t":
                right -= 1
            cells.append((left, right))
            begin = position + 1
    return cells


def print_text(text: str, start: int, end: int) -> tuple[Printed, list[Span]]:
    """What Markdown prints of ``text[start:end]``, and the spans of what is struck out in it and so left out."""
    out: list[str] = []
    runs: list[tuple[int, int, int]] = []
    struck: list[Span] = []
    opened: list[str] = []
    size = 0

    def put(printed: str, begin: int, finish: int) -> None:
        nonlocal size
        if printed:
            out.append(printed)
            runs.append((size, begin, finish))
            size += len(printed)

    position = start
    for mark in _MARKS.finditer(text, start, end):
        emphasis = mark["emphasis"]
        if emphasis and not _turns(text, mark, start, end, opened):
            continue
        put(text[position : mark.start()], position, mark.start())
        position = mark.end()
        if mark["struck"]:
            struck.append(mark.span())
        elif mark["entity"]:
            put(unescape(mark["entity"]), *mark.span())
        elif mark["line"]:
            put("\n", *mark.span())
        elif mark["escaped"]:
            put(mark["escaped"], *mark.span())
    put(text[position:end], position, end)
    if not runs:
        return Printed("", start, end), struck
    return Printed("".join(out), runs[0][1], runs[-1][2], tuple(runs)), struck


def _turns(text: str, mark: re.Match[str], start: int, end: int, opened: list[str]) -> bool:
    """Whether a mark begins or ends emphasis; it does not where it is a footnote's (``5*``) or part of a name (``a_b``)."""
    sign, (first, last) = mark.group(), mark.span()
    if sign in opened:
        opened.remove(sign)
        return True
    before, behind = text[max(start, first - 1) : first], text[last : min(end, last + 1)]
    if before.isalnum() or not behind or behind.isspace() or behind == sign:
        return False
    closing = text.find(sign, last + 1, min(end, last + _REACH))
    if closing < 0 or text[closing - 1].isspace():
        return False
    opened.append(sign)
    return True
