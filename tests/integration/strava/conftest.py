"""The real server beside a stand-in of Strava."""
import pathlib
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "integration" / "api"), str(TESTS / "integration" / "strava"),
                str(TESTS / "support" / "strava"), str(TESTS / "support")]

from api_fixtures import city, pytest_collection_modifyitems, pytest_runtest_makereport, serve  # noqa: E402, F401
from meeting import PLENTY, SECRET, VERIFY, meeting  # noqa: E402


@pytest.fixture(scope="module")
def meet(serve):
    """Makes meetings: `meet(strava={...}, settings={...})`. What Strava forbids fails the module."""
    made = []

    def make(**options) -> meeting:
        made.append(meeting(serve, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()
        assert each.strava.violations == []
        log = each.city.server.tail(10**6)
        for secret in [*each.strava.secrets, SECRET, VERIFY]:
            assert secret not in log, "a secret is in the log"


@pytest.fixture(scope="module")
def both(meet) -> meeting:
    return meet(strava=PLENTY)
