"""Hundreds of seeded wrong requests to every operation: each is refused with a documented code, never a 5xx.

Every answer goes through the contract's check, which fails on an undocumented status, code or member.
"""
import json
import random
import socket

import pytest

from client import CITY, client, ms, rfc3339
from contract import operations, resolve

SEED = 20260510
ROUNDS = 60
SOME_ID = "01890a5d-ac96-774b-bcce-b302099a8057"

WRONG_VALUES = [None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, -2**63 - 1, 2**64, 10**40, 0.5, -0.0, 1e308, "", " ", "x",
                "null", "0", "\u0000", "\ud83d\ude00", "\u202e", "a" * 300, "a" * 5000, [], {}, [[]], [None], {"": None}, {"a": {"a": {}}},
                "2026-13-40T99:99:99Z", "Robert'); drop table user;--", "../../etc/passwd", "%s%n", "$1", "\\", "\"", SOME_ID]
WRONG_BODIES = [b"", b" ", b"{", b"}", b"[", b"nul", b"{}{}", b'{"a":1,}', b"{'a':1}", b'{"a":NaN}', b"\xff\xfe{}", b'{"\xc3\x28":1}',
                b'"\\ud800"', b"[" * 2000, b'{"a":' * 500, b"{" + b" " * 10_000 + b"}", b"0" * 1000, b"-", b"1e", b"\x00", b"true",
                b'{"a":1,"a":2}', b"\xef\xbb\xbf{}", b"<xml/>", b'{"a":"' + b"x" * 20_000 + b'"}']
WRONG_QUERIES = ["limit=0", "limit=-1", "limit=x", "limit=1e3", "limit=99999999999999999999", "limit=1&limit=2", "cursor=%00", "cursor=%ff",
                 "cursor=" + "x" * 600, "cursor=%F0%9F%98%80", "bbox=nan,nan,nan,nan", "bbox=1e308,1,1,1", "near=91,181", "near=,", "near=1,2,",
                 "radius_m=-5", "radius_m=1e99", "state=%27", "q=%25%25", "q=%5C", "zoom=inf", "since=x", "%=", "=", "&&&", "a=%zz", "q=%E0%80%AF"]


def good_body(city, schema: dict, rng) -> dict:
    """Something of this shape that would pass, roughly: the start of every mutation."""
    schema = resolve(schema)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: good_body(city, part, rng) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        if "prefixItems" in schema:
            return [good_body(city, part, rng) for part in schema["prefixItems"]]
        return [good_body(city, schema["items"], rng) for _ in range(max(1, schema.get("minItems", 1)))]
    if kind == "integer":
        return rng.randint(schema.get("minimum", 0), min(schema.get("maximum", 1000), schema.get("minimum", 0) + 1000))
    if kind == "number":
        return rng.uniform(schema.get("minimum", 0), schema.get("maximum", 100))
    if kind == "boolean":
        return rng.random() < 0.5
    if schema.get("format") == "date-time":
        return rfc3339(city.server.now())
    if "pattern" in schema:
        return SOME_ID
    return "x" * max(8, schema.get("minLength", 0)) + str(rng.randint(0, 10**9))


def places(value, path=()):
    """Where in a JSON value something can be wrong."""
    yield path
    if isinstance(value, (dict, list)):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*path, key))


def spoilt(value, path: tuple, change):
    if not path:
        return change(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = spoilt(copy[path[0]], path[1:], change)
    return copy


def mutated(body, rng):
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        path = rng.choice(list(places(body)))
        kind = rng.randrange(4)
        if kind == 0 and path:
            def drop(holder, key=path[-1]):
                return ({k: v for k, v in holder.items() if k != key} if isinstance(holder, dict)
                        else [v for k, v in enumerate(holder) if k != key])
            body = spoilt(body, path[:-1], drop)
        elif kind == 1:
            body = spoilt(body, path, lambda held: {**held, "surprise": rng.choice(WRONG_VALUES)} if isinstance(held, dict)
                          else held * 2 if isinstance(held, (list, str)) else rng.choice(WRONG_VALUES))
        else:
            body = spoilt(body, path, lambda _: rng.choice(WRONG_VALUES))
    return body


@pytest.fixture(scope="module")
def everything(city):
    """Ids of things that exist, so that a path leads somewhere, and a user who may do all."""
    organiser = city.operator
    event = organiser.post("/v1/events", {"name": "Target", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance",
                                          "entry_fee_cents": 0, "starts_at": "2026-05-10T09:00:00Z"}, 201)
    ticket = organiser.ask("POST", f"/v1/events/{event['id']}/tickets", None, 201)
    run = organiser.start()
    return {"events": event["id"], "tickets": ticket["id"], "runs": run["id"], "users": city.runner("victim").id,
            "territory": "476504c6c"}


def concrete(path: str, everything: dict, rng) -> str:
    collection = path.split("/")[2] if path.count("/") > 2 else ""
    id_ = everything.get(collection, SOME_ID)
    odd = [id_, id_, id_, SOME_ID, "x", "0", "%20", "%2F", id_.upper(), id_ + "0", "null", "-1"]
    return path.replace("{id}", rng.choice(odd)).replace("{tile}", rng.choice(odd))


OPERATIONS = [(method, path, operation) for method, path, operation in operations() if path not in ("/v1/live",)]
WITH_BODY = [(method, path, operation) for method, path, operation in OPERATIONS if "requestBody" in operation]
IDS = [f"{method} {path}" for method, path, _ in OPERATIONS]


def send(city, method: str, target: str, body=None, headers=None, token: bool = True):
    """Any answer that the contract has is right; the check is in `client.send`."""
    who = client(city.url, city.operator.token if token else None)
    answer = who.send(method, target, body, headers=headers)
    assert answer.status < 500, answer.body
    return answer


@pytest.mark.parametrize("method, path, operation", WITH_BODY, ids=[f"{method} {path}" for method, path, _ in WITH_BODY])
def test_bodies_with_something_wrong_in_them(city, everything, method, path, operation):
    rng = random.Random(f"{SEED} {method} {path}")
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    for number in range(ROUNDS):
        body = mutated(good_body(city, schema, rng), rng)
        if method == "DELETE":
            body = {**body, "password": "not the password"} if isinstance(body, dict) else body
        if method == "PATCH" and path == "/v1/users/{id}" and isinstance(body, dict):
            body.pop("banned", None)
        try:
            content = json.dumps(body).encode("utf-8", "surrogatepass")
            send(city, method, concrete(path, everything, rng), content)
        except AssertionError as error:
            raise AssertionError(f"round {number}, body {json.dumps(body)[:500]}: {error}") from error


@pytest.mark.parametrize("method, path, operation", WITH_BODY, ids=[f"{method} {path}" for method, path, _ in WITH_BODY])
def test_bodies_that_are_no_json_of_any_use(city, everything, method, path, operation):
    rng = random.Random(f"{SEED} raw {method} {path}")
    empty = (b"", b" ", b"{" + b" " * 10_000 + b"}", b"\xef\xbb\xbf{}")  # Fine where nothing is required.
    lenient = method == "PATCH" or not operation["requestBody"]["required"]
    for body in WRONG_BODIES:
        answer = send(city, method, concrete(path, everything, rng), body)
        assert answer.status >= 400 or (lenient and body in empty), (body[:40], answer.status)


@pytest.mark.parametrize("method, path, operation", OPERATIONS, ids=IDS)
def test_queries_that_make_no_sense(city, everything, method, path, operation):
    if method != "GET":
        return
    rng = random.Random(f"{SEED} query {path}")
    for query in WRONG_QUERIES:
        send(city, method, concrete(path, everything, rng) + "?" + query, None)


@pytest.mark.parametrize("method, path, operation", OPERATIONS, ids=IDS)
def test_ids_that_are_none(city, method, path, operation):
    if "{" not in path:
        return
    for id_ in ("x", "%00", "%ff", "%2e%2e", "..%2f..", "%27%20or%201=1", "0" * 300, "٣", SOME_ID + "%20", "%c3%28", "+", "*", ";"):
        target = path.replace("{id}", id_).replace("{tile}", id_).encode().decode("latin-1") if id_ != "٣" else path.replace(
            "{id}", "%D9%A3").replace("{tile}", "%D9%A3")
        answer = send(city, method, target, b"{}" if "requestBody" in operation else None)
        assert 400 <= answer.status < 500, (id_, answer.status)


@pytest.mark.parametrize("headers", [
    {"Content-Type": "application/json; charset=latin-1"}, {"Content-Type": "application/json" * 20}, {"Accept": "image/png"},
    {"Authorization": "Bearer " + "x" * 6000}, {"Idempotency-Key": "\u00e9"}, {"If-None-Match": "*"}, {"Content-Encoding": "gzip"},
    {"Range": "bytes=0-1"}, {"X-HTTP-Method-Override": "DELETE"}, {"Accept-Encoding": "gzip;q=abc"}, {"Cookie": "a=" + "b" * 3000},
    {"X-Request-Id": "<script>"}, {"Origin": "null"}, {"Expect": "a miracle"}])
def test_headers_that_are_odd(city, headers):
    for method, path, body in (("GET", "/v1/events", None), ("POST", "/v1/auth/login", b"{}")):
        send(city, method, path, body, headers={**headers}, token="Authorization" not in headers)


def test_a_body_over_the_limit_is_refused(city):
    answer = client(city.url, city.operator.token).raw("POST", "/v1/runs", b'{"sport":"' + b"x" * 2_000_000 + b'"}', {
        "Content-Type": "application/json", "Authorization": f"Bearer {city.operator.token}"})
    assert (answer.status, answer.code) == (413, "body_too_large")


def test_headers_over_the_limit_are_refused(city):
    answer = city.anybody().raw("GET", "/healthz", None, {"X-Long": "x" * 40_000})
    assert (answer.status, answer.code) == (431, "headers_too_large")


RAW = [b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET /healthz HTTP/1.1\r\n\r\n",
       b"GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
       b"POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       b"POST /v1/runs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       b"POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
       b"GET http://other.example/ HTTP/1.1\r\nHost: a\r\n\r\n", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
       b"GET /healthz HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
       b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /healthz#fragment HTTP/1.1\r\nHost: a\r\n\r\n", b"G" * 70_000, b"\x00" * 100]


@pytest.mark.parametrize("sent", RAW, ids=range(len(RAW)))
def test_what_is_hardly_http_does_no_harm(city, sent):
    anybody = city.anybody()
    with socket.create_connection((anybody.host, anybody.port), timeout=20) as wire:
        wire.sendall(sent)
        wire.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while chunk := wire.recv(65536):
                got += chunk
        except ConnectionResetError:
            pass
    assert not got or got.startswith(b"HTTP/1.1 "), got[:200]
    assert not got.startswith(b"HTTP/1.1 5") or got.startswith(b"HTTP/1.1 505"), got[:200]
    assert anybody.get("/healthz")["status"]


def test_half_a_request_that_never_ends_holds_nobody_up(city):
    anybody = city.anybody()
    wires = [socket.create_connection((anybody.host, anybody.port), timeout=20) for _ in range(50)]
    for number, wire in enumerate(wires):
        wire.sendall(b"POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"[:10 + number * 2])
    assert anybody.get("/healthz")["status"]
    for wire in wires:
        wire.close()


def test_after_all_that_the_game_goes_on(city):
    import tracks
    user = city.runner("survivor")
    done = user.run_of(tracks.ending_at(tracks.line(tracks.spot(CITY, 40), 900, 0), ms(city.server.now()) - 3000))
    assert done["state"] == "accepted"
