"""What the tests of starting and stopping have in common."""
import contextlib
import os
import pathlib
import re
import signal
import threading
import time

from client import CITY, client, ms
from socket_client import closed
import tracks

STOP_S = 10  # What is promised of SIGTERM.


def metric(url: str, name: str) -> float:
    """The sum of a metric over its labels."""
    text = client(url).raw("GET", "/metrics").body.decode()
    found = re.findall(rf"^{name}(?:\{{[^}}]*\}})? ([0-9.e+]+)$", text, re.MULTILINE)
    assert found, f"there is no metric {name}"
    return sum(float(value) for value in found)


def is_ready(url: str) -> bool:
    return client(url).raw("GET", "/readyz").status == 200


def timed_stop(server) -> float:
    """Stops it with SIGTERM. Returns the seconds that took; it must have ended well."""
    since = time.monotonic()
    server.pass_time()
    server.process.send_signal(signal.SIGTERM)
    status = server.process.wait(60)
    took = time.monotonic() - since
    server.reader.join()
    print(f"stopped within {took:.2f} s")
    assert status == 0, server.tail()
    assert took <= STOP_S, f"it took {took:.1f} s\n{server.tail()}"
    return took


def postgres_pids(server) -> list:
    """The private Postgres, its postmaster first."""
    cluster = next(pathlib.Path(server.data_dir).rglob("PG_VERSION")).parent
    leader = int((cluster / "postmaster.pid").read_text().split()[0])
    children = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == leader:
                children.append(int(entry.name))
    return [leader, *children]


def send_all(pids: list, number: int):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


class running:
    """A runner on a socket who sends on and on, and remembers what was acknowledged."""

    def __init__(self, world, number: int, fixes: int = 3_000):
        self.user = world.runner("stayer")
        self.run = self.user.start()["id"]
        place = tracks.spot(CITY, number)
        track = tracks.line(place, fixes * 3.0, 0, seed=number)
        self.fixes = tracks.ending_at(track, ms(world.server.now()) - 1000)
        self.socket = world.live(self.user, run=self.run)
        self.acked = 0
        self.going = threading.Event()
        self.thread = threading.Thread(target=self.go, daemon=True)
        self.thread.start()

    def go(self):
        sent = 0
        with contextlib.suppress(closed, Exception):
            while sent < len(self.fixes):
                self.socket.add(self.run, self.fixes[sent:sent + 10], sent + 1, batch=10)
                sent += 10
                self.acked = max(self.acked, self.socket.ack_to(sent)["ack"])
                self.going.set()

    def note_last_acks(self):
        """After the end: what came and nobody waited for any more."""
        self.thread.join(60)
        assert not self.thread.is_alive()
        for message in self.socket.everything:
            if message["type"] == "ack":
                self.acked = max(self.acked, message["ack"])
