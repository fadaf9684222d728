"""The server at a glance: who may look, what is seen at once, and that trouble shows up."""
import socket
import subprocess
import time
import urllib.parse

from client import ms, wait_until
from server import BINARY

QUEUES = {"writes", "reads", "passwords", "files", "tracks", "entities", "stash", "claims"}


def status(city) -> dict:
    return city.operator.get("/v1/status")


def test_a_fresh_server_shows_its_first_sample(city):
    seen = status(city)
    version = subprocess.run([BINARY, "version"], capture_output=True, text=True, check=True).stdout.split()[1]
    assert seen["version"] == version
    assert seen["postgres"]["connected"] is True
    first = seen["samples"][0]
    assert (first["requests_per_s"], first["ack_p50_ms"], first["batch_mean"]) == (0, None, None)
    assert set(first["queues"]) == QUEUES and first["resident_bytes"] > 1_000_000
    assert ms(seen["started_at"]) <= ms(first["at"]) <= ms(seen["now"])


def test_it_is_told_by_the_wall_clock_not_by_the_games(city):
    day_ms = 86_400_000
    assert abs(ms(status(city)["now"]) - time.time() * 1000) < day_ms


def test_only_operators_may_look(city):
    city.anybody().refused("GET", "/v1/status", None, 401, "unauthenticated")
    for user in (city.runner(), city.organiser()):
        user.refused("GET", "/v1/status", None, 403, "forbidden")


def test_a_warning_of_the_log_shows_up(city):
    def malformed():
        return [line for line in status(city)["errors"] if line["text"].startswith("malformed")]

    assert malformed() == []
    place = urllib.parse.urlsplit(city.url)
    with socket.create_connection((place.hostname, place.port)) as raw:
        raw.sendall(b"no such protocol\r\n\r\n")
        raw.recv(4096)
    found = wait_until(malformed, "the warning is shown")
    assert [(line["level"], line["logger"]) for line in found] == [("warning", "net")]
