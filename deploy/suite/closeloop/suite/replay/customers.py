"""Simulated customers: clearly invented, always the same for a seed and a case."""

from __future__ import annotations

from typing import Any

from closeloop.suite.replay.chance import Chance

SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄吕江何萧罗高"
TITLES = {"先生": 5, "女士": 5}
ANONYMOUS = 0.03
NO_CONTACT = 0.02
WANTS_NO_CALLBACK = 0.04


def customer_of(chance: Chance, number: str, address: str) -> dict[str, Any]:
    """Who brings a case, as the desk takes it down, and whether they want to be asked afterwards."""
    dice = chance.of(number, "customer")
    if dice.random() < ANONYMOUS:
        return {"anonymous": True}
    name = dice.choice(SURNAMES) + chance.one_of(TITLES, number, "title")
    if dice.random() < NO_CONTACT:
        return {"customer": {"name": name}}
    customer = {"name": name, "phone": f"1380000{dice.randrange(10_000):04}"}
    if dice.random() < 0.3:
        customer["address"] = address[:200]
    said: dict[str, Any] = {"customer": customer}
    if dice.random() < WANTS_NO_CALLBACK:
        said["wants_callback"] = False
    return said
