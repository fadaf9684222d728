"""Runs of simulated phones: marked, judged like others, and only on a server for development."""
import datetime

import pytest

import tracks
from client import CITY, ms, rfc3339

EVENT = {"name": "Simulated", "city": "Zagreb", "metric": "distance", "entry_fee_cents": 0}


@pytest.fixture(scope="module")
def public(serve):
    """A server for the public: started without --dev."""
    return serve(dev=False)


def simulated(world, fixes: list) -> list:
    return tracks.mocked(tracks.ending_at(fixes, ms(world.server.now()) - 4000))


def ticket_of(world, user) -> dict:
    """Of an event that is active, whatever the time of day: one of the two zones is hours from its 22:00."""
    starts_at = world.server.now() - datetime.timedelta(minutes=1)
    tz = "UTC" if starts_at.hour < 17 else "Asia/Tokyo"
    event = world.organiser().post("/v1/events", {**EVENT, "tz": tz, "starts_at": rfc3339(starts_at)}, 201)
    return user.ask("POST", f"/v1/events/{event['id']}/tickets", None, 201)


def test_a_simulated_loop_takes_tiles_and_is_marked(city):
    user = city.runner()
    run = user.start(simulated=True)
    assert run["source"] == "simulated"
    fixes = simulated(city, tracks.loop(tracks.spot(CITY, 0), 300, 0))
    user.add(run["id"], fixes)
    done = user.finish(run["id"], len(fixes))
    assert (done["state"], done["reasons"], done["source"]) == ("accepted", [], "simulated")
    assert done["tiles_taken"] > 10 and done["tiles_enclosed"] > 0
    assert user.get("/v1/me")["tiles"] == done["tiles_taken"]
    assert [item["source"] for item in user.pages("/v1/runs")] == ["simulated"]


def test_over_the_socket_as_well(city):
    user = city.runner()
    run = user.start(simulated=True)["id"]
    socket = city.live(user, run=run)
    fixes = simulated(city, tracks.loop(tracks.spot(CITY, 1), 300, 0, seed=2))
    socket.add(run, fixes)
    socket.ack_to(len(fixes))
    socket.send({"type": "finish", "run": run, "total_seq": len(fixes)})
    done = socket.expect("run", lambda message: message["run"]["state"] not in ("recording", "processing"))["run"]
    assert (done["state"], done["reasons"], done["source"]) == ("accepted", [], "simulated")
    assert {tile for message in socket.everything if message["type"] == "tiles" for tile in message["passed"]}


def test_every_other_rule_stays(city):
    user = city.runner()
    run = user.start(simulated=True)["id"]
    fixes = simulated(city, tracks.line(tracks.spot(CITY, 2), 3000, 0, speed_mps=9.5))
    user.add(run, fixes)
    done = user.finish(run, len(fixes))
    assert (done["state"], done["source"]) == ("rejected", "simulated") and "vehicle" in done["reasons"]


def test_a_run_that_was_not_started_as_simulated_is_held_for_review(city):
    user = city.runner()
    done = user.run_of(simulated(city, tracks.line(tracks.spot(CITY, 3), 900, 0)))
    assert (done["state"], done["reasons"], done["source"]) == ("flagged", ["mock_location"], "app")


def test_a_ticket_starts_a_simulated_run(city):
    user = city.runner()
    ticket = ticket_of(city, user)
    got = user.post(f"/v1/tickets/{ticket['id']}/consume", {"simulated": True}, 201)
    assert (got["run"]["source"], got["run"]["kind"]) == ("simulated", "event")
    again = user.post(f"/v1/tickets/{ticket['id']}/consume", {})
    assert (again["run"]["id"], again["run"]["source"]) == (got["run"]["id"], "simulated")


def test_a_simulated_run_takes_no_other_ticket(city):
    user = city.runner()
    run = user.start(simulated=True)["id"]
    fixes = simulated(city, tracks.line(tracks.spot(CITY, 4), 900, 0))
    user.add(run, fixes)
    assert user.finish(run, len(fixes))["state"] == "accepted"
    ticket = ticket_of(city, user)
    user.refused("POST", f"/v1/tickets/{ticket['id']}/consume", {"run": run}, 409, "run_not_attachable")
    refused = user.refused("POST", f"/v1/tickets/{ticket['id']}/consume", {"run": run, "simulated": True}, 422, "invalid_argument")
    assert [error["field"] for error in refused["errors"]] == ["run"]


@pytest.mark.parametrize("wrong", ["yes", 1, {}])
def test_whether_it_is_simulated_is_true_or_false(city, wrong):
    refused = city.runner().refused("POST", "/v1/runs", {"simulated": wrong}, 422, "invalid_argument")
    assert [error["field"] for error in refused["errors"]] == ["simulated"]


def test_a_server_for_the_public_refuses_and_starts_nothing(public):
    user = public.runner()
    user.refused("POST", "/v1/runs", {"simulated": True}, 403, "simulation_not_allowed")
    assert user.get("/v1/runs")["items"] == []
    assert user.start(simulated=False)["source"] == "app"


def test_a_server_for_the_public_keeps_the_ticket(public):
    user = public.runner()
    ticket = ticket_of(public, user)
    user.refused("POST", f"/v1/tickets/{ticket['id']}/consume", {"simulated": True}, 403, "simulation_not_allowed")
    held = user.get("/v1/tickets", query={"state": "active"})["items"]
    assert [(item["id"], item["state"]) for item in held] == [(ticket["id"], "unused")]
