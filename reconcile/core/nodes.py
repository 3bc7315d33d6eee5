"""YAML whose every value is placed: what stands in a file, with complaints that name file, line, column and key."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from reconcile.core.location import Location, SourceText
from reconcile.core.settings import UsageError
from reconcile.core.textfiles import read_text_file
from reconcile.core.yaml_file import broken, suggested

if TYPE_CHECKING:
    import yaml

_MAX_NODES = 20_000
_MAX_BYTES = 1_000_000
_MAX_DEPTH = 200
_NOT_TEXT = {"bool": "true or false", "null": "nothing", "float": "a floating-point number"}


class Nodes:
    """The nodes of one YAML file. Every method raises UsageError, with the place, for what is not as it is asked for."""

    def __init__(self, path: str, source: SourceText) -> None:
        self.path = path
        self.source = source
        self.visited = 0
        # Which key each value (or item of its list) belongs to.
        self.keys: dict[int, str] = {}

    @classmethod
    def read(cls, path: str) -> tuple[Nodes, yaml.Node | None]:
        """A file and its root. Raises UsageError for what cannot be opened, is too large, not UTF-8 or broken YAML."""
        import yaml

        text = read_text_file(path, _MAX_BYTES)
        try:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            _hold_depth(path, yaml.parse(text, Loader=loader))
            root = yaml.compose(text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            raise broken(path, text, error) from error
        except yaml.YAMLError as error:
            raise UsageError(f"{path}: {error}") from error
        return cls(path, SourceText.of(text)), root

    def mapping(
        self, node: yaml.Node | None, allowed: Collection[str] | None = None, needed: Collection[str] = ()
    ) -> dict[str, yaml.Node]:
        """The values of a mapping by key. No key stands twice, none but ``allowed`` (None: any) and all ``needed``."""
        import yaml

        if not isinstance(node, yaml.MappingNode):
            dashes = ": no dashes here" if isinstance(node, yaml.SequenceNode) and not node.flow_style else ""
            raise self.error(node, f"must be a mapping (key: value){dashes}")
        self._count(node)
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key in found:
                raise self.error(key_node, f"key {key!r} stands twice")
            if allowed is not None and key not in allowed:
                told = suggested(key, allowed)
                if node.flow_style and key[0].isdigit():
                    told = "; within braces a comma divides, so quote the amount before it"
                raise self.error(key_node, f"unknown key {key!r}{told}")
            found[key] = value
            self.keys[id(value)] = key
        for key in sorted(set(needed) - set(found)):
            raise self.error(node, f"key {key!r} is missing")
        return found

    def sequence(self, node: yaml.Node) -> list[yaml.Node]:
        """The items of a list."""
        import yaml

        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, "must be a list (- item)")
        self._count(node)
        for item in node.value:
            self.keys.setdefault(id(item), self.keys.get(id(node), ""))
        return list(node.value)

    def text(self, node: yaml.Node) -> str:
        """Text, or a whole number as it is written; what YAML takes for something else must be quoted."""
        import yaml

        if not isinstance(node, yaml.ScalarNode):
            raise self.error(node, "must be text")
        value = str(node.value).strip()
        kind = _NOT_TEXT.get(node.tag.rpartition(":")[2])
        if kind is not None and value:
            raise self.error(node, f"{value} is {kind} to YAML, and text is wanted; quote it: '{value}'")
        if not value:
            raise self.error(node, "must be text")
        return value

    def flag(self, node: yaml.Node) -> bool:
        """True or false."""
        import yaml

        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":bool"):
            raise self.error(node, "must be true or false")
        return str(node.value).casefold() in ("true", "yes", "on")

    def count(self, node: yaml.Node) -> int:
        """A whole number from 1."""
        import yaml

        if not isinstance(node, yaml.ScalarNode) or not str(node.value).isdecimal() or not 0 < int(node.value) < 10**6:
            raise self.error(node, "must be a whole number from 1")
        return int(node.value)

    def place(self, node: yaml.Node) -> Location:
        """Where a node stands."""
        return self.source.location(self.path, node.start_mark.index, node.end_mark.index)

    def error(self, node: yaml.Node | None, message: str) -> UsageError:
        """A complaint about a node, with its place and its key."""
        mark = node.start_mark if node is not None else None
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        key = self.keys.get(id(node))
        return UsageError(f"{self.path}{where}: {f'{key}: ' if key else ''}{message}")

    def _count(self, node: yaml.Node) -> None:
        # Aliases share nodes, so a small file can stand for an endless tree: count visits, not nodes.
        self.visited += 1 + len(node.value)
        if self.visited > _MAX_NODES:
            raise self.error(node, "too many nested entries")


def _hold_depth(path: str, events: Iterable[yaml.Event]) -> None:
    """Refuse what is nested deeper than any honest file: composing it would exhaust the stack."""
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            raise UsageError(f"{path}:{line}: nested more than {_MAX_DEPTH} deep")
