"""Object-level authorisation: every operation, with everybody's token but the right one."""
import json
import re

import pytest

import tracks
from client import CITY, client, ms, wait_until
from contract import DOCUMENT, METHODS, ROOT, operations
from operations import ABSENT, MESSAGES, RULES, method_and_path
from forging import forge, forgeries, token_key
from people import NOBODY, with_token

LOCKED = [operation for operation, rule in RULES.items() if rule.need != "open"]
OWNED = [operation for operation, rule in RULES.items() if rule.stranger]


def fill(template, stage, rule, object_id=None):
    """The operation's path, query or body with the stage's objects in it."""
    thing = getattr(stage, rule.of) if rule.of and not object_id else object_id
    own = thing if isinstance(thing, str) else thing["id"] if isinstance(thing, dict) else getattr(thing, "id", NOBODY)
    text = json.dumps(template)
    for name, value in (("{id}", own), ("{tile}", own), ("{secret}", own), ("{address}", own), ("{file}", own),
                        ("{victim}", stage.victim.id), ("{box}", stage.box)):
        text = text.replace(name, value)
    return json.loads(text)


def call(who: client, operation: str, stage, object_id=None, headers=None):
    rule = RULES[operation]
    method, path = method_and_path(operation)
    body = rule.body if isinstance(rule.body, bytes) else fill(rule.body, stage, rule)
    query = fill(rule.query, stage, rule)
    sent = {**({"Content-Type": rule.type} if rule.type else {}), **(headers or {})}
    return who.send(method, fill(path, stage, rule, object_id), body, query=query, headers=sent)


def told(answer) -> tuple:
    """What an answer tells but for its time and its request."""
    body = {**answer.json, "request_id": ""} if answer.body else None
    skipped = ("date", "x-request-id", "ratelimit-remaining", "ratelimit-reset")
    return answer.status, body, sorted((key, value) for key, value in answer.headers.items() if key not in skipped)


@pytest.fixture(scope="module")
def whole(stage):
    """The stage with an event to spare; when all is done the victim still has everything."""
    stage.spare_event = stage.make_event("Spare")["id"]
    before = stage.belongings()
    yield stage
    assert stage.belongings() == before, "somebody touched what is the victim's"


# -- the table is complete --------------------------------------------------------------------------


def test_every_operation_of_the_contract_has_a_rule():
    documented = {f"{method} {path}" for method, path, _ in operations()}
    assert documented - set(RULES) == set(), "say in operations.py whose they are"
    assert set(RULES) - documented == set(), "these rules are of no operation"


def test_every_route_of_the_sources_has_a_rule():
    """Also one that nobody has put into the contract."""
    found = set()
    for source in (ROOT / "net" / "api").glob("*.cpp"):
        for method, path in re.findall(r'add\(\s*to,\s*http_method::(\w+),\s*"([^"]+)"', source.read_text()):
            found.add(f"{'DELETE' if method == 'del' else method.upper()} {path}")
    assert len(found) > 30, "the sources look different now: this test finds nothing"
    assert found == set(RULES) - {"GET /v1/live"}


def test_the_running_server_has_no_other_methods(whole):
    for path in DOCUMENT["paths"]:
        if path == "/v1/live":
            continue
        ours = {method for method, template in map(method_and_path, RULES) if template == path}
        got = whole.city.anybody().send("OPTIONS", path.replace("{id}", NOBODY).replace("{tile}", whole.tile).replace("{secret}", "no"))
        allowed = {word.strip() for word in got.headers["allow"].split(",")} - {"OPTIONS", "HEAD"}
        assert allowed == ours, path


def test_the_contract_says_the_same_about_tokens():
    for method, path, operation in operations():
        security = operation.get("security", DOCUMENT["security"])
        needs_token = security == [{"bearer": []}]
        assert needs_token == (RULES[f"{method} {path}"].need != "open"), f"{method} {path}"
    assert set(METHODS) >= {method_and_path(operation)[0].lower() for operation in RULES}


def test_every_message_of_the_socket_is_known():
    names = {option["$ref"].rpartition("/Socket")[2].lower() for option in
             DOCUMENT["components"]["schemas"]["ClientMessage"]["oneOf"]}
    assert names == MESSAGES, "say in test_socket_ownership.py whose runs they may touch"


def test_every_object_with_an_id_has_an_owner_or_is_public():
    for operation, rule in RULES.items():
        assert ("{" in operation) == (rule.of is not None), operation
        if rule.of in ("done", "recording", "ticket"):
            assert rule.stranger == ABSENT, operation


# -- with the right token, with none, with another's ------------------------------------------------


@pytest.mark.parametrize("operation", RULES)
def test_the_one_who_may_is_let_in(whole, operation):
    rule = RULES[operation]
    got = call(getattr(whole, rule.by), operation, whole)
    assert got.status in (rule.owner if isinstance(rule.owner, tuple) else (rule.owner,)), got.body


@pytest.mark.parametrize("operation", LOCKED)
def test_without_a_token_nobody_is_let_in(whole, operation):
    got = call(whole.city.anybody(), operation, whole)
    assert (got.status, got.code, got.headers["www-authenticate"]) == (401, "unauthenticated", "Bearer")
    assert told(got) == told(call(whole.city.anybody(), operation, whole, NOBODY))


@pytest.mark.parametrize("operation", OWNED)
def test_what_is_anothers_is_refused_and_looks_like_nothing(whole, operation):
    rule = RULES[operation]
    strangers = [whole.stranger, whole.other_organiser] + ([] if rule.by == "organiser" else [whole.organiser])
    for who in strangers:
        got = call(who, operation, whole)
        assert (got.status, got.code) == rule.stranger, f"{who.name}: {got.body}"
        if rule.stranger == ABSENT:
            assert told(got) == told(call(who, operation, whole, NOBODY)), "it tells that there is something"


def test_an_operator_sees_a_run_but_not_its_track(whole):
    """Operators review runs; a track that is not flagged is its runner's alone."""
    assert call(whole.operator, "GET /v1/runs/{id}", whole).status == 200
    for operation in OWNED:
        if RULES[operation].stranger == ABSENT and operation != "GET /v1/runs/{id}":
            got = call(whole.operator, operation, whole)
            assert (got.status, got.code) == ABSENT, operation


@pytest.mark.parametrize("operation", [x for x in LOCKED if RULES[x].need in ("organiser", "operator")])
def test_who_lacks_the_role_learns_nothing_of_the_object(whole, operation):
    lacking = [whole.stranger] + ([whole.organiser] if RULES[operation].need == "operator" else [])
    for who in lacking:
        got = call(who, operation, whole)
        assert (got.status, got.code) == (403, "forbidden")
        assert told(got) == told(call(who, operation, whole, NOBODY))


# -- with a token that is nobody's ------------------------------------------------------------------


def test_a_token_made_with_the_key_is_taken(whole):
    """Else the forgeries below would prove nothing."""
    made = forge(token_key(whole.city.server), whole.victim.id)
    assert with_token(whole.victim, made).get("/v1/me")["id"] == whole.victim.id


def test_no_forged_token_opens_anything(whole):
    for what, token in forgeries(whole.city.server, whole.operator.id).items():
        for operation in LOCKED:
            got = call(client(whole.city.url, token), operation, whole)
            assert (got.status, got.code) == (401, "token_expired"), f"{operation} with a token {what}"


@pytest.fixture(scope="module")
def fallen(whole):
    """Tokens that were good a moment ago: of one banned, one deleted and one who is no operator any more."""
    banned, deleted, demoted = (whole.city.runner(name) for name in ("banned", "deleted", "demoted"))
    whole.operator.ask("PATCH", f"/v1/users/{demoted.id}", {"roles": ["runner", "organiser", "operator"]})
    demoted.login()
    assert demoted.get("/v1/users", query={"q": demoted.name})["items"]
    whole.operator.ask("PATCH", f"/v1/users/{banned.id}", {"banned": True})
    deleted.ask("DELETE", "/v1/me", {"password": deleted.password}, 204)
    whole.operator.ask("PATCH", f"/v1/users/{demoted.id}", {"roles": ["runner"]})
    return {"banned": banned, "deleted": deleted, "demoted": demoted}


def check_fallen(fallen, stage):
    for operation in LOCKED:
        for name in ("banned", "deleted"):
            got = call(fallen[name], operation, stage)
            assert (got.status, got.code) == (401, "token_expired"), f"{operation} of one {name}"
        if RULES[operation].need != "user":
            got = call(fallen["demoted"], operation, stage)
            assert (got.status, got.code) == (403, "forbidden"), f"{operation} of one demoted"
    assert fallen["demoted"].get("/v1/me")["id"] == fallen["demoted"].id


def test_a_token_ends_with_the_account_the_ban_and_the_role(whole, fallen):
    check_fallen(fallen, whole)


# -- what is private stays so -----------------------------------------------------------------------


def test_nothing_private_is_in_what_others_read(whole):
    for operation, rule in RULES.items():
        method, path = method_and_path(operation)
        if method != "GET" or rule.need == "operator":
            continue
        for who in (whole.city.anybody(), whole.stranger, whole.organiser):
            got = call(who, operation, whole)
            text = got.body.decode("utf-8", "replace") + str(got.headers)
            for what, secret in whole.private().items():
                assert secret not in text, f"{operation} shows {what} of another"


def test_an_operator_sees_the_track_of_a_flagged_run_to_judge_it(whole):
    path = f"/v1/runs/{whole.flagged['id']}/track"
    assert whole.operator.get(path) == whole.victim.get(path)
    for who in (whole.stranger, whole.organiser):
        who.refused("GET", path, None, *ABSENT)


def test_an_operator_sees_neither_home_nor_track(whole):
    for operation in ("GET /v1/users", "GET /v1/users/{id}", "GET /v1/runs/{id}", "GET /v1/users/{id}/ledger", "GET /v1/reviews"):
        text = call(whole.operator, operation, whole).body.decode()
        for what in ("home", "home as e7", "a track", "refresh token"):
            assert whole.private()[what] not in text, f"{operation} shows {what}"


def test_the_history_of_a_tile_tells_hours_only(whole):
    """Its cursor neither: it once held the run's id, in which its start is written."""
    place, anybody = tracks.spot(CITY, 6), whole.city.anybody()
    first, second = whole.city.runner("first"), whole.city.runner("second")
    when = ms(whole.city.server.now()) - 3_000
    first.run_of(tracks.ending_at(tracks.line(place, 900, 0, speed_mps=2.5), when))
    held = wait_until(lambda: first.get("/v1/me")["tiles"], "tiles are held")
    run = second.run_of(tracks.ending_at(tracks.line(place, 900, 0, speed_mps=4.5, seed=9), when))
    wait_until(lambda: second.get(f"/v1/runs/{run['id']}")["tiles_taken"] > held / 2, "tiles changed hands")
    shown = anybody.get("/v1/territory", query={"bbox": tracks.bbox_round(place, 1500)})["features"]
    histories = {x["id"]: list(anybody.pages(f"/v1/territory/{x['id']}/history", {"limit": 1})) for x in shown}
    tile = next(tile for tile, past in histories.items() if [x["owner"] for x in past] == [second.id, first.id])
    assert all(ms(entry["since"]) % 3_600_000 == 0 for entry in histories[tile])
    cursor = anybody.get(f"/v1/territory/{tile}/history", query={"limit": 1})["next_cursor"]
    instants = {str(ms(run[key]))[:8] for key in ("created_at", "started_at", "finished_at")}
    assert not any(part in cursor for part in (run["id"], run["id"][:13], *instants)), cursor


def test_who_loses_tiles_is_not_told_to_which_run(whole):
    """A run's id holds the instant at which it began."""
    place = tracks.spot(CITY, 7)
    loser, winner = whole.city.runner("loser"), whole.city.runner("winner")
    socket = whole.city.live(loser)
    when = ms(whole.city.server.now()) - 3_000
    loser.run_of(tracks.ending_at(tracks.line(place, 900, 0, speed_mps=2.5), when))
    wait_until(lambda: loser.get("/v1/me")["tiles"], "tiles are held")
    run = winner.run_of(tracks.ending_at(tracks.line(place, 900, 0, speed_mps=4.5, seed=9), when))
    notice = socket.expect("notice", lambda x: x["notification"]["kind"] == "tiles_lost")["notification"]
    assert notice["count"] > 0 and run["id"] not in json.dumps(notice)
    assert run["id"] not in json.dumps(list(loser.pages("/v1/me/notifications")))
    assert run["id"] not in json.dumps(loser.get("/v1/me/export"))
