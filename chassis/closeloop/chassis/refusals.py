"""The ways in which the house says no: each carries one sentence for the person who asked."""

from collections.abc import Iterable

from closeloop.chassis.i18n import Sentence, _


class Refusal(Exception):
    """Something was asked that cannot be done; the sentence says what, and what to do instead."""

    def __init__(self, sentence: Sentence | str, clause: str | Iterable[str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence if isinstance(sentence, Sentence) else Sentence(sentence)
        self.clauses = () if clause is None else (clause,) if isinstance(clause, str) else tuple(dict.fromkeys(clause))

    @property
    def clause(self) -> str | None:
        """The clause that says no, the first where there are several."""
        return self.clauses[0] if self.clauses else None

    def __str__(self) -> str:
        return self.sentence.en


class Refused(Refusal):
    """A rule of the procedure says no, and names its clause or clauses if it has any."""


class Misread(Refusal):
    """What was sent cannot be understood; nothing was looked at yet."""


class NotFound(Refusal):
    """There is no such thing, or not for this person."""

    def __init__(self, sentence: Sentence | str | None = None) -> None:
        super().__init__(sentence or _("There is nothing at this address. Check the number or start from your desk."))


class Stale(Refusal):
    """Somebody else changed the thing since this person read it."""

    def __init__(self, sentence: Sentence | str | None = None) -> None:
        super().__init__(
            sentence or _("Somebody changed this since you opened it. Load it again, then repeat your change.")
        )


class Full(Refusal):
    """More work has come in than can be accepted right now."""

    def __init__(self, retry_after_seconds: int = 1, sentence: Sentence | str | None = None) -> None:
        usual = _("Too much is coming in right now. Please try again in {seconds} s.", seconds=retry_after_seconds)
        super().__init__(sentence or usual)
        self.retry_after_seconds = retry_after_seconds


class Unauthorised(Refusal):
    """Nobody is signed in, or the token no longer holds."""

    def __init__(self, sentence: Sentence | str | None = None) -> None:
        super().__init__(sentence or _("Please sign in first."))


class Forbidden(Refusal):
    """This person may not do this."""

    def __init__(self, sentence: Sentence | str | None = None, clause: str | Iterable[str] | None = None) -> None:
        super().__init__(sentence or _("Your role does not include this."), clause)


class NotInstalled(Refusal):
    """This needs a program that is not installed here; the sentence names it."""
