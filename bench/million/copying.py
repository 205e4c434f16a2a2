"""What a service keeps, a great many times: copies of its templates as COPY takes them, its journal chained on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bench.million.template import JOURNAL, LINE, Template

HEAD_COLUMNS = 4  # of a journal entry, before its body


@dataclass(frozen=True, slots=True)
class Copy:
    """One case that nobody brought: of which template, and what it says of its own."""

    of: str
    code: str
    number: str
    content: str
    phone: str
    name: str
    days_ago: int


@dataclass(slots=True)
class Told:
    """The place of the last event of one subject: its position, and the head of the chain before it."""

    position: int
    before: str
    seq: int


@dataclass
class Copier:
    """One service: its templates, and where its journal and chain stand."""

    templates: Mapping[str, Template]
    seq: int
    position: int
    head: str
    keeps_journal: bool = True
    told: dict[str, Told] = field(default_factory=dict)
    rows: int = 0

    def texts(self, copies: Sequence[Copy], tables: Collection[str] | None = None) -> dict[str, bytes]:
        """What COPY takes for each table, for all these cases; only for these tables where some are named."""
        lines: dict[str, list[str]] = {}
        for copy in copies:
            template = self.templates[copy.of]
            if not template.tables:
                continue
            texts = template.copied(copy.code, copy.number, copy.content, copy.phone, copy.name, copy.days_ago)
            for table, text in zip(template.tables, texts, strict=True):
                if tables is None or table in tables:
                    lines.setdefault(table, []).append(text)
        entries = [line for text in lines.pop(JOURNAL, ()) for line in text.split(LINE)] if self.keeps_journal else []
        lines.pop(JOURNAL, None)
        found = {table: "\n".join(texts).replace(LINE, "\n") for table, texts in lines.items()}
        if entries:
            found |= self._journal(entries)
        self.rows += sum(text.count("\n") + 1 for text in found.values())
        return {table: f"{text}\n".encode() for table, text in found.items()}

    def _journal(self, entries: Sequence[str]) -> dict[str, str]:
        """Entries with their `seq`, and the links of the chain over them."""
        journal, chain = [], []
        for entry in entries:
            self.seq, self.position = self.seq + 1, self.position + 1
            *head, body = entry.split("\t", HEAD_COLUMNS)
            before, self.head = self.head, sha256((self.head + _plain(body)).encode()).hexdigest()
            self.told[head[2]] = Told(self.position, before, self.seq)
            journal.append(f"{self.seq}\t{entry}")
            chain.append(f"{self.position}\t{self.seq}\t{self.head}")
        return {JOURNAL: "\n".join(journal), "chain": "\n".join(chain)}


def in_parts(copies: Sequence[Copy], size: int) -> Iterator[Sequence[Copy]]:
    """So many at a time."""
    for start in range(0, len(copies), size):
        yield copies[start : start + size]


def _plain(body: str) -> str:
    """The body as it was written; COPY doubles its backslashes, and JSON has nothing else that it would change."""
    return body.replace("\\\\", "\\") if "\\" in body else body
