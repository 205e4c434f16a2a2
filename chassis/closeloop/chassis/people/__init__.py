"""Who works here, what they may do and see, and how they prove who they are."""

from closeloop.chassis.people.organisation import Organisation, load_organisation
from closeloop.chassis.people.person import Person
from closeloop.chassis.people.roster import People
from closeloop.chassis.people.scope import scoped
from closeloop.chassis.people.signing_in import CurrentPerson, current_person, person_of, same_origin

__all__ = [
    "CurrentPerson",
    "Organisation",
    "People",
    "Person",
    "current_person",
    "load_organisation",
    "person_of",
    "same_origin",
    "scoped",
]
