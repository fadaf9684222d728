"""The server's time, which in a demonstration runs faster than ours."""
import asyncio
import datetime
import time

BASELINE_S = 1.0  # Two readings closer than this tell no speed.
LEAP_MS = 60_000  # A reading so far from what was expected is of another clock: start again.
NAP_S = 30.0  # Sleep no longer before looking at the clock again.


class server_clock:
    """Learns time and speed from what the server says. A reading may come late, never early, so the
    time told is at most the server's plus the error of the speed."""

    def __init__(self, source=time.monotonic):
        self.source = source
        self.speed = 1.0
        self.first = self.last = None  # (server_ms, our seconds)

    def learn(self, server_ms: int):
        at = self.source()
        if self.first is None or (self.is_known() and abs(server_ms - self.now_ms()) > LEAP_MS):
            self.first = server_ms, at
        elif at - self.first[1] >= BASELINE_S:
            self.speed = max(0.001, (server_ms - self.first[0]) / 1000 / (at - self.first[1]))
        self.last = server_ms, at

    def is_known(self) -> bool:
        return self.last is not None and self.last[1] - self.first[1] >= BASELINE_S

    def now_ms(self) -> int:
        server_ms, at = self.last
        return round(server_ms + (self.source() - at) * self.speed * 1000)

    def now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.now_ms() / 1000, datetime.timezone.utc)

    async def until(self, server_ms: int):
        while (ahead_ms := server_ms - self.now_ms()) > 0:
            await asyncio.sleep(min(NAP_S, max(0.005, ahead_ms / 1000 / self.speed)))

    async def pass_by(self, server_s: float):
        await self.until(self.now_ms() + round(server_s * 1000))
