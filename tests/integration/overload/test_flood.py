"""Sockets that send fixes as fast as they are taken, beside players who run as people do."""
import asyncio
import json
import pathlib
import subprocess
import sys
import time

import pytest

from client import CITY
from conftest import FULL, SANITIZED
from load import good_player, measure, metrics, percentile, players, rss_kib, spread

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def crowd(serve):
    return serve(clock_start=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))


def test_players_who_keep_to_their_pace_feel_little_of_a_flood_and_memory_stays_bounded(crowd, scale):
    floods, honest, seconds = scale(200, 2000), scale(20, 60), scale(5, 20)
    if SANITIZED:
        floods, honest = 20, 5
    who = players(crowd, floods, "flood")
    start_ms = int(time.time() * 1000) - 3_600_000
    pid = crowd.server.process.pid

    async def compare():
        group = [good_player(crowd.url, token, run, number, start_ms, CITY)
                 for number, (token, run) in enumerate(players(crowd, honest, "honest"))]
        await asyncio.gather(*(player.attach() for player in group))
        await measure(group, 1)
        normal = await measure(group, seconds)
        before = rss_kib(pid)
        flood = subprocess.Popen([sys.executable, HERE / "flood.py", crowd.url, str(seconds + 3)],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            flood.stdin.write(json.dumps(who))
            flood.stdin.close()
            said = await asyncio.to_thread(flood.stdout.readline)
            assert said == "flooding\n", "the flood did not begin"
            most = [before]
            async def watch():
                while True:
                    most[0] = max(most[0], rss_kib(pid))
                    await asyncio.sleep(0.1)
            watching = asyncio.ensure_future(watch())
            onset = await measure(group, 1)  # All of them begin at one moment; nobody does in life.
            during = await measure(group, seconds)
            watching.cancel()
            sent = int(await asyncio.to_thread(flood.stdout.readline) or 0)
            assert flood.wait(30) == 0
        finally:
            flood.kill()
            flood.wait()
        after = await measure(group, 2)
        return normal, onset, during, after, before, most[0], sent

    normal, onset, during, after, before, most, sent = asyncio.run(compare())
    seen = metrics(crowd)
    print(f"\n{floods} floods, {sent / (seconds + 3):.0f} messages/s of 60 fixes went in"
          f"\n  normal: {spread(normal)}\n  onset:  {spread(onset)}\n  during: {spread(during)}\n  after:  {spread(after)}"
          f"\n  p99 during / normal: {percentile(during, .99) / percentile(normal, .99):.1f}"
          f"\n  RSS before {before // 1024} MiB, most during {most // 1024} MiB"
          f"\n  turns {seen.get('fief_net_live_turns_total', 0):.0f}")
    assert sent > floods
    assert most - before < scale(150, 400) * 1024 or SANITIZED
    assert len(during) > honest * seconds / 3  # Each was answered about once a second.
    # Loose, since the flood itself takes its share of the machine's cores.
    assert percentile(during, .5) < 1 and max(onset + during) < 5
    if FULL:  # On a machine of its own.
        assert percentile(during, .99) <= 3 * percentile(normal, .99)
    assert seen['fief_queue_waiting_count{queue="writes"}'] <= seen['fief_queue_max_count{queue="writes"}']
