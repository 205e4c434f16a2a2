"""What a callback verified rates the case: confirmed it goes on, refuted it is closed without being handled."""

import json

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.callback import CallbackAttempted
from closeloop.contracts.intake import CaseAssessed, CaseClosed

CASES = "/api/intake/cases"


def _both(words):
    return {"zh": words, "en": words}


def _asked(value):
    said = {"title": _both("Asked"), "when": {"genuine_answer": {"is": value}}, "own_practice": "To know it."}
    return {"title": _both("Value"), "criteria": {"asked": said}}


@pytest.fixture(scope="session")
def pack(pack):
    """The invented procedure, in which a complaint may turn out not to be genuine."""
    said = json.loads(pack.canonical)
    said["intake"]["facets"]["genuine"] = {
        "title": _both("Genuine"),
        "when": {"kind": {"is": "complaint"}},
        "values": {"confirmed": _asked(True), "refuted": _asked(False)},
        "rated_by": "desk",
        "later": True,
        "clauses": ["P00-genuine"],
    }
    closes = said["intake"]["closes_when"]
    closes["when"] = {"any": [{"genuine": {"is": "refuted"}}, closes["when"]]}
    clause = {"source": "1", "text": _both("Genuine"), "kind": "classification", "check": "automatic"}
    said["clauses"]["clauses"]["P00-genuine"] = clause
    return Pack.from_json(json.dumps(said))


@pytest.fixture
def found(api, a_complaint, hear, complaint_header):
    """A complaint about which a callback found something out."""

    async def told(facts):
        case = (await api.post(CASES, json=a_complaint | {"facets": {"responsible_department": "cleaning"}})).json()
        header = complaint_header(
            case,
            round=1,
            audience="internal",
            sequence=1,
            contact_left=True,
            wants_callback=True,
            received_at="2026-01-05T09:00:00+08:00",
        )
        await hear(
            CallbackAttempted(
                id=f"main.callback.{case['id']}.1",
                key=case["id"],
                sequence=1,
                case=header,
                verifies=True,
                callback_id=f"{case['id']}.1",
                number=1,
                form="telephone",
                outcome="confirmed",
                by="callback-1",
                attempted_at="2026-01-05T09:00:00+08:00",
                caller="callback-1",
                facts=facts,
            )
        )
        return (await api.get(f"{CASES}/{case['id']}")).json()

    return told


async def test_what_was_confirmed_is_rated_with_who_found_it_out(found, published):
    seen = await found({"genuine_answer": True})
    assert (seen["facets"]["genuine"], seen["assessment"]["history"][-1]["by"]) == ("confirmed", "callback-1")
    told = (await published(CaseAssessed))[-1]
    assert told.facts["genuine_answer"] is True
    assert {judged.clause: judged.end for judged in told.occasions}["P00-genuine"] == "kept"
    assert await published(CaseClosed) == []


async def test_what_was_refuted_is_closed_without_being_handled(found, published):
    seen = await found({"genuine_answer": False})
    assert (seen["facets"]["genuine"], seen["status"]) == ("refuted", "closed")
    assert len(await published(CaseClosed)) == 1


async def test_what_rates_nothing_stands_with_the_facts_only(found, published):
    seen = await found({"colour": "red"})
    assert "genuine" not in seen["facets"] and len(await published(CaseAssessed)) == 1
