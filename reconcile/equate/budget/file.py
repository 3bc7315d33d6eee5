"""The budget file: what an appropriation is, what it is divided into, and which documents draw on it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from reconcile.core.amounts import Amount, Unit, read_amount
from reconcile.core.location import Location, SourceText
from reconcile.core.yaml_file import Nodes, suggested
from reconcile.recognise.registries import registry_names

if TYPE_CHECKING:
    import yaml

# How a line may be used, and the relation of its equation.
USES = {"exhausted": "equal", "at-most": "at-most", "at-least": "at-least"}
# Currencies that are all printed as a bare "kr".
_KRONAS = ("SEK", "NOK", "DKK", "ISK")
_MAX_DEPTH = 50
BUDGET_KEYS = ("budget", "currency", "documents", "entities", "lines")
DOCUMENT_KEYS = ("path", "table", "column", "schema", "decision", "expected")
LINE_KEYS = ("line", "amount", "rounded", "use", "remaining", "tolerance", "each", "documents", "lines")
ENTITY_KEYS = ("aliases", "amount", "rounded", "use", "documents")
TOLERANCE_KEYS = ("amount", "reason")


class Stated(NamedTuple):
    """An amount in the budget file, and where it stands."""

    amount: Amount
    location: Location


class Tolerance(NamedTuple):
    """How far a line may be off, and why."""

    amount: Amount
    reason: str


class BudgetDocument(NamedTuple):
    """A document of the budget: its path or glob, and which of its amounts are meant where that is not plain.

    ``table`` is a number from 1 or words of its caption, ``column`` a number from 1 or its header, ``schema`` the
    registry that the table's rows are of. ``decision`` says what it publishes; documents of one decision must agree.
    ``expected`` is how many documents a glob must match.
    """

    path: str
    location: Location
    table: str | None = None
    column: str | None = None
    schema: str | None = None
    decision: str | None = None
    expected: int | None = None

    @property
    def is_glob(self) -> bool:
        """Whether it may be several documents."""
        return any(char in self.path for char in "*?[")

    @property
    def selection(self) -> tuple[str | None, ...]:
        """Which of a file's amounts are meant."""
        return self.table, self.column, self.schema


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A budget line: its amount, and the lines and documents that draw on it.

    ``use`` is a key of ``USES``. ``remaining`` is what must be left of it, ``each`` the most that one entity may have
    of it.
    """

    name: str
    amount: Amount
    use: str
    location: Location
    lines: tuple[BudgetLine, ...] = ()
    documents: tuple[str, ...] = ()
    tolerance: Tolerance | None = None
    remaining: Stated | None = None
    each: Stated | None = None

    def walk(self) -> Iterator[BudgetLine]:
        """The line and all below it."""
        yield self
        for line in self.lines:
            yield from line.walk()

    def below(self) -> tuple[str, ...]:
        """All documents that draw on it, or on a line below it."""
        return tuple(dict.fromkeys(name for line in self.walk() for name in line.documents))


class Entity(NamedTuple):
    """Somebody who receives: other names that the documents print, and what may be received in all, if that is held."""

    name: str
    location: Location
    aliases: tuple[str, ...] = ()
    limit: Stated | None = None
    use: str = "at-most"
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget file. ``documents`` maps the names it uses to what they are."""

    path: str
    name: str
    currency: str | None
    documents: Mapping[str, BudgetDocument]
    lines: tuple[BudgetLine, ...]
    source: SourceText
    entities: tuple[Entity, ...] = ()

    def paths(self) -> list[str]:
        """The paths and globs of its documents, from the folder that the file lies in."""
        return list(dict.fromkeys(str(Path(self.path).parent / each.path) for each in self.documents.values()))

    def walk(self) -> Iterator[BudgetLine]:
        """All lines, parents first."""
        for line in self.lines:
            yield from line.walk()

    def counted(self) -> tuple[str, ...]:
        """The documents that count: those that lines draw on (all, if none does), each decision once."""
        names = dict.fromkeys(name for line in self.lines for name in line.below()) or dict.fromkeys(self.documents)
        first: dict[str, str] = {}
        for name in names:
            source = self.documents[name]
            if source.decision is not None:
                first.setdefault(source.decision, source.path)
        return tuple(
            name for name in names
            if (s := self.documents[name]).decision is None or first[s.decision] == s.path
        )  # fmt: skip


def load_budget(path: str) -> Budget:
    """Read a budget file (YAML).

    Raises UsageError naming file, line and column for a file that cannot be read, broken YAML, a key that is unknown,
    missing or there twice, an amount that cannot be read or is in another currency, a document that is not named, a
    line inside itself, a decision that is counted twice, or an alias of two entities.
    """
    nodes, root = Nodes.read(path)
    return _Reader(nodes).budget(root)


class _Reader:
    """Reads the nodes of one budget file."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.currency: str | None = None
        self.documents: dict[str, BudgetDocument] = {}

    def budget(self, root: yaml.Node | None) -> Budget:
        keys = self.nodes.mapping(root, BUDGET_KEYS, ("lines",))
        name = self.text(keys, "budget") or PurePath(self.nodes.path).stem
        if "currency" in keys:
            self.currency = self.code(keys["currency"])
        if "documents" in keys:
            for each, node in self.nodes.mapping(keys["documents"]).items():
                self.documents[each] = self.document(each, node)
        lines = tuple(self.line(node, ()) for node in self.nodes.sequence(keys["lines"]))
        for node in self.nodes.sequence(keys["lines"]):
            self.hold_decisions(node, [])
        entities: tuple[Entity, ...] = ()
        if "entities" in keys:
            entities = self.entities(keys["entities"])
        return Budget(self.nodes.path, name, self.currency, self.documents, lines, self.nodes.source, entities)

    def text(self, keys: Mapping[str, yaml.Node], key: str) -> str | None:
        return self.nodes.text(keys[key]) if key in keys else None

    def code(self, node: yaml.Node) -> str:
        currency = self.nodes.text(node)
        if len(currency) != 3 or not currency.isascii() or not currency.isupper():
            raise self.nodes.error(node, f"{currency!r} is no currency code; write three capitals, such as SEK")
        return currency

    def document(self, name: str, node: yaml.Node) -> BudgetDocument:
        import yaml

        if isinstance(node, yaml.ScalarNode):
            found = BudgetDocument(self.nodes.text(node), self.nodes.place(node))
        else:
            keys = self.nodes.mapping(node, DOCUMENT_KEYS, ("path",))
            schema = self.text(keys, "schema")
            if schema is not None and schema not in registry_names():
                raise self.nodes.error(keys["schema"], f"no schema {schema!r}{suggested(schema, registry_names())}")
            expected = self.nodes.count(keys["expected"]) if "expected" in keys else None
            table, column, decision = (self.text(keys, key) for key in ("table", "column", "decision"))
            place = self.nodes.place(keys["path"])
            found = BudgetDocument(str(self.text(keys, "path")), place, table, column, schema, decision, expected)
        for other, source in self.documents.items():
            if (os.path.normpath(source.path), source.selection) == (os.path.normpath(found.path), found.selection):
                raise self.nodes.error(
                    node, f"{name!r} is the same document as {other!r} ({source.path}), and would count twice"
                )
        return found

    def line(self, node: yaml.Node, above: tuple[yaml.Node, ...]) -> BudgetLine:
        keys = self.nodes.mapping(node, LINE_KEYS, ("line", "amount"))
        name = self.nodes.text(keys["line"])
        if any(node is each for each in above):
            raise self.nodes.error(node, f"line {name!r} lies within itself")
        if len(above) >= _MAX_DEPTH:
            raise self.nodes.error(node, f"lines are nested more than {_MAX_DEPTH} deep")
        amount = self.amount(keys)
        remaining = self.stated(keys, "remaining")
        if remaining is not None and "use" in keys:
            raise self.nodes.error(keys["use"], "give either 'use' or 'remaining': what remains is not used")
        children = self.nodes.sequence(keys["lines"]) if "lines" in keys else []
        lines = tuple(self.line(item, (*above, node)) for item in children)
        return BudgetLine(
            name, amount, self.use(keys) if remaining is None else "exhausted", self.nodes.place(keys["amount"]),
            lines, self.names(keys), self.tolerance(keys), remaining, self.stated(keys, "each"),
        )  # fmt: skip

    def use(self, keys: Mapping[str, yaml.Node]) -> str:
        use = self.text(keys, "use") or "at-most"
        if use not in USES:
            raise self.nodes.error(keys["use"], f"must be one of {', '.join(USES)}, not {use!r}")
        return use

    def names(self, keys: Mapping[str, yaml.Node]) -> tuple[str, ...]:
        found: list[str] = []
        for item in self.nodes.sequence(keys["documents"]) if "documents" in keys else ():
            name = self.nodes.text(item)
            if name not in self.documents:
                raise self.nodes.error(item, f"no document {name!r} under 'documents'{suggested(name, self.documents)}")
            if name in found:
                raise self.nodes.error(item, f"document {name!r} stands twice in one list")
            found.append(name)
        return tuple(found)

    def hold_decisions(self, node: yaml.Node, claimed: list[str]) -> None:
        """No document may be counted twice below one line, and no decision in two documents."""
        keys = self.nodes.mapping(node)
        for item in self.nodes.sequence(keys["documents"]) if "documents" in keys else ():
            name = self.nodes.text(item)
            mine = self.documents[name]
            if name in claimed:
                raise self.nodes.error(item, f"document {name!r} is counted twice below one line")
            for other in claimed:
                theirs = self.documents[other]
                if mine.decision is not None and mine.decision == theirs.decision and mine.path != theirs.path:
                    raise self.nodes.error(
                        item,
                        f"documents {other!r} and {name!r} both claim decision {mine.decision!r}; count one of them",
                    )
            claimed.append(name)
        for item in self.nodes.sequence(keys["lines"]) if "lines" in keys else ():
            self.hold_decisions(item, claimed)

    def tolerance(self, keys: Mapping[str, yaml.Node]) -> Tolerance | None:
        if "tolerance" not in keys:
            return None
        inner = self.nodes.mapping(keys["tolerance"], TOLERANCE_KEYS, TOLERANCE_KEYS)
        return Tolerance(self.exact(inner["amount"]), self.nodes.text(inner["reason"]))

    def stated(self, keys: Mapping[str, yaml.Node], key: str) -> Stated | None:
        return Stated(self.exact(keys[key]), self.nodes.place(keys[key])) if key in keys else None

    def amount(self, keys: Mapping[str, yaml.Node]) -> Amount:
        rounded = "rounded" in keys and self.nodes.flag(keys["rounded"])
        return self.exact(keys["amount"], rounded)

    def exact(self, node: yaml.Node, rounded: bool = False) -> Amount:
        """The amount that a node holds; its interval is a point unless it is ``rounded``."""
        printed = self.nodes.text(node)
        amount = read_amount(printed, None, Unit(self.currency))
        if amount is None or amount.fault or amount.glued or amount.percent:
            raise self.nodes.error(
                node, f"cannot read the amount {printed!r}; write one like 2 500 000 000 or 2,5 miljarder"
            )
        if amount.value < 0:
            raise self.nodes.error(node, f"{printed!r} is less than nothing, and no budget is")
        if amount.ambiguous:
            figure = amount.text
            grouped = " ".join(re.split(r"[.,]", figure))
            raise self.nodes.error(
                node,
                f"the mark in {printed!r} may group or divide; write {grouped} if it groups, {figure}0 if it divides",
            )
        currency = amount.unit.currency
        if self.currency in _KRONAS and _is_bare_krona(printed):
            currency = self.currency
            amount = amount._replace(unit=amount.unit._replace(currency=currency))
        if self.currency and currency != self.currency:
            raise self.nodes.error(node, f"{printed!r} is in {currency}, but the budget is in {self.currency}")
        self.currency = currency
        return amount if rounded else amount._replace(low=amount.value, high=amount.value)

    def entities(self, node: yaml.Node) -> tuple[Entity, ...]:
        found: list[Entity] = []
        taken: dict[str, str] = {}
        for name, inner in self.nodes.mapping(node).items():
            keys = self.nodes.mapping(inner, ENTITY_KEYS)
            spellings = [(name, inner)]
            items = self.nodes.sequence(keys["aliases"]) if "aliases" in keys else []
            spellings += [(self.nodes.text(item), item) for item in items]
            for spelling, place in spellings:
                owner = taken.setdefault(folded(spelling), name)
                if owner != name:
                    raise self.nodes.error(place, f"{spelling!r} names two entities, {owner!r} and {name!r}")
            limit = Stated(self.amount(keys), self.nodes.place(keys["amount"])) if "amount" in keys else None
            for key in ("use", "rounded", "documents"):
                if key in keys and limit is None:
                    raise self.nodes.error(keys[key], f"'{key}' says how an amount is used, and there is no 'amount'")
            aliases = tuple(spelling for spelling, _ in spellings[1:])
            found.append(Entity(name, self.nodes.place(inner), aliases, limit, self.use(keys), self.names(keys)))
        return tuple(found)


def _is_bare_krona(printed: str) -> bool:
    """Whether an amount's currency is one word in several countries: it is settled by the language."""
    read = [read_amount(printed, None, Unit(), language) for language in ("sv", "da")]
    return len({amount.unit.currency for amount in read if amount is not None}) > 1


def folded(name: str) -> str:
    """A printed name without regard to case and spaces."""
    return " ".join(name.split()).casefold()
