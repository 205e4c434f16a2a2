"""Sign-offs: who puts their name to something, in which order, and what waits for it."""

from typing import Literal, Self

from pydantic import model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text

Chain = Literal["any", "all", "in_turn"]
AUTHOR = "author"
CUSTOMER = "customer"


class SignOff(Entry):
    """Somebody signs what lies before them; where they decide, they approve it or send it back with a reason.

    A signature is a sign-off that does not decide, an approval one that does, the part of a department one with
    `fields`. What was signed is named by its hash: whoever changes it afterwards makes the sign-off void, and it is
    asked for once more.
    """

    title: Text | None = None
    """What people call it; the role that signs where nothing is said."""
    by: Name | tuple[Name, ...] = CUSTOMER
    """The customer, a role or department; several where more than one has to sign."""
    chain: Chain = "all"
    """Of several: any one of them is enough, all of them sign, or one after the other in the order of `by`."""
    when: Condition = ALWAYS
    """Where it is asked for at all."""
    after: Name | tuple[Name, ...] = "finished"
    """Moments and other sign-offs before which nobody may be asked."""
    before: Name | None = None
    """Step, act or other sign-off that waits for it; the end of the thing, such as the return, where none is named."""
    decides: bool = False
    """Whether the signer says yes or no; a no names its reason."""
    back_to: Name | None = None
    """Step at which the work stands again after a no; it stays where it is where none is named."""
    fields: tuple[Name, ...] = ()
    """Fields that the signer writes and answers for; the whole form where none is named."""
    not_by: tuple[Name, ...] | None = None
    """Who may not sign: `author`, or whoever took one of these steps. Nobody approves their own work, if not said."""
    required: bool = True
    """Whether what waits for it cannot go on without it."""
    may_refuse: bool = True
    """Whether a refusal with a witness stands for the signature."""
    opinion: bool = False
    """Whether the signer is asked for an opinion."""
    within: Length | None = None
    """How soon it is given once it was asked for; none if no limit."""

    @model_validator(mode="after")
    def _can_be_given(self) -> Self:
        if not self.signers:
            raise ValueError("name who signs (by: plant_manager)")
        if self.decides and CUSTOMER in self.signers:
            raise ValueError("the customer signs or refuses, and does not decide: leave decides out")
        if self.back_to is not None and not self.decides:
            raise ValueError("only a no sends back: add decides: true, or leave back_to out")
        return self

    @property
    def signers(self) -> tuple[str, ...]:
        """Everybody who is named, in their order."""
        return (self.by,) if isinstance(self.by, str) else self.by

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Moments and sign-offs that come first."""
        return (self.after,) if isinstance(self.after, str) else self.after

    @property
    def barred(self) -> tuple[str, ...]:
        """Who may not sign: nobody approves what they wrote themselves."""
        return self.not_by if self.not_by is not None else ((AUTHOR,) if self.decides else ())
