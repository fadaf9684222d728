"""A run from Strava is a run: known runs are not counted twice, tickets can be spent, fixes go in time."""
import datetime

import tracks
from client import CITY, ms, rfc3339, wait_until


def fetched(both, user, athlete: int, fixes: list) -> dict:
    """The run that a webhook brings."""
    number = both.strava.add(athlete, fixes)
    assert both.strava.event(both.hook, athlete, number) == 200
    item = wait_until(lambda: next((x for x in both.imports(user).values()
                                    if x["activity"] == str(number) and x["state"] == "done"), None), "it is imported")
    return both.run_of(user, item)


def recent(both, fixes: list) -> list:
    return tracks.ending_at(fixes, (ms(both.city.server.now()) - 60_000) // 1000 * 1000)


def test_a_run_that_the_app_recorded_is_not_counted_twice(both):
    user = both.runner(300)
    fixes = recent(both, tracks.loop(tracks.spot(CITY, 500), 150, 0))
    own = user.run_of(fixes)
    assert own["state"] == "accepted"
    tiles = wait_until(lambda: user.get("/v1/me")["tiles"], "he holds tiles")
    run = fetched(both, user, 300, fixes)
    assert run["source"] == "strava" and run["tiles_taken"] == 0, run
    assert user.get("/v1/me")["tiles"] == tiles
    # And when Strava's copy is taken back, the app's stays.
    user.ask("DELETE", "/v1/me/strava", None, 204)
    assert user.get("/v1/me")["tiles"] == tiles
    assert [each["id"] for each in user.pages("/v1/runs")] == [own["id"]]


def test_a_ticket_can_be_spent_on_it_and_leaving_takes_the_result_back(both):
    user = both.runner(310)
    event = both.city.organiser().post("/v1/events", {
        "name": "From Strava", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 0,
        "starts_at": rfc3339(both.city.server.now() - datetime.timedelta(hours=2))}, 201)
    ticket = user.post(f"/v1/events/{event['id']}/tickets", None, 201)["id"]
    run = fetched(both, user, 310, recent(both, tracks.line(tracks.spot(CITY, 501), 1500, 0)))
    got = user.post(f"/v1/tickets/{ticket}/consume", {"run": run["id"]}, 201)
    assert got["run"]["id"] == run["id"]
    board = f"/v1/events/{event['id']}/leaderboard"
    wait_until(lambda: [row["user"] for row in user.get(board)["items"]] == [user.id], "he is on the board")
    user.ask("DELETE", "/v1/me/strava", None, 204)
    wait_until(lambda: user.get(board)["items"] == [], "he is not on the board")


def test_the_user_is_told_and_gets_his_data(both):
    user = both.runner(320)
    run = fetched(both, user, 320, recent(both, tracks.loop(tracks.spot(CITY, 502), 150, 0)))
    notice = wait_until(lambda: next((x for x in user.pages("/v1/me/notifications")
                                      if x["kind"] == "import_finished"), None), "he is told")
    assert notice["run"] == run["id"]
    export = user.get("/v1/me/export")
    assert export["strava"]["athlete"] == 320 and "sealed" not in export["strava"]
    assert [x["run_id"] for x in export["strava_imports"]] == [run["id"]]


def test_fixes_are_kept_for_their_time_and_no_longer(meet):
    """Kept for a day, which passes in 15 s here."""
    here = meet(settings={"FIEF_STRAVA_KEEP_FIXES_DAYS": "1"}, clock_speed=6000)
    user = here.city.runner()
    here.strava.add(100, here.track(3))
    assert here.connect(user, 100).status == 200
    item, = here.settled(user, 1).values()
    run = here.run_of(user, item)
    assert run["state"] == "accepted", run
    wait_until(lambda: user.send("GET", f"/v1/runs/{run['id']}/track.gpx").status != 200, "the track is gone", 60)
    user.refused("GET", f"/v1/runs/{run['id']}/track", None, 409, "fixes_expired")
    kept = user.get(f"/v1/runs/{run['id']}")
    assert kept["distance_m"] == run["distance_m"] and kept["state"] == "accepted"
