"""Runs over the socket: acknowledgements, holes, resuming after drops and crashes, take-over."""
import pytest

import tracks
from client import CITY, ms, wait_until


@pytest.fixture(scope="module")
def mortal(serve):
    """A server that is killed and started again; its time runs at 20 x."""
    return serve(clock_speed=20)


def recent(world, fixes: list) -> list:
    return tracks.ending_at(fixes, ms(world.server.now()) - 4000)


def test_the_welcome_tells_who_and_when(city):
    user = city.runner()
    hello = city.socket().hello(token=user.token, device_time=ms(city.server.now()))
    assert hello["user"] == {"id": user.id, "username": user.name}
    assert abs(hello["server_time"] - ms(city.server.now())) < 5000
    assert "run" not in hello


def test_the_token_may_come_in_the_header(city):
    user = city.runner()
    assert city.socket(token=user.token).hello()["user"]["id"] == user.id


def test_a_run_over_the_socket_from_start_to_result(city):
    user = city.runner()
    run = user.start()["id"]
    socket = city.live(user, run=run)
    fixes = recent(city, tracks.loop(tracks.spot(CITY, 0), 300, 0))
    socket.add(run, fixes)
    assert socket.ack_to(len(fixes))["want"] == []
    socket.send({"type": "finish", "run": run, "total_seq": len(fixes)})
    done = socket.expect("run", lambda message: message["run"]["state"] not in ("recording", "processing"))["run"]
    assert done["id"] == run and done["state"] == "accepted" and done["tiles_enclosed"] > 0
    passed = {tile for message in socket.everything if message["type"] == "tiles" for tile in message["passed"]}
    assert passed, "no provisional tiles were told"
    assert len(passed) <= done["tiles_passed"]


def test_a_ticket_run_tells_when_it_ends(city):
    import datetime
    from client import rfc3339
    organiser = city.organiser()
    starts_at = rfc3339(city.server.now() - datetime.timedelta(hours=1))
    event = organiser.post("/v1/events", {"name": "Live", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance",
                                          "entry_fee_cents": 0, "starts_at": starts_at}, 201)
    user = city.runner()
    ticket = user.ask("POST", f"/v1/events/{event['id']}/tickets", None, 201)
    run = user.post(f"/v1/tickets/{ticket['id']}/consume", {}, 201)["run"]["id"]
    hello = city.socket().hello(token=user.token, run=run)
    assert (hello["run"], hello["ack"], hello["want"], hello["event_cut_at"]) == (run, 0, [], ms(event["cut_at"]))


def test_holes_are_named_in_acknowledgements_and_at_the_finish(city):
    user = city.runner()
    run = user.start()["id"]
    socket = city.live(user, run=run)
    fixes = recent(city, tracks.line(tracks.spot(CITY, 1), 600, 0))
    socket.add(run, fixes[20:40], 21)
    assert socket.expect("ack") == {"type": "ack", "run": run, "ack": 0, "want": [[1, 20]]}
    socket.send({"type": "finish", "run": run, "total_seq": len(fixes)})
    refused = socket.expect("error")
    assert refused["code"] == "fixes_missing" and refused["want"] == [[1, 20], [41, len(fixes)]]
    socket.add(run, fixes[:20])
    socket.add(run, fixes[40:], 41)
    socket.ack_to(len(fixes))
    socket.send({"type": "finish", "run": run, "total_seq": len(fixes)})
    socket.expect("run", lambda message: message["run"]["state"] == "accepted")


def test_a_dropped_connection_loses_nothing_that_was_acknowledged(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 2), 900, 0))
    socket = city.live(user, run=run)
    for piece in range(0, len(fixes), 60):
        socket.add(run, fixes[piece:piece + 60], piece + 1)
        if piece % 120 == 0:
            known = socket.ack_to(piece + 60 if piece + 60 <= len(fixes) else len(fixes))["ack"]
            socket.drop()
            socket = city.socket()
            hello = socket.hello(token=user.token, run=run)
            assert hello["run"] == run and hello["ack"] >= known
    known = city.socket().hello(token=user.token, run=run)["ack"]
    user.add(run, fixes[known:], known + 1)
    assert user.finish(run, len(fixes))["state"] == "accepted"


def test_a_second_device_takes_the_run_over(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 3), 900, 0))
    phone = city.live(user, run=run)
    phone.add(run, fixes[:60])
    phone.ack_to(60)
    watch = city.socket()
    assert watch.hello(token=user.token, run=run)["ack"] == 60
    assert phone.expect("bye")["reason"] == "superseded"
    phone.code_after_close()
    watch.add(run, fixes[60:], 61)
    watch.ack_to(len(fixes))
    watch.send({"type": "finish", "run": run, "total_seq": len(fixes)})
    assert watch.expect("run", lambda message: message["run"]["state"] == "accepted")["run"]["id"] == run


def test_a_socket_without_the_run_supersedes_nobody(city):
    user = city.runner()
    run = user.start()["id"]
    phone = city.live(user, run=run)
    city.live(user)
    phone.send({"type": "ping", "n": 1})
    assert phone.expect("pong")["n"] == 1
    assert not [message for message in phone.everything if message["type"] == "bye"]


def test_one_run_over_socket_and_rest_together(city):
    user = city.runner()
    run = user.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 4), 900, 0))
    socket = city.live(user, run=run)
    socket.add(run, fixes[:100])
    socket.ack_to(100)
    assert user.add(run, fixes[100:], 101)["ack"] == len(fixes)
    assert user.finish(run, len(fixes))["state"] == "accepted"
    socket.expect("run", lambda message: message["run"]["state"] == "accepted")


def test_hello_with_a_run_that_is_not_ones_own_or_over_is_refused(city):
    user, other = city.runner(), city.runner()
    mine, over = other.start()["id"], user.finish(user.start()["id"], 0)["id"]
    for run, codes in ((mine, ("not_found",)), (over, ("run_not_recording", "not_found")),
                       ("01890a5d-ac96-774b-bcce-b302099a8057", ("not_found",))):
        socket = city.socket()
        socket.send({"type": "hello", "token": user.token, "run": run})
        refused = socket.expect("error")
        assert refused["code"] in codes


def test_fixes_for_somebody_elses_run_are_refused(city):
    user, other = city.runner(), city.runner()
    run = other.start()["id"]
    fixes = recent(city, tracks.line(tracks.spot(CITY, 5), 300, 0))
    socket = city.live(user)
    socket.add(run, fixes[:10])
    assert socket.expect("error")["code"] == "not_found"
    socket.send({"type": "finish", "run": run, "total_seq": 0})
    assert socket.expect("error")["code"] == "not_found"
    assert other.add(run, fixes[10:11], 11) == {"ack": 0, "want": [[1, 10]]}


def test_acknowledged_fixes_survive_a_kill_in_the_middle_of_a_run(mortal):
    user = mortal.runner()
    run = user.start()["id"]
    fixes = recent(mortal, tracks.loop(tracks.spot(CITY, 6), 300, 0))
    sent = 0
    for crash in range(3):
        socket = mortal.live(user, run=run)
        upto = (crash + 1) * len(fixes) // 4
        socket.add(run, fixes[sent:upto], sent + 1, batch=30)
        known = socket.ack_to(sent + 30)["ack"]
        mortal.server.kill()
        socket.code_after_close()
        known = max([known] + [message["ack"] for message in socket.everything if message["type"] == "ack"])
        mortal.server.start()
        user.move(mortal.url)
        hello = mortal.socket().hello(token=user.token, run=run)
        assert hello["ack"] >= known, "an acknowledged fix is gone"
        sent = hello["ack"]
    user.add(run, fixes[sent:], sent + 1)
    done = user.finish(run, len(fixes))
    assert done["state"] == "accepted" and done["tiles_enclosed"] > 0
    wait_until(lambda: user.get("/v1/me")["tiles"] > 20, "the tiles are held")


def test_a_kill_right_after_the_finish_still_gives_the_territory(mortal):
    user = mortal.runner()
    run = user.start()["id"]
    fixes = recent(mortal, tracks.loop(tracks.spot(CITY, 7), 300, 0, seed=5))
    user.add(run, fixes)
    user.post(f"/v1/runs/{run}/finish", {"total_seq": len(fixes)}, (200, 202))
    mortal.server.kill()
    mortal.server.start()
    user.move(mortal.url)
    done = wait_until(lambda: user.settled_run(run), "the run is processed")
    assert done["state"] == "accepted"
    wait_until(lambda: user.get("/v1/me")["tiles"] == done["tiles_passed"] + done["tiles_enclosed"], "all tiles are held", 60)


def test_stopping_says_goodbye(serve):
    leaving = serve()
    user = leaving.runner()
    run = user.start()["id"]
    socket = leaving.live(user, run=run)
    assert leaving.server.stop() == 0
    assert socket.expect("bye")["reason"] == "draining"
    assert socket.code_after_close() == 1012
    leaving.server.start()
    user.move(leaving.url)
    assert leaving.socket().hello(token=user.token, run=run)["run"] == run
