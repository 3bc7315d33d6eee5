"""YAML files that people write: plain values, with the place of each, and complaints that name it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconcile.core.settings import UsageError
from reconcile.core.textfiles import read_text_file

if TYPE_CHECKING:
    import yaml

_MAX_BYTES = 200_000
_MAX_NODES = 20_000
_MAX_DEPTH = 50

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
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            raise UsageError(f"{path}: the file is empty")
        return _Walk(path, loader).file(text, root)
    except yaml.MarkedYAMLError as error:
        raise broken(path, text, error) from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{path}: nested too deep") from error


def broken(path: str, text: str, error: yaml.MarkedYAMLError) -> UsageError:
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
            raise self.error(node, str(error)) from error

    def mapping(self, node: yaml.MappingNode, keys: Keys) -> dict[str, Any]:
        import yaml

        found: dict[str, Any] = {}
        for key_node, value in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag.endswith(":merge"):
                raise self.error(key_node, "a key must be plain text")
            key = str(key_node.value)
            if key in found:
                raise self.error(key_node, f"key {key!r} stands twice")
            # What is wrong with an entry is shown at its key.
            self.places[(*keys, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            found[key] = self.value(value, (*keys, key))
        return found

    def error(self, node: yaml.Node, message: str) -> UsageError:
        return UsageError(f"{self.path}:{node.start_mark.line + 1}:{node.start_mark.column + 1}: {message}")
