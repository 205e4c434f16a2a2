"""What a person may see, as conditions of a query."""

from typing import Any

from sqlalchemy import FromClause, Select, or_

from closeloop.chassis.people.person import EVERYBODYS, Person


def scoped(query: Select[Any], table: FromClause, person: Person) -> Select[Any]:
    """The same query, limited to the places, departments and audiences of this person, as far as the table has them."""
    limits = {"place": person.places, "department": person.departments, "audience": EVERYBODYS | person.audiences}
    for name, allowed in limits.items():
        if allowed is None or name not in table.c:
            continue
        column = table.c[name]
        query = query.where(or_(column.is_(None), column.in_(["", *sorted(allowed)])))
    return query
