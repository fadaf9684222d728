"""Tickets: buying, listing, consuming, and every way in which that can go wrong."""
from concurrent.futures import ThreadPoolExecutor

import datetime
import pytest

from client import INVALID, CITY, client, rfc3339
import tracks

EVENT = {"name": "Ticketed", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 500}


@pytest.fixture(scope="module")
def organiser(city):
    return city.organiser()


def event_in(city, organiser, hours: float, **changes) -> dict:
    starts_at = rfc3339(city.server.now() + datetime.timedelta(hours=hours))
    return organiser.post("/v1/events", {**EVENT, "starts_at": starts_at, **changes}, 201)


@pytest.fixture
def open_event(city, organiser):
    return event_in(city, organiser, -1)


def buy(user, event, status=201, **more):
    return user.ask("POST", f"/v1/events/{event['id']}/tickets", None, status, **more)


def test_a_ticket_costs_the_entry_fee_once(city, open_event):
    user = city.rich(1200)
    ticket = buy(user, open_event)
    assert (ticket["state"], ticket["price_cents"], ticket["consumable"]) == ("unused", 500, True)
    assert ticket["expires_at"] == open_event["cut_at"] and ticket["consumable_from"] == open_event["starts_at"]
    assert ticket["event"]["id"] == open_event["id"]
    user.refused("POST", f"/v1/events/{open_event['id']}/tickets", None, 409, "ticket_exists")
    assert user.balances() == user.ledger_sums() == (700, 0)
    assert f"ticket:{ticket['id']}" in [row["cause"] for row in user.pages("/v1/me/ledger")]
    assert user.get(f"/v1/events/{open_event['id']}")["tickets_sold"] == 1


def test_without_enough_coins_nothing_happens(city, open_event):
    user = city.rich(499)
    user.refused("POST", f"/v1/events/{open_event['id']}/tickets", None, 402, "insufficient_coins")
    assert user.balances() == user.ledger_sums() == (499, 0)
    assert user.get("/v1/tickets", query={"state": "active"})["items"] == []


def test_a_buyer_who_says_the_price_pays_that_or_nothing(city, organiser):
    user, event = city.rich(1000), event_in(city, organiser, 1)
    path = f"/v1/events/{event['id']}/tickets"
    organiser.ask("PATCH", f"/v1/events/{event['id']}", {"entry_fee_cents": 600})
    user.refused("POST", path, {"price_cents": 500}, 409, "price_changed")
    for wrong in ({"price_cents": -1}, {"price_cents": "600"}, {"price_cents": 100_000_001}, {"price": 600}, []):
        user.refused("POST", path, wrong, 422, INVALID)
    assert user.balances() == user.ledger_sums() == (1000, 0)
    assert user.post(path, {"price_cents": 600}, 201)["price_cents"] == 600
    assert user.balances() == user.ledger_sums() == (400, 0)
    user.refused("POST", path, {"price_cents": 500}, 409, "ticket_exists")


def test_a_free_event_asks_for_no_coins(city, organiser):
    user = city.runner()
    assert buy(user, event_in(city, organiser, -1, entry_fee_cents=0))["price_cents"] == 0


def test_the_list_shows_the_active_tickets_and_from_when_they_can_be_consumed(city, organiser):
    user = city.rich(10_000)
    now, later = event_in(city, organiser, -1), event_in(city, organiser, 30)
    cancelled, used = event_in(city, organiser, 5), event_in(city, organiser, -2)
    tickets = {event["id"]: buy(user, event) for event in (later, now, cancelled, used)}
    organiser.post(f"/v1/events/{cancelled['id']}/cancel")
    user.post(f"/v1/tickets/{tickets[used['id']]['id']}/consume", {}, 201)
    listed = user.get("/v1/tickets", query={"state": "active"})["items"]
    assert [(item["event"]["id"], item["consumable"], item["consumable_from"]) for item in listed] == [
        (now["id"], True, now["starts_at"]), (later["id"], False, later["starts_at"])]
    everything = {item["id"]: item["state"] for item in user.pages("/v1/tickets", {"limit": 1})}
    assert sorted(everything.values()) == ["refunded", "unused", "unused", "used"]
    assert [item["event"]["id"] for item in user.pages("/v1/tickets", {"state": "used"})] == [used["id"]]
    user.refused("GET", "/v1/tickets", None, 422, INVALID, query={"state": "lost"})


def test_consuming_starts_the_run_and_again_gives_the_same_run(city, open_event):
    user = city.rich(500)
    ticket = buy(user, open_event)
    first = user.post(f"/v1/tickets/{ticket['id']}/consume", {"sport": "trail_run"}, 201)
    assert first["event_cut_at"] == open_event["cut_at"]
    run = first["run"]
    assert (run["kind"], run["event"], run["ticket"], run["sport"], run["state"]) == (
        "event", open_event["id"], ticket["id"], "trail_run", "recording")
    again = user.post(f"/v1/tickets/{ticket['id']}/consume", None, 200)
    assert again["run"]["id"] == run["id"]
    assert user.get("/v1/tickets", query={"state": "active"})["items"] == []
    assert [item["run"] for item in user.pages("/v1/tickets")] == [run["id"]]
    user.finish(run["id"], 0)
    assert user.post(f"/v1/tickets/{ticket['id']}/consume", {}, 200)["run"]["id"] == run["id"]


def test_many_devices_at_once_get_one_run(city, open_event):
    user = city.rich(500)
    ticket = buy(user, open_event)

    def consume(_):
        return client(city.url, user.token).send("POST", f"/v1/tickets/{ticket['id']}/consume", {})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(consume, range(16)))
    assert sorted(answer.status for answer in answers) == [200] * 15 + [201]
    assert len({answer.json["run"]["id"] for answer in answers}) == 1
    assert len(list(user.pages("/v1/runs"))) == 1


def test_many_purchases_at_once_sell_one_ticket(city, open_event):
    user = city.rich(5000)

    def purchase(_):
        return client(city.url, user.token).send("POST", f"/v1/events/{open_event['id']}/tickets")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(purchase, range(16)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 15
    assert user.balances() == user.ledger_sums() == (4500, 0)


def test_coins_for_one_buy_one_of_two_at_once(city, organiser):
    user = city.rich(700)
    events = [event_in(city, organiser, -1) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda event: client(city.url, user.token).send(
            "POST", f"/v1/events/{event['id']}/tickets"), events))
    assert sorted(answer.status for answer in answers) == [201] + [402] * 5
    assert user.balances() == user.ledger_sums() == (200, 0)


def test_another_users_ticket_is_not_found(city, open_event):
    user, thief = city.rich(500), city.runner("thief")
    ticket = buy(user, open_event)
    thief.refused("POST", f"/v1/tickets/{ticket['id']}/consume", {}, 404, "not_found")
    assert user.get("/v1/tickets", query={"state": "active"})["items"][0]["id"] == ticket["id"]


def test_a_ticket_cannot_be_consumed_before_the_start(city, organiser):
    user = city.rich(500)
    ticket = buy(user, event_in(city, organiser, 3))
    assert not ticket["consumable"]
    user.refused("POST", f"/v1/tickets/{ticket['id']}/consume", {}, 409, "event_not_active")
    assert user.get("/v1/tickets", query={"state": "active"})["items"][0]["state"] == "unused"


def test_a_run_in_the_way_is_named_and_the_ticket_stays(city, open_event):
    user = city.rich(500)
    ticket = buy(user, open_event)
    run = user.start()
    problem = user.refused("POST", f"/v1/tickets/{ticket['id']}/consume", {}, 409, "run_in_progress")
    assert problem["run"] == run["id"]
    user.finish(run["id"], 0)
    user.post(f"/v1/tickets/{ticket['id']}/consume", {}, 201)


def test_cancelling_pays_every_ticket_back(city, organiser):
    event = event_in(city, organiser, 3)
    users = [city.rich(800) for _ in range(3)]
    tickets = [buy(user, event) for user in users]
    organiser.post(f"/v1/events/{event['id']}/cancel")
    for user, ticket in zip(users, tickets):
        assert user.balances() == user.ledger_sums() == (800, 0)
        assert [item["state"] for item in user.pages("/v1/tickets")] == ["refunded"]
        problem = user.refused("POST", f"/v1/tickets/{ticket['id']}/consume", {}, 409)
        assert problem["code"] in ("ticket_refunded", "event_cancelled")
        assert "event_cancelled" in [notice["kind"] for notice in user.pages("/v1/me/notifications")]
    city.rich(500).refused("POST", f"/v1/events/{event['id']}/tickets", None, 409, "event_cancelled")


def test_a_granted_ticket_costs_nothing(city, organiser, open_event):
    user = city.runner()
    granted = organiser.post(f"/v1/events/{open_event['id']}/grants", {"user": user.id}, 201)
    assert (granted["price_cents"], granted["state"]) == (0, "unused")
    organiser.refused("POST", f"/v1/events/{open_event['id']}/grants", {"user": user.id}, 409, "ticket_exists")
    assert "ticket_granted" in [notice["kind"] for notice in user.pages("/v1/me/notifications")]
    assert user.get("/v1/tickets", query={"state": "active"})["items"][0]["id"] == granted["id"]
    user.refused("POST", f"/v1/events/{open_event['id']}/grants", {"user": user.id}, 403, "forbidden")
    nobody = "01890a5d-ac96-774b-bcce-b302099a8057"
    organiser.refused("POST", f"/v1/events/{open_event['id']}/grants", {"user": nobody}, 404, "not_found")
    for body in ({}, {"user": 5}, {"user": "x"}, {"user": user.id, "price_cents": 1}):
        organiser.refused("POST", f"/v1/events/{open_event['id']}/grants", body, (404, 422))


@pytest.mark.parametrize("body", [{"sport": "chess"}, {"sport": 5}, {"device_time": 1_778_000_000_000},
                                  {"device_time": "noon"}, {"pace": 3}, [], "run"])
def test_a_wrong_body_consumes_nothing(city, open_event, body):
    user = city.rich(500)
    ticket = buy(user, open_event)
    problem = user.refused("POST", f"/v1/tickets/{ticket['id']}/consume", body, 422)
    assert problem["code"] in (*INVALID, "unknown_sport")
    assert user.get("/v1/tickets", query={"state": "active"})["items"][0]["state"] == "unused"


def test_an_abandoned_run_spends_the_ticket(city, open_event):
    user = city.rich(500)
    ticket = buy(user, open_event)
    run = user.post(f"/v1/tickets/{ticket['id']}/consume", {}, 201)["run"]["id"]
    done = user.finish(run, 0)
    assert done["reasons"] == ["no_fixes"] and "result" not in done
    assert [item["state"] for item in user.pages("/v1/tickets")] == ["used"]


def test_a_run_by_ticket_is_ranked_at_once(city, open_event):
    user = city.rich(500)
    ticket = buy(user, open_event)
    run = user.post(f"/v1/tickets/{ticket['id']}/consume", {}, 201)["run"]
    fixes = tracks.ending_at(tracks.line(tracks.spot(CITY, 50), 1200, 0), tracks_end(city))
    user.add(run["id"], fixes)
    done = user.finish(run["id"], len(fixes))
    assert done["state"] == "accepted", done
    board = user.get(f"/v1/events/{open_event['id']}/leaderboard")
    assert [(item["rank"], item["user"]) for item in board["items"]] == [(1, user.id)]
    assert board["items"][0]["value"] == done["result"]["value"]
    assert abs(done["result"]["value"] - 1200) < 60


def tracks_end(city) -> int:
    return round(city.server.now().timestamp() * 1000) - 3000
