"""Budget files: what an appropriation is, what it is divided into, and which documents must exhaust it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from reconcile.amounts import Amount, Unit, add, in_unit, read_amount
from reconcile.equations import BUDGET, Equation, Term
from reconcile.linking import Control
from reconcile.location import Location, SourceText
from reconcile.settings import UsageError

if TYPE_CHECKING:
    import yaml

USES = {"exhausted": "equal", "at-most": "at-most", "at-least": "at-least"}
_MAX_NODES = 20_000
_MAX_DEPTH = 50
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line: its amount, and the lines and documents that draw on it. ``use`` is a key of ``USES``."""

    name: str
    amount: Amount
    use: str
    location: Location
    lines: tuple[Line, ...] = ()
    documents: tuple[str, ...] = ()

    def walk(self) -> Iterator[Line]:
        """The line and all below it."""
        yield self
        for line in self.lines:
            yield from line.walk()


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget file. ``documents`` maps the names it uses to (path or glob, place in the file)."""

    path: str
    name: str
    currency: str | None
    documents: Mapping[str, tuple[str, Location]]
    lines: tuple[Line, ...]
    source: SourceText

    def paths(self) -> list[str]:
        """The paths and globs of its documents, from the folder that the file lies in."""
        return [str(Path(self.path).parent / pattern) for pattern, _ in self.documents.values()]

    def walk(self) -> Iterator[Line]:
        """All lines, parents first."""
        for line in self.lines:
            yield from line.walk()


def load_budget(path: str) -> Budget:
    """Read a budget file (YAML).

    Raises UsageError naming file, line and column for a file that cannot be read, broken YAML, an unknown or missing
    key, an amount that cannot be read, or a document that a line names and the file does not.
    """
    import yaml

    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_BYTES + 1)
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > _MAX_BYTES:
        raise UsageError(f"{path}: larger than a budget file may be ({_MAX_BYTES:,} bytes)")
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise UsageError(f"{path}{where}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: {error}") from error
    return _Reader(path, SourceText.of(text)).budget(root)


class _Reader:
    """Reads the nodes of one budget file; every complaint names its place."""

    def __init__(self, path: str, source: SourceText) -> None:
        self.path = path
        self.source = source
        self.nodes = 0

    def budget(self, root: yaml.Node | None) -> Budget:
        keys = self.mapping(root, {"budget", "currency", "documents", "lines"}, {"lines"})
        currency = self.text(keys["currency"]) if "currency" in keys else None
        documents = {
            name: (self.text(node), self.place(node)) for name, node in self.mapping(keys.get("documents")).items()
        }
        lines = tuple(self.line(node, currency, documents, 1) for node in self.sequence(keys["lines"]))
        name = self.text(keys["budget"]) if "budget" in keys else PurePath(self.path).stem
        return Budget(self.path, name, currency, documents, lines, self.source)

    def line(self, node: yaml.Node, currency: str | None, documents: Mapping[str, object], depth: int) -> Line:
        if depth > _MAX_DEPTH:
            raise self.error(node, f"lines are nested more than {_MAX_DEPTH} deep")
        keys = self.mapping(node, {"line", "amount", "use", "rounded", "lines", "documents"}, {"line", "amount"})
        amount = self.amount(keys["amount"], currency, self.flag(keys.get("rounded")))
        use = self.text(keys["use"]) if "use" in keys else "at-most"
        if use not in USES:
            raise self.error(keys["use"], f"use must be one of {', '.join(USES)}, not {use!r}")
        names = []
        for item in self.sequence(keys.get("documents")):
            name = self.text(item)
            if name not in documents:
                raise self.error(
                    item, f"no document {name!r} under 'documents'; there are: {', '.join(documents) or 'none'}"
                )
            names.append(name)
        lines = tuple(self.line(item, currency, documents, depth + 1) for item in self.sequence(keys.get("lines")))
        return Line(self.text(keys["line"]), amount, use, self.place(keys["amount"]), lines, tuple(names))

    def amount(self, node: yaml.Node, currency: str | None, rounded: bool) -> Amount:
        printed = self.text(node)
        amount = read_amount(printed, None, Unit(currency))
        if amount is None or amount.fault or amount.glued or amount.percent:
            raise self.error(node, f"cannot read the amount {printed!r}; write one like 2 500 000 000 or 2,5 miljarder")
        if amount.ambiguous:
            raise self.error(node, f"{printed!r} may be a thousand times more or less; write it without the mark")
        if currency and amount.unit.currency not in (None, currency):
            raise self.error(node, f"{printed!r} is in {amount.unit.currency}, but the budget is in {currency}")
        return amount if rounded else amount._replace(low=amount.value, high=amount.value)

    def flag(self, node: yaml.Node | None) -> bool:
        if node is None:
            return False
        word = self.text(node).casefold()
        if word not in ("true", "false", "yes", "no"):
            raise self.error(node, f"must be true or false, not {word!r}")
        return word in ("true", "yes")

    def mapping(
        self, node: yaml.Node | None, allowed: set[str] | None = None, needed: set[str] | None = None
    ) -> dict[str, yaml.Node]:
        import yaml

        if node is None and needed is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise self.error(node, "must be a mapping (key: value)")
        self.count(node)
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key in found:
                raise self.error(key_node, f"key {key!r} stands twice")
            if allowed is not None and key not in allowed:
                raise self.error(key_node, f"unknown key {key!r}; known are {', '.join(sorted(allowed))}")
            found[key] = value
        for key in sorted((needed or set()) - set(found)):
            raise self.error(node, f"key {key!r} is missing")
        return found

    def sequence(self, node: yaml.Node | None) -> list[yaml.Node]:
        import yaml

        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, "must be a list (- item)")
        self.count(node)
        return list(node.value)

    def text(self, node: yaml.Node) -> str:
        import yaml

        if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
            raise self.error(node, "must be text")
        return str(node.value).strip()

    def count(self, node: yaml.Node) -> None:
        # Aliases share nodes, so a small file can stand for an endless tree: count visits, not nodes.
        self.nodes += 1 + len(node.value)
        if self.nodes > _MAX_NODES:
            raise self.error(node, "too many nested entries")

    def place(self, node: yaml.Node) -> Location:
        return self.source.location(self.path, node.start_mark.index, node.end_mark.index)

    def error(self, node: yaml.Node | None, message: str) -> UsageError:
        mark = node.start_mark if node is not None else None
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        return UsageError(f"{self.path}{where}: {message}")


def find_documents(budget: Budget, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which of ``paths`` each document of the budget is; a glob may be several.

    Paths are matched from the folder of the budget file first, for all documents; only for those that are not found so,
    by file name, so that a copy of the documents elsewhere is found, too.
    """
    found: dict[str, tuple[str, ...]] = {}
    folder = Path(budget.path).parent

    def by_place(path: str, pattern: str) -> bool:
        return fnmatch(_resolved(Path(path)), _resolved(folder / pattern))

    def by_name(path: str, pattern: str) -> bool:
        return fnmatch(PurePath(path).name, PurePath(pattern).name)

    for matches in (by_place, by_name):
        for name, (pattern, _) in budget.documents.items():
            claimed = {path for group in found.values() for path in group}
            chosen = tuple(path for path in paths if path not in claimed and matches(path, pattern))
            if chosen and name not in found:
                # A plain path is one document, even if several files bear its name.
                found[name] = chosen if any(char in pattern for char in "*?[") else chosen[:1]
    return found


def _resolved(path: Path) -> str:
    try:
        return str(path.resolve())
    except (OSError, ValueError):
        return str(path)


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a document cannot be set against a budget line."""

    line: Line
    name: str
    reason: str


def equate_budget(
    budget: Budget, found: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[Control]]
) -> tuple[list[Equation], list[Gap]]:
    """The equations of a budget, each line against the lines and documents that draw on it, and what stands in their way.

    A document counts with what its rows add up to, not with the total it prints, so that the budget is a witness of its
    own. A line of which a document is missing, or below which one is, is incomplete: a sum without it proves nothing.
    """
    equations: list[Equation] = []
    gaps: list[Gap] = []
    for line in budget.walk():
        total = Term(line.amount, place=line.location, label=line.name)
        terms = [Term(child.amount, place=child.location, label=child.name) for child in line.lines]
        for name in line.documents:
            for path in found.get(name, ()):
                term = _document_term(name, known.get(path, ()), line.amount.unit.currency or budget.currency)
                if isinstance(term, Term):
                    terms.append(term)
                else:
                    gaps.append(Gap(line, name, term))
        if not terms:
            continue
        below = [(each, name) for each in line.walk() for name in each.documents]
        incomplete = any(name not in found for _, name in below) or any(gap.line in list(line.walk()) for gap in gaps)
        equations.append(
            Equation(
                BUDGET, total, tuple(terms), f"{budget.name}: {line.name}",
                exact=line.amount.low == line.amount.high, relation=USES[line.use], incomplete=incomplete,
            )
        )  # fmt: skip
    return equations, gaps


def _document_term(name: str, controls: Sequence[Control], currency: str | None) -> Term | str:
    """What a document distributes, or why that cannot be told: the rows of the one column of amounts that is meant.

    Meant is the column whose total a caption states, else the one with a printed total, else the only one there is.
    """
    captioned = [control for control in controls if control.captioned]
    totalled = [control for control in controls if control.total is not None]
    candidates = captioned or totalled or list(controls)
    if not candidates:
        return "no table of amounts was read in it"
    if len(candidates) > 1:
        return f"it has {len(candidates)} columns of amounts, and nothing tells which of them is meant"
    control = candidates[0]
    if control.incomplete:
        return "one of its figures is withheld or could not be read"
    theirs = {term.amount.unit.currency for term in control.rows} - {None}
    if currency is not None and theirs - {currency}:
        return f"it is in {', '.join(sorted(map(str, theirs)))}, the budget in {currency}"
    shown = control.total or control.rows[0]
    value: Decimal = add(term.value() for term in control.rows)
    amount = in_unit(shown.amount, Unit(shown.amount.unit.currency or currency, shown.amount.unit.exponent))
    amount = amount._replace(value=value, low=value, high=value, fault=None)
    return replace(shown, amount=amount, label=name, parts=tuple(control.rows))
