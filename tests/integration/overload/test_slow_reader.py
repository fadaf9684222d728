"""Watchers of a busy map who do not read what they asked for."""
import asyncio
import json
import socket
import time

import pytest

from client import CITY, ms
from conftest import SANITIZED
from load import bare_socket, good_player, measure, metrics, percentile, players, rss_kib, spread
from tracks import bbox_round, ending_at, loop, moved


@pytest.fixture(scope="module")
def busy(serve):
    return serve()


def box() -> list:
    return [float(x) for x in bbox_round(CITY, 4000).split(",")]


def take_tiles(city, number: int) -> dict:
    """Somebody runs round a park, another one each time."""
    place = moved(CITY, 300 * (number % 6), 300 * (number // 6))
    track = ending_at(loop(place, 700, 0, seed=number + 1), ms(city.server.now()) - 60_000 * number)
    return city.runner("walker").run_of(track)


async def deaf(city, person) -> bare_socket:
    """It takes nothing: its own buffer is as small as may be."""
    opened = await bare_socket.open(city.url, person.token)
    raw = opened.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    opened.writer.transport.pause_reading()
    return opened


async def ask_again_and_again(opened: bare_socket, number: int, until: float):
    """Each time for the whole map."""
    turn = 0
    try:
        while time.monotonic() < until:
            turn += 1
            opened.send(json.dumps({"type": "subscribe", "id": f"box {number} {turn % 3}", "bbox": box()}).encode())
            await asyncio.wait_for(opened.writer.drain(), 1)
            await asyncio.sleep(0.05)
    except (ConnectionError, asyncio.TimeoutError):
        pass  # Closed for being behind, or not read any more: both are right.


def test_deaf_watchers_of_a_busy_map_cost_a_bounded_memory_and_the_others_see_it(busy, scale):
    count, seconds = scale(40, 600), scale(5, 20)
    assert take_tiles(busy, 0)["state"] == "accepted"
    take_tiles(busy, 1)
    watcher = busy.live(busy.runner("watcher"))
    watcher.send({"type": "subscribe", "id": "map", "bbox": box()})
    tiles = len(watcher.expect("snapshot")["tiles"])
    assert tiles > 300
    person = busy.runner("deaf")
    people = [person] + [busy.runner("deaf") for _ in range(count // 50)]  # 50 sockets each
    pid = busy.server.process.pid
    start_ms = ms(busy.server.now()) - 3_600_000

    async def compare():
        group = [good_player(busy.url, token, run, number, start_ms, moved(CITY, 9000, 0))
                 for number, (token, run) in enumerate(players(busy, 10, "honest"))]
        await asyncio.gather(*(player.attach() for player in group))
        normal = await measure(group, seconds)
        before = rss_kib(pid)
        opened = await asyncio.gather(*(deaf(busy, people[n // 50]) for n in range(count)))
        until = time.monotonic() + seconds
        asking = asyncio.gather(*(ask_again_and_again(each, n, until) for n, each in enumerate(opened)))
        runs = asyncio.gather(*(asyncio.to_thread(take_tiles, busy, n) for n in range(2, scale(5, 12))))
        during = await measure(group, seconds)
        await asking
        await runs
        most, seen = rss_kib(pid), metrics(busy)
        for each in opened:
            each.cut()
        return normal, during, before, most, seen

    normal, during, before, most, seen = asyncio.run(compare())
    print(f"\n{count} deaf watchers of {tiles} tiles: RSS {(most - before) / 1024:+.1f} MiB, "
          f"{seen['fief_net_outbox_bytes'] / 1024:.0f} KiB wait in sockets, "
          f"{seen['fief_net_map_texts_bytes'] / 1024:.0f} KiB of map on its way\n"
          f"  normal: {spread(normal)}\n  during: {spread(during)}"
          f"\n  p99 during / normal: {percentile(during, .99) / percentile(normal, .99):.1f}")
    assert most - before < scale(60, 400) * 1024 or SANITIZED
    assert seen["fief_net_outbox_bytes"] <= count * (1 << 20)
    assert percentile(during, .5) < 1 and max(during) < 5
    watcher.expect("delta", timeout_s=20)  # Somebody who reads saw the others run.
