"""Connecting, being refused, and leaving."""
import urllib.parse

import pytest

import tracks
from client import CITY, ms, wait_until


def test_a_user_connects_and_his_month_comes(both):
    user = both.city.runner()
    assert user.refused("GET", "/v1/me/strava", None, 404)["code"] == "strava_not_connected"
    number = both.strava.add(100, both.track())
    both.strava.add(100, both.track(24 * 31))  # too old
    both.strava.add(100, both.track(3), sport="Ride")
    both.strava.add(100, both.track(3), manual=True)
    both.strava.add(100, both.track(3), trainer=True)
    hidden = both.strava.add(100, both.track(3), private=True, visibility="only_me")
    answer = both.connect(user, 100)
    assert answer.status == 200 and answer.media_type == "text/html"
    status = user.get("/v1/me/strava")
    assert (status["state"], status["athlete"], status["scope"]) == ("active", "100", "activity:read,read")
    imports = both.settled(user, 1)
    item = imports[str(number)]
    assert number > 2**53 and item["state"] == "done" and item["reason"] is None
    run = both.run_of(user, item)
    assert run["state"] == "accepted" and run["source"] == "strava", run
    assert run["tiles_passed"] > 0 and 850 < run["distance_m"] < 1050
    assert user.get("/v1/me")["tiles"] > 0
    assert str(hidden) not in imports


def test_both_forms_of_streams_are_read(both):
    both.strava.array_form = True
    user = both.city.runner()
    number = both.strava.add(110, both.track())
    assert both.connect(user, 110).status == 200
    assert both.settled(user, 1)[str(number)]["state"] == "done"
    both.strava.array_form = False


def test_who_unticks_or_denies_is_not_connected(both):
    user = both.city.runner()
    assert both.connect(user, 120, untick=("activity:read",)).code == "strava_scope_missing"
    assert both.connect(user, 120, deny=True).status == 409
    user.refused("GET", "/v1/me/strava", None, 404, "strava_not_connected")


def test_a_forged_or_spent_return_is_refused(both):
    user = both.city.runner()
    link = user.get("/v1/me/strava/connect")["authorize_url"]
    back = both.strava.agree(link, 130)
    parts = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
    base = back.partition("?")[0]

    def come(**change):
        return both.callback(base + "?" + urllib.parse.urlencode({**parts, **change}))

    assert come(state="0" * 40).code == "forbidden"
    assert come(state=parts["state"][:-6] + "AAAAAA").code == "forbidden"
    assert come(code="no such code").code == "strava_refused"
    assert come().status == 200
    assert come().code == "strava_refused"  # The code is spent.


def test_one_athlete_is_one_user(both):
    first, second = both.runner(140), both.city.runner()
    assert both.connect(second, 140).code == "strava_taken"
    assert both.connect(first, 141).code == "strava_taken"
    assert both.connect(first, 140).status == 200  # His own, once more.


def test_leaving_withdraws_everything_and_tells_strava(both):
    user = both.city.runner()
    both.strava.add(150, both.track())
    assert both.connect(user, 150).status == 200
    item, = both.settled(user, 1).values()
    both.run_of(user, item)
    wait_until(lambda: user.get("/v1/me")["tiles"] > 0, "he holds tiles")
    user.ask("DELETE", "/v1/me/strava", None, 204)
    assert user.get("/v1/me")["tiles"] == 0
    assert all(run["id"] != item["run"] for run in user.pages("/v1/runs"))
    wait_until(lambda: both.strava.requests["revoked"], "Strava was told")
    wait_until(lambda: user.send("GET", "/v1/me/strava").status == 404, "the connection is gone")
    user.refused("DELETE", "/v1/me/strava", None, 404, "strava_not_connected")
    assert both.connect(user, 150).status == 200  # And back: a run of its own.
    again, = both.settled(user, 1).values()
    assert again["run"] != item["run"]


def test_statistics_only_takes_no_tiles(meet):
    private = meet(settings={"FIEF_STRAVA_TERRITORY": "off"})
    user = private.city.runner()
    private.strava.add(100, private.track())
    assert private.connect(user, 100).status == 200
    item, = private.settled(user, 1).values()
    run = private.run_of(user, item)
    assert run["distance_m"] > 850 and run["tiles_taken"] == 0
    assert user.get("/v1/me")["tiles"] == 0


def steady(place: tuple, end_ms: int) -> list:
    """A machine's pace: held for a review."""
    return tracks.ending_at([[1000 * s, *(round(x, 7) for x in tracks.moved(place, 3 * s, 0))] for s in range(400)], end_ms)


@pytest.mark.parametrize("territory, status", [("on", 200), ("off", 404)])
def test_an_operator_sees_a_flagged_track_unless_it_is_for_its_runner_alone(meet, territory, status):
    here = meet(settings={"FIEF_STRAVA_TERRITORY": territory})
    user = here.city.runner()
    here.strava.add(100, steady(tracks.spot(CITY, 520), ms(here.city.server.now()) // 1000 * 1000 - 60_000))
    assert here.connect(user, 100).status == 200
    item, = here.settled(user, 1).values()
    run = here.run_of(user, item)
    assert run["state"] == "flagged" and "uniform_speed" in run["reasons"]
    track = user.get(f"/v1/runs/{run['id']}/track")
    assert [(mark["first"], mark["last"]) for mark in track["marks"] if mark["kind"] == "uniform_speed"] == [(0, 390)]
    got = here.city.operator.ask("GET", f"/v1/runs/{run['id']}/track", None, status)
    assert status != 200 or got == track


def test_the_browser_goes_on_to_where_it_is_told(meet):
    away = meet(settings={"FIEF_STRAVA_RETURN_URL": "https://app.example/strava?x=1"})
    user = away.city.runner()
    done = away.connect(user, 100)
    assert (done.status, done.headers["location"]) == (302, "https://app.example/strava?x=1&strava=connected")
    denied = away.connect(user, 100, deny=True)
    assert denied.headers["location"].endswith("&strava=denied")


def test_without_strava_there_is_nothing(city):
    user = city.runner()
    for method, path in (("GET", "/v1/me/strava"), ("DELETE", "/v1/me/strava"), ("GET", "/v1/me/strava/connect"),
                         ("GET", "/v1/me/strava/imports"), ("GET", "/v1/strava/callback"),
                         ("GET", "/v1/strava/webhook/x")):
        user.refused(method, path, None, 404, "strava_not_configured")
