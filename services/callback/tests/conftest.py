"""The service that these tests are about."""

import pytest

from closeloop.callback.app import service as callback


@pytest.fixture(scope="session")
def service():
    return callback
