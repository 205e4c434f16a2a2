"""The service that these tests are about."""

import json

import pytest

from closeloop.callback.app import service as callback
from closeloop.chassis.packs import Pack
from closeloop.contracts.every import MarkSet
from closeloop.contracts.examples import an_example


@pytest.fixture(scope="session")
def service():
    return callback


def _both(words):
    return {"zh": words, "en": words}


RECORD = {
    "title": _both("Callback record"),
    "version": "1",
    "clauses": ["P00-record"],
    "fields": {
        "by": {"title": _both("By"), "from": "callback.by"},
        "words": {"title": _both("The customer's words"), "from": "case.content"},
        "genuine": {"title": _both("Genuine?"), "type": "truth"},
        "repeated": {"title": _both("Repeated?"), "type": "truth"},
        "remark": {"title": _both("Remark"), "personal": True},
    },
}
SEPARATE = {
    "title": _both("Separate callbacks"),
    "when": {"kind": {"is": "suggestion"}, "serious": {"is": "yes"}},
    "starts": "assessed",
    "within": "3 days",
    "desk": {"fact": "department"},
    "arranged_by": {"fact": "department", "head": True},
    "form": "visit",
    "record": {
        "form": "callback_record",
        "fields": ["remark"],
        "outcomes": {
            "confirmed": {"genuine": {"is": True}, "repeated": {"known": True}},
            "refuted": {"genuine": {"is": False}},
        },
    },
    "clauses": ["P00-separate"],
}
PLAIN = SEPARATE | {
    "title": _both("Check of answers"),
    "when": {"kind": {"is": "suggestion"}, "serious": {"is": "no"}},
    "desk": "customer_service",
    "form": "telephone",
    "clauses": ["P00-check"],
}
PLAIN.pop("arranged_by")


@pytest.fixture(scope="session")
def pack(pack):
    """The invented procedure, which also verifies what suggestions say."""
    said = json.loads(pack.canonical)
    said["callback"]["coverage"] |= {"separate": SEPARATE, "plain": PLAIN}
    said["callback"]["coverage"]["complaints"]["until"] = {"fact": "leaves_at", "ahead": "2 hours"}
    said["forms/callback_record"] = RECORD
    for name, kind in (("separate", "trigger"), ("check", "trigger"), ("record", "record")):
        clause = {"source": "1", "text": _both("Something"), "kind": kind, "check": "automatic"}
        said["clauses"]["clauses"][f"P00-{name}"] = clause
    return Pack.from_json(json.dumps(said))


@pytest.fixture
def about():
    """An event about one of our cases."""

    def told(event, kind="complaint", number=1, **changes):
        known = {"key": f"case{number}", "place": "garden-estate", "procedure": "P00", "procedure_version": "1.0"}
        return an_example(event, kind=kind, **(known | changes))

    return told


@pytest.fixture
def handled(about):
    """Dispatch says that a case was handled."""
    return lambda kind="complaint", number=1, **changes: about(
        MarkSet, kind, number, **({"mark": "handled", "is_set": True} | changes)
    )
