"""Mining with a fast clock: what tiles yield, when the store is full, claims and their ledger."""
from concurrent.futures import ThreadPoolExecutor

import pytest

import tracks
from client import CITY, client, ms, wait_until

RATE_PER_TILE = 50_000  # micro-tokens an hour
SPEED = 1200            # an hour in three seconds


@pytest.fixture(scope="module")
def days(serve):
    return serve(clock_speed=SPEED)


def owner(world, number: int):
    """A runner who holds tiles, and how many."""
    user = world.runner("miner")
    done = user.run_of(tracks.ending_at(tracks.line(tracks.spot(CITY, number), 900, 0), ms(world.server.now()) - 60_000))
    assert done["state"] == "accepted"
    wait_until(lambda: user.get(f"/v1/runs/{done['id']}")["tiles_taken"] == done["tiles_passed"], "all claims are merged")
    return user, done["tiles_passed"]


def test_without_tiles_nothing_is_mined(city):
    user = city.runner()
    mining = user.get("/v1/mining")
    assert (mining["tiles"], mining["rate_micro_per_hour"], mining["pending_micro"]) == (0, 0, 0)
    assert user.post("/v1/mining/claim")["claimed_micro"] == 0
    assert user.balances() == (0, 0)


def test_tiles_yield_at_the_rate_that_is_told(days):
    user, tiles = owner(days, 0)
    first = user.get("/v1/mining")
    assert (first["tiles"], first["rate_micro_per_hour"]) == (tiles, tiles * RATE_PER_TILE)
    began = ms(days.server.now())
    wait_until(lambda: ms(days.server.now()) > began + 3_600_000, "an hour has passed")
    second = user.get("/v1/mining")
    passed_h = (ms(days.server.now()) - began) / 3_600_000
    gained = second["pending_micro"] - first["pending_micro"]
    assert abs(gained - passed_h * tiles * RATE_PER_TILE) < 0.25 * tiles * RATE_PER_TILE
    assert second["full_at"] == first["full_at"]


def until_claimable(world, user):
    claimable = ms(user.get("/v1/mining")["claimable_at"])  # 60 s after the first tile or the last claim
    wait_until(lambda: ms(world.server.now()) > claimable, "a claim is allowed")


def test_a_claim_pays_once_and_the_next_must_wait(days, city):
    user, _ = owner(days, 1)
    until_claimable(days, user)
    claimed = user.post("/v1/mining/claim")
    assert claimed["claimed_micro"] > 0 and claimed["tokens_micro"] == claimed["claimed_micro"]
    assert user.balances() == user.ledger_sums() == (0, claimed["tokens_micro"])
    assert [row["cause"].split(":")[0] for row in user.pages("/v1/me/ledger")] == ["mining"]
    idle = city.runner()
    idle.post("/v1/mining/claim")
    late = idle.send("POST", "/v1/mining/claim")
    assert (late.status, late.code) == (429, "claim_too_soon")
    assert 1 <= int(late.headers["retry-after"]) <= 60


def test_claims_at_once_pay_what_one_would(serve):
    brisk = serve(clock_speed=20)  # the 60 s between two claims take 3 s
    user, _ = owner(brisk, 2)
    until_claimable(brisk, user)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client(brisk.url, user.token).send("POST", "/v1/mining/claim"), range(8)))
    paid = [answer.json["claimed_micro"] for answer in answers if answer.status == 200]
    assert len(paid) == 1 and sorted(answer.status for answer in answers) == [200] + [429] * 7
    assert user.balances() == user.ledger_sums() == (0, paid[0])


def test_a_full_store_stops_and_tells_its_owner_once(days):
    user, tiles = owner(days, 3)
    socket = days.live(user)
    full_at = ms(user.get("/v1/mining")["full_at"])
    wait_until(lambda: ms(days.server.now()) > full_at + 600_000, "the store is full", 100)
    full = user.get("/v1/mining")["pending_micro"]
    assert full <= 24 * tiles * RATE_PER_TILE
    assert full > 23 * tiles * RATE_PER_TILE
    notice = socket.expect("notice", lambda message: message["notification"]["kind"] == "mining_full")
    assert notice["notification"]["text"]
    passed = ms(days.server.now())
    wait_until(lambda: ms(days.server.now()) > passed + 3_600_000, "another hour has passed")
    assert user.get("/v1/mining")["pending_micro"] == full
    assert len([one for one in user.pages("/v1/me/notifications") if one["kind"] == "mining_full"]) == 1
    claimed = user.post("/v1/mining/claim")
    assert claimed["claimed_micro"] == full
    assert ms(claimed["full_at"]) >= passed + 24 * 3_600_000
    assert user.get("/v1/me")["xp"] == full // 1_000_000 * 10
    assert user.balances() == user.ledger_sums() == (0, full)


def test_a_lost_tile_stops_yielding_for_its_loser(city):
    loser, tiles = owner(city, 4)
    thief = city.runner("thief")
    faster = tracks.line(tracks.spot(CITY, 4), 900, 0, speed_mps=4.5, seed=1)
    done = thief.run_of(tracks.ending_at(faster, ms(city.server.now()) - 3000))
    wait_until(lambda: thief.get(f"/v1/runs/{done['id']}")["tiles_taken"], "tiles are taken")
    left = wait_until(lambda: (lambda mining: mining if mining["tiles"] < tiles else None)(loser.get("/v1/mining")), "tiles are lost")
    assert left["rate_micro_per_hour"] == left["tiles"] * RATE_PER_TILE
    gained = thief.get("/v1/mining")
    assert gained["tiles"] == done["tiles_passed"]
    assert gained["pending_micro"] < gained["tiles"] * RATE_PER_TILE / 60, "the thief got something of the past"


def test_tiles_expire_on_their_own(serve):
    weeks = serve(clock_speed=2000, settings={"FIEF_GAME_HOLD_BASE_MS": "3600000", "FIEF_GAME_BONUS_SCALE_MS": "0"})
    user = weeks.runner()
    done = user.run_of(tracks.ending_at(tracks.line(CITY, 900, 0), ms(weeks.server.now()) - 60_000))
    assert done["state"] == "accepted" and done["tiles_passed"] > 0
    wait_until(lambda: user.get("/v1/me")["tiles"] == 0, "the tiles are free")
    box = tracks.bbox_round(CITY, 1500)
    wait_until(lambda: not user.get("/v1/territory", query={"bbox": box})["features"], "the map shows none")
    mined = user.get("/v1/mining")["pending_micro"]
    assert mined <= done["tiles_passed"] * RATE_PER_TILE, "a tile yielded longer than it was held"
