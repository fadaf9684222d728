"""What operators and organisers may do: search, roles, bans, grants, reviews."""
import pytest

import tracks
from client import CITY, INVALID, ms, wait_until

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


def flagged(city, number: int):
    """A runner with a run that is held for review."""
    user = city.runner("flagged")
    fixes = tracks.ending_at(tracks.line(tracks.spot(CITY, number), 900, 0), ms(city.server.now()) - 3000)
    done = user.run_of(tracks.mocked(fixes))
    assert done["state"] == "flagged"
    return user, done


def test_the_first_operator_is_made_by_a_command(city):
    me = city.operator.get("/v1/me")
    assert "operator" in me["roles"] and me["username"] == "boss"
    again = city.server.run("admin", "create-operator", "--email", "boss@example.com", "--username", "boss2",
                            stdin="correct horse battery\n")
    assert again.returncode in (0, 1) and (again.returncode == 0 or again.stderr)
    wrong = city.server.run("admin", "create-operator", "--email", "nonsense", "--username", "x", stdin="short\n")
    assert wrong.returncode in (1, 2) and wrong.stderr


def test_accounts_are_found_by_name_address_and_id(city):
    user = city.runner("findme")
    for query in (user.name, user.name[1:-1].upper(), user.email, user.id):
        found = list(city.operator.pages("/v1/users", {"q": query}))
        assert user.id in [item["id"] for item in found], query
    assert list(city.operator.pages("/v1/users", {"q": "%"})) == []
    one = city.operator.get(f"/v1/users/{user.id}")
    assert (one["username"], one["email"], one["roles"], one["banned"]) == (user.name, user.email, ["runner"], False)
    assert len(list(city.operator.pages("/v1/users", {"limit": 1}))) >= 2


@pytest.mark.parametrize("method, path, body", [
    ("GET", "/v1/users", None), ("GET", "/v1/users/{user}", None), ("PATCH", "/v1/users/{user}", {"roles": ["operator"]}),
    ("POST", "/v1/users/{user}/grants", {"coins_cents": 100, "reason": "me"}),
    ("POST", "/v1/runs/" + NOBODY + "/review", {"verdict": "accept", "note": "x"})])
def test_runners_and_organisers_are_no_operators(city, method, path, body):
    for user in (city.runner(), city.organiser()):
        user.refused(method, path.format(user=user.id), body, 403, "forbidden")
        assert user.balances() == (0, 0)


def test_roles_change_with_the_next_token(city):
    user = city.runner()
    changed = city.operator.ask("PATCH", f"/v1/users/{user.id}", {"roles": ["runner", "organiser", "operator"]})
    assert sorted(changed["roles"]) == ["operator", "organiser", "runner"]
    user.adopt(user.post("/v1/auth/refresh", {"refresh_token": user.refresh_token}))
    assert user.get("/v1/users", query={"q": user.name})["items"]
    for body in ({"roles": []}, {"roles": ["king"]}, {"roles": "operator"}, {"banned": 1}, {"coins_cents": 5}):
        city.operator.refused("PATCH", f"/v1/users/{user.id}", body, 422, INVALID)
    city.operator.refused("PATCH", f"/v1/users/{NOBODY}", {"banned": True}, 404, "not_found")


def test_a_banned_user_is_shut_out_until_the_ban_is_lifted(city):
    user = city.runner("banned")
    socket = city.live(user)
    assert city.operator.ask("PATCH", f"/v1/users/{user.id}", {"banned": True})["banned"]
    assert socket.expect("bye")["reason"]
    socket.code_after_close()
    user.refused("POST", "/v1/auth/login", {"email": user.email, "password": user.password}, 403, "user_banned")
    assert user.refused("POST", "/v1/auth/refresh", {"refresh_token": user.refresh_token}, (401, 403))["code"] in (
        "user_banned", "token_expired")
    city.operator.ask("PATCH", f"/v1/users/{user.id}", {"banned": False})
    user.login()
    assert user.get("/v1/me")["id"] == user.id


def test_granted_coins_are_in_the_balance_the_ledger_and_a_notice(city):
    user = city.runner()
    granted = city.operator.post(f"/v1/users/{user.id}/grants", {"coins_cents": 250, "reason": "Welcome, early bird"}, 201)
    assert (granted["user"], granted["coins_cents"]) == (user.id, 250)
    rows = list(user.pages("/v1/me/ledger"))
    assert [(row["currency"], row["amount_cents"], row["note"]) for row in rows] == [("coins", 250, "Welcome, early bird")]
    assert rows[0]["cause"].startswith("grant:")
    assert user.balances() == user.ledger_sums() == (250, 0)
    notice = next(one for one in user.pages("/v1/me/notifications") if one["kind"] == "coins_granted")
    assert notice["amount_cents"] == 250


@pytest.mark.parametrize("body", [
    {}, {"coins_cents": 5}, {"reason": "x"}, {"coins_cents": 0, "reason": "x"}, {"coins_cents": -5, "reason": "x"},
    {"coins_cents": 2**63, "reason": "x"}, {"coins_cents": 100_000_001, "reason": "x"}, {"coins_cents": 1.5, "reason": "x"},
    {"coins_cents": "5", "reason": "x"}, {"coins_cents": 5, "reason": ""}, {"coins_cents": 5, "reason": "x" * 501},
    {"coins_cents": 5, "reason": "x", "tokens_micro": 5}])
def test_a_wrong_grant_gives_nothing(city, body):
    user = city.runner()
    city.operator.refused("POST", f"/v1/users/{user.id}/grants", body, 422, INVALID)
    assert user.balances() == user.ledger_sums() == (0, 0)


def test_a_grant_to_nobody_is_not_found(city):
    city.operator.refused("POST", f"/v1/users/{NOBODY}/grants", {"coins_cents": 5, "reason": "x"}, 404, "not_found")


def test_accepting_a_flagged_run_hands_out_its_territory(city):
    user, run = flagged(city, 0)
    assert user.get("/v1/me")["tiles"] == 0
    reviewed = city.operator.post(f"/v1/runs/{run['id']}/review", {"verdict": "accept", "note": "A known test phone."})
    assert reviewed["state"] == "accepted" and reviewed["note"] == "A known test phone."
    wait_until(lambda: user.get("/v1/me")["tiles"] == run["tiles_passed"] > 0, "the tiles are held")
    assert "run_accepted" in [notice["kind"] for notice in user.pages("/v1/me/notifications")]
    assert user.get(f"/v1/runs/{run['id']}")["note"] == "A known test phone."


def test_rejecting_a_flagged_run_gives_nothing_and_says_why(city):
    user, run = flagged(city, 1)
    reviewed = city.operator.post(f"/v1/runs/{run['id']}/review", {"verdict": "reject", "note": "Simulated."})
    assert reviewed["state"] == "rejected"
    assert user.get("/v1/me")["tiles"] == 0
    notice = next(one for one in user.pages("/v1/me/notifications") if one["kind"] == "run_rejected")
    assert notice["run"] == run["id"] and "Simulated." in notice["text"]
    city.operator.refused("POST", f"/v1/runs/{run['id']}/review", {"verdict": "accept", "note": "x"}, 409, "run_not_flagged")


def test_rejecting_an_accepted_run_gives_its_tiles_to_whoever_is_next(city):
    place = tracks.spot(CITY, 2)
    first, cheat = city.runner("honest"), city.runner("cheat")
    when = ms(city.server.now()) - 3000
    mine = first.run_of(tracks.ending_at(tracks.line(place, 900, 0, speed_mps=2.5), when))
    held = wait_until(lambda: first.get("/v1/me")["tiles"], "tiles are held")
    done = cheat.run_of(tracks.ending_at(tracks.line(place, 900, 0, speed_mps=4.5, seed=2), when))
    wait_until(lambda: cheat.get(f"/v1/runs/{done['id']}")["tiles_taken"] == done["tiles_passed"], "the tiles changed hands")
    city.operator.post(f"/v1/runs/{done['id']}/review", {"verdict": "reject", "note": "By bicycle."})
    assert cheat.get(f"/v1/runs/{done['id']}")["state"] == "rejected"
    wait_until(lambda: first.get("/v1/me")["tiles"] == held == mine["tiles_passed"], "the tiles came back")
    assert cheat.get("/v1/me")["tiles"] == 0
    owners = {feature["properties"]["owner"] for feature in
              first.get("/v1/territory", query={"bbox": tracks.bbox_round(place, 1500)})["features"]}
    assert owners == {first.id}


@pytest.mark.parametrize("body", [{}, {"verdict": "accept"}, {"verdict": "maybe", "note": "x"}, {"verdict": "accept", "note": ""},
                                  {"verdict": "accept", "note": "x" * 501}, {"verdict": 1, "note": "x"},
                                  {"verdict": "accept", "note": "x", "coins": 5}])
def test_a_review_needs_a_verdict_and_a_note(city, body):
    city.operator.refused("POST", f"/v1/runs/{NOBODY}/review", body, (404, 422))


def test_a_run_that_is_recording_cannot_be_reviewed(city):
    user = city.runner()
    run = user.start()["id"]
    city.operator.refused("POST", f"/v1/runs/{run}/review", {"verdict": "accept", "note": "x"}, 409, "run_not_flagged")
    city.operator.refused("POST", f"/v1/runs/{NOBODY}/review", {"verdict": "accept", "note": "x"}, 404, "not_found")
    assert city.operator.get(f"/v1/runs/{run}")["user"] == user.id
