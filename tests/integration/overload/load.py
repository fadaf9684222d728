"""Players who behave and floods that do not, on sockets as bare as they can be."""
import asyncio
import concurrent.futures
import itertools
import json
import os
import pathlib
import statistics
import time
import urllib.parse

from client import runner

FIX_PERIOD_MS = 1000


def rss_kib(pid: int) -> int:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError(f"process {pid} is gone")


def metrics(city) -> dict:
    """Sample to value: `fief_queue_waiting_count{queue="reads"}`."""
    text = city.anybody().raw("GET", "/metrics").body.decode()
    samples = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, value in samples}


def percentile(values: list, part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def spread(values: list) -> str:
    if not values:
        return "nothing"
    return (f"p50 {1000 * statistics.median(values):.1f} ms, p99 {1000 * percentile(values, .99):.1f} ms, "
            f"max {1000 * max(values):.1f} ms of {len(values)}")


def players(city, count: int, name: str) -> list:
    """Registered, each recording a run: (token, run) of each."""
    def make(number: int):
        user = runner(city.url, f"{name}{number}_{os.getpid()}")
        return user.token, user.start()["id"]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(make, range(count)))


def batch(first_seq: int, count: int, start_ms: int, place: tuple) -> bytes:
    """The tail of a message of fixes; which run they are of comes before."""
    fixes = [[start_ms + (first_seq + n) * FIX_PERIOD_MS, round(place[0] + (first_seq + n) * 2e-5, 7), place[1], 5.0]
             for n in range(count)]
    text = json.dumps({"first_seq": first_seq, "fixes": fixes}, separators=(",", ":"))
    return b'",' + text[1:].encode()


def message_of(run: str, tail: bytes) -> bytes:
    return b'{"type":"fixes","run":"' + run.encode() + tail


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """Masked with zeros, so that it need not be computed."""
    size = len(payload)
    if size < 126:
        head = bytes([0x80 | opcode, 0x80 | size])
    elif size < 1 << 16:
        head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, 0x80 | 127]) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + payload


class bare_socket:
    """A WebSocket without any comfort."""

    @classmethod
    async def open(cls, url: str, token: str, source: str = None, buffer: int = None):
        self = cls()
        parts = urllib.parse.urlsplit(url)
        self.reader, self.writer = await asyncio.open_connection(
            parts.hostname, parts.port, local_addr=(source, 0) if source else None, limit=1 << 24)
        self.writer.write((f"GET /v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                           f"Sec-WebSocket-Extensions: permessage-deflate\r\n"
                           f"Authorization: Bearer {token}\r\n\r\n").encode())
        self.answer = await self.reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in self.answer, self.answer
        return self

    async def receive(self) -> bytes:
        """The next text message; b"" when it was closed."""
        while True:
            try:
                head = await self.reader.readexactly(2)
                size = head[1] & 127
                if size >= 126:
                    size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
                payload = await self.reader.readexactly(size)
            except (asyncio.IncompleteReadError, ConnectionError):
                return b""
            if head[0] & 15 == 9:
                self.send(payload, 10)
            elif head[0] & 15 == 8:
                return b""
            else:
                return payload

    async def expect(self, kind: str, within_s: float = 60) -> dict:
        """The next message of this type; errors and the end fail."""
        async def find():
            while True:
                text = await self.receive()
                message = json.loads(text) if text else {"type": "closed"}
                if message["type"] == kind:
                    return message
                assert message["type"] not in ("closed", "error", "bye"), message
        return await asyncio.wait_for(find(), within_s)

    def send(self, payload: bytes, opcode: int = 1):
        self.writer.write(frame(payload, opcode))

    def cut(self):
        self.writer.transport.abort()


class good_player:
    """Sends a few fixes a second, as a phone does, and times each acknowledgement."""

    def __init__(self, url: str, token: str, run: str, number: int, start_ms: int, place: tuple):
        self.url, self.token, self.run, self.number = url, token, run, number
        self.start_ms, self.place = start_ms, place
        self.seq = 1

    async def attach(self):
        self.socket = await bare_socket.open(self.url, self.token)
        await self.socket.expect("welcome")
        self.socket.send(json.dumps({"type": "hello", "run": self.run}).encode())
        await self.socket.expect("welcome")
        return self

    async def once(self, within_s: float = 60) -> float:
        """Seconds to the acknowledgement of three fixes."""
        self.socket.send(message_of(self.run, batch(self.seq, 3, self.start_ms, self.place)))
        self.seq += 3
        began = time.monotonic()
        while (await self.socket.expect("ack", within_s))["ack"] < self.seq - 1:
            pass
        return time.monotonic() - began

    async def play(self, seconds: float, into: list):
        loop = asyncio.get_running_loop()
        due = loop.time() + (self.number % 50) / 50  # Not all at the same instant.
        end = loop.time() + seconds
        while due < end:
            await asyncio.sleep(max(0.0, due - loop.time()))
            into.append(await self.once())
            due = max(due + 1, loop.time())


async def measure(group: list, seconds: float) -> list:
    times = []
    await asyncio.gather(*(player.play(seconds, times) for player in group))
    return times


def sources(count: int, each: int = 900):
    """Loopback addresses, so that no limit per address is met."""
    return (f"127.0.{1 + n // each // 250}.{1 + n // each % 250}" for n in itertools.islice(itertools.count(), count))
