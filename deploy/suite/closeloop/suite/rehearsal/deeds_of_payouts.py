"""What customers are given: payments within a ceiling, and what somebody approved beyond it."""

from __future__ import annotations

from decimal import Decimal

from closeloop.suite.rehearsal.acting import Acting, Turn
from closeloop.suite.rehearsal.house import part
from closeloop.suite.replay.site import Answer

GIVES = 0.4
"""How often something is given where it may be."""
MORE = 0.1
"""How often that is not enough."""
BEYOND = 20


async def give(acting: Acting, turn: Turn) -> None:
    """Whoever finishes a duty gives the customer something now and then; more than a ceiling is asked for."""
    if not acting.pack.dispatch.said.payouts or turn.tries or not acting.chance.happens(GIVES, *turn.dice, "gives"):
        return
    at = f"/api/dispatch/cases/{part(turn.task.key)}"
    for book in (await acting.house.get(turn.by, f"{at}/payments"))["payouts"]:
        left = int(Decimal(book["left"] or 0))
        if left < 1 or book["duty"] != turn.number:
            continue
        dice = acting.chance.of(*turn.dice, book["payout"])
        said = {"payout": book["payout"], "duty": turn.number, "reason": "致歉并补偿"}
        if dice.random() < MORE:
            await acting.house.post(turn.by, f"{at}/payment-requests", {**said, "amount": left + BEYOND})
        else:
            await acting.house.post(turn.by, f"{at}/payments", {**said, "amount": dice.randint(1, left)})


async def give_what_was_approved(acting: Acting, turn: Turn) -> Answer | None:
    """Somebody said yes to more than the ceiling: now it is given."""
    path = f"/api/dispatch/cases/{part(turn.task.key)}/payment-requests/{turn.number}/give"
    return await acting.house.post(turn.by, path, {})
