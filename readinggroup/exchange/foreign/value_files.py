"""YAML and JSON, read one entry at a time where the file is a list."""

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

import yaml

from readinggroup.exchange.foreign.rows import Entry
from readinggroup.exchange.foreign.values import Value, as_text, rows_of_value
from readinggroup.exchange.page_parts import NotUnderstood

MOST_NODES = 500_000
"""Texts, lists and maps that one entry may come to: a few aliases that point to each other would become gigabytes."""
LONGEST_ENTRY = 8_000_000
"""Characters of one entry, or of a file whose outermost value isn't a list."""


class LinedMap(dict[Any, Any]):
    """A map that knows on which line it begins."""

    line = 1


class LinedList(list[Any]):
    """A list that knows on which line it begins."""

    line = 1


class _Loader(yaml.SafeLoader):
    """A safe loader of lists and maps that know their lines, in which numbers stay as they are written."""

    def lined_map(self, node: yaml.MappingNode) -> Iterator[LinedMap]:
        made = LinedMap()
        made.line = node.start_mark.line + 1
        yield made
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            key = key if isinstance(key, Hashable) else as_text(key)
            inner = self.construct_object(value_node, deep=True)
            made[key] = _both(made[key], inner) if key in made else inner

    def lined_list(self, node: yaml.SequenceNode) -> Iterator[LinedList]:
        made = LinedList()
        made.line = node.start_mark.line + 1
        yield made
        made.extend(self.construct_object(item, deep=True) for item in node.value)

    def lenient(self, node: yaml.ScalarNode) -> Any:
        """What looks like a date but is none stays the text that it is."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return node.value


def _both(first: Value, second: Value) -> Value:
    """What a key that stands twice says: both."""
    return [
        *(first if isinstance(first, list) else [first]),
        *(second if isinstance(second, list) else [second]),
    ]


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.lined_map)
_Loader.add_constructor("tag:yaml.org,2002:seq", _Loader.lined_list)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.lenient)
_Loader.add_constructor("tag:yaml.org,2002:int", lambda _loader, node: node.value)
_Loader.add_constructor("tag:yaml.org,2002:float", lambda _loader, node: node.value)
_Loader.add_constructor(
    None, lambda _loader, node: str(node.value) if isinstance(node, yaml.ScalarNode) else ""
)


class _Lines:
    """A file of lines, as PyYAML asks for one."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._left = ""

    def read(self, size: int = -1) -> str:
        while len(self._left) < size:
            line = next(self._lines, None)
            if line is None:
                break
            self._left += "".join(c for c in line.expandtabs(2) if c.isprintable() or c in "\n\r")
        given, self._left = self._left[:size], self._left[size:]
        return given


def read_yaml(lines: Iterable[str], *, heading: str = "") -> Iterator[Entry]:
    """Yield the entries of a YAML file; of a list each as it comes.  Raises NotUnderstood with the line."""
    try:
        loader: Any = _Loader(_Lines(lines))
        yield from _documents(loader, heading)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        said = getattr(problem, "problem", None) or "it can’t be read"
        raise NotUnderstood(mark.line + 1 if mark else 1, f"This isn’t YAML: {said}.") from None
    except RecursionError:
        raise NotUnderstood(1, "Its lists and maps stand too deep within each other.") from None


def load_yaml(text: str, *, first_line: int = 1) -> Value:
    """Return the one value of a YAML text.  Raises NotUnderstood with the line."""
    try:
        loader: Any = _Loader(_Lines([text]))
        node = loader.get_single_node()
        return None if node is None else _constructed(loader, node)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        raise NotUnderstood(
            line, f"This isn’t YAML: {getattr(problem, 'problem', None) or problem}."
        ) from None
    except RecursionError:
        raise NotUnderstood(first_line, "Its lists and maps stand too deep within each other.") from None


def _documents(loader: Any, heading: str) -> Iterator[Entry]:
    loader.get_event()  # The stream begins.
    while not loader.check_event(yaml.StreamEndEvent):
        loader.get_event()  # A document begins.
        if loader.check_event(yaml.SequenceStartEvent):
            loader.get_event()
            while not loader.check_event(yaml.SequenceEndEvent):
                yield from _item(loader, heading)
            loader.get_event()
        else:
            node = loader.compose_node(None, None)
            yield from rows_of_value(_constructed(loader, node), line=1, heading=heading)
        loader.get_event()
        loader.anchors = {}


def _item(loader: Any, heading: str) -> Iterator[Entry]:
    node = loader.compose_node(None, None)
    yield from rows_of_value([_constructed(loader, node)], line=node.start_mark.line + 1, heading=heading)


def _constructed(loader: Any, node: yaml.Node) -> Value:
    if _size(node, {}) > MOST_NODES:
        raise NotUnderstood(node.start_mark.line + 1, "Its aliases (“*name”) multiply without end.")
    return loader.construct_document(node)


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how many nodes it comes to once every alias is written out; endless where one stands within itself."""
    if id(node) not in known:
        known[id(node)] = MOST_NODES + 1  # Whoever meets it again meanwhile has met a circle.
        inner = node.value if isinstance(node, yaml.CollectionNode) else ()
        each = [part for item in inner for part in (item if isinstance(item, tuple) else (item,))]
        known[id(node)] = min(MOST_NODES + 1, 1 + sum(_size(part, known) for part in each))
    return known[id(node)]


def read_json(lines: Iterable[str], *, heading: str = "") -> Iterator[Entry]:
    """Yield the entries of a JSON file; of a list each as it comes.  Raises NotUnderstood with the line."""
    for line, value, in_list in _values(_and_end(lines)):
        yield from rows_of_value([value] if in_list else value, line=line, heading=heading)


def _values(pieces: Iterator[str | None]) -> Iterator[tuple[int, Value, bool]]:
    """Yield each value with its line, and whether it is one of the outermost list."""
    held, line, in_list, enough, decoder = "", 1, False, 0, json.JSONDecoder()
    for piece in pieces:
        held += piece or ""
        while held and (piece is None or len(held) >= enough):
            bare = held.lstrip("\ufeff \t\r\n,]" if in_list else "\ufeff \t\r\n")
            line += held.count("\n", 0, len(held) - len(bare))
            held, enough = bare, 0
            if held.startswith("[") and not in_list:
                held, in_list = held[1:], True
                continue
            if not held:
                break
            try:
                value, end = decoder.raw_decode(held)
            except (ValueError, RecursionError) as problem:
                if piece is None or len(held) > LONGEST_ENTRY or isinstance(problem, RecursionError):
                    at = line + held.count("\n", 0, getattr(problem, "pos", 0))
                    raise NotUnderstood(at, "This isn’t JSON, or it ends too early.") from None
                enough = 2 * len(held)  # It isn't whole yet; looking at each line anew would take for ever.
                break
            if piece is not None and end == len(held) and held[-1].isalnum():
                break  # More of a number may follow.
            yield line, value, in_list
            line += held.count("\n", 0, end)
            held = held[end:]


def _and_end(lines: Iterable[str]) -> Iterator[str | None]:
    yield from lines
    yield None


def people_in(value: Value) -> dict[str, str]:
    """Return the names of a people file by slug: a map of slugs, or a list whose entries have one."""
    if isinstance(value, Mapping):
        items = [(str(key), inner) for key, inner in value.items()]
    else:
        maps = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
        items = [(_first(item, ("slug", "id", "key", "handle", "username")), item) for item in maps]
    named = {slug: _first(inner, ("name", "full_name", "display_name", "title")) for slug, inner in items}
    return {slug: name for slug, name in named.items() if slug and name}


def _first(value: Value, keys: Iterable[str]) -> str:
    if isinstance(value, Mapping):
        value = next((value[key] for key in keys if value.get(key)), "")
    return " ".join(value.split()) if isinstance(value, str) else ""
