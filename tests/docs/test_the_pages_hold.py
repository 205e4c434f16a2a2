"""What is written in the documents is so: links lead somewhere, commands exist, words and versions are the same."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from closeloop.chassis.command import command_names
from closeloop.chassis.settings import the_page
from closeloop.contracts.loop import SERVICES
from closeloop.contracts.vocabulary import BasicKind, OccasionEnd

HOME = Path(__file__).resolve().parents[2]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def pages() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=HOME,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        return [*HOME.glob("*.md"), *(HOME / "docs").rglob("*.md"), *HOME.glob("*/*/README.md")]
    return [file for name in listed.stdout.split("\0") if name and (file := HOME / name).is_file()]


def name_of(page: Path) -> str:
    return str(page.relative_to(HOME))


def anchors(page: Path) -> set[str]:
    """How headings are linked to: small letters, dashes for blanks, nothing else."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def said(pattern: str) -> list[tuple[str, str]]:
    """What follows a command in the code of the documents, with the page where it stands."""
    found = []
    for page in pages():
        code = [block for language, block in FENCED.findall(page.read_text("utf-8")) if language != "mermaid"]
        code += re.findall(r"`([^`\n]+)`", FENCED.sub("", page.read_text("utf-8")))
        found += [(name_of(page), word) for text in code for word in re.findall(pattern, text, flags=re.MULTILINE)]
    return found


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_within_the_house_leads_somewhere(page):
    broken = []
    for link in LINK.findall(FENCED.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        where, _, anchor = link.partition("#")
        target = (page.parent / where).resolve() if where else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_target_of_make_that_a_page_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (HOME / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert [(page, word) for page, word in said(r"^\s*(?:[A-Z]+=\S+ )*make ([a-z-]+)") if word not in targets] == []


def test_every_command_that_a_page_names_is_there():
    known = command_names()
    assert [(page, word) for page, word in said(r"^\s*closeloop ([a-z-]+)") if word not in known] == []


@pytest.mark.parametrize("page", [page for page in pages() if "```python" in page.read_text("utf-8")], ids=name_of)
def test_python_in_a_page_runs(page):
    names: dict[str, object] = {"__name__": f"page {name_of(page)}"}
    for language, code in FENCED.findall(page.read_text("utf-8")):
        if language == "python":
            exec(compile(code, name_of(page), "exec"), names)


def test_the_page_of_settings_is_the_generated_one():
    assert (HOME / "docs" / "settings.md").read_text("utf-8") == the_page()


def test_every_decision_is_listed_and_numbered_once():
    folder = HOME / "docs" / "decisions"
    there = sorted(page.name for page in folder.glob("[0-9]*.md"))
    assert sorted(LINK.findall((folder / "README.md").read_text("utf-8"))) == there
    assert len({name[:4] for name in there}) == len(there)
    for name in there:
        text = (folder / name).read_text("utf-8")
        assert text.startswith(f"# {name[:4]} "), name
        for part in ("Context", "Decision", "Consequences", "Alternatives"):
            assert re.search(rf"^(## {part}$|\*\*{part}\.\*\*)", text, flags=re.MULTILINE), f"{name} has no {part}"


def test_the_glossary_has_each_word_once_and_in_both_languages():
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| (.+) \|$", (HOME / "docs/glossary.md").read_text("utf-8"), re.MULTILINE
    )
    words = [word.strip() for row in rows[1:] for word in re.split(r"[,/]", row[0])]
    assert sorted(words) == sorted(set(words))
    assert [row[0] for row in rows[1:] if not CHINESE.search(row[1])] == []


def test_the_glossary_knows_the_words_of_the_contracts():
    glossary = (HOME / "docs" / "glossary.md").read_text("utf-8")
    words = [*BasicKind, *(end for end in OccasionEnd if end != "opened")]
    assert [word for word in words if word.replace("_", " ") not in glossary] == []


def test_the_changelog_speaks_of_the_version_that_is_there():
    version = tomllib.loads((HOME / "chassis" / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    parts = re.split(r"^## ", (HOME / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    [section] = [part for part in parts if part.startswith(f"{version},")]
    assert re.search(r"^- \w", section, flags=re.MULTILINE)


def test_all_distributions_are_released_together():
    files = [
        HOME / "contracts",
        HOME / "chassis",
        HOME / "deploy/suite",
        *(HOME / "services" / name for name in SERVICES),
    ]
    versions = {tomllib.loads((file / "pyproject.toml").read_text("utf-8"))["project"]["version"] for file in files}
    assert len(versions) == 1
