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


def find_documents(budget: Budget, paths: Sequence[str]) -> dict[str, str]:
    """Which of ``paths`` each document of the budget is: by its path from the budget file, else by its file name."""
    found: dict[str, str] = {}
    folder = Path(budget.path).parent
    for name, (pattern, _) in budget.documents.items():
        exact = [path for path in paths if _is_same(path, folder / pattern)]
        by_name = [path for path in paths if fnmatch(PurePath(path).name, PurePath(pattern).name)]
        for path in (*exact, *by_name):
            if path not in found.values():
                found[name] = path
                break
    return found


def _is_same(path: str, other: Path) -> bool:
    try:
        return Path(path).resolve() == other.resolve()
    except (OSError, ValueError):
        return False


def equate_budget(budget: Budget, found: Mapping[str, str], known: Mapping[str, Sequence[Control]]) -> list[Equation]:
    """The equations of a budget: each line against the lines and documents that draw on it.

    A document counts with what its rows add up to, not with the total it prints, so that the budget is a witness of its
    own. Lines that name a document which is missing, or which has no rows, give no equation (R404 and R401 say so).
    """
    equations: list[Equation] = []
    for line in budget.walk():
        total = Term(line.amount, place=line.location, label=line.name)
        terms = [Term(child.amount, place=child.location, label=child.name) for child in line.lines]
        complete = True
        for name in line.documents:
            term = _document_term(name, known.get(found.get(name, ""), ()), line.amount.unit.currency)
            if term is None:
                complete = False
            else:
                terms.append(term)
        if terms and complete:
            exact = line.amount.low == line.amount.high
            label = f"{budget.name}: {line.name}"
            equations.append(Equation(BUDGET, total, tuple(terms), label, exact=exact, relation=USES[line.use]))
    return equations


def _document_term(name: str, controls: Sequence[Control], currency: str | None) -> Term | None:
    """What a document distributes: the rows of its first amount column, with its printed total as the place."""
    if not controls:
        return None
    control = controls[0]
    shown = control.total or control.rows[0]
    value: Decimal = add(term.value() for term in control.rows)
    amount = in_unit(shown.amount, Unit(shown.amount.unit.currency or currency, shown.amount.unit.exponent))
    amount = amount._replace(value=value, low=value, high=value, fault=None)
    return replace(shown, amount=amount, label=name, parts=control.rows)
