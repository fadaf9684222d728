"""The fixtures of the API's tests, and a chain."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))

from api_fixtures import city, pytest_collection_modifyitems, pytest_runtest_makereport, serve  # noqa: E402, F401
import chain_node  # noqa: E402


@pytest.fixture(scope="session")
def tools():
    chain_node.install()
    made = chain_node.tool()
    yield made
    made.close()


@pytest.fixture(scope="module")
def build_town(tools):
    """Makes chains: `build_town(decimals=...)`."""
    towns = []

    def make(**options) -> chain_node.town:
        towns.append(chain_node.town(tools, **options))
        return towns[-1]

    yield make
    for each in towns:
        each.close()
