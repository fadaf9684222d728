"""Object-level authorisation on the socket: each message with another user's token or run."""
import json

import pytest
import websockets

from forging import forge, forgeries, token_key
from people import NOBODY
from socket_client import on_loop


def refused(socket, message: dict) -> dict:
    socket.send(message)
    return socket.expect("error")


def same(error: dict, other: dict, ids: tuple) -> bool:
    """Whether two refusals differ in nothing but the id that was asked for."""
    def blank(message):
        return {key: "" if value in ids else value for key, value in message.items()}
    return blank(error) == blank(other)


@pytest.fixture
def recorder(stage):
    """The victim's socket that records; still the recorder when the test is over."""
    socket = stage.city.live(stage.victim, run=stage.recording)
    yield socket
    socket.send({"type": "fixes", "run": stage.recording, "first_seq": 1, "fixes": stage.fixes[:1]})
    assert socket.expect("ack")["run"] == stage.recording
    assert "bye" not in [message["type"] for message in socket.everything]
    socket.close()


def test_hello_cannot_take_anothers_run_over(stage, recorder):
    socket = stage.city.live(stage.stranger)
    mine = refused(socket, {"type": "hello", "run": stage.recording, "token": stage.stranger.token})
    none = refused(socket, {"type": "hello", "run": NOBODY, "token": stage.stranger.token})
    assert mine["code"] == "not_found" and same(mine, none, (stage.recording, NOBODY))
    assert not any("ack" in message or message["type"] == "tiles" for message in socket.everything)
    for run in (stage.done["id"], stage.flagged["id"]):
        assert refused(socket, {"type": "hello", "run": run, "token": stage.stranger.token})["code"] == "not_found"


def test_hello_cannot_change_the_user_of_a_socket(stage, recorder):
    socket = stage.city.live(stage.stranger)
    assert refused(socket, {"type": "hello", "token": stage.victim.token, "run": stage.recording})["code"] == "forbidden"
    assert refused(socket, {"type": "fixes", "run": stage.recording, "first_seq": 9000, "fixes": stage.fixes[:1]})["code"] == "not_found"


@pytest.mark.parametrize("message", [{"type": "fixes", "first_seq": 9000}, {"type": "finish", "total_seq": 0}])
def test_fixes_and_finish_are_for_ones_own_run(stage, recorder, message):
    if message["type"] == "fixes":
        message = {**message, "fixes": stage.fixes[:1]}
    for who in (stage.stranger, stage.organiser, stage.operator):
        socket = stage.city.live(who)
        mine = refused(socket, {**message, "run": stage.recording})
        none = refused(socket, {**message, "run": NOBODY})
        assert mine["code"] == "not_found" and same(mine, none, (stage.recording, NOBODY)), who.name
        socket.close()


def test_a_watcher_of_the_map_sees_tiles_and_no_runner(stage, recorder):
    west, south, east, north = map(float, stage.box.split(","))
    socket = stage.city.live(stage.stranger)
    socket.send({"type": "subscribe", "id": "box", "bbox": [west, south, east, north]})
    snapshot = socket.expect("snapshot")
    assert stage.victim.id in {tile[1] for tile in snapshot["tiles"]}
    for what, secret in stage.private().items():
        assert secret not in str(socket.everything), f"the map shows {what}"
    socket.send({"type": "unsubscribe", "id": "box"})
    socket.send({"type": "ping", "n": 1})
    assert socket.expect("pong")["n"] == 1


def test_nobodys_socket_records_and_finishes_nothing_and_is_told_nothing(stage, recorder):
    west, south, east, north = map(float, stage.box.split(","))
    socket = stage.city.live()
    for message in ({"type": "hello"}, {"type": "fixes", "first_seq": 9000, "fixes": stage.fixes[:1]}, {"type": "finish", "total_seq": 0}):
        mine = refused(socket, {**message, "run": stage.recording})
        none = refused(socket, {**message, "run": NOBODY})
        assert mine["code"] == "unauthenticated" and same(mine, none, (stage.recording, NOBODY))
    socket.send({"type": "subscribe", "id": "box", "bbox": [west, south, east, north]})
    socket.expect("snapshot")
    told = [message for message in socket.everything if message["type"] != "error"]  # Errors name what was asked for.
    for what, secret in stage.private().items():
        assert secret not in str(told), f"the map shows {what}"


def test_a_subscription_is_its_sockets_alone(stage):
    """One who knows another's subscription id can neither end nor move it."""
    west, south, east, north = map(float, stage.box.split(","))
    watcher, other = stage.city.live(stage.victim), stage.city.live(stage.stranger)
    watcher.send({"type": "subscribe", "id": "mine", "bbox": [west, south, east, north]})
    watcher.expect("snapshot")
    assert refused(other, {"type": "unsubscribe", "id": "mine"})["code"] == "not_found"
    watcher.send({"type": "unsubscribe", "id": "mine"})
    watcher.send({"type": "ping", "n": 2})
    assert watcher.expect("pong")["n"] == 2
    assert "error" not in [message["type"] for message in watcher.everything]


def test_no_forged_token_opens_a_socket(stage):
    made = forge(token_key(stage.city.server), stage.victim.id)
    assert stage.city.socket().hello(token=made)["user"]["id"] == stage.victim.id
    for what, token in forgeries(stage.city.server, stage.victim.id).items():
        socket = stage.city.socket()
        assert refused(socket, {"type": "hello", "token": token})["code"] == "token_expired", what
        assert refused(socket, {"type": "ping", "n": 1})["code"] == "hello_required", what
        socket.close()


def test_a_forged_token_in_the_header_closes_the_socket(stage):
    for what, token in list(forgeries(stage.city.server, stage.victim.id).items())[:5]:
        socket = stage.city.socket(token=token)
        assert socket.expect("error")["code"] == "token_expired", what
        assert socket.code_after_close() == 1008, what


def test_the_token_of_one_banned_or_deleted_opens_no_socket(stage):
    banned, deleted = stage.city.runner("banned"), stage.city.runner("deleted")
    stage.operator.ask("PATCH", f"/v1/users/{banned.id}", {"banned": True})
    deleted.ask("DELETE", "/v1/me", {"password": deleted.password}, 204)
    for who in (banned, deleted):
        socket = stage.city.socket()
        socket.send({"type": "hello", "token": who.token})
        socket.code_after_close()
        assert "welcome" not in [message["type"] for message in socket.everything]


def test_a_page_of_another_site_gets_the_public_map_and_nobodys_session(stage):
    """A browser adds no token by itself, as it would add a cookie: without one the socket is nobody's."""
    async def talk():
        headers = {"Origin": "https://evil.example", "Cookie": f"token={stage.victim.token}"}
        async with websockets.connect(stage.city.url.replace("http", "ws", 1) + "/v1/live", extra_headers=headers,
                                      subprotocols=["fief.v1.json"]) as socket:
            await socket.send('{"type":"hello"}')
            await socket.send(json.dumps({"type": "hello", "run": stage.recording}))
            await socket.send(json.dumps({"type": "finish", "run": stage.recording, "total_seq": 0}))
            return [json.loads(await socket.recv()) for _ in range(3)]
    welcome, *refusals = on_loop(talk())
    assert sorted(welcome) == ["server_time", "type"]
    assert [refusal["code"] for refusal in refusals] == ["unauthenticated"] * 2
