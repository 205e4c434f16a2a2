"""What editors need: the JSON Schema of every file of a pack, so that keys are offered and wrong ones underlined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from closeloop.contracts.descriptions import schema_of as described
from closeloop.contracts.procedure import FILES, FOLDERS

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of one file of a pack: `intake`, or `forms` for every file of that folder."""
    model = FILES.get(name) or FOLDERS[name]
    return {"$schema": DRAFT, **described(model)}


def write_schemas(folder: Path) -> list[Path]:
    """Writes one schema for each file of a pack into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in (*FILES, *FOLDERS):
        file = folder / f"{name}.schema.json"
        file.write_text(json.dumps(schema_of(name), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(file)
    return written
