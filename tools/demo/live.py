"""One run over the socket, from its first fix to its result, through drops, drains and refusals."""
import asyncio
import bisect
import json
import random

import websockets

from demo.api import refused

SUBPROTOCOL = "fief.v1.json"
BATCH = 10  # Fixes a message while all goes well,
BATCH_MAX = 200  # and after an interruption.
LATE_MS = 1500  # A fix leaves so long after it was made.
UNACKED_MAX = 600
TUNNEL_S = (20, 90)  # How long a dropped connection stays away, by the server's clock.
WELCOME_S = 15.0
ACK_S = 30.0
FRUITLESS_MAX = 8  # Connections in a row without progress before the run is given up.
OPEN = ("recording", "processing")
OVER = ("run_not_recording", "not_found", "superseded")


class lost(Exception):
    """The connection is of no more use. `reason` is a code of the server's, or ours."""

    def __init__(self, reason: str, retry_after_s: float = 0.0):
        super().__init__(reason)
        self.reason, self.retry_after_s = reason, retry_after_s


class live_run:
    """Sends the fixes of one run as their time comes. `tally.acked` counts what the server has."""

    def __init__(self, account, clock, tally, run: str, fixes: list, drop_at: int = None):
        self.account, self.clock, self.tally = account, clock, tally
        self.run, self.fixes = run, fixes
        self.times = [fix[0] for fix in fixes]
        self.drop_at = drop_at  # After so many fixes the connection breaks.
        self.sent = self.acked = 0
        self.moved = asyncio.Event()
        self.result = None

    async def to_the_end(self) -> dict:
        """Returns the run with its result, as the server tells it."""
        fruitless = 0
        while True:
            before, wait = self.acked, 0.0
            try:
                return await self.attached()
            except lost as why:
                if why.reason in OVER:
                    break
                wait = why.retry_after_s
            except (OSError, asyncio.TimeoutError, websockets.WebSocketException):
                pass
            fruitless = 0 if self.acked > before else fruitless + 1
            if fruitless > FRUITLESS_MAX:
                break
            await self.account.link.pause(fruitless, wait)
        return await self.saved()

    async def saved(self) -> dict:
        """Its state over REST; what the server has of it is saved when it still records."""
        run = await self.account.get(f"/v1/runs/{self.run}")
        if run["state"] == "recording":
            run = await self.account.post(f"/v1/runs/{self.run}/finish", {"total_seq": self.acked})
        return run

    async def attached(self) -> dict:
        """One connection: until the result, or `lost`."""
        token = await self.account.token()
        address = self.account.link.url.replace("http", "ws", 1) + "/v1/live"
        async with websockets.connect(address, subprotocols=[SUBPROTOCOL], compression=None, ping_interval=None,
                                      open_timeout=WELCOME_S, close_timeout=1, max_size=2**22) as socket:
            hello = {"type": "hello", "token": token, "run": self.run, "device_time": self.clock.now_ms()}
            await socket.send(json.dumps(hello))
            welcome = await asyncio.wait_for(self.greeted(socket, token), WELCOME_S)
            self.clock.learn(welcome["server_time"])
            self.acknowledge(welcome)
            self.sent = self.acked
            return await self.talked(socket)

    async def greeted(self, socket, token: str) -> dict:
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "welcome":
                return message
            self.take(message, token)
        raise lost("closed")

    async def talked(self, socket) -> dict:
        tasks = [asyncio.create_task(self.send(socket)), asyncio.create_task(self.listen(socket))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()
            if self.result is None:
                raise lost("closed")
            return self.result
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # -- what the server says ------------------------------------------------------------------------

    async def listen(self, socket):
        async for text in socket:
            self.take(json.loads(text))
            if self.result is not None:
                return

    def take(self, message: dict, token: str = None):
        self.account.link.heard()
        kind = message["type"]
        if kind == "ack" and message["run"] == self.run:
            self.acknowledge(message)
        elif kind == "run" and message["run"]["id"] == self.run and message["run"]["state"] not in OPEN:
            self.result = message["run"]
            self.moved.set()
        elif kind == "error":
            if token and message["code"] in ("token_expired", "unauthenticated"):
                self.account.distrust(token)
            raise lost(message["code"], 1.0)
        elif kind == "bye":
            raise lost(message["reason"], message["retry_after_ms"] / 1000)

    def acknowledge(self, message: dict):
        if message["ack"] > self.acked:
            self.tally.acked += message["ack"] - self.acked
            self.acked = message["ack"]
        self.moved.set()

    async def wait_for(self, reached):
        while not reached():
            self.moved.clear()
            await asyncio.wait_for(self.moved.wait(), ACK_S)

    # -- what we say ---------------------------------------------------------------------------------

    async def send(self, socket):
        while self.sent < len(self.fixes):
            next_end = min(self.sent + BATCH, len(self.fixes))
            await self.clock.until(self.times[next_end - 1] + LATE_MS)
            due = bisect.bisect_right(self.times, self.clock.now_ms() - LATE_MS)
            end = min(max(due, next_end), self.sent + BATCH_MAX, len(self.fixes))
            await socket.send(json.dumps({"type": "fixes", "run": self.run, "first_seq": self.sent + 1,
                                          "fixes": self.fixes[self.sent:end]}))
            self.sent = end
            await self.wait_for(lambda: self.sent - self.acked < UNACKED_MAX)
            if self.drop_at is not None and self.sent >= self.drop_at:
                self.drop(socket)
        await self.wait_for(lambda: self.acked >= len(self.fixes))
        await socket.send(json.dumps({"type": "finish", "run": self.run, "total_seq": len(self.fixes)}))
        await self.wait_for(lambda: self.result is not None)

    def drop(self, socket):
        """Into a tunnel: the connection is gone without a word, the phone records on."""
        self.drop_at = None
        self.tally.drops += 1
        socket.transport.abort()
        raise lost("dropped", random.uniform(*TUNNEL_S) / self.clock.speed)


async def close_left_over(account, clock, tally, run: str):
    """Saves a run that a demonstration before this one left recording: what there is of it."""
    left = live_run(account, clock, tally, run, [])
    seen = tally.acked
    try:
        await left.to_the_end()
    except refused as problem:
        if problem.code not in OVER:
            raise
    tally.acked = min(tally.acked, seen)


async def server_time(account) -> int:
    """What the server's clock shows, asked on a socket of its own."""
    address = account.link.url.replace("http", "ws", 1) + "/v1/live"
    attempt = 0
    while True:
        try:
            async with websockets.connect(address, subprotocols=[SUBPROTOCOL], compression=None,
                                          open_timeout=WELCOME_S, close_timeout=1) as socket:
                await socket.send(json.dumps({"type": "hello", "token": await account.token()}))
                message = json.loads(await asyncio.wait_for(socket.recv(), WELCOME_S))
                if message["type"] == "welcome":
                    account.link.heard()
                    return message["server_time"]
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException):
            pass
        await account.link.pause(attempt)
        attempt += 1
