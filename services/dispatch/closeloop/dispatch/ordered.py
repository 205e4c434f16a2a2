"""The order of the values of ordered facets, for conditions that ask for more or less."""

from closeloop.chassis.conditions import Domains
from closeloop.chassis.packs import Pack


def orders_of(pack: Pack) -> Domains:
    """Ordered facet to its values, from the lowest to the highest."""
    return {name: tuple(facet.values) for name, facet in pack.intake.said.facets.items() if facet.ordered}
