"""Runs over REST: starting, uploading, finishing, history, track."""
import json
import random
import xml.etree.ElementTree

import pytest

import tracks
from client import INVALID, CITY, ms, rfc3339

GPX = "{http://www.topografix.com/GPX/1/1}"


def now_ms(city) -> int:
    return ms(city.server.now()) - 3000


def recent(city, fixes: list) -> list:
    return tracks.ending_at(fixes, now_ms(city))


def test_a_free_run_from_start_to_history(city):
    user = city.runner()
    run = user.start(sport="run")
    assert (run["kind"], run["state"], run["reasons"], run["partial"], run["user"]) == (
        "free", "recording", [], False, user.id)
    fixes = recent(city, tracks.line(tracks.spot(CITY, 0), 2000, 0))
    assert user.add(run["id"], fixes) == {"ack": len(fixes), "want": []}
    done = user.finish(run["id"], len(fixes))
    assert (done["state"], done["reasons"], done["total_seq"]) == ("accepted", [], len(fixes))
    assert abs(done["distance_m"] - 2000) < 80
    assert abs(done["moving_ms"] - tracks.duration_ms(fixes)) < 15_000
    assert abs(done["pace_ms_per_km"] - done["moving_ms"] / done["distance_m"] * 1000) < 2
    assert 18 <= done["tiles_passed"] <= 60 and done["tiles_enclosed"] == 0
    assert (ms(done["started_at"]), ms(done["finished_at"])) == (fixes[0][0], fixes[-1][0])
    assert [item["id"] for item in user.pages("/v1/runs")] == [run["id"]]


def test_a_loop_encloses_tiles_and_a_line_does_not(city):
    user = city.runner()
    done = user.run_of(recent(city, tracks.loop(tracks.spot(CITY, 1), 400, 0)))
    assert done["state"] == "accepted"
    inside = 3.14159 * 400**2 / 4000  # Tiles of 3,900 to 5,400 m², depending on the place.
    assert 0.5 * inside < done["tiles_enclosed"] < inside
    assert 25 < done["tiles_passed"] < 90


def test_one_run_at_a_time_and_the_one_in_the_way_is_named(city):
    user = city.runner()
    run = user.start()
    assert user.refused("POST", "/v1/runs", {}, 409, "run_in_progress")["run"] == run["id"]
    user.finish(run["id"], 0)
    user.start()


def test_a_run_without_fixes_is_kept_and_takes_nothing(city):
    user = city.runner()
    done = user.finish(user.start()["id"], 0)
    assert (done["state"], done["reasons"], done["distance_m"]) == ("accepted", ["no_fixes"], 0)


def test_fixes_come_in_any_order_and_any_number_of_times(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 2), 900, 0))
    pieces = [(at, fixes[at:at + 25]) for at in range(0, len(fixes), 25)] * 2
    random.Random(3).shuffle(pieces)
    for at, piece in pieces:
        ack = user.post(f"/v1/runs/{run}/fixes", {"first_seq": at + 1, "fixes": piece})
        assert ack["ack"] <= len(fixes) and len(ack["want"]) <= 8
    assert ack == {"ack": len(fixes), "want": []}
    done = user.finish(run, len(fixes))
    assert done["state"] == "accepted" and abs(done["distance_m"] - 900) < 50


def test_holes_are_named_and_hold_the_finish_up(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 3), 900, 0))
    user.add(run, fixes[:50])
    assert user.add(run, fixes[60:80], 61) == {"ack": 50, "want": [[51, 60]]}
    assert user.add(run, fixes[100:120], 101) == {"ack": 50, "want": [[51, 60], [81, 100]]}
    problem = user.refused("POST", f"/v1/runs/{run}/finish", {"total_seq": len(fixes)}, 409, "fixes_missing")
    assert problem["ack"] == 50 and problem["want"] == [[51, 60], [81, 100], [121, len(fixes)]]
    for first, last in problem["want"]:
        user.add(run, fixes[first - 1:last], first)
    assert user.finish(run, len(fixes))["state"] == "accepted"


def test_at_most_eight_holes_are_named(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 3), 300, 0))
    for at in range(2, 42, 2):
        ack = user.add(run, [fixes[at]], at + 1)
    assert ack["ack"] == 0 and len(ack["want"]) == 8 and ack["want"][0] == [1, 2]


def test_of_two_contents_for_one_seq_the_first_wins(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 4), 900, 0))
    elsewhere = [[fix[0], fix[1] + 0.01, *fix[2:]] for fix in fixes]
    user.add(run, fixes)
    assert user.add(run, elsewhere) == {"ack": len(fixes), "want": []}
    assert abs(user.finish(run, len(fixes))["distance_m"] - 900) < 50


def test_finishing_again_answers_the_same_run(city):
    user = city.runner()
    fixes = recent(city, tracks.line(tracks.spot(CITY, 5), 600, 0))
    done = user.run_of(fixes)
    again = user.post(f"/v1/runs/{done['id']}/finish", {"total_seq": len(fixes)}, (200, 202))
    assert again["id"] == done["id"] and again["state"] == done["state"]
    user.refused("POST", f"/v1/runs/{done['id']}/fixes", {"first_seq": 1, "fixes": fixes[:2]}, 409, "run_not_recording")


def test_a_device_whose_clock_is_wrong_is_corrected(city):
    user = city.runner()
    shift = 3 * 3_600_000  # Three hours ahead: uncorrected, its fixes would be in the future.
    run = user.start(device_time=rfc3339_of(ms(city.server.now()) + shift))["id"]
    fixes = [[fix[0] + shift, *fix[1:]] for fix in recent(city, tracks.line(tracks.spot(CITY, 6), 900, 0))]
    user.add(run, fixes)
    done = user.finish(run, len(fixes))
    assert done["state"] == "accepted"
    assert abs(ms(done["finished_at"]) - now_ms(city)) < 10_000


def rfc3339_of(value_ms: int) -> str:
    import datetime
    return rfc3339(datetime.datetime.fromtimestamp(value_ms / 1000, datetime.timezone.utc))


def test_a_clock_that_drifts_holds_the_run_for_review(city):
    user = city.runner()
    run = user.start(device_time=rfc3339(city.server.now()))["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 7), 900, 0))
    body = {"first_seq": 1, "fixes": fixes, "device_time": ms(city.server.now()) - 400_000}
    user.post(f"/v1/runs/{run}/fixes", body)
    done = user.finish(run, len(fixes))
    assert (done["state"], done["reasons"]) == ("flagged", ["clock_drift"])


def fixes_at(city, **changes) -> list:
    """Two fixes of which the second has something else."""
    good = [now_ms(city) - 60_000, 45.8, 15.9, 5]
    other = [good[0] + 1000, 45.80002, 15.9, 5]
    for name, value in changes.items():
        other[["t", "lat", "lon", "acc_m"].index(name)] = value
    return [good, other]


@pytest.mark.parametrize("changes, codes", [
    ({"lat": 90.1}, ("fix_out_of_range", *INVALID)), ({"lat": -91}, ("fix_out_of_range", *INVALID)),
    ({"lon": 180.5}, ("fix_out_of_range", *INVALID)), ({"lat": 1e300}, ("fix_out_of_range", *INVALID)),
    ({"acc_m": -1}, ("fix_out_of_range", *INVALID)), ({"t": 0}, ("fix_too_old",)),
    ({"t": 1_262_304_000_000 - 1}, ("fix_too_old",)), ({"t": "now"}, INVALID), ({"t": 1.5}, INVALID),
    ({"lat": None}, INVALID), ({"lat": "45"}, INVALID), ({"t": 2**62}, ("fix_in_future", "fix_out_of_range", *INVALID)),
    ({"t": 2**62}, ("fix_in_future", *INVALID, "fix_out_of_range")), ({"t": -2**62}, ("fix_too_old", "fix_out_of_range", *INVALID))])
def test_a_batch_with_one_impossible_fix_is_refused_whole(city, changes, codes):
    user = city.runner()
    run = user.start()["id"]
    problem = user.refused("POST", f"/v1/runs/{run}/fixes", {"first_seq": 1, "fixes": fixes_at(city, **changes)}, 422)
    assert problem["code"] in codes
    good = fixes_at(city)[:1]
    assert user.add(run, good, 2) == {"ack": 0, "want": [[1, 1]]}, "a refused batch left something"


def test_fixes_from_the_future_are_refused(city):
    user = city.runner()
    run = user.start()["id"]
    ahead = [[ms(city.server.now()) + 60_000, 45.8, 15.9, 5]]
    user.refused("POST", f"/v1/runs/{run}/fixes", {"first_seq": 1, "fixes": ahead}, 422, "fix_in_future")


@pytest.mark.parametrize("body", [
    {"fixes": []}, {"first_seq": 1}, {"first_seq": 0, "fixes": [[1_700_000_000_000, 1, 1, 1]]},
    {"first_seq": -1, "fixes": [[1_700_000_000_000, 1, 1, 1]]}, {"first_seq": 50_001, "fixes": [[1_700_000_000_000, 1, 1, 1]]},
    {"first_seq": 2**32, "fixes": [[1_700_000_000_000, 1, 1, 1]]}, {"first_seq": 1.5, "fixes": [[1_700_000_000_000, 1, 1, 1]]},
    {"first_seq": 50_000, "fixes": [[1_700_000_000_000, 1, 1, 1]] * 2}, {"first_seq": 1, "fixes": []},
    {"first_seq": 1, "fixes": [[1_700_000_000_000, 1, 1, 1]] * 2001}, {"first_seq": 1, "fixes": [[1_700_000_000_000, 1, 1]]},
    {"first_seq": 1, "fixes": [[1_700_000_000_000, 1, 1, 1, 1, 1, 1]]}, {"first_seq": 1, "fixes": [{}]}, {"first_seq": 1, "fixes": {}},
    {"first_seq": 1, "fixes": [[1_700_000_000_000, 1, 1, 1, -1]]}, {"first_seq": 1, "fixes": [[1_700_000_000_000, 1, 1, 1, 1, 256]]},
    {"first_seq": 1, "fixes": [[1_700_000_000_000, 1, 1, 1]], "run": "x"},
    {"first_seq": 1, "fixes": [[1_700_000_000_000, 1, 1, 1]], "device_time": "2026-05-10T10:00:00Z"}])
def test_a_batch_of_the_wrong_shape_is_refused(city, body):
    user = city.runner()
    run = user.start()["id"]
    problem = user.refused("POST", f"/v1/runs/{run}/fixes", body, 422)
    assert problem["code"] in (*INVALID, "fix_out_of_range", "too_many_fixes")


@pytest.mark.parametrize("text", ['[NaN,1,1,1]', '[1700000000000,Infinity,1,1]', '[1700000000000,1e999,1,1]', '[1700000000000,1,1,1',
                                  '[1700000000000,1,1,-]', '[1700000000000,01,1,1]'])
def test_numbers_that_are_none_are_refused(city, text):
    user = city.runner()
    run = user.start()["id"]
    body = ('{"first_seq":1,"fixes":[' + text + ']}').encode()
    problem = user.refused("POST", f"/v1/runs/{run}/fixes", body, (400, 422))
    assert problem["code"] in ("malformed_json", *INVALID, "fix_out_of_range")


@pytest.mark.parametrize("body", [{}, {"total_seq": -1}, {"total_seq": 50_001}, {"total_seq": "10"}, {"total_seq": 1.5},
                                  {"total_seq": 2**40}, {"total_seq": 1, "force": True}, []])
def test_finishing_with_a_wrong_body_saves_nothing(city, body):
    user = city.runner()
    run = user.start()["id"]
    user.refused("POST", f"/v1/runs/{run}/finish", body, 422, INVALID)
    assert user.get(f"/v1/runs/{run}")["state"] == "recording"


def test_a_finish_below_what_was_sent_is_refused_or_saves_all(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 8), 900, 0))
    user.add(run, fixes)
    answer = user.send("POST", f"/v1/runs/{run}/finish", {"total_seq": 10})
    assert answer.status in (200, 202, 422)


def test_other_peoples_runs_are_not_found(city):
    user, thief = city.runner(), city.runner("thief")
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 9), 300, 0))
    thief.refused("GET", f"/v1/runs/{run}", None, 404, "not_found")
    thief.refused("GET", f"/v1/runs/{run}/track.gpx", None, 404, "not_found")
    thief.refused("POST", f"/v1/runs/{run}/fixes", {"first_seq": 1, "fixes": fixes[:5]}, 404, "not_found")
    thief.refused("POST", f"/v1/runs/{run}/finish", {"total_seq": 0}, 404, "not_found")
    assert user.add(run, fixes[5:6], 6) == {"ack": 0, "want": [[1, 5]]}
    assert list(thief.pages("/v1/runs")) == []


def test_the_track_is_gpx_and_for_its_runner_alone(city):
    user = city.runner()
    fixes = recent(city, tracks.line(tracks.spot(CITY, 10), 700, 0))
    run = user.run_of(fixes)
    text = user.send("GET", f"/v1/runs/{run['id']}/track.gpx")
    assert text.status == 200
    points = xml.etree.ElementTree.fromstring(text.body).iter(GPX + "trkpt")
    places = [(float(point.get("lat")), float(point.get("lon"))) for point in points]
    assert len(places) >= 0.95 * len(fixes)
    sent = {(round(fix[1], 5), round(fix[2], 5)) for fix in fixes}
    assert all((round(lat, 5), round(lon, 5)) in sent for lat, lon in places)
    city.operator.refused("GET", f"/v1/runs/{run['id']}/track.gpx", None, 404, "not_found")


def test_history_comes_newest_first_in_pages(city):
    user = city.runner()
    ids = [user.finish(user.start()["id"], 0)["id"] for _ in range(7)]
    assert [item["id"] for item in user.pages("/v1/runs", {"limit": 3})] == ids[::-1]
    for cursor in ("x", "AAAA", "%20", "'; drop table run; --"):
        user.refused("GET", "/v1/runs", None, 422, INVALID, query={"cursor": cursor})


def test_other_sports_are_statistics_only(city):
    user = city.runner()
    done = user.run_of(recent(city, tracks.line(tracks.spot(CITY, 11), 900, 0)), sport="ride")
    assert done["state"] == "accepted" and done["reasons"] == ["not_a_territory_sport"]
    assert done["tiles_passed"] == 0 and done["distance_m"] > 800
    assert user.get("/v1/me")["tiles"] == 0


@pytest.mark.parametrize("fixes, reason", [
    (tracks.line(tracks.spot(CITY, 12), 400, 0), "too_short"),
    (tracks.line(tracks.spot(CITY, 13), 1500, 0)[::20], "too_sparse"),
    (tracks.line(tracks.spot(CITY, 14), 3000, 0, speed_mps=9.5), "vehicle"),
    ([[fix[0], fix[1], fix[2], 60] for fix in tracks.line(tracks.spot(CITY, 15), 1500, 0)], "weak_gps")])
def test_a_run_that_takes_no_territory_says_why(city, fixes, reason):
    user = city.runner()
    done = user.run_of(recent(city, fixes))
    assert reason in done["reasons"], done
    assert done["tiles_taken"] == 0 and user.get("/v1/me")["tiles"] == 0


def test_a_simulated_location_holds_the_run_for_review(city):
    user = city.runner()
    done = user.run_of(tracks.mocked(recent(city, tracks.line(tracks.spot(CITY, 16), 900, 0))))
    assert (done["state"], done["reasons"]) == ("flagged", ["mock_location"])
    notices = [notice for notice in user.pages("/v1/me/notifications") if notice["kind"] == "run_flagged"]
    assert len(notices) == 1 and notices[0]["run"] == done["id"] and len(notices[0]["text"]) > 20


def test_the_same_bytes_from_another_user_flag_both(city):
    user, copycat = city.runner(), city.runner("copycat")
    fixes = recent(city, tracks.line(tracks.spot(CITY, 17), 900, 0))
    assert user.run_of(fixes)["state"] == "accepted"
    copy = copycat.run_of(fixes)
    assert copy["state"] == "rejected" and "duplicate_foreign" in copy["reasons"]


def test_the_same_bytes_from_the_same_user_take_nothing_more(city):
    user = city.runner()
    fixes = recent(city, tracks.line(tracks.spot(CITY, 18), 900, 0))
    first = user.run_of(fixes)
    again = user.run_of(fixes)
    assert first["state"] == "accepted"
    assert again["tiles_taken"] == 0 or again["id"] == first["id"]


def test_the_body_of_a_start_may_be_left_out_and_wrong_ones_are_refused(city):
    user = city.runner()
    assert user.post("/v1/runs", None, 201)["sport"] == "run"
    other = city.runner()
    for body in ({"sport": "chess"}, {"sport": 4}, {"device_time": 5}, {"kind": "event"}, [1], 7):
        problem = other.refused("POST", "/v1/runs", body, 422)
        assert problem["code"] in (*INVALID, "unknown_sport")
    other.refused("POST", "/v1/runs", b"{", 400, "malformed_json")
    assert list(other.pages("/v1/runs")) == []


def test_accuracy_and_steps_may_be_unknown(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 19), 600, 0))
    body = {"first_seq": 1, "fixes": [[*fix[:4], None, 0] for fix in fixes]}
    assert json.loads(json.dumps(user.post(f"/v1/runs/{run}/fixes", body))) == {"ack": len(fixes), "want": []}
    body = {"first_seq": len(fixes) + 1, "fixes": [[fixes[-1][0] + 1000, fixes[-1][1], fixes[-1][2], None]]}
    assert user.post(f"/v1/runs/{run}/fixes", body)["ack"] == len(fixes) + 1
