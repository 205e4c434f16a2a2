"""Whether the copies hold what a played case holds: the checker of the fault tests looks at every table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from closeloop.contracts.loop import SERVICES
from tests.faults.checker import Finding, check, streams_are_the_chains
from tests.faults.effects import STEPS
from tests.faults.evidence import Evidence, Promised, Step, tables_of

TAKEN = {subject: step for step, subject in STEPS.items()}
AGED_OUT = streams_are_the_chains.__name__
"""What the checker cannot find: of what nobody brought only the last message is in the streams."""


async def findings(databases: Mapping[str, str]) -> list[Finding]:
    """What is wrong with what lies in these databases; people were promised what the journals say."""
    tables = {service: await tables_of(databases[service]) for service in SERVICES}
    evidence = Evidence(tables, {}, Promised(), datetime.now(UTC))
    promised = evidence.promised
    for case in evidence.of("intake", "cases"):
        promised.registered[case["content"]] = (case["id"], case["number"])
    for told in evidence.told("dispatch", *TAKEN):
        promised.steps.append(Step(told["key"], TAKEN[told["subject"]], told["says"]["number"]))
    for told in evidence.told("callback", "callback.attempted.v1"):
        promised.steps.append(Step(told["key"], "ask", told["says"]["number"]))
    return [finding for finding in check(evidence) if finding.rule != AGED_OUT]
