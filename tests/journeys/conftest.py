"""The house that journeys go through, fresh for each file: the embedded suite on a Monday morning."""

from collections.abc import Iterator

import pytest

from tests.journeys.child import Closeloop
from tests.journeys.site import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All services in a process of its own, on a simulated Monday."""
    folder = tmp_path_factory.mktemp("site")
    words = ("up", "--port", 0, "--clock", "2026-01-05T09:00+08:00", "--data", folder / "data", "--log", "warning")
    with Closeloop(*words, folder=folder) as running, Site(folder / "data", running.address) as here:
        yield here
