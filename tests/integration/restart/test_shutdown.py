"""SIGTERM: within ten seconds, with a word to every socket, and nothing acknowledged is gone."""
import base64
import os
import signal
import socket
import urllib.parse

import pytest

from client import client, wait_until
import fill
from life import STOP_S, postgres_pids, running, send_all, timed_stop
import tracks

RUNNERS = 12


@pytest.fixture(autouse=True)
def serving(city):
    """A failure before may have left it stopped."""
    if city.server.process.poll() is not None:
        city.server.start()


def connected(url: str) -> socket.socket:
    parts = urllib.parse.urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def half_sent_request(url: str) -> socket.socket:
    opened = connected(url)
    opened.sendall(b"POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                   b"Content-Length: 1000\r\n\r\n{\"email\":")
    return opened


def deaf_socket(url: str) -> socket.socket:
    """Takes its handshake, asks for much and never reads again."""
    opened = connected(url)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    key = base64.b64encode(os.urandom(16)).decode()
    opened.sendall((f"GET /v1/live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Protocol: fief.v1.json\r\n\r\n").encode())
    assert opened.recv(12) == b"HTTP/1.1 101"
    return opened


def check_that_nothing_is_gone(world, runners: list):
    """On the server that was started again."""
    for each in runners:
        each.user.move(world.url)
        hello = world.socket().hello(token=each.user.token, run=each.run)
        assert hello["run"] == each.run
        assert hello["ack"] >= each.acked, "an acknowledged fix is gone"


def check_goodbyes(runners: list):
    for each in runners:
        assert each.socket.code_after_close() == 1012
        assert [m["reason"] for m in each.socket.everything if m["type"] == "bye"] == ["draining"]
        each.note_last_acks()


def test_sigterm_under_load_drains_in_time_and_loses_nothing(city):
    runners = [running(city, number) for number in range(RUNNERS)]
    rest = [city.live(city.runner()), half_sent_request(city.url), deaf_socket(city.url)]
    for each in runners:
        assert each.going.wait(60)
    # Events that CLOCK settles just now.
    fill.psql(city.server.data_dir, fill.overdue_sql(15, int(city.server.now().timestamp() * 1000)))
    timed_stop(city.server)
    check_goodbyes(runners)
    assert rest[0].expect("bye")["retry_after_ms"] > 0 and rest[0].code_after_close() == 1012
    for each in rest[1:]:
        each.close()
    city.server.start()
    check_that_nothing_is_gone(city, runners)
    open_events = "select count(*) from event where settled_at is null"
    wait_until(lambda: fill.psql(city.server.data_dir, open_events) == "0", "every event is settled", 60)


def test_an_idle_server_stops_at_once_and_in_good_order(city):
    (city.server.data_dir / "postgres.log").write_text("")
    sockets = [city.live(city.runner()) for _ in range(3)]
    # Far below what the slow ones above are given: nobody is waited for.
    assert timed_stop(city.server) < STOP_S / 2
    assert all(each.code_after_close() == 1012 for each in sockets)
    # In good order: nothing was given up, and Postgres has nothing to recover.
    assert "done" in city.server.tail(1), city.server.tail()
    said = (city.server.data_dir / "postgres.log").read_text()
    assert said.rstrip().endswith("database system is shut down") and "immediate shutdown" not in said
    city.server.start()


@pytest.mark.parametrize("fate", [signal.SIGSTOP, signal.SIGKILL], ids=["hangs", "is away"])
def test_sigterm_in_time_while_postgres(city, fate):
    runners = [running(city, number) for number in range(3)]
    for each in runners:
        assert each.going.wait(60)
    postgres = postgres_pids(city.server)
    send_all(postgres, fate)
    try:
        timed_stop(city.server)
    finally:
        send_all(postgres, signal.SIGCONT)  # For one that a failure left behind.
    check_goodbyes(runners)
    city.server.start()
    check_that_nothing_is_gone(city, runners)


def test_sigterm_while_a_request_waits_for_its_answer(city):
    user = city.runner()
    postgres = postgres_pids(city.server)
    asking = connected(city.url)
    send_all(postgres, signal.SIGSTOP)
    try:
        asking.sendall(f"GET /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {user.token}\r\n\r\n".encode())
        timed_stop(city.server)
    finally:
        send_all(postgres, signal.SIGCONT)
    asking.close()
    city.server.start()
    user.move(city.url)
    assert user.get("/v1/runs")["items"] == []
