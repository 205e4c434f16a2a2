"""What people do with one duty, each under its word: pages and programs offer the same, in one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from closeloop.chassis.acting import here
from closeloop.dispatch import actions
from closeloop.dispatch.limits import pausing
from closeloop.dispatch.limits.forms import ExtendForm
from closeloop.dispatch.signing import actions as signing
from closeloop.dispatch.steps import putting_right, raising, told, tracking
from closeloop.dispatch.steps.forms import (
    AssignForm,
    RejectForm,
    ResultForm,
    ReturnForm,
    SignForm,
    StepForm,
    TellForm,
    TrackForm,
)
from closeloop.dispatch.steps.raising import HandUpForm


def _as_it_is(form: Any) -> tuple[Any, ...]:
    return (form,)


def _with_the_people(form: AssignForm) -> tuple[Any, ...]:
    known = here.get().people
    return (form, tuple(known.maybe(login) for login in form.logins))


@dataclass(frozen=True, slots=True)
class Doing:
    """An action on a duty: what is filled in for it, and what it is told besides."""

    action: Callable[..., Any]
    form: type[BaseModel]
    about: str
    said: Callable[[Any], tuple[Any, ...]] = _as_it_is
    needs_a_word: bool = True
    """Whether something has to be said; without, the step alone is enough."""


DOINGS: Mapping[str, Doing] = {
    "accept": Doing(actions.accept_duty, StepForm, "The desk takes the duty on.", needs_a_word=False),
    "assign": Doing(actions.assign_duty, AssignForm, "The duty is given to a person.", _with_the_people),
    "arrive": Doing(actions.arrive_at_duty, StepForm, "The person is on site.", needs_a_word=False),
    "finish": Doing(actions.finish_duty, ResultForm, "The work is done."),
    "sign": Doing(signing.sign_duty, SignForm, "The customer signs."),
    "return": Doing(
        actions.return_duty, ReturnForm, "The completed original goes back to the desk.", needs_a_word=False
    ),
    "reject": Doing(putting_right.reject_duty, RejectForm, "The work goes back."),
    "extend": Doing(pausing.extend_limit_of_duty, ExtendForm, "A limit is put off."),
    "track": Doing(tracking.track_duty, TrackForm, "The desk that follows the duty notes what it checked."),
    "tell": Doing(told.tell_somebody, TellForm, "Somebody is told how things stand."),
    "cannot-handle": Doing(raising.hand_up_duty, HandUpForm, "The next level gets it, with the reason."),
}
