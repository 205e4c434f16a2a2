"""What became of each test of a clause, written down for the report; a plugin of pytest (-p tests.clauses.outcomes)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

WRITTEN_TO = "CLOSELOOP_CLAUSE_OUTCOMES"
outcomes: dict[str, dict[str, Any]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test has passed when all of it has; one that is left out has not."""
    known = outcomes.setdefault(
        report.nodeid, {"clauses": [], "passed": True, "without": None, "opened": True, "ends": {}}
    )
    known.update(dict(report.user_properties))
    known["passed"] = known["passed"] and report.passed
    known["opened"] = known["opened"] and not (report.when == "setup" and report.failed)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The process that asked for the tests writes; those that run them do not."""
    if (file := os.environ.get(WRITTEN_TO)) and not hasattr(session.config, "workerinput"):
        Path(file).write_text(json.dumps(outcomes), encoding="utf-8")
