"""The fixtures of the API's tests, for the other folders of tests that drive the real binary."""
import importlib.util
import pathlib

TESTS = pathlib.Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("api_conftest", TESTS / "integration" / "api" / "conftest.py")
api = importlib.util.module_from_spec(SPEC)  # By file: pytest has a conftest of its own by that name.
SPEC.loader.exec_module(api)

serve, city = api.serve, api.city
pytest_collection_modifyitems = api.pytest_collection_modifyitems
pytest_runtest_makereport = api.pytest_runtest_makereport
