"""What an operator judges by: the flagged runs that wait, their tracks with what is odd on them, the ledger."""
import datetime
import json

import pytest

import tracks
from client import CITY, INVALID, ms, rfc3339, wait_until

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


def recent(city, fixes: list) -> list:
    return tracks.ending_at(fixes, ms(city.server.now()) - 3000)


def held(city, number: int, fixes: list = None):
    """A runner with a run that waits for a verdict."""
    user = city.runner("held")
    fixes = fixes or tracks.line(tracks.spot(CITY, number), 900, 0)
    run = user.run_of(tracks.mocked(recent(city, fixes)))
    assert run["state"] == "flagged"
    return user, run


def track_of(who, run: dict) -> dict:
    return who.get(f"/v1/runs/{run['id']}/track")


# -- the list ---------------------------------------------------------------------------------------


def test_flagged_runs_wait_in_the_list_oldest_first_until_their_verdict(city):
    runs = [held(city, number) for number in range(3)]
    ids = [run["id"] for _, run in runs]
    listed = [item for item in city.operator.pages("/v1/reviews", {"limit": 1}) if item["run"]["id"] in ids]
    assert [item["run"]["id"] for item in listed] == ids
    for item, (user, run) in zip(listed, runs):
        assert item["username"] == user.name
        assert item["run"] == run == city.operator.get(f"/v1/runs/{run['id']}")
        assert item["run"]["reasons"] == ["mock_location"]
    every = [item["run"] for item in city.operator.pages("/v1/reviews")]
    assert [run["created_at"] for run in every] == sorted(run["created_at"] for run in every)
    city.operator.post(f"/v1/runs/{ids[0]}/review", {"verdict": "accept", "note": "A known test phone."})
    city.operator.post(f"/v1/runs/{ids[1]}/review", {"verdict": "reject", "note": "Simulated."})
    assert [item["run"]["id"] for item in city.operator.pages("/v1/reviews") if item["run"]["id"] in ids] == ids[2:]
    runs[2][0].ask("DELETE", "/v1/me", {"password": runs[2][0].password}, 204)
    assert ids[2] not in [item["run"]["id"] for item in city.operator.pages("/v1/reviews")]


def test_a_run_that_was_simply_accepted_never_waits(city):
    user = city.runner()
    run = user.run_of(recent(city, tracks.line(tracks.spot(CITY, 3), 900, 0)))
    assert run["state"] == "accepted"
    assert run["id"] not in [item["run"]["id"] for item in city.operator.pages("/v1/reviews")]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"limit": "x"}, {"cursor": "nonsense"}])
def test_a_wrong_query_is_refused(city, query):
    user = city.runner()
    for path in ("/v1/reviews", f"/v1/users/{user.id}/ledger"):
        city.operator.refused("GET", path, None, 422, INVALID, query=query)


# -- tracks -----------------------------------------------------------------------------------------


def odd_run(place: tuple) -> list:
    """500 m, a minute and a half unseen, a ride of 20 s, a rest of a minute, 500 m."""
    metres, fixes = 0.0, []

    def add(t):
        fixes.append([t, *(round(x, 7) for x in tracks.moved(place, metres, 0)), 4.0, int(t * tracks.CADENCE_PER_S / 1000)])

    def go(seconds, mps, sway=0.0):
        nonlocal metres
        for _ in range(seconds):
            metres += mps + sway * (len(fixes) // 12 % 3 - 1)  # No machine's steady speed.
            add(fixes[-1][0] + 1000 if fixes else 0)

    go(170, 3, 0.4)
    metres += 150
    add(fixes[-1][0] + 90_000)
    go(60, 3, 0.4)
    go(20, 12)
    go(60, 3, 0.4)
    go(60, 0)
    go(170, 3, 0.4)
    return fixes


def test_the_track_has_the_good_fixes_and_marks_what_is_odd(city):
    user, run = held(city, 4, odd_run(tracks.spot(CITY, 4)))
    assert run["reasons"] == ["vehicle_part", "mock_location"]
    track = track_of(user, run)
    assert track == track_of(city.operator, run)
    assert track["run"] == run["id"]
    points, counts = track["points"], track["counts"]
    assert len(points) == counts["good"] == counts["given"] == counts["mock"] == 541
    assert [counts[name] for name in ("impossible", "untimed", "same_time", "inaccurate", "spikes", "teleports")] == [0] * 6
    assert points[0][0] == ms(run["started_at"]) and points[-1][0] == ms(run["finished_at"])
    assert [point[4] for point in points] == ["start"] + ["joined"] * 169 + ["bridge"] + ["joined"] * 370
    assert points[0][3] is None and points[170][3] == 1.67  # 150 m in 90 s
    marks = {}
    for mark in track["marks"]:
        marks.setdefault(mark["kind"], []).append(mark)
    assert {kind: len(found) for kind, found in marks.items()} == {"gap": 1, "fast": 1, "parked": 1}
    (gap,), (fast,), (parked,) = marks["gap"], marks["fast"], marks["parked"]
    assert gap == {"kind": "gap", "first": 169, "last": 170, "value": 90}
    assert 7 < fast["value"] < 12 and 40 <= (points[fast["last"]][0] - points[fast["first"]][0]) / 1000 < 60
    assert {12} == {round(point[3]) for point in points[231:251]} and fast["first"] <= 230 and fast["last"] >= 250
    assert parked["first"] <= 310 and parked["last"] >= 370 and 60 <= parked["value"] <= 70
    assert [mark["first"] for mark in track["marks"]] == sorted(mark["first"] for mark in track["marks"])


def test_times_are_the_servers_and_numbers_no_finer_than_a_receiver(city):
    user = city.runner()
    fixes = tracks.mocked(recent(city, tracks.line(tracks.spot(CITY, 5), 600, 0)))
    late = [[fix[0] - 3_600_000, *fix[1:]] for fix in fixes]  # By a clock that is an hour late.
    run = user.start(device_time=rfc3339(city.server.now() - datetime.timedelta(hours=1)))
    user.add(run["id"], late)
    track = track_of(user, run)
    offset = track["points"][0][0] - late[0][0]
    assert abs(offset - 3_600_000) < 60_000
    assert [point[0] - offset for point in track["points"]] == [fix[0] for fix in late]
    assert [point[1:3] for point in track["points"]] == [fix[1:3] for fix in late]
    for point in track["points"][1:]:
        assert point[3] == round(point[3], 2)


def test_a_track_is_its_runners_and_while_it_is_flagged_the_operators(city):
    user, run = held(city, 6)
    path = f"/v1/runs/{run['id']}/track"
    track = user.get(path)
    for stranger in (city.runner("stranger"), city.organiser()):
        assert stranger.refused("GET", path, None, 404, "not_found")["detail"] == stranger.refused(
            "GET", f"/v1/runs/{NOBODY}/track", None, 404, "not_found")["detail"]
    city.anybody().refused("GET", path, None, 401, "unauthenticated")
    assert city.operator.get(path) == track
    for verdict in ("accept", "reject"):  # Of one accepted, too.
        city.operator.post(f"/v1/runs/{run['id']}/review", {"verdict": verdict, "note": "Seen."})
        city.operator.refused("GET", path, None, 404, "not_found")
        assert user.get(path) == track
    user.refused("GET", "/v1/runs/x/track", None, 404, "not_found")


def test_an_operators_look_at_a_track_is_logged(city):
    user, run = held(city, 7)
    about = f"looks at the track of run {run['id']}"
    track_of(user, run)
    track_of(city.operator, run)
    wait_until(lambda: about in city.server.tail(), "it is in the log")
    lines = [line for line in city.server.tail().splitlines() if about in line]
    assert len(lines) == 1 and f"operator {city.operator.id} {about}" in lines[0]


def test_who_is_still_running_sees_what_is_stored(city):
    user = city.runner()
    run = user.start()
    assert track_of(user, run) == {"run": run["id"], "points": [], "marks": [], "counts": {
        name: 0 for name in ("given", "impossible", "untimed", "same_time", "inaccurate", "spikes", "teleports", "mock", "good")}}
    fixes = recent(city, tracks.line(tracks.spot(CITY, 8), 300, 0))
    user.add(run["id"], fixes[:40])
    assert [point[0] for point in track_of(user, run)["points"]] == [fix[0] for fix in fixes[:40]]
    city.operator.refused("GET", f"/v1/runs/{run['id']}/track", None, 404, "not_found")


def test_the_longest_track_comes_whole(city):
    """50,000 fixes, with a rest and a gap in turns all along: as many marks as they allow."""
    user = city.runner()
    run = user.start()
    start = ms(city.server.now()) - 70_000_000
    fixes, t, metres = [], start, 0
    for number in range(50_000):
        t += 31_000 if number % 100 == 0 else 1000
        metres += 0 if number % 100 < 40 else 1
        fixes.append([t, *(round(x, 7) for x in tracks.moved(tracks.spot(CITY, 9), metres, 0)), 4.0])
    user.add(run["id"], fixes, batch=2000)
    got = user.raw("GET", f"/v1/runs/{run['id']}/track", None, {"Authorization": f"Bearer {user.token}"})
    assert got.status == 200 and len(got.body) < 5_000_000
    track = json.loads(got.body)
    assert len(track["points"]) == track["counts"]["good"] == 50_000
    gaps = [mark for mark in track["marks"] if mark["kind"] == "gap"]
    assert [mark["last"] for mark in gaps] == list(range(100, 50_000, 100)) and {mark["value"] for mark in gaps} == {31}


# -- ledgers ----------------------------------------------------------------------------------------


def test_an_operator_reads_a_users_ledger_as_the_user_does(city):
    user = city.runner()
    path = f"/v1/users/{user.id}/ledger"
    assert list(city.operator.pages(path)) == []
    for number in range(1, 6):
        city.operator.post(f"/v1/users/{user.id}/grants", {"coins_cents": number, "reason": f"number {number}"}, 201)
    rows = list(user.pages("/v1/me/ledger"))
    assert [row["amount_cents"] for row in rows] == [5, 4, 3, 2, 1]
    assert list(city.operator.pages(path)) == list(city.operator.pages(path, {"limit": 2})) == rows
    assert list(city.operator.pages("/v1/me/ledger")) == []  # His own is another.
    assert user.get("/v1/me")["coins_cents"] == sum(row["amount_cents"] for row in rows) == 15


def test_a_ledger_of_nobody_is_not_found_and_of_another_forbidden(city):
    user = city.runner()
    for who in (NOBODY, "x"):
        city.operator.refused("GET", f"/v1/users/{who}/ledger", None, 404, "not_found")
    for other in (user, city.runner(), city.organiser()):
        other.refused("GET", f"/v1/users/{user.id}/ledger", None, 403, "forbidden")
        other.refused("GET", "/v1/reviews", None, 403, "forbidden")
