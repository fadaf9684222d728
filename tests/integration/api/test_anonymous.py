"""The live map for those who have no account: they see it change, and can do nothing."""
import tracks
from client import CITY, ms

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


def refused(socket, message: dict) -> dict:
    socket.send(message)
    return socket.expect("error")


def watch(socket, centre: tuple, radius_m: float = 1500) -> dict:
    socket.send({"type": "subscribe", "id": "map", "bbox": list(map(float, tracks.bbox_round(centre, radius_m).split(",")))})
    return socket.expect("snapshot")


def test_anybody_sees_tiles_change_hands(city):
    centre = tracks.spot(CITY, 0)
    socket = city.live()
    assert watch(socket, centre)["tiles"] == []
    user = city.runner()
    user.run_of(tracks.ending_at(tracks.line(centre, 900, 0), ms(city.server.now()) - 3000))
    delta = socket.expect("delta", lambda message: message["tiles"])
    assert delta["tiles"][0][1] == user.id and delta["owners"][user.id] == user.name


def test_a_welcome_without_a_token_names_nobody(city):
    socket = city.socket()
    welcome = socket.hello(device_time=1)
    assert "user" not in welcome and abs(welcome["server_time"] - ms(city.server.now())) < 60_000
    assert "user" not in socket.hello()


def test_what_changes_something_takes_a_token(city):
    user, socket = city.runner(), city.live()
    run = user.start()["id"]
    fix = [ms(city.server.now()) - 1000, *CITY, 5]
    for of in (run, NOBODY):
        for message in ({"type": "fixes", "run": of, "first_seq": 1, "fixes": [fix]}, {"type": "finish", "run": of, "total_seq": 0},
                        {"type": "hello", "run": of}):
            error = refused(socket, message)
            assert error["code"] == "unauthenticated" and error["ref"] in (of, "hello")
    assert user.get(f"/v1/runs/{run}")["state"] == "recording"
    assert refused(socket, {"type": "hello", "token": "x"})["code"] == "token_expired"
    socket.send({"type": "ping", "n": 1})
    assert socket.expect("pong")["n"] == 1


def test_who_signs_in_keeps_the_socket_and_what_it_watches(city):
    centre = tracks.spot(CITY, 1)
    user, socket = city.runner(), city.live()
    watch(socket, centre)
    run = user.start()["id"]
    assert socket.hello(token=user.token, run=run)["user"]["id"] == user.id
    fixes = tracks.line(centre, 600, ms(city.server.now()) - 300_000)
    socket.add(run, fixes)
    socket.ack_to(len(fixes))
    socket.send({"type": "finish", "run": run, "total_seq": len(fixes)})
    socket.expect("run", lambda message: message["run"]["state"] == "accepted")
    assert socket.expect("delta", lambda message: message["tiles"])["owners"][user.id] == user.name
    assert refused(socket, {"type": "hello"})["code"] == "unauthenticated", "it stays the user's"
