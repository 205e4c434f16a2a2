"""States of a letter as people read them."""

from closeloop.chassis.connectors.letter import LetterState
from closeloop.chassis.i18n import _

STATES = {
    LetterState.WAITING: _("to be sent"),
    LetterState.SENDING: _("being sent"),
    LetterState.SENT: _("sent"),
    LetterState.DELIVERED: _("delivered"),
    LetterState.FAILED: _("failed"),
    LetterState.UNCLEAR: _("unclear whether it left"),
    LetterState.LET_GO: _("not sent"),
}
TONES = {
    LetterState.WAITING: "waiting",
    LetterState.SENDING: "waiting",
    LetterState.SENT: "good",
    LetterState.DELIVERED: "good",
    LetterState.FAILED: "bad",
    LetterState.UNCLEAR: "bad",
    LetterState.LET_GO: "neutral",
}
