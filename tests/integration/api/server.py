"""Starts the real binary, and leaves nothing behind."""
import datetime
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid

from client import client, instant, rfc3339
from sanitizers import sanitizer_log

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("FIEF_BINARY", ROOT / "build" / "release" / "fief"))
START = "2026-05-10T10:00:00Z"
PATIENCE_S = 90

SETTINGS = {  # Everybody here comes from one address and is in a hurry.
    "FIEF_HTTP_REQUESTS_PER_MINUTE": "0",
    "FIEF_HTTP_AUTH_REQUESTS_PER_MINUTE": "0",
    "FIEF_AUTH_ARGON2_MEMORY_KIB": "1024",
    "FIEF_AUTH_ARGON2_PASSES": "1",
    "FIEF_AUTH_ACCESS_TTL_S": "86400",
    "FIEF_GAME_WELCOME_COINS_CENTS": "0",
}


class server:
    """One data directory, and the process that serves it now and then. Without `dev` its clock is ours."""

    def __init__(self, clock_start: str = START, clock_speed: float = 1, settings: dict = None, dev: bool = True):
        # Short, for the unix socket in it; open, because Postgres runs as another user than root.
        self.data_dir = pathlib.Path(tempfile.mkdtemp(prefix="fief_api_"))
        self.data_dir.chmod(0o755)
        self.log = self.data_dir.with_suffix(".log")
        self.clock_start, self.clock_speed = instant(clock_start), clock_speed
        self.dev = dev
        self.sanitizers = sanitizer_log(self.data_dir.with_suffix(".sanitizer"))
        self.environment = {**os.environ, **self.sanitizers.environment(os.environ), **SETTINGS, **(settings or {})}
        self.process = None
        self.started = threading.Event()
        self.url = None

    # -- life ---------------------------------------------------------------------------------------

    def start(self, wait: bool = True):
        command = [BINARY, "serve", "--data-dir", self.data_dir, "--port", "0"]
        if self.dev:
            command += ["--dev", "--clock-start", rfc3339(self.clock_start), "--clock-speed", str(self.clock_speed)]
        self.started.clear()
        self.url = None
        self.born = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True,
                                            env=self.environment)
        self.reader = threading.Thread(target=self.read_output, args=(self.process,), daemon=True)
        self.reader.start()
        if wait:
            assert self.started.wait(PATIENCE_S), "it did not say where it listens\n" + self.tail()
            assert self.url, f"it ended with {self.process.poll()}\n" + self.tail()
            self.read_clock()
        return self

    def read_clock(self):
        """A new account tells the game's time: never ahead of it, late by one request at most."""
        name = uuid.uuid4().hex[:20]
        body = {"email": f"{name}@clock.example", "password": name, "username": name}
        made = client(self.url).post("/v1/auth/register", body, 201)
        self.born, self.clock_start = time.monotonic(), instant(made["user"]["created_at"])

    def read_output(self, process):
        for text in process.stdout:
            with open(self.log, "a") as log:
                log.write(text)
            _, found, url = text.strip().rpartition("listening on ")
            if found and process is self.process:
                self.url = url
                self.started.set()
        if process is self.process:
            self.started.set()

    def stop(self) -> int:
        """As an operator stops it. Returns its exit status."""
        self.pass_time()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(30)
            self.reader.join()
            self.sanitizers.check()
            return status
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("it did not stop within 30 s of SIGTERM\n" + self.tail())

    def kill(self):
        """As a crash does."""
        self.pass_time()
        self.process.kill()
        self.process.wait()
        self.reader.join()  # Else its last word could pass for one of the next process.
        self.sanitizers.check()

    def pass_time(self):
        """The next start goes on after now: a game's time never goes back."""
        self.clock_start = self.now() + datetime.timedelta(seconds=1 + 0.5 * self.clock_speed)
        self.born = time.monotonic()

    def clear(self):
        """Ends whatever of it still runs and removes its data."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for file in self.data_dir.rglob("postmaster.pid"):
            try:
                os.kill(int(file.read_text().split()[0]), signal.SIGQUIT)
            except (OSError, ValueError):
                pass
        shutil.rmtree(self.data_dir, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        self.sanitizers.clear()

    # -- around it ----------------------------------------------------------------------------------

    def now(self) -> datetime.datetime:
        """The game's time, rather late than early."""
        passed = (time.monotonic() - self.born) * self.clock_speed
        return self.clock_start + datetime.timedelta(seconds=passed)

    def run(self, *arguments, stdin: str = "") -> subprocess.CompletedProcess:
        done = subprocess.run([BINARY, *arguments, "--data-dir", self.data_dir], input=stdin, text=True,
                              capture_output=True, env=self.environment, timeout=PATIENCE_S)
        self.sanitizers.check()
        return done

    def audit(self):
        done = self.run("audit")
        assert done.returncode == 0, f"the audit found something:\n{done.stdout}\n{done.stderr}"

    def tail(self, lines: int = 40) -> str:
        try:
            return "".join(self.log.read_text(errors="replace").splitlines(True)[-lines:]) + self.sanitizers.reports()
        except OSError:
            return ""
