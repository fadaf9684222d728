"""Limits, faults, tokens that die, and a server that is killed."""
import time

from client import client, wait_until
from meeting import PLENTY


def test_the_limits_are_kept_and_told(meet):
    # Its clock is so that a quarter of an hour ends soon after the first requests.
    quarter_end = (int(time.time()) // 900 + 1) * 900
    here = meet(strava={"quarter": (40, 12), "day": (1000, 500), "clock_s": quarter_end - 40})
    user = here.city.runner()
    for hours in range(2, 9):
        here.strava.add(100, here.track(hours))
    assert here.connect(user, 100).status == 200
    waiting = wait_until(lambda: [item for item in here.imports(user).values()
                                  if item["state"] == "waiting_for_quota"], "somebody waits", 30)
    assert all(item["until"] for item in waiting)
    assert user.get("/v1/me/strava")["quota_until"]
    # What happens now may use the reserve.
    number = here.strava.add(100, here.track(1))
    here.strava.event(here.hook, 100, number)
    wait_until(lambda: here.imports(user)[str(number)]["state"] == "done", "the new run came first")
    assert here.settled(user, 8)
    assert here.strava.refused_by_limits == 0
    assert max(here.strava.used.values()) <= 40


def test_faults_are_waited_out(meet):
    here = meet()
    here.strava.fail("/athlete/activities", 500, "drop")
    here.strava.fail(r"/activities/\d+$", 502, "lose", 504)
    here.strava.fail("/streams", 503, "drop")
    user = here.city.runner()
    good, bare = here.strava.add(100, here.track()), here.strava.add(100, here.track(4), streams=False)
    assert here.connect(user, 100).status == 200
    items = here.settled(user, 2)
    assert items[str(good)]["state"] == "done"
    assert (items[str(bare)]["state"], items[str(bare)]["reason"]) == ("skipped", "no_streams")
    assert here.strava.faults == []


def test_tokens_that_never_last_are_changed_for_each_thing(meet):
    here = meet()
    here.strava.expires_in = 60
    user = here.city.runner()
    for hours in range(2, 8):
        here.strava.add(100, here.track(hours))
    assert here.connect(user, 100).status == 200
    assert here.settled(user, 6)
    assert here.strava.requests["dead refresh token"] == 0
    assert here.strava.requests["POST /oauth/token"] >= 6


def test_a_dead_refresh_token_breaks_the_connection_clearly(meet):
    here = meet()
    here.strava.expires_in = 60
    user = here.runner(100)
    here.settled(user, 0)
    here.strava.fail("/oauth/token", "lose")  # It rotates, and we never hear of it.
    here.strava.add(100, here.track())
    number = here.strava.add(100, here.track(4))
    here.strava.event(here.hook, 100, number)
    wait_until(lambda: user.get("/v1/me/strava")["state"] == "broken", "it is broken")
    assert here.connect(user, 100).status == 200
    assert user.get("/v1/me/strava")["state"] == "active"
    assert here.settled(user, 2)


def test_a_server_that_is_killed_in_the_middle_goes_on(meet):
    here = meet(strava=PLENTY)
    users = {athlete: here.city.runner() for athlete in (100, 200)}
    count = 12
    for athlete in users:
        for hours in range(count):
            here.strava.add(athlete, here.track(2 + hours))
    here.strava.delay_s = 0.05
    for athlete, user in users.items():
        assert here.connect(user, athlete).status == 200
    for kill in range(3):
        before = sum(item["state"] == "done" for user in users.values() for item in here.imports(user).values())
        wait_until(lambda: sum(item["state"] == "done" for user in users.values()
                               for item in here.imports(user).values()) > min(before + 2, 2 * count - 1),
                   "some more are done", 60)
        here.city.server.kill()
        here.city.server.start()
        for user in users.values():
            user.move(here.city.url)
    for athlete, user in users.items():
        items = here.settled(user, count)
        assert {item["state"] for item in items.values()} == {"done"}
        runs = [run["id"] for run in user.pages("/v1/runs")]
        assert len(runs) == count and set(runs) == {item["run"] for item in items.values()}
    assert here.strava.refused_by_limits == 0


def test_a_webhook_that_is_not_answered_comes_again(meet):
    here = meet()
    user = here.runner(100)
    here.settled(user, 0)
    number = here.strava.add(100, here.track())
    assert here.strava.event(here.hook, 100, number) == 200  # Durable: it may be killed now.
    here.city.server.kill()
    here.city.server.start()
    user.move(here.city.url)
    assert here.settled(user, 1)[str(number)]["state"] == "done"
    assert client(here.city.url).raw("GET", "/readyz").status == 200
