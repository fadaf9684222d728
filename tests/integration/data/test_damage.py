"""A damaged row costs what it stands for and nothing else: the audit names it, the server lives on, others do not notice."""
import json
from concurrent.futures import ThreadPoolExecutor
import signal
import uuid

import pytest

from client import CITY, client, ms, wait_until
from api_fixtures import api
import fill
from server import server
import tracks

AROUND = tracks.bbox_round(CITY, 3000)
FAR = 9_223_372_036_854_775_807

# Name: what is done to a victim, and the check of the audit that must name which of its rows. In braces: its user, run,
# first tile, ticket and event.
WOUNDS = {
    "chunk_cut": ("update fix_chunk set data = substring(data from 1 for length(data) / 2) where run_id = '{run}'",
                  "chunk_damaged", "{run}"),
    "chunk_garbage": (r"update fix_chunk set data = '\xdeadbeef' where run_id = '{run}'", "chunk_damaged", "{run}"),
    "chunk_empty": ("update fix_chunk set data = '' where run_id = '{run}'", "chunk_damaged", "{run}"),
    "chunk_giant_count": ("update fix_chunk set count = 2000000000 where run_id = '{run}'", "chunk_damaged", "{run}"),
    "chunk_wrong_seq": ("update fix_chunk set first_seq = first_seq + 7 where run_id = '{run}'", "chunk_damaged", "{run}"),
    "run_state": ("alter table run drop constraint if exists run_state_known;"
                  "update run set state = 'exploded' where id = '{run}'", "run_damaged", "{run}"),
    "run_null": ("alter table run alter sport drop not null; update run set sport = null where id = '{run}'",
                 "run_damaged", "{run}"),
    "run_negative": ("update run set distance_m = -5, moving = -1 where id = '{run}'", "run_damaged", "{run}"),
    "run_not_a_number": ("update run set distance_m = 'NaN' where id = '{run}'", "run_damaged", "{run}"),
    "run_too_many": ("update run set total_seq = -1 where id = '{run}'", "run_damaged", "{run}"),
    "run_far_future": (f"update run set finished_at = {FAR} where id = '{{run}}'", "run_damaged", "{run}"),
    "run_far_past": (f"update run set started_at = -{FAR} where id = '{{run}}'", "run_damaged", "{run}"),
    "run_unjudged_damaged": ("update run set state = 'processing', drift_max = -1 where id = '{run}'", "run_damaged", "{run}"),
    "outbox_of_damaged": ("update run set moving = -1 where id = '{run}';"
                          "insert into outbox values ('{run}', '{user}')", "run_damaged", "{run}"),
    "tile_no_cell": ("update tile set tile = tile + 2 where tile = {tile}", "tile_damaged", "{tile_2}"),
    "tile_no_owner": ("update tile set owner = md5('nobody')::uuid where tile = {tile}", "tile_without_owner", "{tile}"),
    "tile_far_future": (f"update tile set holds_until = {FAR} where tile = {{tile}}", "tile_damaged", "{tile}"),
    "tile_half_null": ("alter table tile drop constraint if exists tile_owner_has_run;"
                       "update tile set run_id = null where tile = {tile}", "tile_damaged", "{tile}"),
    "claim_backwards": ("update claim set holds_until = crossed_at - 1 where run_id = '{run}' and tile = {tile}",
                        "claim_ends_early", "{tile}"),
    "claim_no_cell": ("update claim set tile = 12345 where run_id = '{run}' and tile = {tile}", "claim_damaged", "{run}"),
    "claim_far_past": (f"update claim set crossed_at = -{FAR} where run_id = '{{run}}' and tile = {{tile}}",
                       "claim_damaged", "{run}"),
    "user_roles": ("update app_user set roles = 300 where id = '{user}'", "user_damaged", "{user}"),
    "user_home": ("insert into home_zone values ('{user}', 0, 2000000000, 0, 300)", "user_damaged", "{user}"),
    "user_created": (f"update app_user set created_at = {FAR} where id = '{{user}}'", "user_damaged", "{user}"),
    "account_store": ("update app_user set claimed_at = settled_at + 1000000 where id = '{user}'",
                      "account_damaged", "{user}"),
    "account_negative": ("alter table app_user drop constraint if exists app_user_acc_not_negative;"
                         "update app_user set acc = -1 where id = '{user}'", "account_damaged", "{user}"),
    "account_broke": ("alter table app_user drop constraint if exists app_user_coins_not_negative;"
                      "update app_user set coins_cents = -1 where id = '{user}'", "money_negative", "{user}"),
    "ledger_currency": ("alter table ledger drop constraint if exists ledger_currency_known;"
                        "update ledger set currency = 'shells' where cause = 'ticket:{ticket}'", "ledger_damaged", "id "),
    "notification_kind": ("update notification set kind = 'gossip' where user_id = '{user}'",
                          "notification_damaged", "id "),
    "ticket_state": ("alter table ticket drop constraint if exists ticket_state_known;"
                     "update ticket set state = 'eaten' where id = '{ticket}'", "ticket_damaged", "{ticket}"),
    "ticket_price": (f"update ticket set price_cents = {FAR} where id = '{{ticket}}'", "ticket_damaged", "{ticket}"),
    "event_zone": ("update event set tz = 'Mars/Olympus' where id = '{event}'", "event_damaged", "{event}"),
    "event_metric": ("alter table event drop constraint if exists event_metric_known;"
                     "update event set metric = 'beauty' where id = '{event}'", "event_damaged", "{event}"),
    "event_pot": (f"update event set pot_cents = {FAR} where id = '{{event}}'", "event_damaged", "{event}"),
    "event_disorder": ("alter table event drop constraint if exists event_times_ordered;"
                       "update event set cut_at = starts_at - 1 where id = '{event}'", "event_damaged", "{event}"),
    "event_place": ("update event set area_lat_e7 = 2000000000 where id = '{event}'", "event_damaged", "{event}"),
    "event_course": ("update event set course = '{{1,2,3}}' where id = '{event}'", "event_damaged", "{event}"),
    "event_takings": ("update event set tickets_cents = tickets_cents + 1 where id = '{event}'",
                      "tickets_cents_differs", "{event}"),
    "event_takings_negative": ("alter table event drop constraint if exists event_tickets_cents_not_negative;"
                               "update event set tickets_cents = -1 where id = '{event}'", "event_damaged", "{event}"),
    "action_kind": ("alter table action drop constraint if exists action_kind_known;"
                    "update action set kind = 'gossip' where id = '{action}'", "action_damaged", "{action}"),
    "action_detail": ("alter table action drop constraint if exists action_detail_object;"
                      "update action set detail = '[1]' where id = '{action}'", "action_damaged", "{action}"),
    "action_time": (f"update action set at = {FAR} where id = '{{action}}'", "action_damaged", "{action}"),
    "action_on_nothing": ("update action set target = md5('nothing')::uuid where id = '{action}'",
                          "action_without_target", "{action}"),
    "action_by_nobody": ("update action set by_id = md5('nobody')::uuid where id = '{action}'",
                         "action_without_target", "{action}"),
    "event_result": (f"insert into event_result values ('{{event}}', '{{run}}', '{{user}}', 5, {FAR}, 0)",
                     "result_damaged", "{event}"),
    "standing_no_event": ("insert into event_standing values (md5('no event')::uuid, 1, '{user}', '{run}', 5, 0, 0, 0)",
                          "standing_without_event", "rank 1"),
    "sketch_no_run": ("insert into run_sketch values (7, md5('no run')::uuid)", "sketch_without_run", "0952dd46-38a4-e2b4-facb-759436103d3d"),
    "notification_nobody": ("insert into notification (id, user_id, kind, cause, at) values"
                            " (md5('lost')::uuid, md5('nobody')::uuid, 'tiles_lost', 'x', 0)",
                            "notification_without_user", "1c9a44eb-2e8e-af3d-a1eb-551da310cce7"),
}


TILES_EACH = 8


class victim:
    """A runner who ran once, in no event, and has a ticket for one."""

    def __init__(self, city, number: int):
        self.user, self.number = city.runner("victim"), number
        self.run, self.event, self.ticket, self.action = (
            str(uuid.UUID(int=kind << 64 | number + 1)) for kind in (1, 2, 3, 4))

    def sql(self, first_tile: int, now_ms: int) -> str:
        """Its past, as the server would have written it."""
        ran, starts = now_ms - 3_600_000, now_ms - 7_200_000
        minute = fill.chunk_of_a_minute(ran)
        tile = first_tile + self.number * TILES_EACH * fill.TILE_STEP
        run, event, ticket, user = self.run, self.event, self.ticket, self.user.id
        return f"""
insert into event (id, organiser, name, city, tz, starts_at, cut_at, settle_at, metric, entry_fee_cents, pot_cents,
                   distance_m, course, checkpoints, area_lat_e7, area_lon_e7, area_radius_m, live_spectators, created_at,
                   tickets_sold, tickets_cents)
values ('{event}', '{user}', 'Event {self.number}', 'Zagreb', 'Europe/Zagreb', {starts}, {starts} + 36000000,
        {starts} + 37800000, 'distance', 500, 0, 0, '{{}}', '{{}}', 0, 0, 0, true, {starts}, 1, 500);
insert into ticket (id, event_id, user_id, price_cents, state, bought_at)
values ('{ticket}', '{event}', '{user}', 500, 'unused', {ran});
insert into ledger (user_id, currency, amount, cause, at)
values ('{user}', 'coins', 1500, 'grant:{ticket}', {ran}), ('{user}', 'coins', -500, 'ticket:{ticket}', {ran});
insert into run (id, user_id, kind, sport, state, created_at, clock_offset, last_data_at, total_seq, started_at,
                 finished_at, distance_m, moving, tiles_passed, tiles_taken)
values ('{run}', '{user}', 'free', 'run', 'accepted', {ran} - 60000, 0, {ran}, 60, {ran} - 60000, {ran} - 1000, 160,
        59000, {TILES_EACH}, {TILES_EACH});
insert into action (id, at, by_id, kind, target, detail)
values ('{self.action}', {ran}, '{user}', 'event_created', '{event}', '{{"name":"Event {self.number}"}}');
insert into fix_chunk values ('{run}', 1, 60, decode('{minute.hex()}', 'hex'));
insert into claim (run_id, tile, user_id, crossed_at, holds_until, enclosed)
select '{run}', {tile} + n * {fill.TILE_STEP}::bigint, '{user}', {ran}, {ran} + 600000000, false
from generate_series(0, {TILES_EACH} - 1) n;
insert into tile (tile, owner, run_id, crossed_at, holds_until, counted)
select tile, user_id, run_id, crossed_at, holds_until, true from claim where run_id = '{run}';
insert into notification (id, user_id, kind, cause, at) values ('{run}', '{user}', 'run_accepted', 'x', {ran});
update app_user set coins_cents = coins_cents + 1000, tiles = {TILES_EACH}, settled_at = {ran}, claimed_at = {ran}
where id = '{user}';
"""

    def names(self, first_tile: int) -> dict:
        tile = first_tile + self.number * TILES_EACH * fill.TILE_STEP
        return {"user": self.user.id, "run": self.run, "tile": str(tile), "tile_2": str(tile + 2),
                "ticket": self.ticket, "event": self.event, "action": self.action}

    def everything(self):
        """Every read that touches it, and some writes, as (method, path, body)."""
        box = f"bbox={AROUND}"
        for path in ("/v1/me", "/v1/runs", f"/v1/runs/{self.run}", f"/v1/runs/{self.run}/track.gpx", "/v1/tickets",
                     "/v1/tickets?state=active", "/v1/me/ledger", "/v1/me/notifications", "/v1/me/export", "/v1/mining",
                     f"/v1/territory?{box}", f"/v1/territory?{box}&zoom=10", f"/v1/events/{self.event}", "/v1/events",
                     f"/v1/events/{self.event}/leaderboard", "/v1/leaderboards/territory", "/v1/events?limit=3"):
            yield "GET", path, None
        yield "POST", "/v1/mining/claim", None
        yield "POST", f"/v1/tickets/{self.ticket}/consume", {}
        yield "POST", "/v1/runs", {}
        yield "PATCH", "/v1/me", {"username": f"renamed_{self.number}"}


def fill_is_sound(city) -> bool:
    done = city.server.run("audit")
    print(done.stdout)
    return done.returncode == 0


@pytest.fixture(scope="module")
def hospital():
    """A city all of whose victims are wounded at once, while nobody watches, and that was then started again."""
    city = api.world(server())
    try:
        city.server.start()
        city.operator
        pioneer = city.runner("pioneer")
        track = tracks.ending_at(tracks.line(CITY, 700, 0, seed=1), ms(city.server.now()) - 1000)
        assert pioneer.run_of(track)["state"] == "accepted"
        wait_until(lambda: pioneer.get("/v1/me")["tiles"] > 0, "there is ground to stand on")
        data_dir, now_ms = city.server.data_dir, ms(city.server.now())
        with ThreadPoolExecutor(8) as crowd:
            people = crowd.map(lambda number: victim(city, number), range(len(WOUNDS) + 1))
            city.victims = dict(zip([*WOUNDS, "nobody"], people))
        # Away from the pioneer's own, and still in town.
        first_tile = int(fill.psql(data_dir, "select max(tile) from tile")) + 4 * fill.TILE_STEP
        fill.psql(data_dir, "begin;" + "".join(each.sql(first_tile, now_ms) for each in city.victims.values()) + "commit")
        fill.psql(data_dir, fill.overdue_sql(2, now_ms + 5 * fill.DAY_MS + 3_600_000))  # Settles later.
        assert fill_is_sound(city), "the wounds would not be the only ones"
        city.wounds = {name: each.names(first_tile) for name, each in city.victims.items()}
        city.server.process.send_signal(signal.SIGSTOP)
        for name, (sql, _, _) in WOUNDS.items():
            fill.psql(data_dir, sql.format(**city.wounds[name]))
        # One of the two that are due becomes unreadable, the earlier one.
        fill.psql(data_dir, "update event set starts_at = starts_at - 20000, cut_at = cut_at - 20000, settle_at ="
                            f" {ms(city.server.now())}, metric = 'beauty' where id = md5('event 1')::uuid;"
                            f"update event set settle_at = {ms(city.server.now())} + 1, cut_at = least(cut_at,"
                            f" {ms(city.server.now())}), starts_at = {ms(city.server.now())} - 7200000"
                            " where id = md5('event 2')::uuid")
        city.server.kill()
        city.server.start()
        for each in city.victims.values():
            each.user.move(city.url)
        city.operator.move(city.url)
        yield city
        assert city.server.process.poll() is None, "it has died\n" + city.server.tail()
        assert city.server.stop() == 0
    finally:
        city.close()
        city.server.clear()


@pytest.fixture(scope="module")
def findings(hospital) -> dict:
    done = hospital.server.run("audit", "--json")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)["findings"]
    assert all(each["count"] >= len(each["keys"]) > 0 for each in found)
    return {each["check"]: each for each in found}


def test_the_audit_names_everything_that_is_damaged(hospital, findings):
    missing = []
    for name, (_, check, key) in WOUNDS.items():
        key = key.format(**hospital.wounds[name])
        if not any(key in each for each in findings.get(check, {"keys": []})["keys"]):
            missing.append(f"{name}: {check} does not name {key}")
    assert not missing, "\n".join(missing) + f"\n{findings}"


def ask_everything(hospital, name: str) -> list:
    """What is wrong with the answers to everything that touches this victim."""
    hurt, answers = hospital.victims[name], {}
    for method, path, body in hurt.everything():
        answers[f"{method} {path}"] = hurt.user.send(method, path, body)
    for text in (hurt.user.id, "victim"):
        answers[f"search {text}"] = hospital.operator.send("GET", "/v1/users", query={"q": text})
    for name in ("by", "target"):
        answers[f"actions {name}"] = hospital.operator.send("GET", "/v1/actions", query={name: hurt.user.id, "limit": 200})
    # 401: rights that are damaged are none. A bystander is refused what has its own reasons only.
    good = (200, 201, 409, 422) if name == "nobody" else (200, 201, 401, 404, 409, 422, 503)
    return [f"{name}: {what}: {answer.status} {answer.body[:300]!r}" for what, answer in answers.items()
            if answer.status not in good]


def test_the_server_answers_whatever_is_asked_and_a_bystander_does_not_suffer(hospital):
    with ThreadPoolExecutor(6) as crowd:
        wrong = [line for lines in crowd.map(lambda name: ask_everything(hospital, name), hospital.victims) for line in lines]
    assert not wrong, "\n".join(wrong)
    assert hospital.server.process.poll() is None, hospital.server.tail()


def test_others_do_not_notice(hospital):
    fine = hospital.runner("fine")

    def run(place, seed):
        track = tracks.line(place, 700, 0, seed=seed)
        return fine.run_of(tracks.ending_at(track, ms(hospital.server.now()) - 1000))

    done = run(tracks.moved(CITY, 0, -2500), 77)
    assert done["state"] == "accepted" and done["tiles_passed"] > 0
    wait_until(lambda: fine.get("/v1/me")["tiles"] == done["tiles_passed"], "all its tiles are held")
    # Right over the ground of the wounded.
    shown = fine.get("/v1/territory", query={"bbox": AROUND})["features"]
    ground = {x["properties"]["owner"]: x["geometry"]["coordinates"][0][0] for x in shown}
    assert hospital.victims["nobody"].user.id in ground, "the map shows the others"
    for name in ("tile_no_cell", "tile_far_future", "claim_backwards", "account_store", "user_roles"):
        lon, lat = ground[hospital.victims[name].user.id]
        assert run(tracks.moved((lat, lon), -200, 10), 78)["state"] in ("accepted", "flagged")
    assert fine.get("/v1/me")["tiles"] >= done["tiles_passed"]


def test_an_unreadable_event_holds_up_no_other(hospital):
    def settled(number):
        sql = f"select settled_at is not null from event where id = md5('event {number}')::uuid"
        return fill.psql(hospital.server.data_dir, sql) == "t"

    wait_until(lambda: settled(2), "the other event is settled", 60)
    assert not settled(1)


def test_the_log_tells_the_keys(hospital, findings):
    log = hospital.server.log.read_text()
    for name in ("run_state", "event_metric", "user_roles", "tile_no_cell", "chunk_garbage", "ticket_state"):
        key = WOUNDS[name][2].format(**hospital.wounds[name])
        assert any(key in line and "damaged" in line for line in log.splitlines()), f"{name}: {key}"


def test_a_phone_sends_again_what_was_damaged_while_it_recorded(hospital):
    user = hospital.runner("mender")
    run = user.start()["id"]
    track = tracks.ending_at(tracks.line(tracks.moved(CITY, 0, 2500), 400, 0, seed=5), ms(hospital.server.now()) - 1000)
    assert user.add(run, track, batch=50)["ack"] == len(track)
    hospital.server.process.send_signal(signal.SIGSTOP)
    fill.psql(hospital.server.data_dir, f"update fix_chunk set data = '\\x00' where run_id = '{run}' and first_seq = 51")
    hospital.server.kill()
    hospital.server.start()
    user.move(hospital.url)
    hello = hospital.live(user, run=run)
    want = [m for m in hello.everything if m["type"] == "welcome"][0]
    assert want["ack"] == 50, "the damaged ones are not there"
    assert user.add(run, track[50:100], first_seq=51, batch=50)["ack"] == len(track)
    done = user.finish(run, len(track))
    assert done["state"] == "accepted" and abs(done["distance_m"] - 400) < 60
    damaged = json.loads(hospital.server.run("audit", "--json").stdout)["findings"]
    assert not any(run in key for each in damaged for key in each["keys"])
    assert client(hospital.url).raw("GET", "/readyz").status == 200
