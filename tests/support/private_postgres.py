"""A Postgres of a test's own, as an unprivileged user, which it may stop, freeze and start again."""
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

PATIENCE_S = 60
USER = "fief"


def programs() -> pathlib.Path:
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"),
                   key=lambda path: (path.parts[4] != "15", path.parts[4]))
    assert found, "no Postgres is installed"
    return found[0].parent


class private_postgres:
    def __init__(self, **settings):
        """`settings`: of postgresql.conf, such as `fsync="off"`."""
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="fief_pg_"))
        self.settings = {"listen_addresses": "", "unix_socket_directories": str(self.home), "max_connections": "60",
                         "shared_buffers": "64MB", **settings}
        self.owner = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            self.owner = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(self.home, entry.pw_uid, entry.pw_gid)
        self.cluster = self.home / "cluster"
        self.log = self.home / "log"
        self.process = None
        self.execute([programs() / "initdb", "-D", self.cluster, "-U", USER, "-E", "UTF8", "--locale=C", "-N",
                      "--auth-local=trust"])
        self.start()
        self.execute([programs() / "createdb", "-h", self.home, "-U", USER, "fief"])

    @property
    def socket(self) -> pathlib.Path:
        return self.home / ".s.PGSQL.5432"

    @property
    def url(self) -> str:
        return f"host={self.home} user={USER} dbname=fief"

    def execute(self, command) -> str:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=self.home,
                              timeout=PATIENCE_S, **self.owner)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def sql(self, statement: str) -> str:
        return self.execute([programs() / "psql", "-X", "-A", "-t", "-q", "-d", self.url, "-c", statement]).strip()

    def start(self):
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([programs() / "postgres", "-D", self.cluster, *options], stdout=log,
                                            stderr=log, cwd=self.home, **self.owner)
        deadline = time.monotonic() + PATIENCE_S
        ready = [programs() / "pg_isready", "-q", "-h", self.home, "-U", USER]
        while subprocess.run(ready, cwd=self.home).returncode != 0:
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()[-2000:]
            time.sleep(0.05)

    def stop(self, how: str = "immediate"):
        """`smart`, `fast` or `immediate`, as pg_ctl calls it."""
        self.process.send_signal({"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[how])
        self.process.wait(PATIENCE_S)

    def processes(self) -> list:
        """The server's and its children's, which have sessions of their own."""
        leader = self.process.pid
        children = pathlib.Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
        return [leader, *map(int, children)]

    def freeze(self):
        """It answers nothing, and says nothing of that either."""
        self.process.send_signal(signal.SIGSTOP)  # First the one that would start others.
        self.signal_all(signal.SIGSTOP)

    def thaw(self):
        self.signal_all(signal.SIGCONT)

    def signal_all(self, number: int):
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def clear(self):
        if self.process and self.process.poll() is None:
            self.thaw()
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clear()
