"""The log of actions: what organisers and operators did, to what, when, and what it changed."""
import datetime

import pytest

import tracks
from client import CITY, INVALID, instant, ms, rfc3339

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


def log_of(city, **query) -> list:
    """What was done, oldest first."""
    return list(city.operator.pages("/v1/actions", query))[::-1]


def told(actions: list) -> list:
    return [(each["action"], each["by"], each["detail"]) for each in actions]


def host(city, organiser, **changes) -> dict:
    return organiser.post("/v1/events", {
        "name": "Logged", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 200,
        "starts_at": rfc3339(city.server.now() + datetime.timedelta(minutes=30)), **changes}, 201)


def flagged(city, number: int) -> tuple:
    user = city.runner("judged")
    fixes = tracks.ending_at(tracks.line(tracks.spot(CITY, number), 900, 0), ms(city.server.now()) - 3000)
    run = user.run_of(tracks.mocked(fixes))
    assert run["state"] == "flagged"
    return user, run


def test_an_event_from_its_creation_to_its_end(city):
    organiser, runner = city.organiser(), city.rich(1_000)
    event = host(city, organiser)
    path = f"/v1/events/{event['id']}"
    organiser.ask("PATCH", path, {"name": 'Logged "twice"', "entry_fee_cents": 300})
    organiser.ask("PATCH", path, {"city": "Zagreb"})  # As it is: nothing was done.
    guest = city.runner("guest")
    ticket = organiser.post(f"{path}/grants", {"user": guest.id}, 201)
    runner.post(f"{path}/tickets", None, 201)  # A runner's own business.
    assert runner.get(path)["tickets_cents"] == 300
    runner.refused("POST", f"{path}/cancel", None, 403, "forbidden")
    for _ in range(2):
        cancelled = city.operator.post(f"{path}/cancel")
        assert cancelled["tickets_cents"] == 0
    boss = city.operator.get("/v1/me")["id"]
    log = log_of(city, target=event["id"])
    assert told(log) == [
        ("event_created", organiser.id, {"name": "Logged", "starts_at": event["starts_at"], "cut_at": event["cut_at"],
                                         "metric": "distance", "entry_fee_cents": 200, "pot_cents": 0}),
        ("event_edited", organiser.id, {"name": ["Logged", 'Logged "twice"'], "entry_fee_cents": [200, 300]}),
        ("event_cancelled", boss, {"tickets": 2, "refunded_cents": 300})]
    assert [each["by_username"] for each in log] == [organiser.name, organiser.name, "boss"]
    assert {each["target_name"] for each in log} == {'Logged "twice"'}
    times = [instant(each["at"]) for each in log]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (instant(event["created_at"]), instant(cancelled["cancelled_at"]))
    [given] = log_of(city, target=guest.id)
    assert told([given]) == [("ticket_granted", organiser.id, {"event": event["id"], "ticket": ticket["id"]})]
    assert given["target_name"] == guest.name


def test_rights_and_coins_of_a_user(city):
    user = city.runner()
    reason = "For the fountain: \\o/ \"🏃\" <img onerror=alert(1)>"
    city.operator.ask("PATCH", f"/v1/users/{user.id}", {"roles": ["runner", "organiser"]})
    city.operator.post(f"/v1/users/{user.id}/grants", {"coins_cents": 250, "reason": reason}, 201)
    city.operator.ask("PATCH", f"/v1/users/{user.id}", {"banned": True})
    city.operator.ask("PATCH", f"/v1/users/{user.id}", {"banned": True})  # He is.
    city.operator.refused("POST", f"/v1/users/{user.id}/grants", {"coins_cents": -1, "reason": "x"}, 422, INVALID)
    boss = city.operator.get("/v1/me")["id"]
    assert told(log_of(city, target=user.id)) == [
        ("rights_changed", boss, {"roles": [["runner"], ["runner", "organiser"]]}),
        ("coins_granted", boss, {"coins_cents": 250, "reason": reason}),
        ("rights_changed", boss, {"banned": [False, True]})]


def test_verdicts_on_runs(city):
    user, run = flagged(city, 11)
    for _ in range(2):
        city.operator.post(f"/v1/runs/{run['id']}/review", {"verdict": "accept", "note": "A known phone."})
    city.operator.post(f"/v1/runs/{run['id']}/review", {"verdict": "reject", "note": "It was not."})
    boss = city.operator.get("/v1/me")["id"]
    log = log_of(city, target=run["id"])
    assert [each["action"] for each in log] == ["run_accepted", "run_rejected"]
    assert [each["detail"]["was"] for each in log] == ["flagged", "accepted"]
    assert [each["detail"]["note"] for each in log] == ["A known phone.", "It was not."]
    assert log[0]["detail"]["reasons"] == run["reasons"]
    assert {each["by"] for each in log} == {boss} and {each["target_name"] for each in log} == {user.name}


def test_a_repeat_under_an_idempotency_key_is_one_action(city):
    user, event = city.runner(), host(city, city.operator)
    for _ in range(2):
        key = {"Idempotency-Key": f"once-{user.id}"}
        city.operator.post(f"/v1/events/{event['id']}/grants", {"user": user.id}, 201, headers=key)
        city.operator.post(f"/v1/users/{user.id}/grants", {"coins_cents": 5, "reason": "x"}, 201,
                           headers={"Idempotency-Key": f"coins-{user.id}"})
    assert sorted(each["action"] for each in log_of(city, target=user.id)) == ["coins_granted", "ticket_granted"]


def test_operators_who_are_made_at_the_command_line(city):
    made = city.server.run("admin", "create-operator", "--email", "second@example.com", "--username", "second",
                           stdin="correct horse battery\n")
    user = made.stdout.split()[-1]
    [action] = log_of(city, target=user)
    assert told([action]) == [("operator_created", None, {})]
    assert "by_username" not in action and action["target_name"] == "second"


def test_the_log_is_read_in_pages_by_who_did_it_and_to_whom(city):
    organiser = city.organiser()
    events = [host(city, organiser, name=f"Page {number}")["id"] for number in range(5)]
    organiser.post(f"/v1/events/{events[2]}/cancel")
    mine = list(city.operator.pages("/v1/actions", {"by": organiser.id, "limit": 2}))
    assert [each["target"] for each in mine] == [events[2], *events[::-1]]
    both = log_of(city, by=organiser.id, target=events[2])
    assert [each["action"] for each in both] == ["event_created", "event_cancelled"]
    assert log_of(city, by=city.operator.get("/v1/me")["id"], target=events[2]) == []
    assert log_of(city, target=NOBODY) == []
    everything = list(city.operator.pages("/v1/actions", {"limit": 3}))
    assert [each["id"] for each in everything] == [each["id"] for each in city.operator.pages("/v1/actions", {"limit": 200})]
    assert len({each["id"] for each in everything}) == len(everything)


@pytest.mark.parametrize("query", [{"by": "x"}, {"by": "00000000-0000-0000-0000-000000000000"}, {"target": ""}, {"target": "1"}, {"by": NOBODY + "0"}, {"limit": 0},
                                   {"limit": 201}, {"cursor": "x"}, {"cursor": "r.0." + NOBODY + ".0.0"}])
def test_a_wrong_question_is_refused(city, query):
    city.operator.refused("GET", "/v1/actions", None, 422, INVALID, query=query)


def test_nobody_but_operators_reads_the_log(city):
    for user in (city.runner(), city.organiser()):
        user.refused("GET", "/v1/actions", None, 403, "forbidden", query={"by": user.id})
    city.anybody().refused("GET", "/v1/actions", None, 401, "unauthenticated")


def test_a_deleted_account_leaves_the_log_without_its_name_and_the_words_about_it(city):
    user, run = flagged(city, 12)
    city.operator.post(f"/v1/runs/{run['id']}/review", {"verdict": "reject", "note": f"{user.name} sat in a car."})
    city.operator.post(f"/v1/users/{user.id}/grants", {"coins_cents": 5, "reason": "Comfort"}, 201)
    organiser = city.organiser()
    event = host(city, organiser)["id"]
    for each in (user, organiser):
        each.ask("DELETE", "/v1/me", {"password": each.password}, 204)
    [verdict] = log_of(city, target=run["id"])
    assert verdict["action"] == "run_rejected" and verdict["detail"] == {} and "target_name" not in verdict
    [grant] = log_of(city, target=user.id)
    assert grant["detail"] == {"coins_cents": 5, "reason": "Comfort"} and "target_name" not in grant
    [made] = log_of(city, target=event)
    assert made["by"] == organiser.id and "by_username" not in made and made["target_name"] == "Logged"


def test_an_export_tells_what_was_done_with_ones_own_rights(city):
    organiser, user = city.organiser(), city.runner()
    event = host(city, organiser)["id"]
    [own] = organiser.get("/v1/me/export")["actions"]
    assert (own["kind"], own["target"]) == ("event_created", event)
    assert user.get("/v1/me/export")["actions"] == []
