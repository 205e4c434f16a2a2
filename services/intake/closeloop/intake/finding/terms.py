"""Terms: the pieces of two or three characters in which words are looked up.

Where nobody puts blanks between words, every two neighbours are a term (漏水了 is 漏水, 水了 and 了); of letters and
digits every three. The last pieces are shorter, so every character begins a term, and a shorter word is the beginning
of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from closeloop.chassis.store.found import Term

_WITHOUT_BLANKS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"([{_WITHOUT_BLANKS}]+)|([^\\W_{_WITHOUT_BLANKS}]+)")
NEIGHBOURS, LETTERS = 2, 3
ENOUGH = 4


def terms_of(texts: Iterable[str | None]) -> str:
    """Every term of these texts, each once."""
    found: dict[str, None] = {}
    for text in texts:
        for run, size in _runs(text or ""):
            found.update(dict.fromkeys([run[at : at + size] for at in range(len(run))]))
    return " ".join(found)


def looked_up(word: str) -> list[Term]:
    """The terms that stand wherever this word stands; none if it has neither letters nor digits.

    What is only the beginning of a term says little: it is asked for where there is nothing else. Of letters and digits
    the last terms are enough; how a number begins stands in every case.
    """
    words: list[Term] = []
    letters: list[Term] = []
    begun: list[Term] = []
    for run, size in _runs(word):
        if len(run) < size:
            begun.append((run, True))
            continue
        whole = [(run[at : at + size], False) for at in range(len(run) - size + 1)]
        (words if size == NEIGHBOURS else letters).extend(whole)
    return list(dict.fromkeys([*words, *letters[-ENOUGH:]] or begun))


def _runs(text: str) -> Iterable[tuple[str, int]]:
    for without_blanks, letters in _RUNS.findall(text.lower()):
        yield (without_blanks, NEIGHBOURS) if without_blanks else (letters, LETTERS)
