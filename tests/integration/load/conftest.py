"""fief-load against the real server, and against one whose answers somebody alters on the way."""
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
TESTS = HERE.parents[1]
sys.path[:0] = [str(HERE), str(TESTS / "support"), str(TESTS / "integration" / "api")]

from api_fixtures import pytest_collection_modifyitems as skip_without_server  # noqa: E402
from api_fixtures import pytest_runtest_makereport, serve  # noqa: E402, F401

LOAD = pathlib.Path(os.environ.get("FIEF_LOAD", TESTS.parent / "build" / "release" / "fief-load"))
SANITIZED = "ASAN_OPTIONS" in os.environ
LIMITS = {"FIEF_HTTP_REQUESTS_PER_MINUTE": "600", "FIEF_HTTP_AUTH_REQUESTS_PER_MINUTE": "120"}


def pytest_collection_modifyitems(items):
    skip_without_server(items)
    if "FIEF_LOAD" not in os.environ and not LOAD.exists():  # CTest sets it: there it must exist.
        for item in items:
            item.add_marker(pytest.mark.skip(reason=f"there is no {LOAD}: build it, or set FIEF_LOAD"))


@pytest.fixture(scope="module")
def city(serve):  # noqa: F811
    """A server as it ships, with its limits per address; and its operator."""
    made = serve(settings=LIMITS)
    made.operator.ask("GET", "/v1/me")
    return made


def command_of(arguments, url) -> list:
    return [str(x) for x in (LOAD, *arguments, *(["--url", url] if url else []))]


ENVIRONMENT = {**os.environ, "FIEF_LOAD_OPERATOR_PASSWORD": "correct horse battery"}


@pytest.fixture(scope="module")
def load():
    """`load(scenario, *options, url=...)` runs the program to its end."""
    def run(*arguments, url: str = None):
        return subprocess.run(command_of(arguments, url), capture_output=True, text=True, env=ENVIRONMENT,
                              timeout=600 if SANITIZED else 150)
    return run


@pytest.fixture
def begin_load():
    """The same, and does not wait; ended at the latest after the test."""
    begun = []

    def begin(*arguments, url: str):
        begun.append(subprocess.Popen(command_of(arguments, url), stdout=subprocess.PIPE, text=True, env=ENVIRONMENT))
        return begun[-1]

    yield begin
    for process in begun:
        if process.poll() is None:
            process.kill()
            process.wait()
