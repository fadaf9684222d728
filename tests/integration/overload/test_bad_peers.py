"""Peers that hold on to what they get: nobody else must feel it, and the log must stay readable."""
import asyncio
import collections
import datetime
import gzip
import json
import re
import socket
import time

import pytest

from client import wait_until
from conftest import FULL
from load import bare_socket, metrics, rss_kib, sources

FIRST_BYTE_S = 20 if FULL else 3  # Longer than it takes to open them all.
ADDRESS_MAX = 1000


@pytest.fixture(scope="module")
def town(serve):
    return serve(settings={"FIEF_HTTP_REQUESTS_PER_MINUTE": "100000", "FIEF_HTTP_FIRST_BYTE_MS": str(1000 * FIRST_BYTE_S)})


def served(town) -> float:
    """Seconds until somebody else has an answer."""
    began = time.monotonic()
    assert town.anybody().raw("GET", "/healthz", headers={"Connection": "close"}).status == 200
    return time.monotonic() - began


def connect(town, source: str = None, within_s: float = 10) -> socket.socket:
    anybody = town.anybody()
    return socket.create_connection((anybody.host, anybody.port), within_s, (source, 0) if source else None)


def answer_to(town, pieces, source: str = "127.0.9.9") -> bytes:
    """What comes back while these pieces are sent, until the server closes."""
    with connect(town, source) as peer:
        sent = 0
        try:
            for piece in pieces:
                peer.sendall(piece)
                sent += len(piece)
        except (ConnectionError, socket.timeout):
            pass
        got = b""
        try:
            while data := peer.recv(1 << 16):
                got += data
        except ConnectionError:
            pass
        return got


def count_of(town, kind: str) -> float:
    return metrics(town)[f'fief_net_refusals_total{{kind="{kind}"}}']


async def open_many(town, addresses, hold) -> list:
    """Connections that say nothing; those that were answered instead are left out."""
    anybody = town.anybody()
    limit = asyncio.Semaphore(200)

    async def one(source):
        async with limit:
            try:
                return await asyncio.open_connection(anybody.host, anybody.port, local_addr=(source, 0))
            except OSError:
                return None
    opened = [pair for pair in await asyncio.gather(*map(one, addresses)) if pair]
    return await hold(opened)


def test_half_open_connections_cost_little_and_end_while_others_are_served(town, scale):
    count = scale(1500, 10_000)
    pid = town.server.process.pid
    before = rss_kib(pid)
    served(town)

    async def hold(opened):
        began = time.monotonic()
        await asyncio.to_thread(wait_until, lambda: metrics(town)["fief_net_connections_count"] > count * 0.99,
                                "they are all there", 10)
        most = rss_kib(pid)
        others = [await asyncio.to_thread(served, town) for _ in range(20)]

        async def ended(reader):
            return await reader.read()
        got = await asyncio.wait_for(asyncio.gather(*(ended(reader) for reader, _ in opened)), 60)
        gone_s = time.monotonic() - began
        for _, writer in opened:
            writer.transport.abort()
        return len(opened), most, max(others), gone_s, got

    opened, most, other_s, gone_s, got = asyncio.run(open_many(town, sources(count, 900), hold))
    late = count_of(town, "first_byte_late")
    print(f"\n{opened} half open: {(most - before) / opened:.1f} KiB each, others served within {other_s * 1000:.0f} ms, "
          f"all gone after {gone_s:.1f} s")
    assert opened == count and not any(got)
    assert late >= count
    assert (most - before) / opened < 24
    assert other_s < 2
    assert gone_s < FIRST_BYTE_S + 15
    assert metrics(town)["fief_net_connections_count"] < 20


def test_one_address_gets_its_connections_and_no_more(town):
    async def hold(opened):
        refused = 0
        for reader, _ in opened:
            try:
                text = await asyncio.wait_for(reader.read(4096), 0.001)
                refused += text == b"" or text.startswith(b"HTTP/1.1 503") and b"Retry-After" in text
            except asyncio.TimeoutError:
                pass
            except ConnectionError:
                refused += 1
        elsewhere = await asyncio.to_thread(served, town)
        for _, writer in opened:
            writer.transport.abort()
        return refused, elsewhere

    before = metrics(town)['fief_net_connections_refused_total{limit="address"}']
    _, elsewhere = asyncio.run(open_many(town, ["127.0.8.8"] * (ADDRESS_MAX + 100), hold))
    assert metrics(town)['fief_net_connections_refused_total{limit="address"}'] - before >= 90
    assert elsewhere < 2
    wait_until(lambda: metrics(town)["fief_net_connections_count"] < 20, "they are gone")


def test_a_slow_loris_is_ended_and_the_others_do_not_notice(town, scale):
    count = scale(100, 900)

    async def hold(opened):
        began = time.monotonic()

        async def trickle(reader, writer):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            async def drip():
                while True:
                    await asyncio.sleep(0.5)
                    writer.write(b"X-A: b\r\n")
            dripping = asyncio.ensure_future(drip())
            try:
                return await reader.read(), time.monotonic() - began
            except ConnectionError:
                return b"HTTP/1.1 408", time.monotonic() - began
            finally:
                dripping.cancel()
        ended = asyncio.gather(*(trickle(*pair) for pair in opened))
        others = [await asyncio.to_thread(served, town) for _ in range(20)]
        return await asyncio.wait_for(ended, 90), max(others)

    ended, other_s = asyncio.run(open_many(town, ["127.0.7.7"] * count, hold))
    print(f"\n{count} slow lorises ended after {min(s for _, s in ended):.1f} to {max(s for _, s in ended):.1f} s")
    assert len(ended) == count and all(text.startswith(b"HTTP/1.1 408") for text, _ in ended)
    assert count_of(town, "request_late") >= count and other_s < 2


def test_headers_without_end_are_refused_early(town):
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
    lines = [b"X-%d: " % n + b"a" * 1000 + b"\r\n" for n in range(1024)]
    began = time.monotonic()
    assert answer_to(town, [head, *lines]).startswith(b"HTTP/1.1 431 ")
    assert answer_to(town, [head, b"X: " + b"a" * (1 << 20)]).startswith(b"HTTP/1.1 431 ")
    print(f"\n1 MiB of headers refused after {(time.monotonic() - began) / 2:.2f} s, the linger for the rest included")
    assert count_of(town, "headers_too_large") >= 2


def test_bodies_without_end_are_refused(town):
    head = b"POST /v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    assert answer_to(town, [head, b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 64]).startswith(b"HTTP/1.1 413 ")
    assert answer_to(town, [head, b"Content-Length: 99999999999\r\n\r\n"]).startswith(b"HTTP/1.1 413 ")
    assert count_of(town, "body_too_large") >= 2


def test_bodies_that_never_finish_have_one_memory_for_all(town, scale):
    count, size = scale(340, 900), 900_000
    pid = town.server.process.pid
    before = rss_kib(pid)
    head = (f"POST /v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {size + 10}\r\n\r\n").encode()

    async def hold(opened):
        async def upload(reader, writer):
            writer.write(head + b" " * size)
            try:
                return await asyncio.wait_for(reader.read(12), 60)
            except ConnectionError:
                return b""
        uploads = asyncio.gather(*(upload(*pair) for pair in opened))
        await asyncio.to_thread(wait_until, lambda: count_of(town, "bodies_full") > 0, "the memory for bodies is full")
        small = await asyncio.to_thread(served, town)
        person = await asyncio.to_thread(town.runner, "small")
        most = rss_kib(pid)
        for _, writer in opened:
            writer.transport.abort()
        await uploads
        return most, small, person

    most, small, person = asyncio.run(open_many(town, ["127.0.6.6"] * count, hold))
    print(f"\n{count} bodies of 900 kB: RSS {(most - before) // 1024:+d} MiB, another was served within {small * 1000:.0f} ms")
    assert person.get("/v1/me")["username"] == person.name
    assert most - before < 700 * 1024  # 256 MiB, and what growing strings leave behind.
    wait_until(lambda: metrics(town)["fief_net_bodies_bytes"] == 0, "their memory is free again")


def test_nothing_compressed_is_ever_inflated(town):
    person = town.runner()
    bomb = gzip.compress(b" " * 50_000_000)
    for coding in ("gzip", "deflate", "br", "gzip, gzip"):
        refused = person.send("PATCH", "/v1/me", bomb, headers={"Content-Encoding": coding})
        assert refused.status == 415 and refused.code == "unsupported_encoding"
    plain = person.send("PATCH", "/v1/me", json.dumps({"username": person.name}).encode(), headers={"Content-Encoding": "identity"})
    assert plain.status == 200

    async def deflated():
        opened = await bare_socket.open(town.url, person.token)
        assert b"permessage-deflate" not in opened.answer.lower()
        await opened.expect("welcome")
        opened.writer.write(bytes([0xC1, 0x85]) + b"\0\0\0\0" + b"\xaa\x56\x4a\x00\x00")  # RSV1: compressed.
        return await opened.receive()
    assert asyncio.run(deflated()) == b""


def test_a_flood_of_refusals_is_one_line_a_second_of_each_kind(town):
    until = time.monotonic() + 2.5
    sent = 0
    while time.monotonic() < until:
        assert answer_to(town, [b"NONSENSE\r\n\r\n"]).startswith(b"HTTP/1.1 400 ")
        sent += 1
    assert count_of(town, "malformed") >= sent
    lines = collections.defaultdict(list)
    for text in town.server.log.read_text().splitlines():
        found = re.match(r"(\S+Z) warn\w*\s+net\s+(\w+)", text)
        if found:
            lines[found[2]].append(datetime.datetime.fromisoformat(found[1].replace("Z", "+00:00")))
    print(f"\n{sent} nonsense requests, {len(lines['malformed'])} lines; lines by kind "
          f"{ {kind: len(at) for kind, at in lines.items()} }")
    assert 2 <= len(lines["malformed"]) <= 5
    for kind, at in lines.items():
        apart = [(b - a).total_seconds() for a, b in zip(at, at[1:])]
        assert all(each > 0.9 for each in apart), f"{kind}: {apart}"
    assert re.search(r"malformed.*and \d+ more before", town.server.log.read_text())
