"""What a machine lacks is left out of the tests and said in one line; in CI it is a failure."""

import os
import shutil
from collections.abc import Callable

import pytest

LEFT_OUT = "left out: "


def why_no_chromium() -> str | None:
    """Nothing if there is a Chromium to test pages with, else one sentence that says so."""
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return None
    return "There is no Chromium for the browser tests: install the packages of deploy/apt.txt."


def why_no_postgres() -> str | None:
    """The same for PostgreSQL; only tests of what stands on the chassis ask."""
    from closeloop.chassis.embedded import postgres

    return postgres.why_no_postgres()


def why_no_compiler() -> str | None:
    """The same for a C compiler, with which tests cut the power and put clocks wrong."""
    from tests.faults import preloaded

    return preloaded.why_no_compiler()


NEEDS: dict[str, Callable[[], str | None]] = {
    "browser": why_no_chromium,
    "postgres": why_no_postgres,
    "compiler": why_no_compiler,
}


MISSING = pytest.StashKey[dict[str, str | None]]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    known = item.config.stash.setdefault(MISSING, {})
    for need, why_not in NEEDS.items():
        if item.get_closest_marker(need) is None:
            continue
        if need not in known:
            known[need] = why_not()
        if reason := known[need]:
            if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
                pytest.fail(reason, pytrace=False)
            pytest.skip(LEFT_OUT + reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if LEFT_OUT in reason:
            sentence = reason.split(LEFT_OUT, 1)[1]
            reasons[sentence] = reasons.get(sentence, 0) + 1
    for sentence, tests in reasons.items():
        terminalreporter.write_line(f"Left out {tests} tests. {sentence}", yellow=True)
