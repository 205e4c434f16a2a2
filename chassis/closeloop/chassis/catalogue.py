"""Keeps the Chinese catalogue of a distribution in step with the sentences that its source says.

`python -m closeloop.chassis.catalogue chassis/closeloop/chassis` adds new sentences, to be put into Chinese,
and drops stale ones.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from closeloop.chassis.i18n import blanks_of, entries_of

KEYWORDS = {"_": None}


def sentences_in(package: Path) -> dict[str, str]:
    """Every sentence that the source and the templates of a package say, with the first file that says it."""
    said: dict[str, str] = {}
    for file, sentence in _sentences(package):
        said.setdefault(sentence, file.relative_to(package).as_posix())
    return said


def _sentences(package: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(package.rglob("*.py")):
        with file.open("rb") as source:
            for _line, found, _comments, _context in extract("python", source, KEYWORDS):
                yield file, str(found)
    for file in sorted(package.rglob("templates/**/*.html")):
        with file.open("rb") as source:
            for _line, _function, message, _comments in babel_extract(source, ["_"], (), {"silent": "false"}):
                yield file, str(message[0] if isinstance(message, tuple) else message)


def catalogue_file(package: Path) -> Path:
    """Where a package keeps its Chinese sentences."""
    return package / "locale" / "zh_CN" / "LC_MESSAGES" / "messages.po"


def faults_of(package: Path) -> list[str]:
    """What is wrong with a package's catalogue: untranslated, stale, or with other blanks than the English."""
    said = sentences_in(package)
    file = catalogue_file(package)
    known = entries_of(file) if file.exists() else {}
    faults = [f"{where}: no Chinese for {sentence!r}" for sentence, where in said.items() if sentence not in known]
    faults += [f"messages.po: nothing says {sentence!r} any more" for sentence in known if sentence not in said]
    faults += [
        f"messages.po: the blanks of {english!r} and {chinese!r} differ"
        for english, chinese in known.items()
        if blanks_of(english) != blanks_of(chinese)
    ]
    return faults


def bring_up_to_date(package: Path) -> int:
    """Writes the catalogue anew, keeping translations; answers how many sentences still wait for Chinese."""
    file = catalogue_file(package)
    known = entries_of(file) if file.exists() else {}
    new = Catalog(locale="zh_CN", project="closeloop", fuzzy=False)
    for sentence, where in sorted(sentences_in(package).items(), key=lambda entry: (entry[1], entry[0])):
        new.add(sentence, known.get(sentence, ""), locations=[(where, 0)])
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as lines:
        write_po(lines, new, width=0, omit_header=True, include_lineno=False)
    with file.open("rb") as lines:
        return sum(1 for entry in read_po(lines, locale="zh_CN") if entry.id and not entry.string)


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        sys.stdout.write(f"{folder}: {bring_up_to_date(Path(folder))} sentences without Chinese\n")
