"""Actions: what people do. A route hands the action over and gets its result once it is on disk."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast, overload

from closeloop.chassis.piece import Idempotency, Outcome, Piece
from closeloop.chassis.work import Work

if TYPE_CHECKING:
    from closeloop.chassis.people import Person
    from closeloop.chassis.running import Running

Said = ParamSpec("Said")
Result = TypeVar("Result")
Acted = TypeVar("Acted", bound=Callable[..., Any])
Action = Callable[Concatenate[Work, Said], Result]
KeysOf = Callable[..., tuple[str, ...]]

here: ContextVar[Running] = ContextVar("closeloop_service")
traceparent: ContextVar[str | None] = ContextVar("closeloop_traceparent", default=None)
_KEYS: dict[str, KeysOf] = {}
_BESIDES: dict[str, KeysOf] = {}


@overload
def acts(action: Acted) -> Acted: ...
@overload
def acts(*, keys: KeysOf) -> Callable[[Acted], Acted]: ...
@overload
def acts(*, besides: KeysOf) -> Callable[[Acted], Acted]: ...
def acts(action: Any = None, *, keys: KeysOf | None = None, besides: KeysOf | None = None) -> Any:
    """Marks a plain function as something people do; `keys` names the keys it works on, where they are several.

    `besides` names those that it needs besides the one that whoever asks has named.
    """
    if action is None:
        return partial(acts, keys=keys, besides=besides)
    if keys is not None:
        _KEYS[_name(action)] = keys
    if besides is not None:
        _BESIDES[_name(action)] = besides
    return action


def _name(action: Callable[..., Any]) -> str:
    return f"{action.__module__}.{action.__name__}"


async def do(
    action: Callable[..., Result],
    *said: Any,
    by: Person | None,
    key: str = "",
    new: bool = False,
    if_match: int | None = None,
) -> Result:
    """Have the action done in one transaction; answers its result after the commit, raises what refused it."""
    outcome = await done(action, *said, by=by, key=key, new=new, if_match=if_match)
    return cast(Result, outcome.result)


async def done(
    action: Callable[..., Any],
    *said: Any,
    by: Person | None,
    key: str = "",
    new: bool = False,
    if_match: int | None = None,
    idempotency: Idempotency | None = None,
    shows: Callable[[Any, Work], tuple[int, str]] | None = None,
) -> Outcome:
    """The same, with the version it led to and the stored answer of a repeated request."""
    keys_of, besides = _KEYS.get(_name(action)), _BESIDES.get(_name(action))
    piece = Piece(
        name=action.__name__,
        source="http",
        keys=keys_of(*said) if keys_of else (key, *(besides(*said) if besides else ())),
        run=partial(_call, action, said),
        by=by,
        new=new,
        if_match=if_match,
        idempotency=idempotency,
        shows=shows,
        traceparent=traceparent.get(),
    )
    return await here.get().submit(piece)


def _call(action: Callable[..., Any], said: tuple[Any, ...], work: Work) -> Any:
    return action(work, *said)
