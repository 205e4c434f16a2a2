"""What explanations say: what happened, how a limit stands, what a stretch of it was."""

from typing import Any

from closeloop.chassis.i18n import Sentence, _
from closeloop.contracts.procedure.length import Length

EVENTS: dict[str, Sentence] = {
    "case.registered": _("Registered"),
    "case.assessed": _("Assessed"),
    "round.opened": _("Another round begins"),
    "case.closed": _("Case closed"),
    "case.reopened": _("Opened again"),
    "duty.issued": _("Duty issued"),
    "duty.accepted": _("Duty accepted"),
    "duty.assigned": _("Given to a person"),
    "duty.arrived": _("Arrived on site"),
    "duty.finished": _("Work finished"),
    "duty.signed": _("Signed"),
    "duty.stepped": _("A step was taken"),
    "duty.returned": _("Result returned"),
    "duty.rejected": _("Sent back"),
    "limit.missed": _("Limit missed"),
    "limit.extended": _("Limit put off"),
    "action.opened": _("Corrective action opened"),
    "action.stepped": _("Something was done for it"),
    "action.repeated": _("Not effective: once more"),
    "action.ended": _("Corrective action ended"),
    "payment.made": _("Given to the customer"),
    "entry.posted": _("Posted"),
    "callback.planned": _("Callback planned"),
    "callback.attempted": _("Customer asked"),
    "callback.waived": _("Callback left out"),
    "sheet.sent": _("Sheet sent"),
    "sheet.returned": _("Sheet came back"),
    "mark.set": _("Mark set or lifted"),
    "task.opened": _("Put on a desk"),
    "task.closed": _("Taken off the desk"),
    "attempt.refused": _("Attempt refused"),
    "occasions.judged": _("Clauses judged"),
    "attachment.kept": _("Photo or scan attached"),
    "attachment.erased": _("Photo or scan erased"),
}
"""What an event of a case says, in two or three words."""

STRETCHES: dict[str, Sentence] = {
    "running": _("runs"),
    "paused": _("rests"),
    "extended": _("put off"),
}
LIMIT_STATES: dict[str, tuple[Sentence, str]] = {
    "running": (_("runs"), "info"),
    "kept": (_("kept"), "good"),
    "missed": (_("missed"), "bad"),
    "withdrawn": (_("no longer needed"), "neutral"),
}
TONES = {
    "opened": "waiting",
    "kept": "good",
    "breached": "bad",
    "prevented": "info",
    "shown": "info",
}
"""Tones of badges; what is not named is neutral."""

_ABOUT: dict[str, Sentence] = {
    "case": _("Case"),
    "facet": _("Assessment"),
    "round": _("Round"),
    "duty": _("Duty"),
    "callback": _("Callback"),
    "again": _("Callback again"),
    "plan": _("Callback plan"),
    "same_problem": _("Same problem"),
    "survey": _("Survey"),
    "sheet": _("Answer sheet"),
    "record": _("Record"),
    "report": _("Report"),
    "job": _("Periodic job"),
    "payment": _("Payment"),
    "voucher": _("Voucher"),
    "holder": _("Holder of an account"),
    "request": _("Payment request"),
    "attempt": _("Refused attempt"),
}
_UNITS = {
    "minutes": "分钟",
    "hours": "小时",
    "days": "天",
    "weeks": "周",
    "months": "个月",
    "years": "年",
    "working minutes": "个工作分钟",
    "working hours": "个工作小时",
    "working days": "个工作日",
}


def about(of: str) -> dict[str, str]:
    """What an occasion or a limit hangs on, as people call it: `duty:1:accept` is the first duty."""
    what, *more = of.split(":")
    said = _ABOUT.get(what)
    number = more[0] if more and more[0].isdigit() else ""
    return {lang: f"{said.in_(lang) if said else what} {number}".strip() for lang in ("zh", "en")}


def how_long(length: str | None) -> Any:
    """A length of a procedure in both languages."""
    if not length:
        return ""
    read = Length.model_validate(length)
    return {"zh": f"{read.number} {_UNITS[read.unit]}", "en": str(read)}
