"""What was promised against what is stored: by SQL of this file alone, and over the API.

Every check yields sentences; no sentence, no complaint.
"""
import collections
import re

from client import ms
from city import WELCOME_CENTS

SHARES = (70, 20, 10)
UNSURE_MS = 180_000  # How well the people know the time of the game.
POINT = re.compile(r'<trkpt lat="(-?[\d.]+)" lon="(-?[\d.]+)">.*?<time>([^<]+)</time>', re.S)


def by(rows: list, key: str) -> dict:
    return {row[key]: row for row in rows}


class stored:
    """The tables, as they are in the end."""

    def __init__(self, questions):
        ask = questions.rows
        self.users = by(ask("select * from app_user"), "id")
        self.events = by(ask("select * from event"), "id")
        self.tickets = by(ask("select * from ticket"), "id")
        self.runs = by(ask("select * from run"), "id")
        self.ledger = ask("select * from ledger order by id")
        self.standings = ask("select * from event_standing order by event_id, rank")
        self.results = ask("select * from event_result")
        self.chunks = ask("select run_id, first_seq, count from fix_chunk order by run_id, first_seq")
        self.outbox = ask("select * from outbox")
        self.claims = ask("select run_id, count(*) as n, count(revoked_at) as revoked from claim group by run_id")
        self.event_claims = ask("select c.*, r.event_id from claim c join run r on r.id = c.run_id"
                                " where r.event_id is not null and c.revoked_at is null")
        self.actions = ask("select kind, target from action where kind not in"
                           " ('ticket_granted', 'rights_changed', 'operator_created')")
        self.notices = ask("select user_id, kind, event_id from notification")


# -- what people have -------------------------------------------------------------------------------

def check_users(record, db):
    for id_ in db.users.keys() ^ record.users.keys():
        yield f"user {id_} is only in the {'database' if id_ in db.users else 'record'}"
    for id_, user in record.users.items():
        row = db.users.get(id_)
        if row and (row["deleted"], row["email"] == "") != (user.deleted, user.deleted):
            yield f"user {id_}, deleted: {user.deleted}, is stored as {row}"


def check_tickets(record, db):
    for id_ in db.tickets.keys() - record.tickets.keys():
        yield f"ticket {id_} was never acknowledged: {db.tickets[id_]}"
    for id_, mine in record.tickets.items():
        row = db.tickets.get(id_)
        if row is None:
            yield f"ticket {id_} of {mine.user} is gone"
            continue
        if (row["user_id"], row["event_id"], row["price_cents"]) != (mine.user, mine.event, mine.price_cents):
            yield f"ticket {id_} is another one: {row} for {mine}"
        if row["run_id"] != mine.run:
            yield f"ticket {id_} was used for {row['run_id']}, which its holder knows as {mine.run}"
    sold = collections.Counter((row["user_id"], row["event_id"]) for row in db.tickets.values())
    yield from (f"{pair} has {n} tickets" for pair, n in sold.items() if n > 1)


def check_runs(record, db):
    for id_ in db.runs.keys() - record.runs.keys():
        yield f"run {id_} was never acknowledged: {db.runs[id_]}"
    claims = by(db.claims, "run_id")
    for id_, mine in record.runs.items():
        row = db.runs.get(id_)
        if row is None:
            yield f"run {id_} of {mine.user} is gone"
            continue
        if (row["user_id"], row["ticket_id"], row["event_id"]) != (mine.user, mine.ticket, mine.event):
            yield f"run {id_} is another one: {row}"
        if not mine.finished or mine.result is None:
            yield f"run {id_} was never finished by its runner"
            continue
        yield from check_result(mine, row, claims.get(id_, {"n": 0, "revoked": 0}), record.users[mine.user].deleted)
    tickets = collections.Counter(row["ticket_id"] for row in db.runs.values() if row["ticket_id"])
    yield from (f"ticket {ticket} started {n} runs" for ticket, n in tickets.items() if n > 1)
    if db.outbox:
        yield f"claims of {len(db.outbox)} runs are not merged yet"


def check_result(mine, row, claims, deleted):
    """What became of a run: as its runner saw it, unless an operator decided otherwise."""
    seen = mine.result
    state = {"accept": "accepted", "reject": "rejected"}.get(mine.verdict, seen["state"])
    if (row["state"], row["total_seq"]) != (state, len(mine.fixes)):
        yield f"run {mine.id} is {row['state']} with {row['total_seq']} fixes instead of {state} with {len(mine.fixes)}"
    tiles = seen["tiles_passed"] + seen["tiles_enclosed"]
    if seen["state"] == "accepted" and row["tiles_passed"] + row["tiles_enclosed"] != tiles:
        yield f"run {mine.id} has another result than was seen: {row} for {seen}"
    if deleted or state != "accepted":
        if claims["n"] != claims["revoked"]:
            yield f"run {mine.id} is {state} (account deleted: {deleted}) and still holds claims: {claims}"
    elif (claims["n"], claims["revoked"]) != (row["tiles_passed"] + row["tiles_enclosed"], 0):
        yield f"run {mine.id} has {claims} for {row['tiles_passed']} + {row['tiles_enclosed']} tiles"


def check_chunks(record, db):
    """As many fixes as were acknowledged; which ones they are, the track tells."""
    stored = collections.Counter()
    for row in db.chunks:
        stored[row["run_id"]] += row["count"]
    for id_, mine in record.runs.items():
        if record.users[mine.user].deleted:
            if stored[id_]:
                yield f"run {id_} of a deleted account has {stored[id_]} fixes left"
        elif not mine.acked <= stored[id_] <= len(mine.fixes):
            yield f"run {id_}: {mine.acked} of {len(mine.fixes)} fixes were acknowledged, {stored[id_]} are stored"


def check_track(mine, gpx: str):
    """Every acknowledged fix, once, as it was sent."""
    points = [(lat, lon, ms(time)) for lat, lon, time in POINT.findall(gpx)]
    sent = [(f"{fix[1]:.7f}", f"{fix[2]:.7f}", fix[0]) for fix in mine.fixes]
    if points == sent:
        return
    counted = collections.Counter(points)
    missing = [seq for seq, fix in enumerate(sent[:mine.acked], 1) if fix not in counted]
    twice = [seq for seq, fix in enumerate(sent, 1) if counted[fix] > 1]
    strange = [point for point in counted if point not in set(sent)]
    yield (f"run {mine.id}, {mine.acked} of {len(sent)} fixes acknowledged: missing {missing[:20]}, twice {twice[:20]}, "
           f"never sent {strange[:5]}")


# -- money ------------------------------------------------------------------------------------------

def shares_of(pool: int, finishers: int) -> list:
    """The rules' prizes, worked out on their own: 70/20/10 of those who finished, remainder from the top."""
    shares = SHARES[:finishers]
    paid = [pool * share // sum(shares) for share in shares]
    for rank in range(pool - sum(paid) if shares else 0):
        paid[rank % len(paid)] += 1
    return paid


def tiles_held(event, runs: set, db) -> dict:
    """user -> (tiles, instant of the last) when only the claims of these runs are merged."""
    best = {}
    for row in db.event_claims:
        if row["run_id"] in runs and event.starts_ms <= row["crossed_at"] < event.cut_ms:
            key = (-row["holds_until"], row["crossed_at"], row["run_id"], row["user_id"])
            best[row["tile"]] = min(best.get(row["tile"], key), key)
    held = {}
    for holds_until, crossed_at, _, user in best.values():
        if -holds_until > event.cut_ms:
            n, reached = held.get(user, (0, 0))
            held[user] = (n + 1, max(reached, crossed_at))
    return held


def ranked(event, record, db) -> list:
    """(user, value) by the rules: metric, then reached, then consumed, then user. A run that was processed too
    late for the settlement counts when the settlement had it all the same."""
    settled_at = db.events[event.id]["settled_at"] or 0
    had = {row["run_id"] for row in db.standings if row["event_id"] == event.id}
    had |= {row["run_id"] for row in db.results if row["event_id"] == event.id}
    runs = [mine for mine in record.runs.values() if mine.event == event.id and mine.result
            and mine.result["state"] == "accepted" and "result" in mine.result
            and (mine.seen_ms < settled_at - UNSURE_MS or mine.id in had)]
    consumed = {mine.user: db.tickets[mine.ticket]["consumed_at"] for mine in runs}
    if event.metric == "territory":
        values = tiles_held(event, {mine.id for mine in runs}, db)
    else:
        values = {mine.user: (mine.result["result"]["value"], ms(mine.result["result"]["reached_at"])) for mine in runs}
    order = sorted((-value, reached, consumed[user], user) for user, (value, reached) in values.items())
    return [(user, -value) for value, _, _, user in order]


def expected_money(record, db) -> dict:
    """Per user a Counter of (cause, cents): all that his record and the rules say, and nothing else."""
    money = {user: collections.Counter() for user in record.users}
    for id_, user in record.users.items():
        if db.users[id_]["roles"] & 4 == 0:
            money[id_][f"welcome:{id_}", WELCOME_CENTS] += 1
        for grant, cents in user.grants.items():
            money[id_][f"grant:{grant}", cents] += 1
    for ticket in record.tickets.values():
        if ticket.price_cents:
            money[ticket.user][f"ticket:{ticket.id}", -ticket.price_cents] += 1
    for event in record.events.values():
        tickets = [ticket for ticket in record.tickets.values() if ticket.event == event.id]
        order = [] if event.cancelled else [user for user, _ in ranked(event, record, db)]
        pool = event.pot_cents + sum(ticket.price_cents for ticket in tickets)
        for user, prize in zip(order, shares_of(pool, len(order))):
            if prize:
                money[user][f"prize:{event.id}:{user}", prize] += 1
        for ticket in tickets if not order else []:
            if ticket.price_cents:
                money[ticket.user][f"refund:{ticket.id}", ticket.price_cents] += 1
    return money


def check_coins(record, db):
    booked = {user: collections.Counter() for user in db.users}
    for row in db.ledger:
        if row["currency"] == "coins":
            booked[row["user_id"]][row["cause"], row["amount"]] += 1
    for user, expected in expected_money(record, db).items():
        for what, n in (expected - booked[user]).items():
            yield f"user {user}: {what} is missing in the ledger ({n})"
        for what, n in (booked[user] - expected).items():
            yield f"user {user}: {what} is in the ledger {n} times more than anybody knows"
        balance = sum(cents * n for (_, cents), n in expected.items())
        if db.users[user]["coins_cents"] != balance:
            yield f"user {user} has {db.users[user]['coins_cents']} cents instead of {balance}"


def check_tokens(record, db):
    for id_, user in record.users.items():
        rows = [row for row in db.ledger if row["user_id"] == id_ and row["currency"] == "tokens"]
        booked = collections.Counter(row["amount"] for row in rows)
        told = collections.Counter(micro for micro in user.claims if micro)
        if told - booked:
            yield f"user {id_}: claims of {dict(told - booked)} micro-tokens are missing"
        if booked - told:
            yield f"user {id_}: {dict(booked - told)} micro-tokens were paid that no claim was answered with"
        if db.users[id_]["tokens_micro"] != sum(row["amount"] for row in rows):
            yield f"user {id_} has {db.users[id_]['tokens_micro']} micro-tokens, his ledger another sum"


# -- events -----------------------------------------------------------------------------------------

def check_events(record, db):
    for id_ in db.events.keys() ^ record.events.keys():
        yield f"event {id_} is only in the {'database' if id_ in db.events else 'record'}"
    for id_, event in record.events.items():
        row = db.events.get(id_)
        if row is None:
            continue
        if (row["cancelled_at"] is not None, row["settled_at"] is None) != (event.cancelled, event.cancelled):
            yield f"event {id_}, cancelled: {event.cancelled}, is stored as {row}"
        standings = [each for each in db.standings if each["event_id"] == id_]
        order = [] if event.cancelled else ranked(event, record, db)
        if [(each["user_id"], each["value"]) for each in standings] != order:
            yield f"event {id_} is ranked {[(each['user_id'], each['value']) for each in standings]} instead of {order}"
        pool = row["pot_cents"] + sum(ticket.price_cents for ticket in record.tickets.values() if ticket.event == id_)
        prizes = shares_of(pool, len(order))
        prizes += [0] * (len(order) - len(prizes))
        if [each["prize_cents"] for each in standings] != prizes:
            yield f"event {id_} of {pool} cents pays {[each['prize_cents'] for each in standings]} instead of {prizes}"
        told = collections.Counter(each["user_id"] for each in db.notices
                                   if each["event_id"] == id_ and each["kind"] == "event_result")
        yield from (f"event {id_}: {user} was told {n} results" for user, n in told.items() if n > 1)
        yield from (f"event {id_}: {user} was not told the result" for user, _ in order if not told[user])


def check_actions(record, db):
    """What operators did is in the log once, and nothing else."""
    expected = collections.Counter()
    for id_, event in record.events.items():
        expected["event_created", id_] += 1
        expected["event_cancelled", id_] += event.cancelled
    for id_, user in record.users.items():
        expected["coins_granted", id_] += len(user.grants)
    for id_, run in record.runs.items():
        if run.verdict:
            expected[{"accept": "run_accepted", "reject": "run_rejected"}[run.verdict], id_] += 1
    stored = collections.Counter((row["kind"], row["target"]) for row in db.actions)
    yield from (f"{what} is not in the log of actions ({n})" for what, n in (expected - stored).items())
    yield from (f"{what} is in the log of actions {n} times more than it was done" for what, n in (stored - expected).items())


# -- the map ----------------------------------------------------------------------------------------

def check_map(questions):
    """The map from the log alone, by the rules: the latest end, the earlier crossing, the smaller run."""
    for row in questions.rows("""
        select coalesce(t.tile, b.tile) as tile, t.run_id as stored, b.run_id as best from tile t full join (
          select tile, run_id, user_id, holds_until, row_number() over (
            partition by tile order by holds_until desc, crossed_at asc, run_id asc) as place
          from claim where revoked_at is null) b on b.tile = t.tile and b.place = 1
        where (b.place is null or b.place = 1)
          and (t.run_id is distinct from b.run_id or t.owner is distinct from b.user_id
               or (b.run_id is not null and t.holds_until <> b.holds_until))"""):
        yield f"tile {row['tile']} is of run {row['stored']}, and the log says {row['best']}"
    for row in questions.rows("""
        select a.id, a.tiles, count(t.tile) as held from app_user a left join tile t on t.owner = a.id and t.counted
        group by a.id, a.tiles having count(t.tile) <> a.tiles"""):
        yield f"user {row['id']} counts {row['tiles']} tiles and holds {row['held']}"
    for row in questions.rows("""
        select n.user_id, n.run_id, n.count, count(c.tile) as taken from notification n
        left join claim c on c.run_id = n.run_id and c.taken_from = n.user_id
        where n.kind = 'tiles_lost' group by n.id having count(c.tile) <> n.count"""):
        yield f"user {row['user_id']} was told of {row['count']} tiles lost to {row['run_id']}, which took {row['taken']}"
    for row in questions.rows("select user_id, run_id from notification where not published"):
        yield f"user {row['user_id']} was not told what was lost to run {row['run_id']}"
    for row in questions.rows("""
        select c.run_id, c.taken_from, count(*) as n from claim c join app_user a on a.id = c.taken_from
        where not a.deleted and not exists (
          select 1 from notification n where n.run_id = c.run_id and n.user_id = c.taken_from and n.kind = 'tiles_lost')
        group by 1, 2"""):
        yield f"run {row['run_id']} took {row['n']} tiles of {row['taken_from']}, who was not told"


def check_mining(questions):
    """Nobody mined more than his tiles yield from their crossing on: 2 half-tiles a ms, 144 of them to the micro-token."""
    for row in questions.rows("""
        select a.id, a.mined_total_micro * 144 + a.acc as mined, 2 * sum(greatest(0, a.settled_at - c.since)) as most
        from app_user a join (select user_id, tile, min(crossed_at) as since from claim group by 1, 2) c on c.user_id = a.id
        group by a.id having a.mined_total_micro * 144 + a.acc > 2 * sum(greatest(0, a.settled_at - c.since))"""):
        yield f"user {row['id']} mined {row['mined'] // 144} micro-tokens of {row['most'] // 144}"


def check_live_map(shown: dict, questions, now_ms: int):
    """What the server shows of the map against the table."""
    held = {token_of(row["tile"]): row["owner"] for row in questions.rows(
        f"select tile, owner from tile where owner is not null and holds_until > {now_ms}")}
    for tile in sorted(shown.keys() | held.keys()):
        if shown.get(tile) != held.get(tile):
            yield f"tile {tile} is shown as of {shown.get(tile)} and stored as of {held.get(tile)}"


def token_of(tile: int) -> str:
    return f"{tile & (2**64 - 1):016x}".rstrip("0")


def check_everybody(record, db):
    for check in (check_users, check_tickets, check_runs, check_chunks, check_coins, check_tokens, check_events,
                  check_actions):
        try:
            yield from check(record, db)
        except (KeyError, TypeError) as error:  # Something is missing so badly that the rest cannot be worked out.
            yield f"{check.__name__} stumbles over {error!r}"
