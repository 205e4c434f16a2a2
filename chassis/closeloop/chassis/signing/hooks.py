"""What a service says about its own things that are signed: what lies before a signer, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from closeloop.chassis.occasions import Judgement

if TYPE_CHECKING:
    from closeloop.chassis.signing.matter import Matter
    from closeloop.chassis.store.sign_offs import Signing
    from closeloop.chassis.work import Work

LaysBefore = Callable[["Work", str], "Matter"]
Writes = Callable[["Work", str, Mapping[str, Any]], None]
Judges = Callable[["Work", "list[Judgement]"], None]
Signed = Callable[["Work", "Matter", "Signing", "list[Judgement]"], None]


@dataclass(frozen=True, slots=True)
class SigningHook:
    """One kind of thing that is signed: a duty, a plan, what was written for a job.

    `lays_before(work, of)` describes the thing; `writes(work, of, fields)` puts the signer's own part into it;
    `signed(work, matter, signing, judging)` goes on from there: it tells what was judged, takes the work back after
    a no, and asks whoever comes next (`ask_to_sign`).
    `judges(work, judging)` tells what was judged without anybody signing, where it belongs to a period.
    """

    lays_before: LaysBefore
    signed: Signed
    writes: Writes | None = None
    judges: Judges | None = None
