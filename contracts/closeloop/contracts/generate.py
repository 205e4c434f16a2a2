"""Writes what others read of the contracts: `python -m closeloop.contracts.generate`.

JSON Schemas of events and of pack files, an AsyncAPI document per service, the table of the README. A change that
would break somebody who speaks the committed version is not written; `--unreleased` writes it all the same, for a
version that nobody speaks yet.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from closeloop.contracts.asyncapi_documents import document
from closeloop.contracts.compatible import breaks
from closeloop.contracts.descriptions import schema_of
from closeloop.contracts.loop import SERVICES, every_event, heard_by, told_by
from closeloop.contracts.messages import schema_file
from closeloop.contracts.procedure import FILES, FOLDERS

HERE = Path(__file__).parent
README = HERE.parents[1] / "README.md"
TABLE_BEGINS, TABLE_ENDS = "<!-- events: make schemas writes this table -->\n", "<!-- end of events -->\n"


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file with its content, always the same for the same contracts."""
    for event in every_event():
        yield HERE / "schemas" / f"{event.subject}.json", _json(schema_file(event))
    for name, part in {**FILES, **FOLDERS}.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema_of(part)}
        yield HERE / "schemas" / "pack" / f"{name}.json", _json(schema)
    for service in SERVICES:
        yield HERE / "asyncapi" / f"{service}.json", _json(document(service))


def table() -> str:
    """The README's table: event, told by, heard by, meaning."""
    rows = ["| event | subject | told by | heard by | meaning |", "|---|---|---|---|---|"]
    for event in every_event():
        told = "every service" if not event.publisher else ", ".join(told_by(event))
        meaning = (event.__doc__ or "").strip().splitlines()[0]
        heard = ", ".join(heard_by(event)) or "nobody yet"
        rows.append(f"| {event.__name__} | `{event.subject}` | {told} | {heard} | {meaning} |")
    return "\n".join(rows) + "\n"


def broken_promises() -> list[str]:
    """What would break somebody who speaks the committed version, one sentence each."""
    found = []
    for event in every_event():
        committed = HERE / "schemas" / f"{event.subject}.json"
        if committed.exists():
            sentences = breaks(json.loads(committed.read_text("utf-8")), schema_file(event))
            found += [f"{event.subject}: {sentence}; give it the next version instead." for sentence in sentences]
    return found


def main(arguments: list[str]) -> int:
    """Writes the files; 1 if that would break a promise."""
    if "--unreleased" not in arguments and (broken := broken_promises()):
        sys.stderr.write("\n".join([*broken, "Nothing was written."]) + "\n")
        return 1
    written = set()
    for path, content in generated():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        written.add(path)
    for folder in ("schemas", "asyncapi"):
        for path in set((HERE / folder).rglob("*.json")) - written:
            path.unlink()
    if README.exists():
        before, rest = README.read_text("utf-8").split(TABLE_BEGINS)
        README.write_text(before + TABLE_BEGINS + table() + TABLE_ENDS + rest.split(TABLE_ENDS)[1], "utf-8")
    return 0


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
