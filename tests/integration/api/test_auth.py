"""Registering, signing in, rotating refresh tokens and signing out."""
import base64
import json

import pytest

from client import INVALID, client


def refresh(who, token, status=200):
    return who.ask("POST", "/v1/auth/refresh", {"refresh_token": token}, status)


def test_registering_signs_in_and_shows_the_profile(city):
    user = city.runner("ana")
    me = user.get("/v1/me")
    assert (me["email"], me["username"], me["roles"]) == (user.email, user.name, ["runner"])
    assert (me["coins_cents"], me["tokens_micro"], me["xp"], me["tiles"]) == (0, 0, 0, 0)


def test_an_email_belongs_to_one_account_in_any_case(city):
    user = city.runner("email")
    body = {"email": user.email.upper(), "password": "correct horse battery", "username": "email_other"}
    city.anybody().refused("POST", "/v1/auth/register", body, 409, "email_taken")


def test_a_user_name_belongs_to_one_account_in_any_case(city):
    user = city.runner("name")
    body = {"email": "somebody.else@example.com", "password": "correct horse battery", "username": user.name.upper()}
    city.anybody().refused("POST", "/v1/auth/register", body, 409, "username_taken")


@pytest.mark.parametrize("field, value", [
    ("email", "no-at-sign"), ("email", "a@b@c.example"), ("email", "x" * 255 + "@example.com"), ("email", ""),
    ("email", 7), ("email", None), ("password", "short"), ("password", "x" * 257), ("password", None),
    ("username", "ab"), ("username", "x" * 25), ("username", "with space"), ("username", "zero\u200bwidth"),
    ("username", "line\nbreak"), ("username", ["list"]), ("nickname", "unknown")])
def test_registering_names_the_field_that_is_wrong(city, field, value):
    body = {"email": "fine@example.com", "password": "correct horse battery", "username": "fine", field: value}
    problem = city.anybody().refused("POST", "/v1/auth/register", body, 422, INVALID)
    assert field in [error["field"] for error in problem["errors"]]


def test_names_of_any_script_are_welcome(city):
    body = {"email": "scripts@example.com", "password": "лозинка која је дуга", "username": "Živa-跑步者"}
    tokens = city.anybody().post("/v1/auth/register", body, 201)
    assert tokens["user"]["username"] == "Živa-跑步者"


def test_login_takes_the_right_password_only(city):
    user = city.runner("login")
    old = user.token
    user.login()
    assert user.get("/v1/me")["id"] == user.id
    assert client(city.url, old).get("/v1/me")["id"] == user.id
    wrong = {"email": user.email, "password": "wrong horse battery"}
    user.refused("POST", "/v1/auth/login", wrong, 401, "wrong_credentials")


def test_an_unknown_address_looks_like_a_wrong_password(city):
    body = {"email": "nobody@example.com", "password": "correct horse battery"}
    city.anybody().refused("POST", "/v1/auth/login", body, 401, "wrong_credentials")


def test_a_refresh_token_rotates(city):
    user = city.runner("rotate")
    first = user.refresh_token
    second = refresh(user, first)
    assert second["refresh_token"] != first
    third = refresh(user, second["refresh_token"])
    assert client(city.url, third["access_token"]).get("/v1/me")["id"] == user.id


def test_using_an_old_refresh_token_again_ends_the_whole_family(city):
    user = city.runner("reuse")
    first = user.refresh_token
    second = refresh(user, first)["refresh_token"]
    third = refresh(user, second)["refresh_token"]
    user.refused("POST", "/v1/auth/refresh", {"refresh_token": first}, 401, "token_reused")
    assert user.refused("POST", "/v1/auth/refresh", {"refresh_token": third}, 401)["code"] in (
        "token_expired", "token_reused")
    user.login()
    refresh(user, user.refresh_token)


def test_families_are_independent(city):
    user = city.runner("families")
    phone = user.refresh_token
    user.login()
    tablet = user.refresh_token
    city.anybody().post("/v1/auth/logout", {"refresh_token": phone}, 204)
    city.anybody().refused("POST", "/v1/auth/refresh", {"refresh_token": phone}, 401)
    refresh(user, tablet)


def test_logging_out_twice_or_with_nonsense_is_fine(city):
    user = city.runner("logout")
    for token in (user.refresh_token, user.refresh_token, "nonsense"):
        city.anybody().post("/v1/auth/logout", {"refresh_token": token}, 204)


def test_an_unknown_refresh_token_is_expired(city):
    city.anybody().refused("POST", "/v1/auth/refresh", {"refresh_token": "x" * 43}, 401, "token_expired")


def unsigned(token: str) -> str:
    """The same claims with `alg: none`."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def other_claims(token: str) -> str:
    head, claims, signature = token.split(".")
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    decoded["roles"] = ["operator"]
    encoded = base64.urlsafe_b64encode(json.dumps(decoded).encode()).rstrip(b"=").decode()
    return f"{head}.{encoded}.{signature}"


@pytest.mark.parametrize("spoil", [
    lambda token: "", lambda token: "x", lambda token: token[:-4] + "AAAA", lambda token: token + "x", unsigned,
    other_claims, lambda token: token.split(".")[1], lambda token: "a.b.c", lambda token: "é" * 20])
def test_a_spoilt_access_token_is_nobodys(city, spoil):
    user = city.runner("spoilt")
    header = f"Bearer {spoil(user.token)}".encode().decode("latin-1")
    user.refused("GET", "/v1/me", None, 401, ("unauthenticated", "token_expired"), headers={"Authorization": header})


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "bearer"])
def test_another_kind_of_authorization_is_nobodys(city, header):
    city.anybody().refused("GET", "/v1/me", None, 401, "unauthenticated", headers={"Authorization": header})


def test_no_token_is_nobodys_everywhere_it_is_asked_for(city):
    from contract import DOCUMENT, operations
    some = "01890a5d-ac96-774b-bcce-b302099a8057"
    for method, path, operation in operations():
        if operation.get("security", DOCUMENT["security"]) == [{"bearer": []}]:
            city.anybody().refused(method, path.replace("{id}", some), {} if method != "GET" else None, 401,
                                   "unauthenticated")


def test_an_access_token_expires_and_says_so(serve):
    hasty = serve(clock_speed=60, settings={"FIEF_AUTH_ACCESS_TTL_S": "30"})
    from client import wait_until
    user = hasty.runner("hasty")
    late = wait_until(lambda: (lambda got: got if got.status == 401 else None)(user.send("GET", "/v1/me")),
                      "the token has expired")
    assert late.code == "token_expired"
    tokens = refresh(user, user.refresh_token)
    assert tokens["expires_in"] <= 30
