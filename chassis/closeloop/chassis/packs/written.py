"""Reads the YAML files of a pack and remembers on which line each thing stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from closeloop.chassis.packs.faults import BadPack, Fault

Where: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The content of one file of a pack."""

    file: str
    content: Any
    lines: dict[Where, int] = field(default_factory=dict)

    def line_of(self, where: Where) -> int:
        """The line of a thing, or of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def fault(self, where: Where, sentence: str) -> Fault:
        return Fault(self.file, self.line_of(where), sentence)


class _Loader(yaml.SafeLoader):
    """YAML as version 1.2 has it: yes and no are words, 08:30 is text, and dates stay as they are written."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML fills it by add_implicit_resolver)


for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?\d+", "-+0123456789"),
    ("float", r"[-+]?(\.\d+|\d+\.\d*)([eE][-+]?\d+)?", "-+.0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), list(first))


def read_written(path: Path, name: str) -> Written:
    """Reads one file; `name` is how the file is called in sentences, as in forms/QR-022.yaml."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadPack(Fault(name, 0, "This file is missing: a pack cannot do without it.")) from None
    except UnicodeDecodeError:
        raise BadPack(Fault(name, 1, "This file is not UTF-8: save it in that encoding.")) from None
    except OSError as error:
        raise BadPack(Fault(name, 0, f"This file cannot be read: {error.strerror}.")) from None
    written = Written(name, None)
    try:
        node = _Loader(text).get_single_node()
        content = {} if node is None else _take(node, (), written, set())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadPack(Fault(name, mark.line + 1 if mark else 1, _not_yaml(error.problem))) from None
    except yaml.YAMLError as error:
        raise BadPack(Fault(name, 1, _not_yaml(str(error).splitlines()[0]))) from None
    except RecursionError:
        raise BadPack(Fault(name, 1, "This file is nested too deeply: write it flatter.")) from None
    return Written(name, content, written.lines)


def _not_yaml(problem: str | None) -> str:
    return f"This is not YAML ({problem}): indent with spaces and put a text that holds a colon in quotes."


def _take(node: yaml.Node, where: Where, written: Written, seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    written.lines.setdefault(where, line)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, written)
    if id(node) in seen:
        raise BadPack(Fault(written.file, line, "A pack repeats nothing by alias (*name): write it out."))
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_take(item, (*where, i), written, seen) for i, item in enumerate(node.value)]
    content: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
            raise BadPack(Fault(written.file, line, "A key is one word: write word: value."))
        key = key_node.value
        if key in content:
            raise BadPack(Fault(written.file, line, f"The key {key!r} stands here for the second time: remove one."))
        written.lines[*where, key] = line
        content[key] = _take(value_node, (*where, key), written, seen)
    return content


def _scalar(node: yaml.ScalarNode, written: Written) -> Any:
    kind = node.tag.rpartition(":")[2]
    match kind:
        case "null":
            return None
        case "bool":
            return node.value == "true"
        case "int":
            return int(node.value)
        case "float":
            return float(node.value)
        case "str":
            return node.value
    raise BadPack(
        Fault(written.file, node.start_mark.line + 1, f"The tag !{kind} is not known in a pack: write plain values.")
    )
