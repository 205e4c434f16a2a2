"""Tellings: who is told how things stand while a duty is handled, and what waits until they were."""

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.contracts.vocabulary import Text


class Telling(Entry):
    """Somebody is told while a duty is handled: the customer how far it is, a superior before it goes on.

    Its name is a moment of the duty. A limit may start and stop by it; one that `repeats` asks for it again and again.
    """

    title: Text
    """What is told, such as: how far it is."""
    to: Name = CUSTOMER
    """Whom: the customer, a department or a role."""
    when: Condition = ALWAYS
    """Cases in which it is asked for; from the moment at which this holds."""
    before: tuple[Name, ...] = ()
    """Steps of the duty that are refused until it was told."""
    takes_over: bool = False
    """Whether whoever is told carries the duty on: the call is answered by accepting the duty."""
    field: Name | None = None
    """Field of the form that what was said is added to; none if it stands with the duty alone."""
