import itertools
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from client import client, runner  # noqa: E402
from server import BINARY, server  # noqa: E402
from socket_client import live  # noqa: E402


def pytest_collection_modifyitems(items):
    if "FIEF_BINARY" not in os.environ and not BINARY.exists():  # CTest sets it: there it must exist.
        for item in items:
            item.add_marker(pytest.mark.skip(reason=f"there is no {BINARY}: build it, or set FIEF_BINARY"))


class world:
    """A running server and people to play with."""

    def __init__(self, of: server):
        self.server = of
        self.numbers = itertools.count(1)
        self.sockets = []
        self.operator_known = None

    @property
    def url(self) -> str:
        return self.server.url

    def anybody(self) -> client:
        return client(self.url)

    def runner(self, name: str = "runner") -> runner:
        return runner(self.url, f"{name}_{next(self.numbers)}")

    @property
    def operator(self) -> runner:
        if self.operator_known is None:
            done = self.server.run("admin", "create-operator", "--email", "boss@example.com", "--username", "boss",
                                   stdin="correct horse battery\n")
            assert done.returncode == 0, done.stdout + done.stderr
            boss = runner.__new__(runner)
            client.__init__(boss, self.url)
            boss.email, boss.password = "boss@example.com", "correct horse battery"
            boss.login()
            self.operator_known = boss
        return self.operator_known

    def organiser(self) -> runner:
        user = self.runner("organiser")
        self.operator.ask("PATCH", f"/v1/users/{user.id}", {"roles": ["runner", "organiser"]})
        user.login()  # Roles are in the token.
        return user

    def rich(self, coins_cents: int, name: str = "runner") -> runner:
        user = self.runner(name)
        self.operator.post(f"/v1/users/{user.id}/grants", {"coins_cents": coins_cents, "reason": "a test"}, 201)
        return user

    def live(self, user=None, **hello) -> live:
        """A socket of this user after its `welcome`."""
        opened = self.socket()
        opened.hello(token=user.token if user else None, **hello)
        return opened

    def socket(self, **options) -> live:
        opened = live(self.url, **options)
        self.sockets.append(opened)
        return opened

    def close(self):
        for opened in self.sockets:
            opened.close()


@pytest.fixture(scope="module")
def serve():
    """Makes worlds: `serve(clock_start=..., clock_speed=..., settings=...)`. When the module ends each
    of them must pass the audit and stop as it should."""
    worlds = []

    def make(prepare=lambda server: None, **options) -> world:
        made = world(server(**options))
        worlds.append(made)
        prepare(made.server)
        made.server.start()
        return made

    yield make
    failures = []
    for each in worlds:
        try:
            each.close()
            if each.server.process.poll() is not None:
                raise AssertionError(f"it had ended before, with {each.server.process.returncode}")
            each.server.audit()
            status = each.server.stop()
            if status != 0:
                raise AssertionError(f"it stopped with status {status}")
        except Exception as error:  # Every one of them is cleared away first.
            failures.append(f"{error}\n{each.server.tail()}")
        finally:
            each.server.clear()
    assert not failures, "\n\n".join(failures)


@pytest.fixture(scope="module")
def city(serve) -> world:
    """A server whose clock runs as ours does, from a Sunday noon in Zagreb."""
    return serve()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call" and report.failed:
        for name, value in item.funcargs.items():
            if isinstance(value, world):
                report.sections.append((f"log of {name}", value.server.tail()))
