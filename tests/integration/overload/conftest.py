"""Overload and outages, scaled to a few seconds each. At full size, one command:

    FIEF_OVERLOAD=full FIEF_BINARY=build/release/fief /usr/bin/python3 -m pytest -s tests/integration/overload

which needs 13,000 open files (`ulimit -Hn`), some minutes, and a machine that does nothing else.
"""
import os
import pathlib
import resource
import sys

import pytest

HERE = pathlib.Path(__file__).parent
TESTS = HERE.parents[1]
sys.path[:0] = [str(HERE), str(TESTS / "support"), str(TESTS / "integration" / "api")]

from api_fixtures import city, pytest_collection_modifyitems, pytest_runtest_makereport, serve  # noqa: E402, F401

FULL = os.environ.get("FIEF_OVERLOAD") == "full"
SANITIZED = "ASAN_OPTIONS" in os.environ  # Takes memory of its own, never gives any back, and ten times as long.

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@pytest.fixture(scope="session")
def scale():
    """`scale(small, full)`: the size of a flood."""
    return lambda small, full: full if FULL else small
