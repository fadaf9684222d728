"""Every operation of the server, and whose it is. A new endpoint without a row here fails the tests."""
import dataclasses

from client import CITY

ABSENT = (404, "not_found")
FORBIDDEN = (403, "forbidden")


@dataclasses.dataclass(frozen=True)
class rule:
    """Who may call an operation, and what happens to others.

    `need` is the least that lets a caller in: nothing, a user, an organiser, an operator. `of` names the
    object of `stage` that takes the place of the `{id}` or whatever the path has. `owner` is the status that the one who
    may gets, so that a refusal of others is not just a wrong request; no such call changes the stage. `stranger` is what a user gets for
    an object that is somebody else's; None when there is no such object, or it is everybody's.
    """
    need: str
    owner: object = 200
    of: str = None
    stranger: tuple = None
    body: object = None
    query: dict = None
    by: str = "victim"  # who may
    type: str = None  # of a body of bytes


USER, OPEN, ORGANISER, OPERATOR = "user", "open", "organiser", "operator"
EVENT = {"name": "New", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 0,
         "starts_at": "2026-05-11T08:00:00.000Z"}
PREVIEW = {"tz": "Europe/Zagreb", "starts_at": "2026-05-11T08:00:00.000Z", "entry_fee_cents": 0}
SIGN_UP = {"email": "no", "password": "no", "username": "no"}

RULES = {
    # Whoever knows a password or a refresh token. No token helps, and none is looked at.
    "POST /v1/auth/register": rule(OPEN, 422, body=SIGN_UP),
    "POST /v1/auth/login": rule(OPEN, 401, body={"email": "no@example.com", "password": "no"}),
    "POST /v1/auth/refresh": rule(OPEN, 401, body={"refresh_token": "no"}),
    "POST /v1/auth/logout": rule(OPEN, 204, body={"refresh_token": "no"}),
    # The caller's own, whoever that is: there is no id to put another's in.
    "GET /v1/me": rule(USER),
    "PATCH /v1/me": rule(USER, body={}),
    "DELETE /v1/me": rule(USER, 401, body={"password": "not mine"}),
    "GET /v1/me/ledger": rule(USER),
    "GET /v1/me/notifications": rule(USER),
    "GET /v1/me/export": rule(USER),
    "GET /v1/me/home-zones": rule(USER),
    "PUT /v1/me/home-zones": rule(USER, 422, body=[{}]),
    "GET /v1/me/strava": rule(USER, 404),  # Strava is off here; integration/strava has a server with it.
    "DELETE /v1/me/strava": rule(USER, 404),
    "GET /v1/me/strava/connect": rule(USER, 404),
    "GET /v1/me/strava/imports": rule(USER, 404),
    "POST /v1/me/wallets/challenge": rule(USER, 404),  # No chain is configured here: nothing to link.
    "POST /v1/me/wallets": rule(USER, 404, body={"message": "no", "signature": "no"}),
    "GET /v1/me/wallets": rule(USER),
    "DELETE /v1/me/wallets/{address}": rule(USER, 204, of="wallet"),  # The same answer for any that is not the caller's.
    "GET /v1/me/deposits": rule(USER),
    "GET /v1/tickets": rule(USER),
    "GET /v1/runs": rule(USER),
    "POST /v1/runs": rule(USER, 409, body={}),
    "POST /v1/runs/import": rule(USER, 422, body=b"no file", type="application/gpx+xml"),
    "GET /v1/mining": rule(USER),
    "POST /v1/mining/claim": rule(USER, (200, 429)),  # 429: claimed a moment ago
    # One user's: to others as if it were not there.
    "GET /v1/runs/{id}": rule(USER, of="done", stranger=ABSENT),
    "GET /v1/runs/{id}/track": rule(USER, of="done", stranger=ABSENT),  # Of one flagged: operators, too.
    "GET /v1/runs/{id}/track.gpx": rule(USER, of="done", stranger=ABSENT),
    "POST /v1/runs/{id}/fixes": rule(USER, of="recording", stranger=ABSENT,
                                     body={"first_seq": 1, "fixes": [[1778407200000, *CITY, 4.5]]}),
    "POST /v1/runs/{id}/finish": rule(USER, 409, of="recording", stranger=ABSENT, body={"total_seq": 50_000}),
    "POST /v1/tickets/{id}/consume": rule(USER, 409, of="ticket", stranger=ABSENT),
    # An organiser's: known to all, changed by the organiser and by operators.
    "POST /v1/events": rule(ORGANISER, 201, body=EVENT, by="organiser"),
    "POST /v1/events/preview": rule(ORGANISER, body=PREVIEW, by="organiser"),
    "PATCH /v1/events/{id}": rule(USER, of="event", stranger=FORBIDDEN, body={"name": "Open"}, by="organiser"),
    "POST /v1/events/{id}/cancel": rule(USER, of="spare_event", stranger=FORBIDDEN, by="organiser"),
    "POST /v1/events/{id}/grants": rule(ORGANISER, 409, of="event", stranger=FORBIDDEN, by="organiser",
                                        body={"user": "{victim}"}),
    # For operators.
    "GET /v1/users": rule(OPERATOR, by="operator", query={"q": "victim"}),
    "GET /v1/users/{id}": rule(OPERATOR, of="victim", by="operator"),
    "PATCH /v1/users/{id}": rule(OPERATOR, of="victim", body={"roles": ["runner"]}, by="operator"),
    "POST /v1/users/{id}/grants": rule(OPERATOR, 422, of="victim", body={"coins_cents": 0, "reason": "x"}, by="operator"),
    "GET /v1/users/{id}/ledger": rule(OPERATOR, of="victim", by="operator"),
    "GET /v1/reviews": rule(OPERATOR, by="operator"),
    "GET /v1/actions": rule(OPERATOR, by="operator"),
    "POST /v1/runs/{id}/review": rule(OPERATOR, 422, of="flagged", body={"verdict": "accept"}, by="operator"),
    "GET /v1/status": rule(OPERATOR, by="operator"),
    # Everybody's.
    "GET /v1/events": rule(OPEN),
    "GET /v1/events/{id}": rule(OPEN, of="event"),
    "GET /v1/events/{id}/leaderboard": rule(OPEN, of="event"),
    "POST /v1/events/{id}/tickets": rule(USER, 409, of="event"),
    "GET /v1/territory": rule(OPEN, query={"bbox": "{box}"}),
    "GET /v1/territory/{tile}": rule(OPEN, of="tile"),
    "GET /v1/territory/{tile}/history": rule(OPEN, of="tile"),
    "GET /v1/leaderboards/territory": rule(OPEN),
    "GET /v1/regions": rule(OPEN),
    "GET /v1/server": rule(OPEN),
    "GET /": rule(OPEN, (200, 404)),  # 404: this build is without the application; test_web.py has one.
    "GET /assets/{file}": rule(OPEN, 404, of="tile"),
    # Whoever has a state that we signed; whoever knows the secret of the path.
    "GET /v1/strava/callback": rule(OPEN, 404),
    "GET /v1/strava/webhook/{secret}": rule(OPEN, 404, of="tile"),
    "POST /v1/strava/webhook/{secret}": rule(OPEN, 404, of="tile", body={}),
    "GET /v1/live": rule(OPEN, 426),  # its messages: test_socket_ownership.py
    "GET /healthz": rule(OPEN),
    "GET /readyz": rule(OPEN),
    "GET /metrics": rule(OPEN),
    "GET /openapi.json": rule(OPEN),
}

# The same for what a client may say on the socket; test_socket_ownership.py has a test of each.
MESSAGES = {"hello", "fixes", "finish", "subscribe", "unsubscribe", "ping"}


def method_and_path(operation: str) -> tuple:
    return tuple(operation.split(" ", 1))
