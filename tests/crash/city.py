"""The place of a crash test: the server, its Postgres, the people in it, and the game's time."""
import datetime
import os
import pathlib
import subprocess
import threading
import time

from conftest import world
from database import own_postgres, questions
from operators import operator
from runners import runner
from proxy import proxy
from record import record, user_record
from server import server
from visitors import visitor, watcher

SPEED = 60  # A minute of the game in a second of ours.
START = "2026-05-10T15:46:00Z"  # Somewhere it is 22:00 every quarter or half of an hour from now.
VOLUME_MB = 600
WELCOME_CENTS = 1500
PATIENCE_S = 120
SETTINGS = {
    "FIEF_GAME_GRACE_MS": "480000",       # 8 s of ours.
    "FIEF_GAME_ACTIVE_MIN_MS": "300000",
    "FIEF_GAME_WELCOME_COINS_CENTS": str(WELCOME_CENTS),
    "FIEF_ACTORS_IDLE_PASSIVATE_S": "2",  # So that entities come and go.
    "FIEF_ACTORS_TILE_IDLE_S": "1",
}


class mortal(server):
    def read_clock(self):
        """The city tells the time: another way would ask the database, which may be away."""


class city:
    """`external`: Postgres is another service behind a network that fails, else the server's own."""

    def __init__(self, seed: int, external: bool, people: int):
        self.seed, self.people_wanted = seed, people
        self.record = record()
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self.served, self.spent = set(), set()
        self.people, self.watcher = [], None
        self.postgres = self.proxy = self.url = None
        self.volume = False
        self.time_offset = None
        self.settings = dict(SETTINGS)
        if external:
            self.postgres = own_postgres()
            self.proxy = proxy(self.postgres.port)
            self.settings["FIEF_DATABASE_URL"] = self.postgres.url(self.proxy.port)
        self.server = mortal(clock_start=START, clock_speed=SPEED, settings=self.settings)

    # -- life ---------------------------------------------------------------------------------------

    def mount_volume(self):
        """A small volume of its own for the data directory, where the machine allows it."""
        self.volume = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MB}m,mode=0755", "tmpfs",
                                      self.server.data_dir], capture_output=True).returncode == 0

    def prepare(self):
        """Where the data will be."""
        self.server.born = time.monotonic()
        if self.postgres:
            self.postgres.make()
            self.postgres.start()
            self.postgres.make_database()
            done = self.server.run("migrate")
            assert done.returncode == 0, done.stdout + done.stderr
        else:
            self.mount_volume()

    def open(self):
        """Starts the server, and lets everybody in."""
        self.start()
        made = world(self.server)
        boss = made.operator
        users = [made.runner() for _ in range(self.people_wanted + 1)]
        for user in (boss, *users):
            self.record.users[user.id] = user_record(user.id, user.name)
        socket = made.live(boss)
        self.saw_time(socket.everything[0]["server_time"])
        made.close()
        self.people = [operator(self, "operator", boss)]
        self.people += [runner(self, f"runner {number}", user) for number, user in enumerate(users[1:])]
        self.people.append(visitor(self, "visitor"))
        self.watcher = watcher(self, "watcher", users[0])
        self.watcher.start()
        for one in self.people:
            one.start()

    def start(self, wait: bool = True):
        """Until it runs: an operator would try again too."""
        if not wait:
            self.server.pass_time()
            self.server.start(wait=False)
            return
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.server.pass_time()  # The game's time went on while nobody served.
            try:
                self.server.start()
                break
            except AssertionError:
                assert time.monotonic() < deadline, "it does not start any more\n" + self.server.tail()
                self.record.note("city", "start failed")
                if self.server.process.poll() is None:
                    self.server.kill()
                time.sleep(0.3)
        self.url = self.server.url

    def kill(self):
        assert self.server.process.poll() is None, (
            f"the server had ended by itself, with {self.server.process.returncode}\n" + self.server.tail())
        self.server.kill()

    def stop(self):
        assert self.server.process.poll() is None, (
            f"the server had ended by itself, with {self.server.process.returncode}\n" + self.server.tail())
        status = self.server.stop()
        words = self.server.tail(8)
        assert status == 0, f"SIGTERM ended it with status {status}\n" + words
        assert "does not end" not in words, words

    def clear(self):
        self.closing.set()
        if self.watcher:
            self.watcher.over.set()
        self.server.clear()
        if self.proxy:
            self.proxy.close()
        if self.postgres:
            self.postgres.clear()
        if self.volume:
            for _ in range(100):  # Until the last Postgres has left it.
                if subprocess.run(["umount", self.server.data_dir], capture_output=True).returncode == 0:
                    break
                time.sleep(0.1)
            else:
                subprocess.run(["umount", "-l", self.server.data_dir], capture_output=True)
            self.server.data_dir.rmdir()

    # -- the database -------------------------------------------------------------------------------

    def questions(self) -> questions:
        return self.postgres.questions() if self.postgres else questions(str(self.server.data_dir / "socket"))

    def postgres_pid(self):
        """Of the postmaster, if one seems to run."""
        if self.postgres:
            return self.postgres.process.pid if self.postgres.process.poll() is None else None
        try:
            pid = int((self.server.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
            command = pathlib.Path(f"/proc/{pid}/comm").read_text()
        except (OSError, ValueError, IndexError):
            return None
        return pid if command.startswith("postgres") else None

    def signal_postgres(self, how: int) -> bool:
        pid = self.postgres_pid()
        try:
            os.kill(pid, how)
        except (TypeError, ProcessLookupError):
            return False
        return True

    # -- time and who is served ---------------------------------------------------------------------

    def saw_time(self, server_time_ms: int):
        """An instant that the server told: it is never ahead of the game's time."""
        offset = server_time_ms - time.monotonic() * 1000 * SPEED
        with self.lock:
            self.time_offset = max(offset, self.time_offset) if self.time_offset is not None else offset

    def now_ms(self) -> int:
        """The game's time, rather late than early."""
        return round(time.monotonic() * 1000 * SPEED + self.time_offset)

    def serve_again(self, event: str, user: str):
        with self.lock:
            self.served.discard((event, user))

    def serve_once(self, event: str, user: str) -> bool:
        """True for the first who wants to give this user a ticket of this event."""
        with self.lock:
            first = (event, user) not in self.served
            self.served.add((event, user))
            return first

    def sleep_past(self, instant_ms: int):
        """The next start is after this instant of the game."""
        self.server.clock_start = max(self.server.clock_start,
                                      datetime.datetime.fromtimestamp(instant_ms / 1000, datetime.timezone.utc))

