"""What Strava says by itself: sent twice, late, in any order, and by others."""
from client import wait_until
from meeting import SECRET, VERIFY


def done(both, user, number, state="done"):
    def look():
        item = both.imports(user).get(str(number))
        return item if item and item["state"] == state else None
    return wait_until(look, f"{number} is {state}")


def test_the_subscription_is_validated(both):
    assert both.strava.subscribe(both.hook, VERIFY)
    anybody = both.city.anybody()
    query = {"hub.mode": "subscribe", "hub.challenge": "x", "hub.verify_token": "another"}
    assert anybody.send("GET", f"/v1/strava/webhook/{SECRET}", query=query).code == "forbidden"
    query["hub.verify_token"] = VERIFY
    assert anybody.send("GET", "/v1/strava/webhook/another-secret-path", query=query).status == 404


def test_a_run_comes_within_seconds(both):
    user = both.runner(200)
    both.settled(user, 0)
    number = both.strava.add(200, both.track())
    assert both.strava.event(both.hook, 200, number) == 200
    item = done(both, user, number)
    assert both.run_of(user, item)["state"] == "accepted"


def test_events_that_are_not_ours_are_answered_and_nothing_more(both):
    user = both.runner(210)
    both.settled(user, 0)
    number = both.strava.add(210, both.track())
    reads = both.strava.used.copy()
    assert both.strava.event(both.hook, 210, number, subscription=5) == 200
    assert both.strava.event(both.hook, 999, number) == 200
    assert both.strava.event_of_athlete(both.hook, 210, weight="70") == 200
    assert both.strava.event(both.hook.replace(SECRET, "x" * len(SECRET)), 210, number) == 404
    for body in ("", "[]", "{", "7", '{"object_type": 7}'):
        assert both.strava.call("POST", both.hook, body)[0] in (200, 400)
    assert both.imports(user) == {}
    assert both.strava.used == reads


def test_twice_and_in_any_order(both):
    user = both.runner(220)
    both.settled(user, 0)
    first, second = both.strava.add(220, both.track()), both.strava.add(220, both.track(4))
    both.strava.delete(220, second)
    for aspect in ("update", "create", "create", "update"):
        assert both.strava.event(both.hook, 220, first, aspect) == 200
    for aspect in ("delete", "create", "delete"):  # The deletion came first.
        assert both.strava.event(both.hook, 220, second, aspect) == 200
    item = done(both, user, first)
    assert done(both, user, second, "skipped")["reason"] == "gone"
    runs = [run["id"] for run in user.pages("/v1/runs")]
    assert runs == [item["run"]]


def test_made_private_and_deleted_are_withdrawn(both):
    user = both.runner(230)
    both.settled(user, 0)
    numbers = [both.strava.add(230, both.track(hours)) for hours in (2, 4)]
    for number in numbers:
        both.strava.event(both.hook, 230, number)
    for number in numbers:
        both.run_of(user, done(both, user, number))
    wait_until(lambda: user.get("/v1/me")["tiles"] > 0, "he holds tiles")
    both.strava.change(230, numbers[0], private=True, visibility="only_me")
    both.strava.event(both.hook, 230, numbers[0], "update", private="true")
    both.strava.delete(230, numbers[1])
    both.strava.event(both.hook, 230, numbers[1], "delete")
    done(both, user, numbers[0], "skipped")
    done(both, user, numbers[1], "skipped")
    assert list(user.pages("/v1/runs")) == [] and user.get("/v1/me")["tiles"] == 0


def test_an_edit_that_matters_makes_another_run(both):
    user = both.runner(240)
    both.settled(user, 0)
    number = both.strava.add(240, both.track())
    both.strava.event(both.hook, 240, number)
    before = done(both, user, number)
    reads = both.strava.requests["GET /api/vN/activities/N/streams"]
    both.strava.change(240, number, name="Another name")
    both.strava.event(both.hook, 240, number, "update", title="Another name")
    wait_until(lambda: both.imports(user)[str(number)]["updated_at"] > before["updated_at"], "it was looked at")
    assert done(both, user, number)["run"] == before["run"]
    assert both.strava.requests["GET /api/vN/activities/N/streams"] == reads
    both.strava.change(240, number, sport_type="Walk", type="Walk")
    both.strava.event(both.hook, 240, number, "update", type="Walk")
    wait_until(lambda: both.imports(user)[str(number)]["run"] not in (None, before["run"]), "another run")
    run = both.run_of(user, done(both, user, number))
    assert run["sport"] == "walk"
    assert [one["id"] for one in user.pages("/v1/runs")] == [run["id"]]


def test_who_takes_his_word_back_is_gone(both):
    user = both.city.runner()
    for hours in (2, 4, 6):
        both.strava.add(250, both.track(hours))
    assert both.connect(user, 250).status == 200
    both.settled(user, 3)
    # Somebody who knows the address says so, and it is not true.
    assert both.strava.event_of_athlete(both.hook, 250, authorized="false") == 200
    number = both.strava.add(250, both.track(8))
    both.strava.event(both.hook, 250, number)
    done(both, user, number)
    both.strava.deauthorize(250)
    assert both.strava.event_of_athlete(both.hook, 250, authorized="false") == 200
    wait_until(lambda: user.send("GET", "/v1/me/strava").status == 404, "the connection is gone")
    assert list(user.pages("/v1/runs")) == [] and user.get("/v1/me")["tiles"] == 0
    assert both.imports(user) == {}
