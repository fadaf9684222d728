"""The fixtures of the API's tests, for tests of what is stored."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))

from api_fixtures import city, pytest_collection_modifyitems, pytest_runtest_makereport, serve  # noqa: E402, F401
