"""Events across their 22:00 with a fast clock: cut, late uploads, ranks, prizes, money."""
import datetime

import pytest

import tracks
from client import CITY, instant, ms, rfc3339, wait_until

SPEED = 300
FEE = 1000
POT = 777
TIMEOUT_S = 120
START = "2026-05-10T18:40:00Z"
CUT = "2026-05-10T20:00:00.000Z"
RACE_M = 2000


def shares_of(pool: int, finishers: int) -> list:
    """The rules' prizes, worked out on their own: 70/20/10 of those who finished, remainder from the top."""
    shares = [70, 20, 10][:finishers]
    paid = [pool * share // sum(shares) for share in shares]
    for rank in range(pool - sum(paid)):
        paid[rank] += 1
    return paid


class play:
    """One event with its runners, played in the game's own time."""

    def __init__(self, world, organiser, name: str, runners: int, **changes):
        self.world = world
        body = {"name": name, "city": "Zagreb", "tz": "Europe/Zagreb", "starts_at": START, "entry_fee_cents": FEE,
                "pot_cents": POT, **changes}
        self.event = organiser.post("/v1/events", body, 201)
        assert self.event["cut_at"] == CUT
        self.users = [world.rich(FEE, name.lower()) for _ in range(runners)]
        self.tickets = [user.ask("POST", f"/v1/events/{self.event['id']}/tickets", None, 201) for user in self.users]
        self.runs = {}

    def consume(self, number: int) -> int:
        """Starts that runner's run. Returns its instant in ms."""
        path = f"/v1/tickets/{self.tickets[number]['id']}/consume"
        run = self.users[number].post(path, {}, 201)["run"]
        self.runs[number] = run["id"]
        return ms(run["created_at"])

    def upload(self, number: int, fixes: list) -> dict:
        wait_for(self.world, fixes[-1][0] + 1000)
        self.users[number].add(self.runs[number], fixes, batch=2000)
        return self.users[number].finish(self.runs[number], len(fixes))

    def now(self) -> dict:
        return self.users[0].get(f"/v1/events/{self.event['id']}")

    def board(self) -> dict:
        return self.users[0].get(f"/v1/events/{self.event['id']}/leaderboard")

    def settled(self) -> list:
        wait_until(lambda: self.now()["state"] == "settled", "the event is settled", TIMEOUT_S)
        board = self.board()
        assert board["state"] == "settled"
        return board["items"]

    def check_money(self, items: list, pool: int):
        prizes = {item["user"]: item["prize_cents"] for item in items}
        assert sum(prizes.values()) == pool == self.now()["pool_cents"]
        for user in self.users:
            prize = prizes.get(user.id, 0)
            assert user.balances()[0] == user.ledger_sums()[0] == prize
            paid = [row["amount_cents"] for row in user.pages("/v1/me/ledger") if row["cause"].startswith("prize:")]
            assert paid == ([prize] if prize else [])
            told = [notice for notice in user.pages("/v1/me/notifications") if notice["kind"] == "event_result"]
            assert len(told) == (1 if user.id in prizes else len(told)) and len(told) <= 1


def wait_for(world, until_ms: int):
    wait_until(lambda: ms(world.server.now()) >= until_ms, "the game's time has come", TIMEOUT_S)


@pytest.fixture(scope="module")
def evening(serve):
    """Zagreb before eight in the evening; five minutes pass in a second."""
    grace = {"FIEF_GAME_GRACE_MS": "5400000"}  # 18 s of ours, for uploads on a busy machine.
    return serve(clock_start="2026-05-10T17:30:00Z", clock_speed=SPEED, settings=grace)


@pytest.fixture(scope="module")
def played(evening):
    """Every event of this file, played to its end at once: each has its own runners and streets."""
    organiser = evening.organiser()
    spots = [tracks.spot(CITY, number) for number in range(16)]
    end = tracks.moved(spots[0], RACE_M, 0)
    race = play(evening, organiser, "Race", 4, metric="race", distance_m=RACE_M,
                checkpoints=[list(spots[0]), list(tracks.moved(spots[0], RACE_M / 2, 0)), list(end)])
    distance = play(evening, organiser, "Distance", 3, metric="distance")
    land = play(evening, organiser, "Land", 2, metric="territory",
                area={"lat": spots[8][0], "lon": spots[8][1], "radius_m": 3000})
    nobody = play(evening, organiser, "Nobody", 2, metric="distance")
    unused = play(evening, organiser, "Unused", 1, metric="distance")
    wait_for(evening, ms(START) + 30_000)

    early = {of: [of.consume(number) for number in range(count)] for of, count in ((race, 3), (distance, 2), (land, 2), (nobody, 1))}
    results = {race: {}, distance: {}, land: {}}
    for number, speed in enumerate((4.0, 3.0, 3.5)):
        fixes = tracks.line(tracks.moved(spots[0], -30, 0), RACE_M + 60, early[race][number] + 5000, speed, seed=number)
        results[race][number] = race.upload(number, fixes)
    for number, metres in enumerate((2500, 3500)):
        fixes = tracks.line(spots[2 + number], metres, early[distance][number] + 5000, 3.0, seed=10 + number)
        results[distance][number] = distance.upload(number, fixes)
    for number, radius in enumerate((250, 450)):
        fixes = tracks.loop(tracks.moved(spots[8], 500 * number, 0), radius, early[land][number] + 5000, 3.0, seed=20 + number)
        results[land][number] = land.upload(number, fixes)
    provisional = distance.board()

    # The last racer does not reach the end before the cut; the last of the distance runs across it and uploads late.
    wait_for(evening, ms(CUT) - 8 * 60_000)
    dnf = race.consume(3)
    late = distance.consume(2)
    assert max(dnf, late) < ms(CUT) - 60_000
    slow = tracks.line(tracks.moved(spots[0], -30, 0), RACE_M + 60, dnf + 2000, 2.5, seed=40)
    across = tracks.line(spots[5], 3600, late + 2000, 3.0, seed=41)
    results[race][3] = race.upload(3, slow)
    results[distance][2] = distance.upload(2, across)
    return {"race": race, "distance": distance, "land": land, "nobody": nobody, "unused": unused,
            "results": results, "across": across, "provisional": provisional}


def test_a_race_is_ranked_by_time_and_pays_its_pool(played):
    race = played["race"]
    items = race.settled()
    assert [item["user"] for item in items] == [race.users[number].id for number in (0, 2, 1)]
    for item, speed in zip(items, (4.0, 3.5, 3.0)):
        assert abs(item["value"] - RACE_M / speed * 1000) < 45_000
    assert [item["prize_cents"] for item in items] == shares_of(4 * FEE + POT, 3)
    race.check_money(items, 4 * FEE + POT)


def test_a_race_not_finished_by_the_cut_keeps_its_run_and_has_no_result(played):
    run = played["results"][played["race"]][3]
    assert run["state"] == "accepted" and "result" not in run
    assert run["distance_m"] > RACE_M - 100


def test_the_leaderboard_is_provisional_before(played):
    distance, board = played["distance"], played["provisional"]
    assert board["state"] in ("active", "cut")
    assert [item["user"] for item in board["items"]] == [distance.users[1].id, distance.users[0].id]


def test_only_what_was_run_before_the_cut_counts(played):
    distance = played["distance"]
    items = distance.settled()
    late = next(item for item in items if item["user"] == distance.users[2].id)
    counted = sum(1 for fix in played["across"] if fix[0] < ms(CUT)) * 3.0
    assert abs(late["value"] - counted) < 0.08 * counted + 20
    assert played["results"][distance][2]["distance_m"] > late["value"] + 300, "the run itself keeps its whole length"
    assert instant(late["reached_at"]) < instant(CUT)
    assert [item["value"] for item in items] == sorted((item["value"] for item in items), reverse=True)
    distance.check_money(items, 3 * FEE + POT)


def test_territory_counts_the_tiles_held_inside_the_area(played):
    land = played["land"]
    items = land.settled()
    assert [item["user"] for item in items] == [land.users[1].id, land.users[0].id]
    runs = played["results"][land]
    for item, number in zip(items, (1, 0)):
        assert 0 < item["value"] <= runs[number]["tiles_passed"] + runs[number]["tiles_enclosed"]
    land.check_money(items, 2 * FEE + POT)


def test_an_event_nobody_finishes_pays_the_tickets_back(played):
    event = played["nobody"]
    wait_until(lambda: event.now()["state"] == "settled", "the event is settled", TIMEOUT_S)
    assert event.board()["items"] == []
    for user in event.users:
        assert user.balances() == user.ledger_sums() == (FEE, 0)
        assert [ticket["state"] for ticket in user.pages("/v1/tickets")] == ["refunded"]


def test_after_the_cut_no_ticket_is_sold_or_consumed(played, evening):
    event = played["unused"]
    wait_until(lambda: event.now()["state"] in ("cut", "settled"), "it is past the cut", TIMEOUT_S)
    user = event.users[0]
    assert user.get("/v1/tickets", query={"state": "active"})["items"] == []
    refused = user.refused("POST", f"/v1/tickets/{event.tickets[0]['id']}/consume", {}, 409)
    assert refused["code"] in ("event_cut", "event_settled", "ticket_refunded")
    refused = evening.rich(FEE).refused("POST", f"/v1/events/{event.event['id']}/tickets", None, 409)
    assert refused["code"] in ("event_cut", "event_settled")
    organiser = evening.operator
    assert organiser.refused("PATCH", f"/v1/events/{event.event['id']}", {"name": "x"}, 409)["code"] in (
        "event_cut", "event_settled")


def test_a_settled_event_cannot_be_cancelled(played, evening):
    race = played["race"]
    race.settled()
    evening.operator.refused("POST", f"/v1/events/{race.event['id']}/cancel", None, 409, "event_settled")


def test_a_review_after_settlement_moves_no_money(played, evening):
    race = played["race"]
    items = race.settled()
    evening.operator.post(f"/v1/runs/{race.runs[0]}/review", {"verdict": "reject", "note": "A bicycle was seen."})
    assert race.board()["items"] == items
    race.check_money(items, 4 * FEE + POT)


@pytest.mark.parametrize("tz, start", [("Asia/Kathmandu", "2026-05-10T15:30:00Z"), ("Pacific/Apia", "2026-05-11T08:15:00Z"),
                                       ("America/Nuuk", "2022-10-29T23:15:00Z")])
def test_what_came_due_while_the_server_was_away_is_settled_as_of_then(serve, tz, start):
    begin = instant(start)
    world = serve(clock_start=rfc3339(begin), clock_speed=30)
    organiser = world.organiser()
    body = {"name": "Slept", "city": "Somewhere", "tz": tz, "starts_at": rfc3339(begin), "metric": "distance", "entry_fee_cents": 300}
    event = organiser.post("/v1/events", body, 201)
    user, other = world.rich(300), world.rich(300)
    ticket = user.ask("POST", f"/v1/events/{event['id']}/tickets", None, 201)
    other.ask("POST", f"/v1/events/{event['id']}/tickets", None, 201)
    run = user.post(f"/v1/tickets/{ticket['id']}/consume", {}, 201)["run"]
    fixes = tracks.line(CITY, 700, ms(run["created_at"]) + 1000, 3.0)
    wait_for(world, fixes[-1][0] + 1000)
    user.add(run["id"], fixes)
    done = user.finish(run["id"], len(fixes))
    assert done["state"] == "accepted"
    assert world.server.stop() == 0
    world.server.clock_start = instant(event["cut_at"]) + datetime.timedelta(days=7)
    world.server.start()
    user.move(world.url), other.move(world.url)
    user.login(), other.login()
    settled = wait_until(lambda: (lambda got: got if got["state"] == "settled" else None)(user.get(f"/v1/events/{event['id']}")),
                         "the event is settled", TIMEOUT_S)
    assert settled["pool_cents"] == 600
    board = user.get(f"/v1/events/{event['id']}/leaderboard")["items"]
    assert [(item["user"], item["prize_cents"], item["value"]) for item in board] == [(user.id, 600, done["result"]["value"])]
    assert user.balances()[0] == user.ledger_sums()[0] == 600 and other.balances()[0] == 0
