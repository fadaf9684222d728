"""The servers and people of tests/integration/api, and a stage on which one user owns everything."""
import importlib.util
import pathlib
import sys

import pytest

API = pathlib.Path(__file__).resolve().parents[1] / "api"
sys.path[:0] = [str(API), str(pathlib.Path(__file__).parent)]

spec = importlib.util.spec_from_file_location("api_conftest", API / "conftest.py")
api_conftest = importlib.util.module_from_spec(spec)
spec.loader.exec_module(api_conftest)
city, serve = api_conftest.city, api_conftest.serve
pytest_collection_modifyitems = api_conftest.pytest_collection_modifyitems
pytest_runtest_makereport = api_conftest.pytest_runtest_makereport

from people import stage as set_stage  # noqa: E402


@pytest.fixture(scope="module")
def stage(city):
    return set_stage(city)
