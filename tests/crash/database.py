"""Postgres from outside: one of our own to be killed, and questions to any."""
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE_S = 60


def programs() -> pathlib.Path:
    return pathlib.Path("/usr/lib/postgresql/15/bin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class questions:
    """Asks the database through psql, past the server."""

    def __init__(self, host: str, port: int = 5432, user: str = "fief"):
        self.command = [programs() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                        "-h", host, "-p", str(port), "-U", user, "-d", "fief"]

    def tell(self, statement: str) -> str:
        done = subprocess.run([*self.command, "-c", statement], capture_output=True, text=True, timeout=PATIENCE_S)
        if done.returncode != 0:
            raise ConnectionError(done.stderr.strip())
        return done.stdout

    def rows(self, select: str) -> list:
        """Every row as a dict."""
        return json.loads(self.tell(f"select coalesce(json_agg(q), '[]') from ({select}) q"))


class own_postgres:
    """A cluster of our own on a free port of the loopback."""

    def __init__(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="fief_pg_"))
        self.port = free_port()
        self.process = None
        self.identity = {}
        if os.geteuid() == 0:  # Postgres refuses to be root.
            user = pwd.getpwnam("postgres")
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.place, user.pw_uid, user.pw_gid)
        self.log = open(self.place / "log", "ab")

    def make(self):
        subprocess.run([programs() / "initdb", "-D", self.place / "data", "-U", "fief", "-E", "UTF8", "--locale=C",
                        "--auth=trust"], check=True, stdout=self.log, stderr=self.log, cwd=self.place, **self.identity)

    def start(self):
        """Also after a kill, whose last children may still be there for a moment."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.place / "data", "-p", str(self.port),
                 "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.place}",
                 "-c", "max_connections=60"],
                stdout=self.log, stderr=self.log, cwd=self.place, **self.identity)
            while self.process.poll() is None:
                if self.answers():
                    return self
                assert time.monotonic() < deadline, "Postgres does not come up\n" + self.tail()
                time.sleep(0.05)
            assert time.monotonic() < deadline, "Postgres does not start\n" + self.tail()
            time.sleep(0.1)

    def make_database(self):
        subprocess.run([programs() / "createdb", "-h", self.place, "-p", str(self.port), "-U", "fief", "fief"], check=True)

    def answers(self) -> bool:
        return subprocess.run([programs() / "pg_isready", "-q", "-h", self.place, "-p", str(self.port)]).returncode == 0

    def end(self, how: int):
        """By SIGKILL, SIGQUIT (immediate) or SIGINT (fast)."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE_S)

    def questions(self) -> questions:
        return questions(str(self.place), self.port)

    def url(self, port: int = None) -> str:
        return (f"host=127.0.0.1 port={port or self.port} user=fief dbname=fief sslmode=disable gssencmode=disable")

    def tail(self) -> str:
        return "".join((self.place / "log").read_text(errors="replace").splitlines(True)[-20:])

    def clear(self):
        self.end(signal.SIGQUIT)
        self.log.close()
        shutil.rmtree(self.place, ignore_errors=True)
