"""The account: profile, home zones, export, deletion."""
import json

import pytest

import tracks
from client import INVALID, CITY, client, ms, wait_until


def test_a_user_can_take_another_free_name(city):
    user, other = city.runner("before"), city.runner("taken")
    assert user.ask("PATCH", "/v1/me", {"username": "afterwards"})["username"] == "afterwards"
    assert user.get("/v1/me")["username"] == "afterwards"
    user.refused("PATCH", "/v1/me", {"username": other.name}, 409, "username_taken")
    assert user.ask("PATCH", "/v1/me", {})["username"] == "afterwards"


@pytest.mark.parametrize("body", [{"email": "x@example.com"}, {"username": "x"}, {"username": 5}, {"roles": ["operator"]},
                                  {"coins_cents": 100}])
def test_nothing_else_of_the_profile_can_be_changed(city, body):
    city.runner("fixed").refused("PATCH", "/v1/me", body, 422, INVALID)


def test_home_zones_are_replaced_as_a_whole(city):
    user = city.runner("home")
    assert user.get("/v1/me/home-zones") == []
    zones = [{"lat": 45.8, "lon": 15.9, "radius_m": 200}, {"lat": -33.5, "lon": 179.9, "radius_m": 1000},
             {"lat": 45.9, "lon": 16.0, "radius_m": 500}]
    assert user.ask("PUT", "/v1/me/home-zones", zones) == zones
    assert user.get("/v1/me/home-zones") == zones
    assert user.ask("PUT", "/v1/me/home-zones", []) == []
    assert user.get("/v1/me/home-zones") == []


@pytest.mark.parametrize("zones", [
    [{"lat": 45, "lon": 15, "radius_m": 200}] * 4, [{"lat": 91, "lon": 15, "radius_m": 200}],
    [{"lat": 45, "lon": 181, "radius_m": 200}], [{"lat": 45, "lon": 15, "radius_m": 199}],
    [{"lat": 45, "lon": 15, "radius_m": 1001}], [{"lat": 45, "lon": 15}], [{"lat": "45", "lon": 15, "radius_m": 200}],
    [{"lat": 45, "lon": 15, "radius_m": 200, "name": "home"}], [7], {"zones": []}, "none", None, 3])
def test_home_zones_out_of_range_are_refused(city, zones):
    user = city.runner("zones")
    user.refused("PUT", "/v1/me/home-zones", json.dumps(zones).encode(), 422, INVALID)
    assert user.get("/v1/me/home-zones") == []


def test_nothing_is_claimed_inside_a_home_zone(city):
    home = tracks.spot(CITY, 60)
    user = city.runner("hidden")
    user.ask("PUT", "/v1/me/home-zones", [{"lat": home[0], "lon": home[1], "radius_m": 300}])
    run = user.run_of(tracks.ending_at(tracks.line(home, 1500, 0), ms(city.server.now()) - 5000))
    assert run["state"] == "accepted"
    shown = wait_until(lambda: user.get("/v1/territory", query={"bbox": tracks.bbox_round(home, 3000)})["features"],
                       "the run's tiles are on the map")
    for feature in shown:
        for lon, lat in feature["geometry"]["coordinates"][0]:
            east_m = (lon - home[1]) * tracks.METRES_PER_DEGREE * 0.69
            assert east_m > 250, "a tile near home is shown"


def test_a_new_home_zone_gives_up_the_tiles_inside(city):
    home = tracks.spot(CITY, 61)
    user = city.runner("moved")
    user.run_of(tracks.ending_at(tracks.line(home, 1500, 0), ms(city.server.now()) - 5000))
    before = wait_until(lambda: user.get("/v1/me")["tiles"], "tiles are held")
    user.ask("PUT", "/v1/me/home-zones", [{"lat": home[0], "lon": home[1], "radius_m": 500}])
    wait_until(lambda: 0 < user.get("/v1/me")["tiles"] < before, "some are given up")
    box = tracks.bbox_round(home, 200)
    wait_until(lambda: not user.get("/v1/territory", query={"bbox": box})["features"], "the map has forgotten them")


def test_the_export_has_everything(city):
    user = city.rich(1234, "export")
    user.ask("PUT", "/v1/me/home-zones", [{"lat": 45.8, "lon": 15.9, "radius_m": 200}])
    run = user.run_of(tracks.ending_at(tracks.line(tracks.spot(CITY, 62), 900, 0), ms(city.server.now()) - 5000))
    text = json.dumps(user.get("/v1/me/export"))
    for part in (user.email, user.name, user.id, run["id"], "1234"):
        assert part in text
    assert "argon2" not in text and user.refresh_token not in text


def test_a_deleted_account_is_gone_and_its_tiles_are_free(city):
    place = tracks.spot(CITY, 63)
    user = city.runner("leaver")
    run = user.run_of(tracks.ending_at(tracks.line(place, 900, 0), ms(city.server.now()) - 5000))
    box = tracks.bbox_round(place, 1500)
    wait_until(lambda: user.get("/v1/territory", query={"bbox": box})["features"], "tiles are held")
    user.refused("DELETE", "/v1/me", {"password": "wrong horse battery"}, 401, "wrong_credentials")
    user.ask("DELETE", "/v1/me", {"password": user.password}, 204)
    user.refused("GET", "/v1/me", None, (401, 404))
    user.refused("GET", f"/v1/runs/{run['id']}", None, (401, 404))
    client(city.url).refused("POST", "/v1/auth/login", {"email": user.email, "password": user.password}, 401,
                             "wrong_credentials")
    client(city.url).refused("POST", "/v1/auth/refresh", {"refresh_token": user.refresh_token}, 401)
    wait_until(lambda: not city.anybody().get("/v1/territory", query={"bbox": box})["features"], "the tiles are free")


def test_the_address_of_a_deleted_account_can_register_again(city):
    user = city.runner("again")
    user.ask("DELETE", "/v1/me", {"password": user.password}, 204)
    body = {"email": user.email, "password": user.password, "username": user.name}
    assert city.anybody().post("/v1/auth/register", body, 201)["user"]["id"] != user.id


def test_deleting_needs_the_password(city):
    user = city.runner("careful")
    for body in ({}, {"password": 5}, {"password": user.password, "really": True}):
        user.refused("DELETE", "/v1/me", body, 422, INVALID)
    assert user.get("/v1/me")["id"] == user.id
