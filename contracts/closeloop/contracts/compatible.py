"""Whether a changed schema may keep its version: what was readable must stay readable."""

from typing import Any

_SAME = ("type", "enum", "const", "format", "pattern", "$ref", "anyOf", "items", "additionalProperties")


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What a reader or a teller of the old schema would trip over, one sentence each; none if it may keep its version.

    A new optional field is allowed. A new word of a vocabulary is not: who does not know it cannot read the message.
    """
    found = _object_breaks("", old, new)
    old_data, new_data = old.get("properties", {}).get("data", {}), new.get("properties", {}).get("data", {})
    found += _object_breaks("data.", old_data, new_data)
    for name, inner in old.get("$defs", {}).items():
        if name in new.get("$defs", {}):
            found += _object_breaks(f"{name}.", inner, new["$defs"][name])
    return found


def _object_breaks(where: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    found = [f"{where}{name} is gone" for name in before if name not in after]
    required = [name for name in new.get("required", []) if name not in old.get("required", [])]
    found += [f"{where}{name} is required and was not" for name in required]
    optional = [name for name in old.get("required", []) if name in after and name not in new.get("required", [])]
    found += [f"{where}{name} was always there and may now be missing" for name in optional]
    changed = [name for name in before if name in after and _means(before[name]) != _means(after[name])]
    found += [f"{where}{name} holds something else than before" for name in changed if name != "data"]
    words = [str(word) for word in old.get("enum", []) if word not in new.get("enum", [])]
    found += [f"{where.rstrip('.')} no longer knows the word {word}" for word in words]
    new_words = [str(word) for word in new.get("enum", []) if word not in old.get("enum", [])]
    return found + [f"{where.rstrip('.')} has the word {word}, which nobody knew" for word in new_words]


def _means(property_: dict[str, Any]) -> dict[str, Any]:
    return {name: property_[name] for name in _SAME if name in property_}
