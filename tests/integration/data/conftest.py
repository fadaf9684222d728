"""The fixtures of the API's tests, for tests of the server's own life."""
import importlib.util
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS / "support"))


def load(name: str, file: pathlib.Path):
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


api = load("api_conftest", TESTS / "integration" / "api" / "conftest.py")
serve, city = api.serve, api.city
pytest_collection_modifyitems = api.pytest_collection_modifyitems
pytest_runtest_makereport = api.pytest_runtest_makereport
