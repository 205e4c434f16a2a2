"""Conversation in intake.yaml: what is said to a customer and by them, in its order, answered and filed."""

from pydantic import Field

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text


class Answering(Entry):
    """How soon what a customer asks is answered."""

    within: Length
    """How soon after it was received."""


class Clarifying(Entry):
    """What is not clear is found out first; an answer before that is refused."""


class Filing(Entry):
    """A reply is filed; the case stays open until it is."""


class Conversation(Entry):
    """Every call and letter of a case, in the order in which it was written down."""

    title: Text
    """What people call it."""
    channels: tuple[Name, ...] = Field(min_length=1)
    """Ways in by which a case is the first message of a conversation."""
    when: Condition = ALWAYS
    """Cases of which it is asked; in any other one messages may be written too, and nothing follows."""
    answering: Answering | None = None
    """How soon a message that asks is answered; none if no answer is asked for."""
    clarifying: Clarifying | None = None
    """Whether what is unclear is found out before it is answered; none if nobody has to."""
    filing: Filing | None = None
    """Whether replies are filed; none if not."""
