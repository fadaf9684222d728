"""The map after a run: GeoJSON, tiles, history, ranks, and what a watcher is told."""
import pytest

import tracks
from client import INVALID, CITY, ms, wait_until

FAR = (10.0, 40.0)


def recent(city, fixes: list) -> list:
    return tracks.ending_at(fixes, ms(city.server.now()) - 3000)


def settled_map(user, box: str, count: int) -> dict:
    """The features by tile, once there are `count`."""
    def look():
        shown = user.get("/v1/territory", query={"bbox": box})
        tiles = {feature["properties"]["tile"]: feature for feature in shown["features"]}
        return tiles if len(tiles) == count else None
    return wait_until(look, f"{count} tiles are on the map")


def test_a_run_shows_on_the_map_with_its_owner(city):
    user, centre = city.runner(), tracks.spot(CITY, 0)
    done = user.run_of(recent(city, tracks.loop(centre, 400, 0)))
    count = done["tiles_passed"] + done["tiles_enclosed"]
    tiles = settled_map(city.anybody(), tracks.bbox_round(centre, 1500), count)
    for token, feature in tiles.items():
        held = feature["properties"]
        assert (held["owner"], held["username"]) == (user.id, user.name)
        assert ms(held["holds_until"]) >= ms(done["finished_at"]) + 7 * 86_400_000 - 3_600_000
        ring = feature["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1] and len(ring) == 5
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))
        assert area > 0, "the ring is not counter-clockwise"
    wait_until(lambda: user.get(f"/v1/runs/{done['id']}")["tiles_taken"] == count, "the run knows what it took")
    assert user.get("/v1/me")["tiles"] == count
    assert user.get("/v1/mining")["tiles"] == count


def test_a_tile_tells_its_owner_rounded_to_the_hour_and_its_history(city):
    centre = tracks.spot(CITY, 1)
    first, second = city.runner("first"), city.runner("second")
    first.run_of(recent(city, tracks.line(centre, 1200, 0, speed_mps=2.2)))
    box = tracks.bbox_round(centre, 3000)
    wait_until(lambda: first.get("/v1/me")["tiles"], "the first holds tiles")
    slow = {feature["properties"]["tile"] for feature in first.get("/v1/territory", query={"bbox": box})["features"]}
    done = second.run_of(recent(city, tracks.line(centre, 1200, 0, speed_mps=3.6, seed=2)))
    wait_until(lambda: second.get(f"/v1/runs/{done['id']}")["tiles_taken"] == done["tiles_passed"], "the faster run took all")
    token = sorted(tile["properties"]["tile"] for tile in second.get("/v1/territory", query={"bbox": box})["features"]
                   if tile["properties"]["owner"] == second.id and tile["properties"]["tile"] in slow)[0]
    tile = city.anybody().get(f"/v1/territory/{token}")
    assert (tile["owner"], tile["username"], tile["enclosed"]) == (second.id, second.name, False)
    assert ms(tile["since"]) % 3_600_000 == 0 and ms(tile["since"]) <= ms(city.server.now())
    history = list(city.anybody().pages(f"/v1/territory/{token}/history", {"limit": 1}))
    assert [entry["owner"] for entry in history] == [second.id, first.id]
    assert all(ms(entry["since"]) % 3_600_000 == 0 for entry in history)
    lost = [notice for notice in first.pages("/v1/me/notifications") if notice["kind"] == "tiles_lost"]
    assert len(lost) == 1, "one notice for a run and a loser"
    assert lost[0]["count"] >= len(slow) - 3


def test_the_slower_run_does_not_take_a_tile_back(city):
    centre = tracks.spot(CITY, 2)
    fast, slow = city.runner("fast"), city.runner("slow")
    fast.run_of(recent(city, tracks.line(centre, 1200, 0, speed_mps=4.0)))
    held = wait_until(lambda: fast.get("/v1/me")["tiles"], "tiles are held")
    # The slower one also runs where nobody was; when those tiles are his, the others are merged too.
    done = slow.run_of(recent(city, tracks.line(tracks.moved(centre, -900, 0), 2100, 0, speed_mps=2.0, seed=2)))
    assert done["state"] == "accepted"
    taken = wait_until(lambda: slow.get(f"/v1/runs/{done['id']}")["tiles_taken"], "its claims are merged")
    assert taken <= done["tiles_passed"] - held + 4 and fast.get("/v1/me")["tiles"] >= held - 2


def test_a_free_tile_has_no_owner_and_no_history(city):
    user, centre = city.runner(), tracks.moved(CITY, 0, -40_000)
    user.run_of(recent(city, tracks.line(centre, 800, 0)))
    shown = wait_until(lambda: user.get("/v1/territory", query={"bbox": tracks.bbox_round(centre, 2000)})["features"], "tiles are held")
    token = shown[0]["properties"]["tile"]
    # A neighbour within the same parent cell: tokens of one level differ in their last digits only.
    free = next(other for other in neighbours(token)
                if city.anybody().send("GET", f"/v1/territory/{other}").status == 200
                and city.anybody().get(f"/v1/territory/{other}")["owner"] is None)
    assert city.anybody().get(f"/v1/territory/{free}") == {"tile": free, "owner": None}
    assert city.anybody().get(f"/v1/territory/{free}/history") == {"items": [], "next_cursor": None}


def neighbours(token: str):
    """Other cells of its level and of the same area, by stepping through the ids along the curve."""
    id_ = int(token.ljust(16, "0"), 16)
    step = (id_ & -id_) << 1
    for count in range(1, 500):
        for other in (id_ + count * step, id_ - count * step):
            yield f"{other:016x}".rstrip("0")


@pytest.mark.parametrize("token", ["x", "0", "ffffffffffffffff", "4765", "1", "476504b", "4765D1", "47 65", "0" * 16, "1" * 17, "%2e%2e"])
def test_what_is_no_tile_is_not_found(city, token):
    city.anybody().refused("GET", f"/v1/territory/{token.replace(' ', '%20')}", None, 404, "not_found")
    city.anybody().refused("GET", f"/v1/territory/{token.replace(' ', '%20')}/history", None, 404, "not_found")


def test_zoomed_out_it_counts_per_area(city):
    user, centre = city.runner(), tracks.moved(CITY, 40_000, 0)
    done = user.run_of(recent(city, tracks.loop(centre, 300, 0)))
    count = done["tiles_passed"] + done["tiles_enclosed"]
    settled_map(user, tracks.bbox_round(centre, 1500), count)
    shown = city.anybody().get("/v1/territory", query={"bbox": tracks.bbox_round(centre, 1500), "zoom": 10})
    assert shown["kind"] == "areas"
    assert sum(feature["properties"]["tiles"] for feature in shown["features"]) == count
    assert all(feature["properties"]["strongest"]["user"] == user.id for feature in shown["features"])
    wide = city.anybody().get("/v1/territory", query={"bbox": tracks.bbox_round(centre, 15_000)})
    assert wide["kind"] == "areas"
    near = city.anybody().get("/v1/territory", query={"bbox": tracks.bbox_round(centre, 1500), "zoom": 15})
    assert near["kind"] == "tiles" and len(near["features"]) == count


@pytest.mark.parametrize("bbox", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,5,1,4", "-181,0,0,1", "0,-91,1,0", "0,0,1,91", "nan,0,1,1",
                                  "0,0,inf,1", "-180,-90,180,90", "1;2;3;4", "0,0,1,1e400", " , , , "])
def test_a_box_that_is_none_or_too_large_is_refused(city, bbox):
    city.anybody().refused("GET", "/v1/territory", None, 422, INVALID, query={"bbox": bbox})


def test_a_box_is_needed_and_zoom_is_a_number(city):
    city.anybody().refused("GET", "/v1/territory", None, 422, INVALID)
    for zoom in ("near", "-1", "25", "nan"):
        city.anybody().refused("GET", "/v1/territory", None, 422, INVALID, query={"bbox": "0,0,0.01,0.01", "zoom": zoom})


def test_a_run_over_longitude_180_is_as_good_as_any(city):
    centre, home = (-16.8, 180.0), (-16.8, 120.0)
    one, two = city.runner("dateline"), city.runner("inland")
    there = one.run_of(recent(city, tracks.loop(centre, 400, 0)))
    here = two.run_of(recent(city, tracks.loop(home, 400, 0)))
    assert there["state"] == here["state"] == "accepted"
    assert there["tiles_enclosed"] > 30 and abs(there["distance_m"] - here["distance_m"]) < 30
    count = there["tiles_passed"] + there["tiles_enclosed"]
    settled_map(one, "179.99,-16.81,-179.99,-16.79", count)
    west = one.get("/v1/territory", query={"bbox": "179.99,-16.81,180,-16.79"})["features"]
    east = one.get("/v1/territory", query={"bbox": "-180,-16.81,-179.99,-16.79"})["features"]
    assert west and east and len(west) + len(east) >= count


def test_ranks_count_tiles_near_a_place(city):
    centre = tracks.moved(CITY, 0, 60_000)
    big, small = city.runner("big"), city.runner("small")
    big.run_of(recent(city, tracks.loop(centre, 400, 0)))
    small.run_of(recent(city, tracks.line(tracks.moved(centre, 2000, 0), 900, 0)))
    query = {"near": f"{centre[0]},{centre[1]}", "radius_m": 5000}

    def look():
        ranks = city.anybody().get("/v1/leaderboards/territory", query=query)["items"]
        return ranks if [item["user"] for item in ranks] == [big.id, small.id] else None
    ranks = wait_until(look, "both are ranked")
    assert [item["rank"] for item in ranks] == [1, 2]
    assert ranks[0]["tiles"] == big.get("/v1/me")["tiles"] > ranks[1]["tiles"] == small.get("/v1/me")["tiles"]
    everywhere = city.anybody().get("/v1/leaderboards/territory", query={"limit": 1})["items"]
    assert len(everywhere) == 1 and everywhere[0]["tiles"] >= ranks[0]["tiles"]


def test_regions_say_where_on_earth_ground_is_held(city):
    lat, lon = -16.8, 60.0
    there = city.runner("island")

    def at_the_island() -> list:
        got = city.anybody().get("/v1/regions")
        assert all(1 <= item["areas"] <= got["areas_max"] for item in got["items"])
        return [item for item in got["items"] if abs(item["lat"] - lat) < 0.1 and abs(item["lon"] - lon) < 0.1]
    assert at_the_island() == []
    there.run_of(recent(city, tracks.loop((lat, lon), 400, 0)))
    regions = wait_until(at_the_island, "the region is there")
    assert sum(item["areas"] for item in regions) <= 4
    # A map that goes there counts the same ground.
    box = f"{lon - 0.1},{lat - 0.1},{lon + 0.1},{lat + 0.1}"
    areas = city.anybody().get("/v1/territory", query={"bbox": box, "zoom": 0})["features"]
    assert len(areas) == sum(item["areas"] for item in regions)


def box_list(box: str) -> list:
    return [float(part) for part in box.split(",")]


def test_a_watcher_gets_a_snapshot_and_then_what_changes(city):
    centre = tracks.moved(CITY, -40_000, 0)
    box = box_list(tracks.bbox_round(centre, 2000))
    watcher = city.live(city.runner("watcher"))
    watcher.send({"type": "subscribe", "id": "map", "bbox": box})
    first = watcher.expect("snapshot")
    assert (first["id"], first["tiles"]) == ("map", [])
    user = city.runner("seen")
    done = user.run_of(recent(city, tracks.loop(centre, 300, 0)))
    count = done["tiles_passed"] + done["tiles_enclosed"]
    known, owners, version = {}, {}, first["version"]
    while sum(1 for tile in known.values() if tile[0]) < count:
        delta = watcher.expect("delta")
        assert delta["id"] == "map" and delta["version"] >= version
        version = delta["version"]
        known.update({tile: (owner, until) for tile, owner, until in delta["tiles"]})
        owners.update(delta.get("owners", {}))
    assert {owner for owner, _ in known.values()} == {user.id} and owners[user.id] == user.name
    late = city.live(city.runner("late"))
    late.send({"type": "subscribe", "id": "other", "bbox": box})
    snapshot = late.expect("snapshot")
    assert {tile: (owner, until) for tile, owner, until in snapshot["tiles"]} == known
    assert snapshot["owners"][user.id] == user.name


def test_nobody_sees_where_a_runner_is_now(city):
    centre = tracks.moved(CITY, -40_000, -40_000)
    watcher = city.live(city.runner("curious"))
    watcher.send({"type": "subscribe", "id": "map", "bbox": box_list(tracks.bbox_round(centre, 2000))})
    watcher.expect("snapshot")
    user = city.runner("private")
    run = user.start()["id"]
    socket = city.live(user, run=run)
    fixes = recent(city, tracks.loop(centre, 300, 0))
    socket.add(run, fixes)
    socket.ack_to(len(fixes))
    assert socket.expect("tiles")["passed"]
    watcher.send({"type": "ping", "n": 9})
    watcher.expect("pong")
    assert [message["type"] for message in watcher.everything] == ["welcome", "snapshot", "pong"]
    assert user.get("/v1/territory", query={"bbox": tracks.bbox_round(centre, 2000)})["features"] == []


def test_after_unsubscribing_nothing_more_comes(city):
    centre = tracks.moved(CITY, 40_000, 40_000)
    watcher = city.live(city.runner("bored"))
    watcher.send({"type": "subscribe", "id": "map", "bbox": box_list(tracks.bbox_round(centre, 2000))})
    watcher.expect("snapshot")
    watcher.send({"type": "unsubscribe", "id": "map"})
    user = city.runner()
    user.run_of(recent(city, tracks.line(centre, 900, 0)))
    wait_until(lambda: user.get("/v1/me")["tiles"], "tiles are held")
    watcher.send({"type": "ping", "n": 1})
    watcher.expect("pong")
    assert not [message for message in watcher.everything if message["type"] == "delta"]


def test_at_most_four_subscriptions_of_400_areas(city):
    watcher = city.live(city.runner("greedy"))
    small = [15.0, 45.0, 15.01, 45.01]
    for number in range(4):
        watcher.send({"type": "subscribe", "id": f"map{number}", "bbox": small})
        watcher.expect("snapshot")
    watcher.send({"type": "subscribe", "id": "one more", "bbox": small})
    assert watcher.expect("error")["ref"] == "one more"
    watcher.send({"type": "unsubscribe", "id": "map0"})
    watcher.send({"type": "subscribe", "id": "one more", "bbox": small})
    watcher.expect("snapshot", lambda message: message["id"] == "one more")
    watcher.send({"type": "subscribe", "id": "map1", "bbox": [0, 0, 20, 20]})
    assert watcher.expect("error")["ref"] == "map1"
