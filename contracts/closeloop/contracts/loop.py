"""Who tells and who hears what: the loop at a glance.

The chassis compares this table with the handlers of the services; the provisioner makes streams and durables from it,
and the AsyncAPI documents and the README are checked against it.
"""

from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived, ParameterSet
from closeloop.contracts.corrective import ActionEnded, ActionOpened, ActionRepeated, ActionStepped, EffectCounted
from closeloop.contracts.dispatch import (
    CustomerServed,
    DutyAccepted,
    DutyArrived,
    DutyAssigned,
    DutyFinished,
    DutyIssued,
    DutyRaised,
    DutyRejected,
    DutyReturned,
    DutySigned,
    DutyStepped,
    EntryPosted,
    LimitEnded,
    LimitExtended,
    LimitMissed,
    LimitMoved,
    LimitStarted,
    PaymentMade,
)
from closeloop.contracts.event import Event
from closeloop.contracts.every import (
    AttachmentErased,
    AttachmentKept,
    AttemptRefused,
    CaseBrought,
    MarkSet,
    OccasionsJudged,
    TaskClosed,
    TaskOpened,
)
from closeloop.contracts.intake import (
    CaseAssessed,
    CaseClosed,
    CaseRegistered,
    CaseReopened,
    CustomerKept,
    MessageWritten,
    ProcedureActivated,
    RoundOpened,
)
from closeloop.contracts.people import AbsenceNoted, OrganisationChanged
from closeloop.contracts.stats import AlarmRaised, AlarmWithdrawn
from closeloop.contracts.survey import SheetReturned, SheetSent, SurveyApproved, SurveyClosed, SurveyPlanned

SERVICES = ("intake", "dispatch", "callback", "survey", "stats")
"""The services in the order of the loop."""

EVERY: tuple[type[Event], ...] = (
    MarkSet,
    CaseBrought,
    TaskOpened,
    TaskClosed,
    AttemptRefused,
    OccasionsJudged,
    AttachmentKept,
    AttachmentErased,
)
"""What every service may tell."""

_DUTIES: tuple[type[Event], ...] = (
    DutyIssued,
    DutyAccepted,
    DutyAssigned,
    DutyArrived,
    DutyFinished,
    DutySigned,
    DutyStepped,
    DutyReturned,
    DutyRejected,
    DutyRaised,
    LimitStarted,
    LimitMissed,
    LimitExtended,
    LimitMoved,
    LimitEnded,
)
_LEDGERS: tuple[type[Event], ...] = (PaymentMade, EntryPosted)
_ACTIONS: tuple[type[Event], ...] = (ActionOpened, ActionStepped, ActionRepeated, ActionEnded)

_HOUSE: tuple[type[Event], ...] = (ProcedureActivated, OrganisationChanged, AbsenceNoted)

TELLS: dict[str, tuple[type[Event], ...]] = {
    "intake": (
        CaseRegistered,
        CaseAssessed,
        RoundOpened,
        CaseClosed,
        CaseReopened,
        CustomerKept,
        MessageWritten,
        *_HOUSE,
        *EVERY,
    ),
    "dispatch": (*_DUTIES, *_LEDGERS, *_ACTIONS, CustomerServed, *EVERY),
    "callback": (CallbackPlanned, CallbackAttempted, CallbackWaived, ParameterSet, *EVERY),
    "survey": (SurveyPlanned, SurveyApproved, SheetSent, SheetReturned, SurveyClosed, *EVERY),
    "stats": (AlarmRaised, AlarmWithdrawn, EffectCounted, *EVERY),
}
"""Service to what it tells."""

_TASKS: tuple[type[Event], ...] = (TaskOpened, TaskClosed)
_JUDGED: tuple[type[Event], ...] = (MarkSet, AttemptRefused, OccasionsJudged)

HEARS: dict[str, dict[str, tuple[type[Event], ...]]] = {
    "intake": {
        "dispatch": (MarkSet, CaseBrought, DutyIssued, DutyRaised, DutyStepped, CustomerServed),
        "callback": (MarkSet, CaseBrought, CallbackPlanned, CallbackAttempted, CallbackWaived),
        "survey": (MarkSet, CaseBrought),
    },
    "dispatch": {
        "intake": (CaseAssessed, RoundOpened, CaseClosed, CaseReopened, MessageWritten, *_HOUSE, *_TASKS),
        "callback": _TASKS,
        "survey": _TASKS,
        "stats": (AlarmRaised, EffectCounted, *_TASKS),
    },
    "callback": {
        "intake": (CaseAssessed, RoundOpened, CaseClosed, CaseReopened, CustomerKept, *_HOUSE),
        "dispatch": (DutyFinished, DutyReturned, MarkSet),
        "survey": (SheetReturned, SurveyClosed),
    },
    "survey": {
        "intake": (CaseClosed, CaseReopened, CustomerKept, *_HOUSE),
        "dispatch": (MarkSet,),
        "callback": (MarkSet, ParameterSet),
    },
    "stats": {
        "intake": (
            CaseRegistered,
            CaseAssessed,
            RoundOpened,
            CaseClosed,
            CaseReopened,
            *_HOUSE,
            *_JUDGED,
        ),
        "dispatch": (*_DUTIES, *_LEDGERS, *_ACTIONS, *_JUDGED),
        "callback": (CallbackPlanned, CallbackAttempted, CallbackWaived, ParameterSet, *_JUDGED),
        "survey": (SurveyPlanned, SurveyApproved, SheetSent, SheetReturned, SurveyClosed, *_JUDGED),
        "stats": (AlarmRaised, AlarmWithdrawn, EffectCounted, AttemptRefused, OccasionsJudged),
    },
}
"""Hearing service to telling service to what is heard; tasks of all services meet on the desk of dispatch."""


def told_by(event: type[Event]) -> tuple[str, ...]:
    """The services that tell an event."""
    return tuple(service for service in SERVICES if event in TELLS[service])


def heard_by(event: type[Event]) -> tuple[str, ...]:
    """The services that hear an event from anybody."""
    return tuple(service for service in SERVICES if any(event in told for told in HEARS[service].values()))


def every_event() -> tuple[type[Event], ...]:
    """All events in the order of the loop, each once."""
    return tuple(dict.fromkeys(event for service in SERVICES for event in TELLS[service]))
