"""What explanations say: what happened, how a limit stands, what a stretch of it was."""

from closeloop.chassis.i18n import Sentence, _

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
    "duty.returned": _("Result returned"),
    "duty.rejected": _("Sent back"),
    "limit.missed": _("Limit missed"),
    "limit.extended": _("Limit put off"),
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
