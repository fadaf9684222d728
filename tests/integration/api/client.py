"""A REST client that checks every answer against the contract."""
import datetime
import http.client
import json
import threading
import urllib.parse

from contract import check_answer

CITY = (45.8131, 15.9775)  # Zagreb
INVALID = ("invalid_argument",)  # a shape or a value that is wrong


def instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def ms(when) -> int:
    when = instant(when) if isinstance(when, str) else when
    return round(when.timestamp() * 1000)


def rfc3339(when: datetime.datetime) -> str:
    return when.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def instant_of(t_ms: int) -> str:
    return rfc3339(datetime.datetime.fromtimestamp(t_ms / 1000, datetime.timezone.utc))


class answer:
    def __init__(self, status: int, headers, body: bytes):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body
        self.media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["code"]


class client:
    """One user of the API. Keeps a connection per thread."""

    def __init__(self, url: str, token: str = None):
        self.token = token
        self.move(url)

    def move(self, url: str):
        """Goes on there, as after a restart."""
        self.url = url
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.local = threading.local()

    def raw(self, method: str, target: str, body: bytes = None, headers: dict = None) -> answer:
        """Sends exactly this; the answer is not checked. A connection that the server has closed
        while it was idle is opened again."""
        for attempt in (1, 2):
            kept = getattr(self.local, "connection", None)
            connection = kept or http.client.HTTPConnection(self.host, self.port, timeout=60)
            self.local.connection = connection
            try:
                connection.request(method, target, body, headers or {})
                response = connection.getresponse()
                return answer(response.status, response.getheaders(), response.read())
            except (http.client.HTTPException, ConnectionError, OSError):
                connection.close()
                self.local.connection = None
                if kept is None or attempt == 2:
                    raise

    def send(self, method: str, path: str, body=None, headers: dict = None, query: dict = None) -> answer:
        """`body` is sent as JSON unless it is bytes."""
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        sent = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        got = self.raw(method, target, body, sent)
        if "content-encoding" not in got.headers:
            check_answer(method, target, got)
        return got

    def ask(self, method: str, path: str, body=None, status=200, **more):
        """As `send`, but any other status fails. Returns the JSON, or None without a body."""
        got = self.send(method, path, body, **more)
        allowed = status if isinstance(status, tuple) else (status,)
        assert got.status in allowed, f"{method} {path}: {got.status} {got.body[:600]!r}"
        return got.json if got.body and got.media_type.endswith("json") else None

    def get(self, path: str, **more):
        return self.ask("GET", path, **more)

    def post(self, path: str, body=None, status=200, **more):
        return self.ask("POST", path, body, status, **more)

    def refused(self, method: str, path: str, body=None, status=422, code=None, **more) -> dict:
        """The problem of a request that must be refused in this way."""
        problem = self.ask(method, path, body, status, **more)
        codes = (code,) if isinstance(code, str) else code
        assert code is None or problem["code"] in codes, problem
        return problem

    def pages(self, path: str, query: dict = None):
        """Every item of a list, following `next_cursor`."""
        cursor, seen = None, set()
        while True:
            page = self.get(path, query={**(query or {}), **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return
            assert cursor not in seen, "the cursor goes in circles"
            seen.add(cursor)


class runner(client):
    """A registered user."""

    def __init__(self, url: str, name: str, password: str = "correct horse battery"):
        super().__init__(url)
        self.password = password
        self.email = f"{name}@example.com"
        self.adopt(self.post("/v1/auth/register", {"email": self.email, "password": password, "username": name}, 201))

    def adopt(self, tokens: dict):
        self.token = tokens["access_token"]
        self.refresh_token = tokens["refresh_token"]
        self.id = tokens["user"]["id"]
        self.name = tokens["user"]["username"]

    def login(self):
        self.adopt(self.post("/v1/auth/login", {"email": self.email, "password": self.password}))

    # -- the game -----------------------------------------------------------------------------------

    def start(self, **body) -> dict:
        return self.post("/v1/runs", body, 201)

    def add(self, run: str, fixes: list, first_seq: int = 1, batch: int = 500) -> dict:
        """Uploads all fixes in batches. Returns the last acknowledgement."""
        ack = None
        for at in range(0, len(fixes), batch):
            body = {"first_seq": first_seq + at, "fixes": fixes[at:at + batch]}
            ack = self.post(f"/v1/runs/{run}/fixes", body)
        return ack

    def finish(self, run: str, total_seq: int) -> dict:
        """Saves the run and waits for its result."""
        done = self.post(f"/v1/runs/{run}/finish", {"total_seq": total_seq}, (200, 202))
        return wait_until(lambda: self.settled_run(done["id"]), "the run is processed")

    def settled_run(self, run: str):
        run = self.get(f"/v1/runs/{run}")
        return run if run["state"] not in ("recording", "processing") else None

    def run_of(self, fixes: list, **body) -> dict:
        """A whole free run."""
        run = self.start(**body)["id"]
        assert self.add(run, fixes)["ack"] == len(fixes)
        return self.finish(run, len(fixes))

    def balances(self) -> tuple:
        me = self.get("/v1/me")
        return me["coins_cents"], me["tokens_micro"]

    def ledger_sums(self) -> tuple:
        rows = list(self.pages("/v1/me/ledger", {"limit": 7}))
        assert len({row["cause"] + row["currency"] for row in rows}) == len(rows)
        return sum(row.get("amount_cents", 0) for row in rows), sum(row.get("amount_micro", 0) for row in rows)


def wait_until(look, what: str, timeout_s: float = 30):
    """The first true answer of `look`, asked again and again; fails after the deadline."""
    deadline = threading.Event()
    timer = threading.Timer(timeout_s, deadline.set)
    timer.start()
    try:
        while True:
            found = look()
            if found:
                return found
            assert not deadline.wait(0.05), f"after {timeout_s} s it is still not so that {what}"
    finally:
        timer.cancel()
