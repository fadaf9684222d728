"""REST for the demonstration: asks again when the server is busy or away, and gives up in the end."""
import asyncio
import json
import random
import ssl
import time
import urllib.parse
import uuid

PATIENCE_S = 60.0  # Without any sign of life for so long, the server is gone.
ANSWER_S = 40.0
BUSY = (502, 503, 504)
LIMITS = ("rate_limited", "too_many_attempts")
NOT_OURS = ("wrong_credentials", "email_taken", "username_taken", "user_banned")
NAMESAKES_MAX = 9
WAIT_MAX_S = 30.0


class server_gone(Exception):
    """No answer for a long time."""


class refused(Exception):
    def __init__(self, what: str, status: int, problem: dict):
        super().__init__(f"{what}: {status} {problem.get('code')}: {problem.get('detail')}")
        self.status, self.problem = status, problem
        self.code = problem.get("code")


class link:
    """The way to one server, and when something last came over it."""

    def __init__(self, url: str):
        self.url = url.rstrip("/")
        parts = urllib.parse.urlsplit(self.url)
        self.host, self.port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self.tls = ssl.create_default_context() if parts.scheme == "https" else None
        self.authority = parts.netloc
        self.heard_at = time.monotonic()

    def heard(self):
        self.heard_at = time.monotonic()

    async def pause(self, attempt: int, asked_s: float = 0.0):
        """Before trying again: 1, 2, 4 ... s, each with some chance in it."""
        if time.monotonic() - self.heard_at > PATIENCE_S:
            raise server_gone()
        wait = max(asked_s, min(WAIT_MAX_S, 2.0 ** min(attempt, 5)))
        await asyncio.sleep(min(WAIT_MAX_S, wait) * random.uniform(0.8, 1.2))

    async def exchange(self, method: str, target: str, headers: dict, body: bytes) -> tuple:
        """One request on a connection of its own. Returns status, headers, body."""
        reader, writer = await asyncio.open_connection(self.host, self.port, ssl=self.tls)
        try:
            lines = [f"{method} {target} HTTP/1.1", f"Host: {self.authority}", "Connection: close",
                     f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            got = {name.strip().lower(): value.strip()
                   for name, _, value in (line.partition(":") for line in head[1:])}
            _, status, *_ = head[0].split()
            size = got.get("content-length")
            return int(status), got, await (reader.readexactly(int(size)) if size else reader.read())
        finally:
            writer.close()

    async def ask(self, method: str, target: str, body=None, token: str = None):
        """The JSON of a good answer. A POST has one key for all its attempts, so it acts once."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
            if method == "POST":
                headers["Idempotency-Key"] = str(uuid.uuid4())
        text = json.dumps(body).encode() if body is not None else b""
        attempt = 0
        while True:
            wait = 0.0
            try:
                status, got, answer = await asyncio.wait_for(
                    self.exchange(method, target, headers, text), ANSWER_S)
                found = json.loads(answer) if answer else {}
                if status < 400:
                    self.heard()
                    return found
                if status not in BUSY:
                    self.heard()
                if status not in BUSY and found.get("code") not in LIMITS:
                    raise refused(f"{method} {target}", status, found)
                wait = float(got.get("retry-after", 0))
            except (OSError, EOFError, ValueError, asyncio.TimeoutError, asyncio.LimitOverrunError):
                pass
            await self.pause(attempt, wait)
            attempt += 1


class account:
    """Somebody who has signed up, or does so now. `clock` tells how long a token lives in our time."""

    def __init__(self, to: link, clock, email: str, password: str, username: str = None):
        self.link, self.clock = to, clock
        self.email, self.password, self.username = email, password, username
        self.profile = {}
        self.access = self.refresh_token = None
        self.fresh_until = 0.0
        self.signing_in = asyncio.Lock()

    @property
    def id(self) -> str:
        return self.profile["id"]

    async def sign_up(self):
        body = {"email": self.email, "password": self.password, "username": self.username}
        self.adopt(await self.link.ask("POST", "/v1/auth/register", body))

    async def sign_in(self):
        self.adopt(await self.link.ask("POST", "/v1/auth/login", {"email": self.email, "password": self.password}))

    async def settle_in(self, known_emails: set):
        """Signs in, or up when nobody has the address. Where somebody else has it, or the name, or the
        account was closed, it becomes ana2, ana3 and so on."""
        email, username = self.email, self.username
        for number in range(1, NAMESAKES_MAX + 1):
            if number > 1:
                self.email, self.username = email.replace("@", f"{number}@", 1), f"{username}{number}"
            try:
                return await (self.sign_in() if self.email in known_emails else self.sign_up())
            except refused as problem:
                if problem.code not in NOT_OURS or number == NAMESAKES_MAX:
                    raise

    def adopt(self, tokens: dict):
        self.access, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        self.profile = tokens["user"]
        self.fresh_until = time.monotonic() + 0.7 * tokens["expires_in"] / self.clock.speed

    async def token(self) -> str:
        async with self.signing_in:
            if time.monotonic() >= self.fresh_until:
                try:
                    self.adopt(await self.link.ask("POST", "/v1/auth/refresh", {"refresh_token": self.refresh_token}))
                except refused:
                    await self.sign_in()
            return self.access

    def distrust(self, token: str):
        """The server did not take it."""
        if token == self.access:
            self.fresh_until = 0.0

    async def ask(self, method: str, target: str, body=None):
        token = await self.token()
        try:
            return await self.link.ask(method, target, body, token)
        except refused as problem:
            if problem.status != 401:
                raise
        self.distrust(token)
        return await self.link.ask(method, target, body, await self.token())

    async def get(self, target: str):
        return await self.ask("GET", target)

    async def post(self, target: str, body=None):
        return await self.ask("POST", target, body)
