"""Overload and outages, scaled to a few seconds each. At full size, one command:

    FIEF_OVERLOAD=full FIEF_BINARY=build/release/fief /usr/bin/python3 -m pytest -s tests/integration/overload

which needs 13,000 open files (`ulimit -Hn`), some minutes, and a machine that does nothing else.
"""
import importlib.util
import os
import pathlib
import resource
import sys

import pytest

HERE = pathlib.Path(__file__).parent
TESTS = HERE.parents[1]
sys.path[:0] = [str(HERE), str(TESTS / "support"), str(TESTS / "integration" / "api")]

found = importlib.util.spec_from_file_location("api_conftest", TESTS / "integration" / "api" / "conftest.py")
api = importlib.util.module_from_spec(found)
found.loader.exec_module(api)
serve, city, pytest_collection_modifyitems = api.serve, api.city, api.pytest_collection_modifyitems
pytest_runtest_makereport = api.pytest_runtest_makereport

FULL = os.environ.get("FIEF_OVERLOAD") == "full"

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@pytest.fixture(scope="session")
def scale():
    """`scale(small, full)`: the size of a flood."""
    return lambda small, full: full if FULL else small
