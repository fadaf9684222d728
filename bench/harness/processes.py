"""The programs a bench runs: the real server, the bare ones beside it, and the load."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request

CLOCK_START = "2026-05-10T10:00:00Z"  # Far from the finish at 22:00 local.
CLOCK_START_MS = 1_778_407_200_000
PATIENCE_S = 180

SETTINGS = {  # All load comes from one address; setting up must not take longer than the bench.
    "FIEF_HTTP_REQUESTS_PER_MINUTE": "0",
    "FIEF_HTTP_AUTH_REQUESTS_PER_MINUTE": "0",
    "FIEF_AUTH_ARGON2_MEMORY_KIB": "1024",
    "FIEF_AUTH_ARGON2_PASSES": "1",
    "FIEF_AUTH_ACCESS_TTL_S": "86400",
}


class listener:
    """A process that prints `listening on http://HOST:PORT`."""

    def __init__(self, command: list, log: pathlib.Path, environment: dict = None):
        self.log = log
        with open(log, "ab") as errors:
            self.process = subprocess.Popen([str(x) for x in command], stdout=subprocess.PIPE, stderr=errors,
                                            text=True, env={**os.environ, **(environment or {})})
        self.url = None
        self.told = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()
        if not self.told.wait(PATIENCE_S) or self.url is None:
            raise RuntimeError(f"{command[0]} does not listen:\n" + log.read_text(errors="replace")[-2000:])
        self.port = int(self.url.rpartition(":")[2])

    def read(self):
        for line in self.process.stdout:
            _, found, url = line.strip().rpartition("listening on ")
            if found and self.url is None:
                self.url = url
                self.told.set()
        self.told.set()

    @property
    def watch(self) -> list:
        return [f"server={self.process.pid}"]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class fief(listener):
    """The real server on a private Postgres in a directory of its own."""

    def __init__(self, binary: pathlib.Path, settings: dict = None, clock_start: str = CLOCK_START):
        self.binary = binary
        # Short, for the unix socket in it; open, because Postgres runs as another user than root.
        self.data_dir = pathlib.Path(tempfile.mkdtemp(prefix="fief_bench_"))
        self.data_dir.chmod(0o755)
        self.environment = {**SETTINGS, **(settings or {})}
        self.start(clock_start)

    def start(self, clock_start: str):
        command = [self.binary, "serve", "--dev", "--clock-start", clock_start, "--data-dir", self.data_dir, "--port", "0"]
        try:
            super().__init__(command, self.data_dir / "server.log", self.environment)
        except Exception:
            self.clear()
            raise

    def start_again(self, clock_start: str):
        """The same data, as if it were another time of day."""
        super().stop()
        self.start(clock_start)

    @property
    def postgres(self) -> int:
        for file in self.data_dir.rglob("postmaster.pid"):
            return int(file.read_text().split()[0])
        raise RuntimeError(f"no Postgres below {self.data_dir}")

    @property
    def watch(self) -> list:
        return [f"server={self.process.pid}", f"postgres={self.postgres}+"]

    def admin(self, *arguments, stdin: str):
        subprocess.run([str(self.binary), "admin", *arguments, "--data-dir", str(self.data_dir)], input=stdin, text=True,
                       check=True, capture_output=True, env={**os.environ, **self.environment}, timeout=PATIENCE_S)

    def stop(self):
        super().stop()
        self.clear()

    def clear(self):
        for file in self.data_dir.rglob("postmaster.pid"):  # Left only when the server was killed.
            try:
                os.kill(int(file.read_text().split()[0]), signal.SIGQUIT)
            except (OSError, ValueError):
                pass
        shutil.rmtree(self.data_dir, ignore_errors=True)


class client:
    """One user of the REST interface."""

    def __init__(self, url: str, token: str = None):
        self.url, self.token = url, token

    def ask(self, method: str, path: str, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:500]!r}") from error

    def size_of(self, path: str) -> int:
        """How long the body of this answer is."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return len(answer.read())


def register(url: str, name: str) -> client:
    body = {"email": f"{name}@example.com", "password": "correct horse battery", "username": name}
    made = client(url).ask("POST", "/v1/auth/register", body)
    user = client(url, made["access_token"])
    user.id = made["user"]["id"]
    return user


def login(url: str, name: str) -> client:
    body = {"email": f"{name}@example.com", "password": "correct horse battery"}
    return client(url, client(url).ask("POST", "/v1/auth/login", body)["access_token"])


def load(program: pathlib.Path, kind: str, at: listener, credentials: list, seconds: float, **options) -> dict:
    """Runs the load generator against `at` and returns what it measured."""
    command = [str(program), kind, "--port", str(at.port), "--seconds", str(seconds)]
    for name, value in options.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    for watched in at.watch:
        command += ["--watch", watched]
    done = subprocess.run(command, input="\n".join(credentials) + "\n", text=True, capture_output=True, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"{kind}: {done.stderr.strip()}\n" + at.log.read_text(errors="replace")[-1500:])
    return json.loads(done.stdout)
