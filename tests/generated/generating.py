"""Procedures that nobody wrote: random entries that the schema allows; most hang together, some do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Contents = dict[str, Any]
OWN = "A generated procedure."
CLERK, HEAD, WORKER, MANAGER = "clerk", "head", "worker", "manager"
ROLES = (CLERK, HEAD, WORKER, MANAGER)
DEPARTMENTS = ("office", "field")
DESKS = (*ROLES, *DEPARTMENTS)
NOBODY = "nobody"
KNOWN_STEPS = {"accept": 6, "assign": 3, "arrive": 3, "finish": 8, "sign": 3, "return": 9}
"""Steps, and in how many of ten duties they are taken."""
MOMENTS = {"accept": "accepted", "assign": "assigned", "arrive": "arrived", "finish": "finished", "sign": "signed"}
MOMENTS |= {"return": "returned"}
LENGTHS = ("2 hours", "1 day", "2 working days", "1 week", {"parameter": "answer_within"})
BASIC = ("complaint", "repair", "opinion", "enquiry")


def text(word: str) -> dict[str, str]:
    """A title in both languages."""
    return {"zh": word, "en": word}


def entry(title: str = "", clauses: list[str] | None = None, **more: Any) -> Contents:
    """An entry that fulfils clauses, or says why it is there."""
    titled = {"title": text(title)} if title else {}
    return {**titled, **more, **({"clauses": clauses} if clauses else {"own_practice": OWN})}


KINDLY = entry(text=text("kindly"), at=["register", "accept", "finish", "call_back"])


class Drawn:
    """One generated procedure on its way."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.facts: dict[str, list[Any]] = {}
        """Fact to values that it may have."""
        self.ordered: set[str] = set()

    def yes(self, tenths: int = 5) -> bool:
        """Whether, in so many cases of ten."""
        return bool(self.draw(st.integers(1, 10)) <= tenths)

    def one(self, *of: Any) -> Any:
        """One of several."""
        return self.draw(st.sampled_from(of))

    def some(self, of: tuple[Any, ...], least: int = 0) -> list[Any]:
        """Some of several, in their order."""
        chosen = self.draw(st.sets(st.sampled_from(of), min_size=least)) if of else set()
        return [one for one in of if one in chosen]

    def desk(self) -> str:
        """A desk; once in a while one that is not there."""
        return NOBODY if self.draw(st.integers(1, 60)) == 60 else str(self.one(*DESKS))

    def role(self) -> str:
        """A role."""
        return str(self.one(*ROLES))

    def condition(self) -> Contents:
        """Something about a case that can be true; nothing where it is always true."""
        if not self.facts or self.yes(5):
            return {}
        fact = self.one(*self.facts)
        values = self.facts[fact]
        if fact in self.ordered and self.yes():
            test: Contents = {"at_least": values[len(values) // 2]}
        elif isinstance(values[0], int) and not isinstance(values[0], bool):
            test = {self.one("above", "at_most"): self.one(*values)}
        else:
            test = self.one({"is": self.one(*values)}, {"in": values[:2]})
        found: Contents = {fact: test}
        return {"not": found} if self.yes(1) else found


@st.composite
def procedures(draw: Any) -> Contents:
    """The files of a generated procedure: section to what is written in it."""
    it = Drawn(draw)
    kinds = it.some(("request", "trouble"), 1)
    it.facts["kind"] = kinds
    intake = _intake(it, kinds)
    return {
        "procedure": _head(it),
        "intake": intake,
        "dispatch": _dispatch(it),
        **({"callback": _callback(it)} if intake["closes_when"]["when"].get("any") else {}),
        **({"guidance": {"guidance": {"kindly": KINDLY}}} if it.yes(3) else {}),
        "forms/sheet": _sheet(),
        "clauses": _clauses(it),
    }


def written(contents: Contents, folder: Path) -> Path:
    """The procedure in a folder, as JSON, which is YAML."""
    for section, content in contents.items():
        file = folder / f"{section}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return folder


def _head(it: Drawn) -> Contents:
    departments = {name: {"title": text(name), **({"head": HEAD} if it.yes(7) else {})} for name in DEPARTMENTS}
    return {
        "id": "P90",
        "title": text("generated"),
        "version": "1",
        "source": OWN,
        "desk": it.one(CLERK, "office"),
        "places": {"house": {"title": text("house")}},
        "departments": departments,
        "roles": {
            CLERK: {"title": text(CLERK), "department": "office", "reports_to": HEAD, "may": ["register", "assess"]},
            HEAD: {"title": text(HEAD), "department": "office", "reports_to": MANAGER, "may": ["assess", "assign"]},
            WORKER: {"title": text(WORKER), "department": "field", "reports_to": HEAD},
            MANAGER: {"title": text(MANAGER), "may": ["assess", "close", "extend"]},
        },
        "parameters": {
            "answer_within": entry("answer", value=it.one("3 days", "4 working days"), unit="length", set_by=MANAGER)
        },
    }


def _intake(it: Drawn, kinds: list[str]) -> Contents:
    places = {name: {"title": text(name)} for name in ("house", "bill")}
    columns: Contents = {
        "about": {"title": text("about"), "type": "choice", "choices": places},
        "amount": {"title": text("amount"), "type": "number"},
        "urgent": {"title": text("urgent"), "type": "truth"},
        "note": {"title": text("note"), "type": "long_text", "personal": True},
    }
    fields = {name: {**columns[name], "required": it.yes(8)} for name in it.some(tuple(columns))}
    known: dict[str, list[Any]] = {"about": ["house", "bill"], "amount": [10, 50], "urgent": [True, False]}
    it.facts |= {name: values for name, values in known.items() if name in fields}
    register = entry("book", form="sheet", prefix="B", desk=CLERK, required=["content"], fields=fields)
    if "note" in fields and it.yes(3):
        need = entry("note", that={"note": {"known": True}}, when_necessary=it.yes())
        register["needs"] = {"note": need}
    facets = {name: _facet(it, name) for name in it.some(("severity", "responsible"))}
    asked: Contents = {"handled": {"is": True}}
    if it.yes(7):
        asked["any"] = [{"satisfied": {"is": True}}, {"waived": {"is": True}}, {"unreachable": {"is": True}}]
    return {
        "channels": {"counter": entry("counter"), "phone": entry("phone")},
        "registers": {"book": register},
        "kinds": {name: entry(name, basic=it.one(*BASIC), register="book", form="sheet") for name in kinds},
        "facets": facets,
        "closes_when": entry(when=asked),
        **(
            {"rounds": entry(when={"dissatisfied": {"is": True}}, warn_after=2, warn=MANAGER)} if "any" in asked else {}
        ),
    }


def _facet(it: Drawn, name: str) -> Contents:
    if name == "responsible":
        values: Contents = {one: {"title": text(one), "desk": one} for one in DEPARTMENTS}
        it.facts[name] = list(values)
        return entry(name, values=values, rated_by=it.one(CLERK, HEAD))
    values = {one: {"title": text(one)} for one in ("low", "middle", "high")[: it.one(2, 3)]}
    criteria = it.one("none", "otherwise", "facts")
    if criteria != "none":
        values["low"]["criteria"] = {"else": entry("else", otherwise=True)}
    if criteria == "facts" and (when := it.condition()):
        values["middle"]["criteria"] = {"by_facts": entry("by facts", when=when)}
    is_ordered = it.yes(7)
    it.facts[name] = list(values)
    it.ordered |= {name} if is_ordered else set()
    return entry(name, ordered=is_ordered, values=values, rated_by=it.one(CLERK, HEAD, MANAGER), may_change=it.yes(8))


def _dispatch(it: Drawn) -> Contents:
    limits = {name: _limit(it) for name in it.some(("answer", "deadline"))}
    first = _duty(it, "handling", limits, {}, main=True)
    duties = {"handling": first}
    for name in it.some(("visit", "notice")):
        duties[name] = _duty(it, name, limits, duties, main=False)
    return {"duties": duties, "limits": limits}


def _limit(it: Drawn) -> Contents:
    return entry(
        "limit",
        starts="issued",
        stops=it.one("returned", "returned", "finished"),
        length=it.one(*LENGTHS),
        warn_before=["1 hour"] if it.yes(3) else [],
        missed={"to": [it.role()]} if it.yes(3) else {},
    )


def _duty(it: Drawn, name: str, limits: Contents, before: Contents, *, main: bool) -> Contents:
    steps, signatures = _steps(it)
    last = MOMENTS.get(list(steps)[-1], list(steps)[-1])
    to: Any = {"fact": "responsible"} if "responsible" in it.facts and it.yes(4) else it.desk()
    duty = entry(
        name,
        kind="handling" if main or it.yes(1) else name,
        when={} if main else it.condition(),
        to=to,
        form="sheet",
        steps=steps,
        limits=[
            limit for limit in limits if it.yes(6) and limits[limit]["stops"] in {MOMENTS.get(one) for one in steps}
        ],
        again=it.one("never", entry()) if not main else entry(rising=[{"from_round": 2, "to": MANAGER}]),
    )
    if signatures:
        duty["signatures"] = signatures
    if "return" in steps and it.yes(2):
        duty["tells"] = {"progress": entry("progress", to=it.one("customer", MANAGER), before=["return"])}
    if main or it.yes():
        duty["marks"] = {"handled": last}
    if not main and it.yes(3):
        duty["after"] = [it.one(*before)]
    elif not main and it.yes(3):
        waits = it.one(*before)
        duty["when_necessary"] = entry(
            decided_by=it.role(), before={"duty": waits, "step": list(before[waits]["steps"])[-1]}
        )
    return duty


def _steps(it: Drawn) -> tuple[Contents, Contents]:
    names = [one for one, tenths in KNOWN_STEPS.items() if it.yes(tenths)]
    if it.yes(3):
        names.insert(it.draw(st.integers(0, len(names))), "look")
    steps: Contents = {}
    for name in names or ["finish"]:
        steps[name] = entry("look" if name == "look" else "")
        if name in ("look", "finish") and it.yes():
            steps[name]["fields"] = it.some(("result", "cause"), 1)
        if name == "assign":
            steps[name]["to_role"] = WORKER
        if it.yes(2) and name != "sign":
            steps[name]["by"] = it.role()
        if it.yes(2) and name == "finish":
            steps[name]["needs"] = {"measures": entry("measures", that={"measures": {"at_least": it.one(1, 2)}})}
        earlier = [one for one in steps if one != name]
        if earlier and it.yes(1):
            steps[name]["not_by"] = [it.one(*earlier)]
    signatures: Contents = {}
    if "sign" in steps:
        signatures["customer"] = entry("customer", by="customer", after="finished")
    if "return" in steps and "finish" in steps and it.yes(2):
        signatures["approval"] = entry("approval", by=it.role(), after="finished", before="return", decides=it.yes())
    return steps, signatures


def _callback(it: Drawn) -> Contents:
    return {
        "coverage": {
            "all": entry(
                "all", when={}, share=100, within=it.one("2 days", "1 week"), desk=it.one(CLERK, HEAD, "office")
            )
        },
        "forms": {"telephone": entry("telephone"), "visit": entry("visit")},
        "exemptions": {"no_contact": entry("no contact", when={"contact_left": {"is": False}})},
        "loop": entry(
            marks={"declined": "waived", **{one: one for one in ("satisfied", "dissatisfied", "unreachable")}},
            attempts=it.one(1, 3),
            next_attempt="4 hours",
        ),
    }


def _sheet() -> Contents:
    rows = {"what": {"title": text("what"), "required": True}, "done": {"title": text("done"), "type": "truth"}}
    return entry(
        "sheet",
        version="1",
        fields={
            "number": {"title": text("number"), "from": "case.number"},
            "content": {"title": text("content"), "type": "long_text", "from": "case.content", "personal": True},
            "result": {"title": text("result"), "type": "long_text", "personal": True},
            "cause": {
                "title": text("cause"),
                "type": "choice",
                "choices": {"wear": {"title": text("wear")}, "other": {"title": text("other")}},
            },
            "measures": {"title": text("measures"), "type": "rows", "columns": rows},
        },
    )


def _clauses(it: Drawn) -> Contents:
    """No entry fulfils it: said, or once in a while forgotten, which lint refuses."""
    about = {"source": "1", "text": text("a clause"), "kind": "record", "check": "automatic"}
    return {"clauses": {"P90-1": about}, **({"not_yet": ["P90-1"]} if it.draw(st.integers(1, 20)) < 20 else {})}
