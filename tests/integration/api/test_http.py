"""What holds for every request: idempotency, limits, caching, compression, CORS, health, the contract itself."""
import gzip
import json
import uuid

import pytest

import tracks
from client import CITY, INVALID, client, ms, rfc3339, wait_until
from contract import DOCUMENT


@pytest.fixture(scope="module")
def strict(serve):
    """A server that minds how often one asks, and knows one web page."""
    return serve(settings={"FIEF_HTTP_REQUESTS_PER_MINUTE": "60", "FIEF_HTTP_AUTH_REQUESTS_PER_MINUTE": "6",
                           "FIEF_HTTP_CORS_ORIGINS": "https://play.example"})


def key() -> dict:
    return {"Idempotency-Key": str(uuid.uuid4())}


def free_event(city, **changes) -> dict:
    import datetime
    body = {"name": "Http", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 300,
            "starts_at": rfc3339(city.server.now() - datetime.timedelta(hours=1)), **changes}
    return city.operator.post("/v1/events", body, 201)


# -- idempotency ------------------------------------------------------------------------------------

def test_a_repeated_grant_is_paid_once(city):
    user, header = city.runner(), key()
    body = {"coins_cents": 100, "reason": "once"}
    path = f"/v1/users/{user.id}/grants"
    first = city.operator.send("POST", path, body, headers=header)
    again = city.operator.send("POST", path, body, headers=header)
    assert (first.status, again.status, again.json) == (201, 201, first.json)
    assert "idempotent-replayed" not in first.headers and again.headers["idempotent-replayed"] == "true"
    assert user.balances() == user.ledger_sums() == (100, 0)
    city.operator.send("POST", path, body, headers=key())
    assert user.balances() == user.ledger_sums() == (200, 0)


def test_a_key_with_another_body_or_path_is_refused(city):
    user, other, header = city.runner(), city.runner(), key()
    path = f"/v1/users/{user.id}/grants"
    city.operator.post(path, {"coins_cents": 100, "reason": "once"}, 201, headers=header)
    for path, body in ((path, {"coins_cents": 101, "reason": "once"}),
                       (f"/v1/users/{other.id}/grants", {"coins_cents": 100, "reason": "once"})):
        city.operator.refused("POST", path, body, 422, "idempotency_mismatch", headers=header)
    assert user.balances()[0] == 100 and other.balances()[0] == 0


def test_keys_of_two_users_do_not_meet(city):
    one, two, header = city.runner(), city.runner(), key()
    first, second = (user.post("/v1/runs", {}, 201, headers=header) for user in (one, two))
    assert first["id"] != second["id"]


def test_a_repeated_start_purchase_event_and_claim_happen_once(city):
    event = free_event(city)
    user = city.rich(1000)
    for path, body, status in ((f"/v1/events/{event['id']}/tickets", None, 201), ("/v1/runs", {"sport": "walk"}, 201),
                               ("/v1/mining/claim", None, 200)):
        header = key()
        first = user.send("POST", path, body, headers=header)
        again = user.send("POST", path, body, headers=header)
        assert (first.status, again.status) == (status, status), path
        assert again.json == first.json and again.headers["idempotent-replayed"] == "true", path
    assert user.balances() == user.ledger_sums() == (700, 0)
    header = key()
    body = {"name": "Twice", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 0,
            "starts_at": "2026-06-01T10:00:00Z"}
    ids = {city.operator.post("/v1/events", body, 201, headers=header)["id"] for _ in range(3)}
    assert len(ids) == 1


def test_a_key_survives_a_crash(serve):
    world = serve()
    user, header = world.rich(1000), key()
    event = free_event(world)
    path = f"/v1/events/{event['id']}/tickets"
    first = user.post(path, None, 201, headers=header)
    world.server.kill()
    world.server.start()
    user.move(world.url)
    again = user.send("POST", path, None, headers=header)
    assert (again.status, again.json["id"]) == (201, first["id"])
    assert user.balances() == user.ledger_sums() == (700, 0)


@pytest.mark.parametrize("value", ["x" * 129, "x" * 5000])
def test_a_key_has_a_length(city, value):
    city.runner().refused("POST", "/v1/runs", {}, 422, INVALID, headers={"Idempotency-Key": value})


# -- limits -----------------------------------------------------------------------------------------

def test_too_many_requests_of_one_user_are_held_back(strict):
    user, other = strict.runner(), strict.runner()
    answers = [user.send("GET", "/v1/mining") for _ in range(100)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused and answers[0].status == 200
    assert refused[0].code == "rate_limited" and int(refused[0].headers["retry-after"]) >= 1
    assert int(refused[0].headers["ratelimit-remaining"]) == 0
    other.get("/v1/mining")


def test_too_many_logins_of_one_address_are_held_back(serve):
    world = serve(settings={"FIEF_HTTP_AUTH_REQUESTS_PER_MINUTE": "5"})
    body = {"email": "nobody@example.com", "password": "correct horse battery"}
    answers = [world.anybody().send("POST", "/v1/auth/login", body) for _ in range(20)]
    assert answers[0].status == 401
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) >= 10 and refused[0].code in ("rate_limited", "too_many_attempts")


# -- reading ----------------------------------------------------------------------------------------

def test_what_has_not_changed_is_not_sent_again(city):
    event = free_event(city)
    anybody = city.anybody()
    for path in (f"/v1/events/{event['id']}", f"/v1/events/{event['id']}/leaderboard", "/v1/events?q=Http",
                 "/v1/territory?bbox=15,45,15.01,45.01"):
        first = anybody.send("GET", path)
        assert first.headers["etag"].strip("W/").startswith('"'), path
        again = anybody.send("GET", path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b""), path
        several = anybody.send("GET", path, headers={"If-None-Match": '"other", ' + first.headers["etag"]})
        assert several.status == 304, path
        other = anybody.send("GET", path, headers={"If-None-Match": '"other"'})
        assert (other.status, other.json) == (200, first.json), path


def test_what_has_changed_is_sent(city):
    event = free_event(city)
    path = f"/v1/events/{event['id']}"
    old = city.anybody().send("GET", path).headers["etag"]
    city.operator.ask("PATCH", path, {"name": "Renamed"})
    fresh = city.anybody().send("GET", path, headers={"If-None-Match": old})
    assert (fresh.status, fresh.json["name"]) == (200, "Renamed")
    centre = tracks.spot(CITY, 30)
    box = f"/v1/territory?bbox={tracks.bbox_round(centre, 1500)}"
    empty = city.anybody().send("GET", box).headers["etag"]
    user = city.runner()
    user.run_of(tracks.ending_at(tracks.line(centre, 900, 0), ms(city.server.now()) - 3000))
    wait_until(lambda: city.anybody().send("GET", box, headers={"If-None-Match": empty}).status == 200, "the map has changed")


def test_large_answers_are_compressed_when_asked_for(city):
    plain = city.anybody().send("GET", "/openapi.json")
    packed = city.anybody().send("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert len(packed.body) < len(plain.body) / 3
    assert gzip.decompress(packed.body) == plain.body
    assert "accept-encoding" in packed.headers["vary"].lower()
    small = city.anybody().send("GET", "/healthz", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers
    refused = city.anybody().send("GET", "/openapi.json", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "content-encoding" not in refused.headers


def test_a_page_of_the_configured_origin_may_ask(strict):
    preflight = {"Origin": "https://play.example", "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization,content-type,idempotency-key"}
    allowed = strict.anybody().send("OPTIONS", "/v1/runs", headers=preflight)
    assert allowed.status in (200, 204)
    assert allowed.headers["access-control-allow-origin"] == "https://play.example"
    assert "POST" in allowed.headers["access-control-allow-methods"]
    names = allowed.headers["access-control-allow-headers"].lower()
    assert "authorization" in names and "idempotency-key" in names
    answer = strict.anybody().send("GET", "/healthz", headers={"Origin": "https://play.example"})
    assert answer.headers["access-control-allow-origin"] == "https://play.example"
    other = strict.anybody().send("GET", "/healthz", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_head_answers_as_get_without_the_body(city):
    for path in ("/healthz", "/v1/events", "/openapi.json"):
        head = city.anybody().send("HEAD", path)
        get = city.anybody().send("GET", path)
        assert head.status == get.status == 200
        assert head.headers["content-type"] == get.headers["content-type"]


def test_a_sane_request_id_comes_back_and_another_is_replaced(city):
    mine = city.anybody().send("GET", "/healthz", headers={"X-Request-Id": "trace-42"})
    assert mine.headers["x-request-id"] == "trace-42"
    strange = city.anybody().send("GET", "/healthz", headers={"X-Request-Id": "x" * 2000})
    assert strange.headers["x-request-id"] != "x" * 2000


# -- the server -------------------------------------------------------------------------------------

def test_it_is_alive_and_ready(city):
    assert city.anybody().get("/healthz")["status"]
    assert city.anybody().get("/readyz")["status"]


def test_metrics_are_prometheus_text(city):
    text = city.anybody().send("GET", "/metrics")
    lines = text.body.decode().splitlines()
    assert text.status == 200 and len(lines) > 20
    names = {line.split(" ")[2] for line in lines if line.startswith("# TYPE ")}
    samples = [line for line in lines if line and not line.startswith("#")]
    assert names and all(name.startswith("fief_") or name.startswith("process_") for name in names)
    for line in samples:
        float(line.rsplit(" ", 1)[1])
    assert not [line for line in samples if str(uuid.UUID(int=0))[:8] in line]


def test_the_contract_that_is_served_is_the_one_of_this_source(city):
    assert city.anybody().get("/openapi.json") == DOCUMENT


@pytest.mark.parametrize("path", ["//", "/v1", "/v1/", "/v1/nothing", "/v1/me/", "//v1/me", "/v1//me", "/v2/me", "/v1/me/ledger/x", "/.git/config",
                                  "/v1/runs/../me", "/v1/Me"])
def test_elsewhere_is_nothing(city, path):
    city.runner().refused("GET", path, None, 404, "not_found")


def test_another_method_is_refused_and_told_which_are_allowed(city):
    user = city.runner()
    for method, path, allowed in (("PUT", "/v1/me", "GET"), ("DELETE", "/v1/events", "POST"), ("POST", "/healthz", "GET"),
                                  ("GET", "/v1/auth/login", "POST"), ("PATCH", "/v1/mining/claim", "POST")):
        answer = user.send(method, path, {} if method != "GET" else None)
        assert answer.status == 405 and allowed in answer.headers["allow"], (method, path)


def test_another_media_type_is_refused(city):
    user = city.runner()
    for type_ in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "", "json"):
        answer = user.send("POST", "/v1/runs", json.dumps({}).encode(), headers={"Content-Type": type_})
        assert answer.status in (415, 201 if type_ == "" else 415), type_
    assert client(city.url, user.token).send("PATCH", "/v1/me", b"{}", headers={
        "Content-Type": "application/json; charset=utf-8"}).status == 200
