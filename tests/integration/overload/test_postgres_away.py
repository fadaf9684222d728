"""Postgres frozen, cut off, down or slow, under a server that has live users and open sockets."""
import http.client
import threading
import time

import pytest

from client import CITY, ms, runner, wait_until
from conftest import FULL
from load import metrics, percentile, rss_kib, spread
from pg_proxy import pg_proxy
from private_postgres import private_postgres
from tracks import line

NOTICE_S = 2.0  # to notice that Postgres is away, and that it is back
SLACK_S = 0 if FULL else 3  # in a test run that shares its machine
WRITERS = 8


class outage_world:
    def __init__(self, city, postgres, proxy):
        self.city, self.postgres, self.proxy = city, postgres, proxy
        self.pid = city.server.process.pid
        self.user = city.runner("live")
        self.run = self.user.start()["id"]
        self.seq = 1
        self.socket = city.live(self.user, run=self.run)

    def ready(self) -> int:
        connection = http.client.HTTPConnection(self.user.host, self.user.port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status
        finally:
            connection.close()

    def seconds_until_ready_is(self, status: int, most_s: float) -> float:
        began = time.monotonic()
        wait_until(lambda: self.ready() == status, f"/readyz says {status}", most_s)
        return time.monotonic() - began

    def ack_s(self, timeout_s: float = 60) -> float:
        """Sends ten fixes over the socket that was open all the time."""
        start = ms(self.city.server.now()) - 3_600_000
        fixes = line(CITY, 2000, start, seed=3)[self.seq - 1:self.seq + 9]
        began = time.monotonic()
        self.socket.add(self.run, fixes, self.seq)
        self.seq += 10
        self.socket.expect("ack", lambda message: message["ack"] == self.seq - 1, timeout_s)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def database():
    with private_postgres() as postgres, pg_proxy(postgres.socket) as proxy:
        yield postgres, proxy


@pytest.fixture(scope="module")
def outage(database, serve):  # In this order: the server is audited before its database goes.
    postgres, proxy = database
    url = f"host=127.0.0.1 port={proxy.port} user=fief dbname=fief"
    made = serve(settings={"FIEF_DATABASE_URL": url}, prepare=migrate)
    yield outage_world(made, postgres, proxy)
    proxy.open()  # Whatever a failure left.
    if postgres.process.poll() is not None:
        postgres.start()
    postgres.thaw()


def migrate(server):
    done = server.run("migrate")
    assert done.returncode == 0, done.stderr


FAULTS = {
    "frozen": (lambda x: x.postgres.freeze(), lambda x: x.postgres.thaw()),
    "silent": (lambda x: x.proxy.stall(), lambda x: x.proxy.open()),
    "cut off": (lambda x: x.proxy.cut(), lambda x: x.proxy.open()),
    "down": (lambda x: x.postgres.stop("immediate"), lambda x: x.postgres.start()),
}


class writers:
    """People who post without pause, and what they hear."""

    def __init__(self, world, count: int):
        self.answers, self.ended = [], threading.Event()
        self.people = [world.city.runner("writer") for _ in range(count)]
        self.threads = [threading.Thread(target=self.write, args=(each,)) for each in self.people]

    def write(self, person):
        while not self.ended.is_set():
            began = time.monotonic()
            answer = person.send("PATCH", "/v1/me", {"username": person.name})
            self.answers.append((answer.status, answer.headers.get("retry-after"), time.monotonic() - began))
            self.ended.wait(0.02)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join(60)


@pytest.mark.parametrize("fault", FAULTS)
def test_without_postgres_reads_go_on_writes_are_refused_and_it_recovers_by_itself(outage, scale, fault):
    begin, end = FAULTS[fault]
    assert outage.ack_s() < 5
    before = rss_kib(outage.pid)
    late, boss = outage.city.runner("late"), outage.city.operator
    assert boss.get("/v1/status")["postgres"]["connected"] is True
    with writers(outage, WRITERS) as busy:
        time.sleep(0.3)  # They write.
        begin(outage)
        red_s = outage.seconds_until_ready_is(503, NOTICE_S + SLACK_S)
        away = time.monotonic()
        reads = []
        while time.monotonic() - away < scale(5, 30):  # Of a live user, from memory.
            began = time.monotonic()
            assert outage.user.get("/v1/tickets", query={"state": "active"})["items"] == []
            reads.append(time.monotonic() - began)
            assert outage.user.send("GET", "/healthz").status == 200
            time.sleep(0.05)
        began = time.monotonic()
        told = late.send("PATCH", "/v1/me", {"username": late.name})
        told_s = time.monotonic() - began
        during = metrics(outage.city)
        shown = boss.get("/v1/status")
        grown = rss_kib(outage.pid) - before
        end(outage)
        green_s = outage.seconds_until_ready_is(200, NOTICE_S + SLACK_S)
        heard = len(busy.answers)
        wait_until(lambda: [status for status, *_ in busy.answers[heard:]].count(200) >= WRITERS, "writes succeed again")
    assert told.status == 503 and int(told.headers["retry-after"]) > 0 and told_s < 4 + SLACK_S
    refused = [(retry, took) for status, retry, took in busy.answers if status == 503]
    print(f"\n{fault}: red after {red_s:.2f} s, green after {green_s:.2f} s; reads meanwhile {spread(reads)}; "
          f"{len(refused)} of {len(busy.answers)} writes refused, the slowest after "
          f"{max((took for _, took in refused), default=0):.1f} s, a new one after {told_s:.2f} s; RSS {grown:+d} KiB")
    assert {status for status, *_ in busy.answers} <= {200, 503}
    assert all(retry and int(retry) > 0 for retry, _ in refused)
    assert max((took for _, took in refused), default=0) < 25
    assert grown < 40 * 1024
    assert percentile(reads, .9) < 1
    assert shown["postgres"]["connected"] is False and shown["samples"] and shown["errors"]
    for name in ("writes", "reads"):
        assert during[f'fief_queue_waiting_count{{queue="{name}"}}'] <= during[f'fief_queue_max_count{{queue="{name}"}}']
    assert outage.ack_s() < 10  # The same socket, the same process.
    assert outage.city.server.process.poll() is None


def test_a_slow_postgres_slows_acknowledgements_and_fails_none(outage, scale):
    normal = [outage.ack_s() for _ in range(5)]
    outage.proxy.delay_s = 2
    try:
        slow = [outage.ack_s() for _ in range(scale(3, 10))]
        began = time.monotonic()
        assert outage.ready() in (200, 503) and time.monotonic() - began < 1
        assert outage.user.get("/v1/tickets", query={"state": "active"})["items"] == []
        steady = outage.ready()  # It has learned that this Postgres is slow, and that it is there.
    finally:
        outage.proxy.delay_s = 0
    green_s = outage.seconds_until_ready_is(200, NOTICE_S + SLACK_S)
    quick = [outage.ack_s() for _ in range(5)]
    print(f"\nnormal: {spread(normal)}\n2 s away: {spread(slow)}\nagain: {spread(quick)}, green after {green_s:.2f} s")
    assert steady == 200
    assert min(slow) >= 2 and max(slow) < 20
    assert percentile(quick, .5) < 1
    done = outage.user.finish(outage.run, outage.seq - 1)
    assert done["state"] in ("accepted", "flagged", "rejected")
