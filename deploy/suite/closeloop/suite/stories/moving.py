"""What people of a story move from holder to holder, and who of them may be sent at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from closeloop.contracts.procedure.scenario import Move, Then
from closeloop.suite.stories.stage import Answer, Differs, Stage, part
from closeloop.suite.stories.words import somebody, word

ACCOUNTS = "/api/dispatch/accounts"


@word("post")
def post(stage: Stage, move: Move) -> Answer:
    """Something is moved by a posting of an account; a voucher that was signed before is posted now."""
    said, by = dict(move.with_), somebody(stage, move)
    posting = move.of or said.pop("posting", None)
    account = _account_with(stage, posting)
    for voucher in stage.sees(f"{ACCOUNTS}/{part(account)}")["waiting"]:
        if voucher["posting"] == posting and voucher["case"] in (None, stage.case_id):
            return stage.post(by, f"{ACCOUNTS}/{part(account)}/vouchers/{voucher['number']}/post", {})
    about = {} if stage.case is None or said.pop("without_case", False) else {"case": stage.case_id}
    return stage.post(by, f"{ACCOUNTS}/{part(account)}/postings/{part(posting)}", {**about, **said})


@word("enter_training")
def enter_training(stage: Stage, move: Move) -> Answer:
    """Somebody learnt from a day to a day."""
    return _about_somebody(stage, move, "training")


@word("enter_assessment")
def enter_assessment(stage: Stage, move: Move) -> Answer:
    """Somebody was assessed."""
    return _about_somebody(stage, move, "assessment")


def held_otherwise(stage: Stage, then: Then) -> Iterator[str]:
    """Every holder that has something else of the case than is written."""
    for holder, wanted in then.holders.items():
        found = sum(_moved(stage, holder), Decimal(0))
        if found != Decimal(str(wanted)):
            yield f"{holder} has {found} of the case, not {wanted}"


def _moved(stage: Stage, holder: str) -> Iterator[Decimal]:
    for account, said in stage.pack.accounts.items():
        if holder in said.holders:
            for entry in stage.sees(f"{ACCOUNTS}/{part(account)}", case=stage.case_id, limit=200)["entries"]:
                for side, sign in (("receiver", 1), ("giver", -1)):
                    if entry[side].partition(":")[0] == holder:
                        yield sign * Decimal(entry["quantity"])


def _account_with(stage: Stage, posting: str | None) -> str:
    account = next((name for name, one in stage.pack.accounts.items() if posting in one.postings), None)
    if account is None:
        raise Differs(f"there is no posting {posting} in accounts.yaml")
    return account


def _about_somebody(stage: Stage, move: Move, what: str) -> Answer:
    said = dict(move.with_)
    return stage.post(somebody(stage, move), f"/api/dispatch/people/{part(said.pop('whose'))}/{what}", said)
