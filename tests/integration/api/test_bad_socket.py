"""Everything wrong that can be done with the socket. It is refused or closed, and the server lives on."""
import json
import random
import socket as sockets

import pytest
import websockets

import tracks
from client import CITY, ms
from socket_client import closed

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


def alive(socket):
    socket.send({"type": "ping", "n": 4711})
    return socket.expect("pong", lambda message: message["n"] == 4711)


@pytest.mark.parametrize("message", [
    {"type": "ping", "n": 1}, {"type": "subscribe", "id": "a", "bbox": [0, 0, 1, 1]}, {"type": "finish", "run": NOBODY, "total_seq": 0},
    "not json", "{", "[]", "null", ""])
def test_anything_before_hello_is_refused(city, message):
    socket = city.socket()
    socket.send(message)
    assert socket.expect("error")["code"] in ("hello_required", "malformed_json", "invalid_argument")
    socket.hello(token=city.runner().token)


@pytest.mark.parametrize("hello", [{"type": "hello", "run": NOBODY}, {"type": "hello", "token": "x"}, {"type": "hello", "token": ""}, {"type": "hello", "token": 5}])
def test_a_hello_with_a_bad_token_or_a_run_of_nobody_is_refused(city, hello):
    socket = city.socket()
    socket.send(hello)
    assert socket.expect("error")["code"] in ("unauthenticated", "invalid_argument", "token_expired")


def test_silence_and_bad_hellos_are_closed(city):
    silent, wrong = city.socket(), city.socket()
    wrong.send({"type": "hello", "token": "x"})
    assert silent.code_after_close() == 1008
    assert wrong.code_after_close() == 1008


def test_a_hello_can_be_repeated_by_the_same_user_only(city):
    user, other = city.runner(), city.runner()
    socket = city.live(user)
    run = user.start()["id"]
    assert socket.hello(token=user.token, run=run)["run"] == run
    socket.send({"type": "hello", "token": other.token})
    assert socket.expect("error")["code"] == "forbidden"
    alive(socket)


def test_a_binary_message_is_closed(city):
    for sent in (b"{}", b"\x00\xff", json.dumps({"type": "ping", "n": 1}).encode()):
        socket = city.live(city.runner())
        socket.send(sent)
        assert socket.code_after_close() == 1003


def test_a_message_over_the_limit_is_closed(city):
    socket = city.live(city.runner())
    socket.send("x" * 70_000)
    assert socket.code_after_close() == 1009


@pytest.mark.parametrize("text", [
    "", " ", "{", "[]", "7", "null", '"ping"', "{}", '{"type":5}', '{"type":null}', '{"type":"dance"}', '{"type":"PING","n":1}', '{"n":1}',
    '{"type":"ping"}', '{"type":"ping","n":"1"}', '{"type":"ping","n":1.5}', '{"type":"ping","n":1,"m":2}', '{"type":"ping","n":1e400}',
    '{"type":"ping","n":99999999999999999999}', '{"type":"subscribe"}', '{"type":"subscribe","id":"a"}',
    '{"type":"subscribe","id":"a","bbox":[0,0,1]}', '{"type":"subscribe","id":"a","bbox":[0,0,1,1,1]}', '{"type":"subscribe","id":"a","bbox":"0,0,1,1"}',
    '{"type":"subscribe","id":"a","bbox":[0,2,1,1]}', '{"type":"subscribe","id":"a","bbox":[0,0,1,91]}', '{"type":"subscribe","id":"a","bbox":[-181,0,1,1]}',
    '{"type":"subscribe","id":"a","bbox":[-180,-90,180,90]}', '{"type":"subscribe","id":"","bbox":[0,0,0.1,0.1]}',
    '{"type":"subscribe","id":"' + "x" * 65 + '","bbox":[0,0,0.1,0.1]}', '{"type":"subscribe","id":5,"bbox":[0,0,0.1,0.1]}',
    '{"type":"subscribe","id":"a","bbox":[0,0,0.1,0.1],"since":-1}', '{"type":"unsubscribe"}', '{"type":"unsubscribe","id":5}',
    '{"type":"finish"}', '{"type":"finish","run":"x","total_seq":1}', '{"type":"finish","run":"' + NOBODY + '","total_seq":1}',
    '{"type":"finish","run":"' + NOBODY + '","total_seq":-1}', '{"type":"fixes"}', '{"type":"fixes","run":"' + NOBODY + '","first_seq":1,"fixes":[]}',
    '{"type":"fixes","run":"' + NOBODY + '","first_seq":0,"fixes":[[1700000000000,1,1,1]]}',
    '{"type":"fixes","run":"' + NOBODY + '","first_seq":1,"fixes":[[1700000000000,1,1,1]]}',
    '{"type":"fixes","run":"' + NOBODY + '","first_seq":1,"fixes":[[NaN,1,1,1]]}', '{"type":"welcome"}', '{"type":"hello"}', "[" * 3000,
    '{"type":"ping","n":1}{"type":"ping","n":2}', '{"type":"ping","type":"ping","n":1}', "\x00", '{"type":"ping","n":1', "é" * 100])
def test_a_wrong_message_is_refused_and_the_socket_goes_on(city, text):
    socket = city.live(city.runner())
    socket.send(text)
    refused = socket.expect("error")
    assert refused["code"] and refused["detail"]
    alive(socket)


def test_unsubscribing_what_is_not_subscribed_does_no_harm(city):
    socket = city.live(city.runner())
    socket.send({"type": "unsubscribe", "id": "never"})
    alive(socket)


@pytest.mark.parametrize("change", [{"first_seq": 50_000}, {"fixes": [[0, 45, 15, 5]]}, {"fixes": [[1_700_000_000_000, 95, 15, 5]]},
                                    {"fixes": [[4_000_000_000_000, 45, 15, 5]]}, {"fixes": [[1_700_000_000_000, 45, 15, -5]]}, {"extra": 1}])
def test_wrong_fixes_of_ones_own_run_leave_the_run_as_it_was(city, change):
    user = city.runner()
    run = user.start()["id"]
    socket = city.live(user, run=run)
    good = tracks.ending_at(tracks.line(tracks.spot(CITY, 0), 100, 0), ms(city.server.now()) - 3000)
    message = {"type": "fixes", "run": run, "first_seq": 1, "fixes": good[:2], **change}
    if change == {"first_seq": 50_000}:
        message["fixes"] = good[:2]
    socket.send(message)
    assert socket.expect("error")["code"]
    socket.add(run, good)
    assert socket.ack_to(len(good)) == {"type": "ack", "run": run, "ack": len(good), "want": []}


def test_seeded_rubbish_never_ends_the_server(city):
    rng = random.Random(7)
    user = city.runner()
    run = user.start()["id"]
    whole = json.dumps({"type": "fixes", "run": run, "first_seq": 1, "fixes": [[1_700_000_000_000, 45.1, 15.1, 5.5]] * 3})
    socket = city.live(user)
    for number in range(300):
        text = list(whole)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(text))
            kind = rng.randrange(3)
            if kind == 0:
                text[at] = rng.choice('{}[]",:0123456789eE+-.ntf \\\u0000é')
            elif kind == 1:
                del text[at]
            else:
                text.insert(at, rng.choice('{}[]",:09e-'))
        try:
            socket.send("".join(text))
            if number % 20 == 0:
                alive(socket)
        except (closed, websockets.ConnectionClosed):
            socket = city.live(user)
    alive(city.live(user))
    assert city.anybody().get("/healthz")["status"]


def test_another_subprotocol_or_none_is_refused_or_ignored(city):
    for offered in ((), ("fief.v9.json",), ("chat", "superchat")):
        try:
            city.socket(subprotocols=offered)
        except (websockets.InvalidStatusCode, websockets.NegotiationError) as error:
            assert getattr(error, "status_code", 400) in (400, 426)
    city.socket(subprotocols=("fief.v9.json", "fief.v1.json")).hello(token=city.runner().token)


def test_the_path_of_the_socket_without_an_upgrade_says_so(city):
    answer = city.anybody().send("GET", "/v1/live")
    assert (answer.status, answer.code) == (426, "upgrade_required")


HANDSHAKE = b"GET /v1/live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" \
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: fief.v1.json\r\n\r\n"


@pytest.mark.parametrize("frames", [
    b"\x81\x02hi", b"\x83\x80\x00\x00\x00\x00", b"\xc1\x80\x00\x00\x00\x00", b"\x89\xfe\x01\x00\x00\x00\x00\x00" + b"x" * 256,
    b"\x80\x80\x00\x00\x00\x00", b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", b"\x88\x81\x00\x00\x00\x00x",
    b"\x81\x82\x00\x00\x00\x00\xc3\x28", b"\x01\x81\x00\x00\x00\x00{\x81\x81\x00\x00\x00\x00}"])
def test_frames_against_the_standard_close_that_socket_only(city, frames):
    anybody = city.anybody()
    with sockets.create_connection((anybody.host, anybody.port), timeout=20) as wire:
        wire.sendall(HANDSHAKE)
        assert wire.recv(4096).startswith(b"HTTP/1.1 101 ")
        wire.sendall(frames)
        try:
            while wire.recv(4096):
                pass
        except ConnectionResetError:
            pass
    assert anybody.get("/healthz")["status"]
