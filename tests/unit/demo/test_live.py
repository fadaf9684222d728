"""A run of the demonstration over the socket, against a server that answers by the protocol and can be nasty."""
import asyncio
import json
import random

import pytest
import websockets

from demo import days, routes
from demo.api import server_gone
from demo.clock import server_clock
from demo.live import SUBPROTOCOL, close_left_over, live_run
from demo.runner import tally

SPEED = 2000
START_MS = 1_778_400_000_000
RUN = "0190aa00-0000-7000-8000-000000000001"


class quick_link:
    """Does not really wait before another attempt."""

    def __init__(self, patience: int = 20):
        self.url, self.patience, self.pauses = None, patience, []

    def heard(self):
        pass

    async def pause(self, attempt: int, asked_s: float = 0.0):
        self.pauses.append(asked_s)
        if len(self.pauses) > self.patience:
            raise server_gone()


class fake_account:
    def __init__(self, link, server):
        self.link, self.server, self.distrusted = link, server, []

    async def token(self) -> str:
        return f"token {len(self.distrusted)}"

    def distrust(self, token: str):
        self.distrusted.append(token)

    async def get(self, target: str) -> dict:
        assert target == f"/v1/runs/{RUN}"
        return {"id": RUN, "state": self.server.state}

    async def post(self, target: str, body: dict) -> dict:
        assert target == f"/v1/runs/{RUN}/finish"
        assert body["total_seq"] == self.server.ack()
        self.server.state = "accepted"
        return {"id": RUN, "state": self.server.state}


class fake_server:
    """Holds one run. `troubles` are taken one after the other, one at each batch of fixes."""

    def __init__(self, troubles=(), token: str = None):
        self.troubles, self.token = list(troubles), token
        self.fixes, self.state, self.hellos = {}, "recording", []
        self.clock = None

    def ack(self) -> int:
        seq = 0
        while seq + 1 in self.fixes:
            seq += 1
        return seq

    async def serve(self, socket, path: str = None):
        hello = json.loads(await socket.recv())
        self.hellos.append(hello)

        async def say(type_: str, **members):
            await socket.send(json.dumps({"type": type_, **members}))

        if self.token and hello["token"] != self.token:
            return await say("error", code="token_expired", detail="", ref="hello")
        if self.state != "recording":
            return await say("error", code="run_not_recording", detail="", ref=RUN)
        await say("welcome", server_time=self.clock.now_ms(), user={}, run=RUN, ack=self.ack(), want=[])
        async for text in socket:
            message = json.loads(text)
            if await self.misbehaves(socket, say, message):
                return
            if message["type"] == "fixes":
                assert all(fix[0] <= self.clock.now_ms() + 5000 for fix in message["fixes"]), "from the future"
                for seq, fix in enumerate(message["fixes"], message["first_seq"]):
                    assert self.fixes.setdefault(seq, fix) == fix, "another fix under the same seq"
                await say("ack", run=RUN, ack=self.ack(), want=[])
            else:
                await self.finish(say, message)

    async def misbehaves(self, socket, say, message) -> bool:
        trouble = self.troubles.pop(0) if self.troubles and message["type"] == "fixes" else None
        if trouble == "cut":
            socket.transport.abort()
        elif trouble == "bye":
            await say("bye", reason="draining", retry_after_ms=1500)
            await socket.close(1012)
        elif trouble in ("superseded", "banned"):
            await say("bye", reason=trouble, retry_after_ms=0)
        elif trouble:
            await say("error", code=trouble, detail="", ref=RUN)
        return trouble is not None

    async def finish(self, say, message):
        if message["total_seq"] != self.ack():
            return await say("error", code="fixes_missing", detail="", ref=RUN, ack=self.ack(), want=[])
        await say("run", run={"id": RUN, "state": "processing"})
        self.state = "accepted"
        await say("run", run={"id": RUN, "state": "accepted"})


class world:
    def __init__(self, server: fake_server, patience: int = 20):
        self.server, self.counts, self.link = server, tally(), quick_link(patience)
        self.account = fake_account(self.link, server)
        self.clock = server_clock()

    def run(self, play):
        async def whole():
            self.clock.learn(START_MS)
            self.clock.speed = SPEED
            self.server.clock = self.clock
            async with websockets.serve(self.server.serve, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL]) as listener:
                self.link.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
                return await asyncio.wait_for(play(), 60)
        return asyncio.run(whole())


def recording(seed: int = 1) -> list:
    rng = random.Random(seed)
    return routes.recorded(rng, days.CENTRE, routes.loop(rng, (0, 0), 1000), START_MS, 3.0)


def run_against(server: fake_server, **more) -> tuple:
    at, fixes = world(server), recording()
    done = at.run(lambda: live_run(at.account, at.clock, at.counts, RUN, fixes, **more).to_the_end())
    return at, fixes, done


def test_a_calm_run_is_sent_as_it_happens_and_saved():
    server = fake_server()
    at, fixes, done = run_against(server)
    assert done["state"] == "accepted" and len(server.hellos) == 1
    assert [server.fixes[seq] for seq in range(1, len(fixes) + 1)] == fixes
    assert at.counts.acked == len(fixes)


@pytest.mark.parametrize("trouble", ["cut", "bye", "overloaded", "unavailable", "fix_in_future"])
def test_trouble_costs_a_connection_and_no_fix(trouble):
    server = fake_server([trouble, None, trouble])
    at, fixes, done = run_against(server)
    assert done["state"] == "accepted" and len(server.hellos) == 3
    assert [server.fixes[seq] for seq in range(1, len(fixes) + 1)] == fixes
    assert at.counts.acked == len(fixes)
    assert len(at.link.pauses) == 2


def test_a_draining_server_is_given_the_time_it_asks_for():
    at, _, _ = run_against(fake_server(["bye"]))
    assert at.link.pauses == [1.5]


@pytest.mark.parametrize("drop_at", [1, 100, 200])
def test_a_dropped_connection_is_resumed(drop_at):
    server = fake_server()
    at, fixes, done = run_against(server, drop_at=drop_at)
    assert done["state"] == "accepted" and at.counts.drops == 1 and len(server.hellos) == 2
    assert len(server.fixes) == at.counts.acked == len(fixes)


def test_an_expired_token_is_replaced():
    server = fake_server(token="token 1")
    at, _, done = run_against(server)
    assert done["state"] == "accepted" and at.account.distrusted == ["token 0"]


def test_a_run_that_another_device_took_is_not_fought_for():
    server = fake_server([None, "superseded"])
    _, _, done = run_against(server)
    assert len(server.hellos) == 1 and done["state"] == "accepted"


def test_a_run_without_any_progress_is_given_up_and_saved_as_it_is():
    server = fake_server(["overloaded"] * 1000)
    at, _, done = run_against(server)
    assert done["state"] == "accepted" and len(server.hellos) == len(at.link.pauses) + 1 < 20


def test_a_server_that_is_gone_ends_it():
    at = world(fake_server(), patience=3)

    async def unreachable():
        at.link.url = "http://127.0.0.1:1"
        return await live_run(at.account, at.clock, at.counts, RUN, recording()).to_the_end()

    with pytest.raises(server_gone):
        at.run(unreachable)
    assert len(at.link.pauses) == 4


def test_a_run_left_over_is_saved_with_what_there_is_of_it():
    server = fake_server()
    server.fixes = dict(enumerate(recording()[:70], 1))
    at = world(server)
    at.run(lambda: close_left_over(at.account, at.clock, at.counts, RUN))
    assert server.state == "accepted" and at.counts.acked == 0
