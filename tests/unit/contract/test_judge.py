"""The judge of the integration tests is strict: what the contract does not have, it does not let pass."""
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "integration" / "api"))

from client import answer  # noqa: E402
from contract import check_answer, check_message, template_of  # noqa: E402

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
MINING = {"tiles": 1, "rate_micro_per_hour": 50000, "pending_micro": 3, "claimable_at": "2026-05-10T10:00:00.000Z"}
PROBLEM = {"type": "urn:fief:problem:not_found", "title": "Not Found", "status": 404, "detail": "No.", "code": "not_found",
           "request_id": "r"}


def told(status: int, body, type_="application/json", **headers) -> answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answer(status, [("Content-Type", type_), ("X-Request-Id", "r"), *headers.items()], content)


def problem(**changes) -> answer:
    body = {**PROBLEM, **changes}
    return told(body["status"], body, "application/problem+json")


def test_what_the_contract_has_passes():
    check_answer("GET", "/v1/mining", told(200, MINING))
    check_answer("GET", f"/v1/runs/{ID}", problem())
    check_answer("POST", "/v1/auth/logout", told(204, b""))
    check_answer("GET", "/nowhere", problem())
    check_message({"type": "ack", "run": ID, "ack": 3, "want": [[4, 5]]})
    check_message({"type": "mining", **MINING, "claimable_at": 1778407200000})


@pytest.mark.parametrize("wrong", [
    told(200, {**MINING, "surprise": 1}), told(200, {key: MINING[key] for key in list(MINING)[1:]}),
    told(200, {**MINING, "tiles": "1"}), told(200, {**MINING, "tiles": -1}), told(200, {**MINING, "claimable_at": "2026-05-10T10:00:00Z"}),
    told(200, {**MINING, "claimable_at": 1778407200000}), told(200, MINING, "text/plain"), told(201, MINING), told(500, b""),
    told(404, PROBLEM), problem(code="made_up"), problem(status=409, code="ticket_used"), problem(extra=1), problem(request_id="other"),
    problem(status=429, code="rate_limited"), answer(200, [("Content-Type", "application/json")], json.dumps(MINING).encode())])
def test_what_the_contract_does_not_have_fails(wrong):
    with pytest.raises(AssertionError):
        check_answer("GET", "/v1/mining", wrong)


@pytest.mark.parametrize("method, path, got", [
    ("GET", "/nowhere", told(200, {})), ("PUT", "/v1/mining", problem()), ("PUT", "/v1/mining", problem(status=405, code="method_not_allowed")),
    ("POST", "/v1/auth/logout", told(204, b"x")), ("HEAD", "/healthz", told(200, {"status": "ok"})),
    ("GET", "/v1/events", told(200, {"items": [], "next_cursor": None}))])
def test_wrong_places_methods_bodies_and_missing_headers_fail(method, path, got):
    with pytest.raises(AssertionError):
        check_answer(method, path, got)


@pytest.mark.parametrize("message", [
    {"type": "dance"}, {"ack": 3}, {"type": "ack", "run": ID, "ack": 3}, {"type": "ack", "run": ID, "ack": 3, "want": [[4]]},
    {"type": "ack", "run": ID, "ack": 3, "want": [[4, 5]] * 9}, {"type": "pong", "n": 1, "m": 2}, {"type": "mining", **MINING},
    {"type": "delta", "id": "a", "version": 1, "tiles": [["4765", None]]},
    {"type": "snapshot", "id": "a", "version": 1, "tiles": []}])
def test_socket_messages_are_judged_as_strictly(message):
    with pytest.raises(AssertionError):
        check_message(message)


def test_the_most_literal_template_wins():
    assert template_of("/v1/me/ledger") == "/v1/me/ledger"
    assert template_of(f"/v1/runs/{ID}/track.gpx") == "/v1/runs/{id}/track.gpx"
    assert template_of("/v1/leaderboards/territory") == "/v1/leaderboards/territory"
    assert template_of("/v1/runs/a/b/c") is None
