"""A request is done, and the server dies before it can remember its answer: asked again with the same key, the answer is
the same and nothing is done a second time."""
import datetime

import pytest

from client import CITY, ms, rfc3339, wait_until
import fill
import tracks

EVENT = {"name": "Lost", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 500}


def hosted(city, host, hours: float = -1) -> dict:
    starts_at = rfc3339(city.server.now() + datetime.timedelta(hours=hours))
    return host.post("/v1/events", {**EVENT, "starts_at": starts_at}, 201)


def miner(city):
    user = city.runner("miner")
    track = tracks.ending_at(tracks.line(CITY, 900, 0), ms(city.server.now()) - 7_200_000)
    done = user.run_of(track)
    assert done["state"] == "accepted"
    wait_until(lambda: user.get("/v1/me")["tiles"] == done["tiles_passed"], "all claims are merged")
    claimable = ms(user.get("/v1/mining")["claimable_at"])
    wait_until(lambda: ms(city.server.now()) > claimable, "a claim is allowed")
    return user


def requests_of(city) -> dict:
    """Name: who asks, path, body. The answers are compared by the fields that no time changes."""
    host, guest = city.organiser(), city.runner("guest")
    ticketed = city.rich(500, "ticketed")
    ticket = ticketed.post(f"/v1/events/{hosted(city, host)['id']}/tickets", None, 201)
    recording = city.runner("recording")
    run = recording.start()["id"]
    recording.add(run, tracks.ending_at(tracks.line(CITY, 400, 0), ms(city.server.now()) - 1000)[:30])
    starts_at = rfc3339(city.server.now() + datetime.timedelta(hours=5))
    return {
        "claim tokens": (miner(city), "/v1/mining/claim", None),
        "buy a ticket": (city.rich(500, "buyer"), f"/v1/events/{hosted(city, host)['id']}/tickets", None),
        "consume a ticket": (ticketed, f"/v1/tickets/{ticket['id']}/consume", {}),
        "start a run": (city.runner("starter"), "/v1/runs", {"sport": "run"}),
        "finish a run": (recording, f"/v1/runs/{run}/finish", {"total_seq": 30}),
        "make an event": (host, "/v1/events", {**EVENT, "starts_at": starts_at}),
        "cancel an event": (host, f"/v1/events/{hosted(city, host, 5)['id']}/cancel", None),
        "give a ticket": (city.operator, f"/v1/events/{hosted(city, host)['id']}/grants", {"user": guest.id}),
        "give coins": (city.operator, f"/v1/users/{guest.id}/grants", {"coins_cents": 700, "reason": "a test"}),
    }


def ask_all(requests: dict) -> dict:
    return {name: user.send("POST", path, body, {"Idempotency-Key": name})
            for name, (user, path, body) in requests.items()}


@pytest.fixture(scope="module")
def brisk(serve):
    return serve(clock_speed=20)


def books(city) -> str:
    return fill.psql(city.server.data_dir, "select user_id, currency, amount, cause from ledger order by id;"
                     "select id, user_id, state from ticket order by id; select id, user_id, state <> 'recording'"
                     " from run order by id; select id, organiser, cancelled_at from event order by id")


def test_asked_again_after_the_answer_was_lost_nothing_happens_twice(brisk):
    requests = requests_of(brisk)
    first = ask_all(requests)
    assert {name: got.status // 100 for name, got in first.items()} == dict.fromkeys(requests, 2), first
    assert first["claim tokens"].json["claimed_micro"] > 0
    before = books(brisk)
    forgotten = fill.psql(brisk.server.data_dir, "update idempotency_key set status = null, body = ''"
                                                 " where status is not null returning key")
    assert len(forgotten.splitlines()) == len(requests)
    brisk.server.kill()
    brisk.server.start()
    for user, _, _ in requests.values():
        user.move(brisk.url)
    again = ask_all(requests)
    assert books(brisk) == before
    for name, got in again.items():
        assert "idempotent-replayed" not in got.headers
        told, same = first[name].json or {}, got.json or {}
        for field in ("id", "claimed_micro", "tokens_micro", "price_cents", "state", "coins_cents", "granted"):
            assert same.get(field) == told.get(field) or (field == "state" and "finish" in name), (name, field, got.body)
        assert got.status // 100 == 2, (name, got.status, got.body)
