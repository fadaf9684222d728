"""Runs from files: what comes in, what is refused, and tickets for imported runs."""
import datetime
import os
import pathlib
import xml.etree.ElementTree

import pytest

import track_files
import tracks
from client import CITY, instant_of, ms, rfc3339, wait_until

TRACKS = pathlib.Path(os.environ.get("FIEF_TRACKS", pathlib.Path(__file__).resolve().parents[4] / "shared" / "tracks"))
OCTETS = "application/octet-stream"
TYPES = {"gpx": "application/gpx+xml", "tcx": "application/vnd.garmin.tcx+xml", "fit": "application/vnd.ant.fit"}
GPX = "{http://www.topografix.com/GPX/1/1}"


def recent(city, fixes: list) -> list:
    """Ends a while ago, at a whole second: FIT knows no less."""
    return tracks.ending_at(fixes, (ms(city.server.now()) - 60_000) // 1000 * 1000)


def moved(fixes: list, times: int) -> list:
    """Another runner's way: some tens of metres beside."""
    return [[t, *tracks.moved((lat, lon), 0, 40 * times)] for t, lat, lon, *_ in fixes]


def upload(user, data: bytes, kind: str, status=202, **more) -> dict:
    return user.ask("POST", "/v1/runs/import", data, status, headers={"Content-Type": TYPES.get(kind, OCTETS)}, **more)


def imported(user, data: bytes, kind: str, **more) -> dict:
    run = upload(user, data, kind, **more)
    return wait_until(lambda: user.settled_run(run["id"]), "the import is judged")


@pytest.mark.parametrize("kind", TYPES)
def test_a_file_becomes_a_run_with_its_tiles(city, kind):
    user = city.runner()
    fixes = recent(city, tracks.loop(tracks.spot(CITY, 60 + list(TYPES).index(kind)), 400, 0))
    run = imported(user, getattr(track_files, kind)(fixes), kind)
    assert (run["state"], run["reasons"], run["source"], run["sport"]) == ("accepted", [], "file", "run")
    assert abs(run["distance_m"] - 2513) < 80 and run["tiles_enclosed"] > 50
    assert (ms(run["started_at"]), ms(run["finished_at"])) == (fixes[0][0], fixes[-1][0])
    assert run["total_seq"] == len(fixes)
    held = user.get("/v1/me")["tiles"]
    assert held == run["tiles_taken"] > 50
    notices = user.get("/v1/me/notifications")["items"]
    assert [x["kind"] for x in notices] == ["import_finished"] and notices[0]["run"] == run["id"]


def test_the_track_goes_out_and_comes_in_again(city):
    """Another format, or our own track.gpx: the same points are the same run."""
    user = city.runner()
    fixes = recent(city, tracks.line(tracks.spot(CITY, 63), 1500, 0))
    run = imported(user, track_files.gpx(fixes), "gpx")
    track = user.send("GET", f"/v1/runs/{run['id']}/track.gpx")
    points = [(point.find(f"{GPX}time").text, float(point.get("lat")), float(point.get("lon")))
              for point in xml.etree.ElementTree.fromstring(track.body).iter(f"{GPX}trkpt")]
    assert points == [(instant_of(t), lat, lon) for t, lat, lon, *_ in fixes]
    for data, kind in ((track.body, "gpx"), (track_files.tcx(fixes), "tcx"), (track_files.gpx(fixes), "gpx")):
        assert imported(user, data, kind)["id"] == run["id"]
    assert len(list(user.pages("/v1/runs"))) == 1


def test_the_same_run_from_a_watch_takes_nothing_twice(city):
    user = city.runner()
    fixes = recent(city, tracks.line(tracks.spot(CITY, 64), 1500, 0))
    own = user.run_of(fixes)
    beside = [[t, *tracks.moved((lat, lon), 2, 2)] for t, lat, lon, *_ in fixes]
    run = imported(user, track_files.fit(beside), "fit")
    assert (run["state"], run["reasons"], run["tiles_taken"]) == ("accepted", ["same_run"], 0)
    assert user.get("/v1/me")["tiles"] == own["tiles_taken"]


def test_the_sport_is_the_file_s_or_the_query_s(city):
    user = city.runner()
    fixes = recent(city, tracks.line(tracks.spot(CITY, 65), 1000, 0))
    ride = imported(user, track_files.tcx(fixes, "Biking"), "tcx")
    assert (ride["sport"], ride["reasons"]) == ("ride", ["not_a_territory_sport"])
    still = imported(city.runner(), track_files.tcx(moved(fixes, 1), "Biking"), "tcx", query={"sport": "walk"})
    assert still["sport"] == "ride"  # Whatever the user calls it.
    walk = imported(city.runner(), track_files.tcx(moved(fixes, 2)), "tcx", query={"sport": "walk"})
    assert walk["sport"] == "walk"
    user.refused("POST", "/v1/runs/import", track_files.gpx(fixes), 422, "unknown_sport",
                 headers={"Content-Type": TYPES["gpx"]}, query={"sport": "chess"})


@pytest.mark.parametrize("data, kind, code", [
    (b"", "gpx", "malformed_file"),
    (b"\x89PNG\r\n", "octets", "unsupported_format"),
    (b"hello", "fit", "malformed_file"),
    (b"<gpx><trk>", "gpx", "malformed_file"),
    (b'<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>', "gpx", "entities_refused"),
    (b"<gpx>" + b"<a>" * 40 + b"</a>" * 40 + b"</gpx>", "gpx", "file_too_deep"),
    (b'<gpx version="1.1"><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>', "gpx", "no_usable_time"),
])
def test_what_is_no_run_is_refused_with_its_reason(city, data, kind, code):
    user = city.runner()
    problem = upload(user, data, kind, 422)
    assert problem["code"] == code and problem["detail"]
    assert list(user.pages("/v1/runs")) == []


def test_limits_of_an_upload(city):
    user = city.runner()
    future = tracks.ending_at(tracks.line(CITY, 600, 0), ms(city.server.now()) + 3_600_000)
    assert upload(user, track_files.gpx(future), "gpx", 422)["code"] == "fix_in_future"
    many = [[1_700_000_000_000 + i * 1000, 45.0, 15.0] for i in range(50_001)]
    assert upload(user, track_files.gpx(many), "gpx", 422)["code"] == "too_many_fixes"
    user.refused("POST", "/v1/runs/import", b"GIF89a", 415, "unsupported_media_type", headers={"Content-Type": "image/gif"})
    line = b'{"polyline": "_p~iF~ps|U_ulLnnqC_mqNvxq`@"}'
    assert user.refused("POST", "/v1/runs/import", line, 422)["code"] == "polyline_has_no_times"


def test_an_imported_run_takes_a_ticket(city):
    user = city.runner()
    event = city.organiser().post("/v1/events", {
        "name": "Imported", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 0,
        "starts_at": rfc3339(city.server.now() - datetime.timedelta(hours=2))}, 201)
    fixes = recent(city, tracks.line(tracks.spot(CITY, 66), 1500, 0))
    ticket = user.post(f"/v1/events/{event['id']}/tickets", None, 201)["id"]
    run = imported(user, track_files.gpx(fixes), "gpx")
    use = f"/v1/tickets/{ticket}/consume"
    user.refused("POST", use, {"run": run["id"], "sport": "run"}, 422, "invalid_argument")
    user.refused("POST", use, {"run": event["id"]}, 404, "not_found")
    app = user.run_of(recent(city, tracks.line(tracks.spot(CITY, 67), 900, 0, seed=2)))
    user.refused("POST", use, {"run": app["id"]}, 409, "run_not_attachable")
    got = user.post(use, {"run": run["id"]}, 201)
    assert (got["run"]["id"], got["run"]["kind"], got["run"]["ticket"]) == (run["id"], "event", ticket)
    assert user.post(use, {"run": run["id"]}, 200)["run"] == got["run"]
    assert user.get("/v1/tickets", query={"state": "active"})["items"] == []
    board = user.get(f"/v1/events/{event['id']}/leaderboard")["items"]
    assert [(row["user"], abs(row["value"] - 1500) < 60) for row in board] == [(user.id, True)]


# -- real tracks ------------------------------------------------------------------------------------

REFUSED = {"route_allermuir_doubled_points": "no_usable_time",
           "route_manchester_marathon_no_time": "no_usable_time", "track_no_times": "no_usable_time",
           "run_truncated_xml": "malformed_file"}


def raw_files(folder: str) -> list:
    return sorted(x for x in (TRACKS / folder).glob("*") if x.suffix[1:] in TYPES) if TRACKS.is_dir() else []


needs_tracks = pytest.mark.skipif(not TRACKS.is_dir(), reason=f"no real tracks in {TRACKS} (FIEF_TRACKS)")


@needs_tracks
@pytest.mark.parametrize("file", [x for x in raw_files("good") if "commute_pair" not in x.name], ids=lambda x: x.name)
def test_a_genuine_run_is_accepted(city, file):
    run = imported(city.runner(), file.read_bytes(), file.suffix[1:])
    assert run["state"] == "accepted", run
    assert run["distance_m"] > 500 and "vehicle" not in run["reasons"]


@needs_tracks
@pytest.mark.parametrize("file", raw_files("odd"), ids=lambda x: x.name)
def test_an_odd_file_gets_its_verdict(city, file):
    user = city.runner()
    name, data, kind = file.stem, file.read_bytes(), file.suffix[1:]
    if name in REFUSED:
        assert upload(user, data, kind, 422)["code"] == REFUSED[name]
        return
    run = imported(user, data, kind, query={"sport": "run"})
    if name.startswith(("drive_", "ride_", "train_")) and "slow" not in name and "pair" not in name:
        assert run["state"] == "rejected" or run["tiles_taken"] == 0, run
    elif name == "run_17pts_39min_gap":
        assert "too_sparse" in run["reasons"] and run["tiles_taken"] == 0
    elif name == "hike_all_times_1901":
        assert (run["state"], run["reasons"]) == ("rejected", ["no_usable_time"])
    elif name in ("mixed_bluehills_14segs_years", "mixed_osm_api_multi_trk"):
        assert run["state"] == "rejected" and run["reasons"][0] in ("too_long", "no_usable_time")
    elif name == "indoor_no_gps":
        assert (run["state"], run["reasons"][0], run["tiles_taken"]) == ("accepted", "no_fixes", 0)
    elif name.startswith("synthetic_"):
        assert run["state"] == "accepted" and run["tiles_enclosed"] > 0


@needs_tracks
@pytest.mark.parametrize("first, second", [
    ("good/run_london_commute_pair.fit", "good/run_london_commute_pair.tcx")])
def test_a_run_in_two_formats_is_one(city, first, second):
    user = city.runner()
    one = imported(user, (TRACKS / first).read_bytes(), first[-3:])
    two = imported(user, (TRACKS / second).read_bytes(), second[-3:])
    assert one["tiles_taken"] > 0
    assert one["id"] == two["id"] or (two["reasons"] == ["same_run"] and two["tiles_taken"] == 0), two
