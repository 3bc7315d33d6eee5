"""YAML files that people write: plain values, with the place of each, and complaints that name it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconcile.core.files import read_text_file
from reconcile.core.location import Location, SourceText
from reconcile.core.settings import UsageError

if TYPE_CHECKING:
    import yaml

if TYPE_CHECKING:
    import yaml

_MAX_BYTES = 1_000_000
_MAX_NODES = 20_000
_MAX_DEPTH = 200
_MERGE = "a merge key (<<) is not read; write out the keys that it stands for"

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's text, its values, and for each path of keys in it the (line, column) it stands at, from 1."""

    path: str
    text: str
    values: Any
    places: Mapping[Keys, tuple[int, int]]

    def error(self, keys: Keys, message: str) -> UsageError:
        """A complaint that names file, line and column, and the key itself."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        line, column = self.places.get(keys, (1, 1))
        where = ".".join(map(str, keys))
        return UsageError(f"{self.path}:{line}:{column}: {f'{where}: ' if where else ''}{message}")


def read_yaml(path: str) -> YamlFile:
    """Read a YAML file. Raises UsageError naming file, line and column for one that cannot be read, is too large or nested."""
    return parse_yaml(path, read_text_file(path, _MAX_BYTES))


def parse_yaml(path: str, text: str) -> YamlFile:
    """Parse the text of a YAML file. Raises as ``read_yaml`` does."""
    loader, root = _compose(path, text)
    if root is None:
        raise UsageError(f"{path}: the file is empty")
    return _Walk(path, loader).file(text, root)


def _broken(path: str, text: str, error: yaml.MarkedYAMLError) -> UsageError:
    """A complaint about what is no YAML: with its place, and of a line that stands too far left or right, by how much."""
    mark = error.problem_mark
    if mark is None:
        return UsageError(f"{path}: {error.problem}")
    # Within brackets and braces lines may be indented as they like.
    within = "',' or" in (error.problem or "")
    told = (None if within else _misplaced(text.splitlines(), mark.line)) or error.problem
    return UsageError(f"{path}:{mark.line + 1}:{mark.column + 1}: {told}")


def _misplaced(lines: Sequence[str], number: int) -> str | None:
    """What is wrong with the indentation of a line (from 0), or None where nothing is."""
    if number >= len(lines) or not lines[number].strip():
        return None
    margin = len(lines[number]) - len(lines[number].lstrip())
    if "\t" in lines[number][:margin]:
        return f"line {number + 1} is indented by a tab; YAML wants spaces"
    above = [line for line in lines[:number] if line.strip() and not line.lstrip().startswith("#")]
    margins: list[int] = []
    for line in reversed(above):
        indent = len(line) - len(line.lstrip())
        if indent < min(margins, default=10**6):
            margins.append(indent)
            # What follows a dash stands two further in.
            if line.lstrip().startswith("- "):
                margins.append(indent + len(line.lstrip()) - len(line.lstrip()[1:].lstrip()))
    # The first line below a key may be indented as it likes.
    first = bool(above) and above[-1].rstrip().endswith(":") and margin > margins[0]
    if not margins or margin in margins or first:
        return None
    nearest = min(margins, key=lambda each: (abs(each - margin), -each))
    return f"line {number + 1} is indented by {margin}, its siblings by {nearest}"


def suggested(word: str, known: Collection[str]) -> str:
    """The end of a complaint about an unknown word: what may be meant, else all that is known."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known)) or 'none'}"


def _tag(node: yaml.Node) -> str:
    """Return a node's tag as it is written in a file."""
    return str(node.tag).replace("tag:yaml.org,2002:", "!!")


class _Walk:
    """Turns the nodes of one file into values. Aliases share nodes, so a small file can stand for an endless tree."""

    def __init__(self, path: str, loader: yaml.SafeLoader) -> None:
        self.path = path
        self.loader = loader
        self.visits = 0
        self.places: dict[Keys, tuple[int, int]] = {}

    def file(self, text: str, root: yaml.Node) -> YamlFile:
        values = self.value(root, ())
        return YamlFile(self.path, text, values, self.places)

    def value(self, node: yaml.Node, keys: Keys) -> Any:
        import yaml

        self.visits += 1
        if self.visits > _MAX_NODES or len(keys) > _MAX_DEPTH:
            raise self.error(node, "too many nested entries")
        self.places.setdefault(keys, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*keys, number)) for number, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, keys)
        try:
            return self.loader.construct_object(node)
        except ValueError as error:
            raise self.error(node, str(error).partition(";")[0]) from error
        # What makes values of tags fails in its own ways: !!timestamp x, !!bool x, !foo x.
        except Exception as error:
            raise self.error(node, f"{str(node.value)[:40]!r} is no value of the type {_tag(node)}") from error

    def mapping(self, node: yaml.MappingNode, keys: Keys) -> dict[str, Any]:
        import yaml

        found: dict[str, Any] = {}
        for key_node, value in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.error(key_node, "a key must be plain text")
            if key_node.tag.endswith(":merge"):
                raise self.error(key_node, _MERGE)
            key = str(key_node.value)
            if key in found:
                raise self.error(key_node, f"key {key!r} stands twice")
            # What is wrong with an entry is shown at its key.
            self.places[(*keys, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            found[key] = self.value(value, (*keys, key))
        return found

    def error(self, node: yaml.Node, message: str) -> UsageError:
        return UsageError(f"{self.path}:{node.start_mark.line + 1}:{node.start_mark.column + 1}: {message}")


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
        text = read_text_file(path, _MAX_BYTES)
        return cls(path, SourceText.of(text)), _compose(path, text)[1]

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
            if key_node.tag.endswith(":merge"):
                raise self.error(key_node, _MERGE)
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


def _compose(path: str, text: str) -> tuple[yaml.SafeLoader, yaml.Node | None]:
    """Return the root node of a YAML text, and the loader that makes values of nodes. Raise UsageError for what is no YAML."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _hold_depth(path, yaml.parse(text, Loader=loader))
        composer: yaml.SafeLoader = loader(text)
        return composer, composer.get_single_node()
    except yaml.MarkedYAMLError as error:
        # The library has a limit of its own, and scans ahead: it may notice before the events are counted here.
        if "nesting depth" in (error.problem or ""):
            raise _too_deep(path, error.problem_mark) from error
        raise _broken(path, text, error) from error
    except yaml.YAMLError as error:
        bad = yaml.reader.Reader.NON_PRINTABLE.search(text)
        at = bad.start() if bad else 0
        where = f"{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"
        raise UsageError(f"{path}:{where}: a character that YAML does not allow") from error
    except RecursionError as error:
        raise _too_deep(path, None) from error


def _hold_depth(path: str, events: Iterable[yaml.Event]) -> None:
    """Refuse what is nested deeper than any honest file: composing it would exhaust the stack."""
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise _too_deep(path, event.start_mark)


def _too_deep(path: str, mark: Any) -> UsageError:
    line = 1 if mark is None else mark.line + 1
    return UsageError(f"{path}:{line}: nested more than {_MAX_DEPTH} deep")
