"""Starting: quick on a full database, lazy, bounded, alone in its directory, and with its arrears done."""
import pathlib
import signal
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import client, wait_until
import fill
from life import is_ready, metric
from server import BINARY

USERS, TILES, OVERDUE = 2_000, 50_000, 12
STORM = 150


@pytest.fixture
def elsewhere():
    """A data directory of its own. Short and open, for the Postgres in it."""
    with tempfile.TemporaryDirectory(prefix="fief_start_") as path:
        pathlib.Path(path).chmod(0o755)
        yield path


def live_count(url: str) -> float:
    return metric(url, "fief_actors_live_count")


def game_ms(world) -> int:
    return int(world.server.now().timestamp() * 1000)


@pytest.fixture(scope="module")
def grown(serve):
    """A city with a past, and people with tokens."""
    city = serve(settings={"FIEF_ACTORS_LOADING_MAX": "8", "FIEF_ACTORS_LOADING_QUEUE_MAX": "5000"})
    city.people = [city.runner("storm") for _ in range(STORM)]
    fill.fill(city.server.data_dir, USERS, TILES, now_ms=game_ms(city))
    return city


def restart(world, **settings):
    assert world.server.stop() == 0
    world.server.environment.update(settings)
    world.server.start()
    for each in getattr(world, "people", []):
        each.move(world.url)


def test_after_a_start_nothing_lives_until_somebody_asks(grown):
    restart(grown)
    assert is_ready(grown.url)
    assert live_count(grown.url) == 0, "a start loads nobody"
    grown.people[0].get("/v1/me")
    assert live_count(grown.url) == 1


def test_a_storm_of_reconnects_is_loaded_a_few_at_a_time_and_everybody_has_his_turn(grown):
    restart(grown, FIEF_ACTORS_LOADING_MAX="4")
    loading = []

    def connect(user):
        opened = grown.live(user)
        loading.append(metric(grown.url, "fief_actors_loading_count"))
        return opened

    with ThreadPoolExecutor(STORM) as crowd:
        sockets = list(crowd.map(connect, grown.people))
    assert len(sockets) == STORM
    assert live_count(grown.url) >= STORM
    assert metric(grown.url, "fief_actors_loading_count") == 0
    # Loading and waiting for it are counted apart.
    assert max(loading) <= 4, f"{max(loading)} at once"
    for each in sockets:
        each.close()


def test_beyond_the_queue_it_says_overloaded_and_recovers(grown):
    restart(grown, FIEF_ACTORS_LOADING_MAX="1", FIEF_ACTORS_LOADING_QUEUE_MAX="1")

    def ask(user):
        return user.send("GET", "/v1/me")

    refused = 0
    for _ in range(5):  # How many meet at the door is chance; that none is refused five times is not.
        with ThreadPoolExecutor(STORM) as crowd:
            answers = list(crowd.map(ask, grown.people))
        assert {each.status for each in answers} <= {200, 503}
        for each in answers:
            if each.status == 503:
                assert each.code == "overloaded" and int(each.headers["retry-after"]) >= 1
                refused += 1
        if refused:
            break
        restart(grown)
    assert refused > 0
    for user in grown.people:
        wait_until(lambda: ask(user).status == 200, "he is let in when he comes again")
    restart(grown, FIEF_ACTORS_LOADING_MAX="8", FIEF_ACTORS_LOADING_QUEUE_MAX="5000")


def test_what_fell_due_while_it_was_away_is_done_and_nobody_waits_for_it(grown):
    data_dir = grown.server.data_dir
    # The server does not see what comes into the database before it is killed: as after days away.
    grown.server.process.send_signal(signal.SIGSTOP)
    fill.psql(data_dir, fill.overdue_sql(OVERDUE, game_ms(grown)))
    grown.server.kill()
    grown.server.start()
    assert is_ready(grown.url), "arrears keep nobody out"
    for each in grown.people:
        each.move(grown.url)
    assert grown.people[0].get("/v1/me")["username"] == grown.people[0].name

    def ask(sql):
        return fill.psql(data_dir, sql)

    wait_until(lambda: ask("select count(*) from event where settled_at is null") == "0", "all events are settled", 60)
    wait_until(lambda: ask("select count(*) from outbox") == "0", "all claims are merged", 60)
    wait_until(lambda: ask("select count(*) from run where state in ('recording', 'processing')") == "0",
               "silent runs are finished and all are judged", 60)
    paid = ask("select count(*), sum(prize_cents) from event_standing")
    pool = fill.FEE_CENTS * fill.FINISHERS + fill.POT_CENTS
    assert paid == f"{OVERDUE * fill.FINISHERS}|{OVERDUE * pool}"
    assert ask("select count(*) from run where id = md5('silent 1')::uuid and partial and state <> 'recording'") == "1"


def test_a_second_server_in_the_same_directory_is_refused_by_name(grown):
    command = [BINARY, "serve", "--data-dir", grown.server.data_dir, "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, env=grown.server.environment)
    assert second.returncode in (1, 2)
    assert str(grown.server.data_dir) in second.stderr and f"process {grown.server.process.pid}" in second.stderr
    assert "Traceback" not in second.stderr and len(second.stderr.splitlines()) == 1
    assert is_ready(grown.url), "the first one did not notice"
    assert client(grown.url).raw("GET", "/healthz").status == 200


def test_a_port_that_is_taken_ends_the_start_with_a_word(elsewhere):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [BINARY, "serve", "--data-dir", elsewhere, "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and port in done.stderr and "cannot listen" in done.stderr


def test_the_lock_of_a_killed_server_is_no_obstacle(grown):
    grown.server.kill()
    grown.server.start()
    assert is_ready(grown.url)
