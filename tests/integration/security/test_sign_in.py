"""Guessing passwords, stealing refresh tokens, and the limits of those who try."""
import hashlib
import http.client
import json
import statistics
import time

import pytest

from client import answer, client
from operations import RULES

LIMITS = {"FIEF_HTTP_AUTH_REQUESTS_PER_MINUTE": "10000", "FIEF_HTTP_REQUESTS_PER_MINUTE": "10000"}


@pytest.fixture(scope="module")
def guarded(serve):
    """A server with its throttles of signing in as they come, and edge limits too high to matter here."""
    return serve(settings=LIMITS)


@pytest.fixture(scope="module")
def narrow(serve):
    """A server with small limits at the edge, and hashes as slow as they come."""
    return serve(settings={"FIEF_HTTP_AUTH_REQUESTS_PER_MINUTE": "12", "FIEF_HTTP_REQUESTS_PER_MINUTE": "20",
                           "FIEF_AUTH_ARGON2_MEMORY_KIB": "65536", "FIEF_AUTH_ARGON2_PASSES": "2"})


def send_from(address: str, world, method: str, path: str, body=None, **headers) -> answer:
    """As from another machine: all of 127.0.0.0/8 is this one."""
    there = client(world.url)
    connection = http.client.HTTPConnection(there.host, there.port, timeout=60, source_address=(address, 0))
    try:
        sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        got = connection.getresponse()
        return answer(got.status, got.getheaders(), got.read())
    finally:
        connection.close()


def guess(address: str, world, email: str, password: str = "wrong horse battery", **headers) -> answer:
    return send_from(address, world, "POST", "/v1/auth/login", {"email": email, "password": password}, **headers)


def test_guessing_at_one_account_ends_wherever_the_guesses_come_from(guarded):
    user, other = guarded.runner("guessed"), guarded.runner("bystander")
    codes = [guess(f"127.0.1.{n}", guarded, user.email).code for n in range(1, 13)]
    assert codes == ["wrong_credentials"] * 10 + ["too_many_attempts"] * 2
    # Also the right password waits: else the answer would tell which guess was right.
    late = guess("127.0.1.99", guarded, user.email.upper(), user.password)
    assert (late.status, late.code) == (429, "too_many_attempts") and 1 <= int(late.headers["retry-after"]) <= 30
    assert guess("127.0.1.1", guarded, other.email, other.password).status == 200


def test_guessing_at_many_accounts_from_one_address_ends(guarded):
    codes = [guess("127.0.2.1", guarded, f"somebody{n}@example.com").code for n in range(60)]
    assert codes[:50] == ["wrong_credentials"] * 50 and "too_many_attempts" in codes[50:]
    user = guarded.runner("neighbour")
    assert guess("127.0.2.1", guarded, user.email, user.password).status == 429
    assert guess("127.0.2.2", guarded, user.email, user.password).status == 200


def test_nobody_gets_another_address_by_saying_so(guarded):
    """There is no trusted proxy, so what a client says about its address is hot air."""
    names = ({"X_Forwarded_For": "10.0.0.{n}"}, {"Forwarded": "for=10.0.0.{n}"}, {"X_Real_IP": "10.0.0.{n}"})
    codes = [guess("127.0.3.1", guarded, f"another{n}@example.com",
                   **{name: value.format(n=n) for name, value in names[n % 3].items()}).code for n in range(60)]
    assert "too_many_attempts" in codes[50:]


def test_deleting_an_account_is_no_way_to_guess_its_password(guarded):
    user = guarded.runner("keeper")
    codes = [user.send("DELETE", "/v1/me", {"password": f"guess {n}"}).code for n in range(11)]
    assert codes == ["wrong_credentials"] * 10 + ["too_many_attempts"]
    assert user.get("/v1/me")["id"] == user.id


def test_signing_in_takes_as_long_for_an_address_without_an_account(narrow):
    """A password is hashed either way; here that takes most of the time of an answer."""
    user = narrow.runner("timed")
    known, unknown = [], []
    for n in range(7):
        for times, email in ((known, user.email), (unknown, f"nobody{n}@example.com")):
            began = time.monotonic()
            assert guess(f"127.0.4.{n + 1}", narrow, email).code == "wrong_credentials"
            times.append(time.monotonic() - began)
    assert statistics.median(unknown) > statistics.median(known) / 2, (known, unknown)


def test_the_edge_limits_signing_in_and_bad_tokens_by_address(narrow):
    codes = [send_from("127.0.5.1", narrow, "POST", "/v1/auth/refresh", {"refresh_token": f"guess{n}"}).code for n in range(16)]
    assert codes[:12] == ["token_expired"] * 12 and "rate_limited" in codes[12:]
    codes = [send_from("127.0.5.2", narrow, "GET", "/v1/me", Authorization=f"Bearer guess{n}").code for n in range(26)]
    assert codes[:20] == ["token_expired"] * 20 and "rate_limited" in codes[20:], "trying tokens has a limit too"
    assert send_from("127.0.5.3", narrow, "GET", "/v1/me").status == 401


def test_a_stolen_refresh_token_ends_for_thief_and_owner(guarded):
    user = guarded.runner("robbed")
    anybody = guarded.anybody()
    stolen = user.refresh_token
    thief = anybody.post("/v1/auth/refresh", {"refresh_token": stolen})
    thief = anybody.post("/v1/auth/refresh", {"refresh_token": thief["refresh_token"]})
    anybody.refused("POST", "/v1/auth/refresh", {"refresh_token": stolen}, 401, "token_reused")
    anybody.refused("POST", "/v1/auth/refresh", {"refresh_token": thief["refresh_token"]}, 401)


def test_an_idempotency_key_is_its_users_alone(guarded):
    first, second = guarded.runner("first"), guarded.runner("second")
    headers = {"Idempotency-Key": "the-same-key"}
    mine = first.send("POST", "/v1/runs", {}, headers=headers)
    again = first.send("POST", "/v1/runs", {}, headers=headers)
    theirs = second.send("POST", "/v1/runs", {}, headers=headers)
    assert mine.json["id"] == again.json["id"] != theirs.json["id"]
    assert "idempotent-replayed" in again.headers and "idempotent-replayed" not in theirs.headers
    assert (theirs.status, theirs.json["user"]) == (201, second.id)


@pytest.mark.parametrize("key", ["k" * 129, "k\u00ff", "ключ".encode().decode("latin-1")])
def test_an_idempotency_key_is_short_ascii(guarded, key):
    user = guarded.runner()
    user.refused("POST", "/v1/runs", {}, 422, "invalid_argument", headers={"Idempotency-Key": key.encode("latin-1")})
    assert user.get("/v1/runs")["items"] == []


def test_a_giant_password_is_refused_before_it_is_hashed(guarded):
    body = {"email": "giant@example.com", "password": "x" * 900_000, "username": "giant"}
    anybody = guarded.anybody()
    anybody.refused("POST", "/v1/auth/register", body, 422, "invalid_argument")
    anybody.refused("POST", "/v1/auth/login", {"email": body["email"], "password": body["password"]}, 422, "invalid_argument")


def test_no_answer_with_something_private_is_kept_by_a_cache(guarded):
    user = guarded.runner("cached")
    for operation, rule in RULES.items():
        method, _, path = operation.partition(" ")
        if method != "GET" or "{" in path or path == "/v1/live":
            continue
        got = user.send("GET", path, query={"bbox": "15.9,45.8,15.91,45.81"} if path == "/v1/territory" else None)
        assert got.headers["x-content-type-options"] == "nosniff", operation
        if rule.need != "open":
            assert got.headers["cache-control"] == "no-store", operation
    login = {"email": user.email, "password": user.password}
    assert user.send("POST", "/v1/auth/login", login).headers["cache-control"] == "no-store"


def test_a_page_of_another_origin_is_let_in_nowhere(guarded):
    user = guarded.runner("page")
    evil = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method, path in (("GET", "/v1/me"), ("OPTIONS", "/v1/runs"), ("POST", "/v1/runs")):
        got = user.send(method, path, headers=evil)
        assert not [name for name in got.headers if name.startswith("access-control")], (method, path)
        assert "set-cookie" not in got.headers


def test_a_token_holds_no_personal_data(guarded):
    import base64
    user = guarded.runner("bearer")
    head, body, _ = user.token.split(".")
    decode = lambda part: json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))  # noqa: E731
    assert decode(head)["alg"] == "HS256" and set(decode(body)) == {"iss", "sub", "roles", "process", "iat", "exp"}
    assert hashlib.sha256(user.refresh_token.encode()).hexdigest() not in user.token
