"""The servers and people of tests/integration/api, and a stage on which one user owns everything."""
import pathlib
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "integration" / "api"), str(pathlib.Path(__file__).parent), str(TESTS / "support")]

from api_fixtures import city, pytest_collection_modifyitems, pytest_runtest_makereport, serve  # noqa: E402, F401
from people import stage as set_stage  # noqa: E402


@pytest.fixture(scope="module")
def stage(city):
    return set_stage(city)
