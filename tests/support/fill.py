"""Fills a database of fief with a grown city, in seconds, by SQL; `fief audit` finds nothing wrong with it.

    python3 tests/support/fill.py DATA_DIR [--users 100000] [--tiles 1000000] [--overdue 0]

The private Postgres of DATA_DIR must be running (a `fief serve` is, beside it), and its schema be there.
"""
import argparse
import pathlib
import subprocess
import time

TILE_LEVEL = 17
TILES_PER_RUN = 50
LEAF_LEVEL = 30
TILE_STEP = 1 << (2 * (LEAF_LEVEL - TILE_LEVEL) + 1)  # From one tile's id to the next one's.
FEE_CENTS, POT_CENTS, FINISHERS = 250, 1000, 3
DAY_MS = 86_400_000


def psql(data_dir, sql: str, database: str = "fief") -> str:
    """Runs SQL as the private Postgres' only user. Returns what was selected, unaligned."""
    place = pathlib.Path(data_dir) / "socket"
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(place), "-U", "fief",
                           "-d", database, "-f", "-"], input=sql, text=True, capture_output=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# -- the stored form of fixes, as game/fix_chunk.hpp describes it ---------------------------------------

def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(x: int) -> bytes:
    out = bytearray()
    while x >= 0x80:
        out.append(x & 0x7F | 0x80)
        x >>= 7
    out.append(x)
    return bytes(out)


def zigzag(x: int) -> int:
    return x << 1 if x >= 0 else (-x << 1) - 1


def chunk(fixes: list) -> bytes:
    """Fixes are [seq, t, lat_e7, lon_e7, acc_dm, alt_dm, steps, flags]; every column by the value before."""
    body = bytearray([1]) + varint(len(fixes)) + b"\0\0"
    for column in range(8):
        before = 0
        for fix in fixes:
            body += varint(zigzag(fix[column] - before))
            before = fix[column]
    return bytes(body) + crc32c(bytes(body)).to_bytes(4, "little")


def chunk_of_a_minute(now_ms: int) -> bytes:
    return chunk([[n + 1, now_ms - 60_000 + 1000 * n, 458_131_000 + 250 * n, 159_775_000, 50, 1200, 3 * n, 0]
                  for n in range(60)])


# -- the city -------------------------------------------------------------------------------------------

def city_sql(users: int, tiles: int, now_ms: int) -> str:
    """Runners with a welcome gift; some ran, once, and hold what they covered. All tiles lie in one S2 cell of
    level 7 on face 2, which has a million of level 17."""
    runs = -(-tiles // TILES_PER_RUN)
    assert runs <= users and tiles <= 4 ** (TILE_LEVEL - 7)
    step = TILE_STEP
    first = (2 << 61) + (5000 << 47) + step // 2  # Face 2, the 5,000th of its cells of level 7.
    ran, end = now_ms - DAY_MS // 2, now_ms + 6 * DAY_MS  # Nobody's store is full.
    minute = chunk_of_a_minute(ran).hex()
    return f"""
set session_replication_role = replica; -- Foreign keys hold by construction.
set synchronous_commit = off;
begin;
insert into app_user (id, username, email, password_hash, roles, created_at, coins_cents, tiles, settled_at,
                      claimed_at)
select md5('user ' || n)::uuid, 'filled_' || n, 'filled_' || n || '@example.com', 'not a hash', 1, {ran} - n, 1000,
       case when n <= {runs} then least({TILES_PER_RUN}, {tiles} - (n - 1) * {TILES_PER_RUN}) else 0 end,
       case when n <= {runs} then {ran} else 0 end, case when n <= {runs} then {ran} else 0 end
from generate_series(1, {users}) n;
insert into ledger (user_id, currency, amount, cause, at)
select id, 'coins', 1000, 'welcome:' || id, created_at from app_user where username like 'filled\\_%';
insert into run (id, user_id, kind, sport, state, created_at, clock_offset, last_data_at, total_seq, started_at,
                 finished_at, distance_m, moving, tiles_passed, tiles_taken)
select md5('run ' || n)::uuid, md5('user ' || n)::uuid, 'free', 'run', 'accepted', {ran} - 60000, 0, {ran}, 60,
       {ran} - 60000, {ran} - 1000, 160, 59000, {TILES_PER_RUN}, {TILES_PER_RUN}
from generate_series(1, {runs}) n;
insert into fix_chunk (run_id, first_seq, count, data)
select md5('run ' || n)::uuid, 1, 60, decode('{minute}', 'hex') from generate_series(1, {runs}) n;
insert into claim (run_id, tile, user_id, crossed_at, holds_until, enclosed)
select md5('run ' || (i / {TILES_PER_RUN} + 1))::uuid, {first} + i * {step}::bigint,
       md5('user ' || (i / {TILES_PER_RUN} + 1))::uuid, {ran} - 1000, {end}, false
from generate_series(0, {tiles} - 1) i;
insert into tile (tile, owner, run_id, crossed_at, holds_until, enclosed, counted)
select tile, user_id, run_id, crossed_at, holds_until, enclosed, true from claim
where holds_until = {end} and crossed_at = {ran} - 1000;
commit;
reset session_replication_role;
analyze;
"""


def overdue_sql(count: int, now_ms: int) -> str:
    """What should have happened long ago: `count` events to settle, runs that fell silent, runs to judge and
    runs whose claims nobody merged. Their users come after those of the city."""
    step = TILE_STEP
    first = (2 << 61) + (6000 << 47) + step // 2
    ago = now_ms - 5 * DAY_MS
    minute = chunk_of_a_minute(ago).hex()
    return f"""
begin;
set constraints all deferred;
insert into app_user (id, username, email, password_hash, roles, created_at, coins_cents)
select md5('late ' || n)::uuid, 'late_' || n, 'late_' || n || '@example.com', 'not a hash', 1, {ago}, 0
from generate_series(1, {count} * {FINISHERS}) n;
-- Each of them got {FEE_CENTS} and spent it on a ticket; then ran, and has a result.
insert into ledger (user_id, currency, amount, cause, at)
select id, 'coins', {FEE_CENTS}, 'welcome:' || id, created_at from app_user where username like 'late\\_%';
insert into event (id, organiser, name, city, tz, starts_at, cut_at, settle_at, metric, entry_fee_cents, pot_cents,
                   distance_m, course, checkpoints, area_lat_e7, area_lon_e7, area_radius_m, live_spectators,
                   created_at, tickets_sold, tickets_cents)
select md5('event ' || e)::uuid, md5('late 1')::uuid, 'Overdue ' || e, 'Zagreb', 'Europe/Zagreb',
       {ago} - 7200000 + e * 1000, {ago} + e * 1000, {ago} + 1800000 + e * 1000, 'distance', {FEE_CENTS}, {POT_CENTS},
       0, '{{}}', '{{}}', 0, 0, 0, true, {ago} - 8000000, {FINISHERS},
       {FINISHERS} * {FEE_CENTS}
from generate_series(1, {count}) e;
insert into ticket (id, event_id, user_id, price_cents, state, bought_at, consumed_at, run_id)
select md5('ticket ' || n)::uuid, md5('event ' || ((n - 1) / {FINISHERS} + 1))::uuid, md5('late ' || n)::uuid,
       {FEE_CENTS}, 'used', {ago} - 7300000, {ago} - 60000, md5('late run ' || n)::uuid
from generate_series(1, {count} * {FINISHERS}) n;
insert into ledger (user_id, currency, amount, cause, at)
select user_id, 'coins', -{FEE_CENTS}, 'ticket:' || id, bought_at from ticket
where id in (select md5('ticket ' || n)::uuid from generate_series(1, {count} * {FINISHERS}) n);
insert into run (id, user_id, kind, ticket_id, event_id, sport, state, created_at, clock_offset, last_data_at, total_seq,
                 started_at, finished_at, distance_m, moving, tiles_passed, has_result, result_value, result_reached_at)
select md5('late run ' || n)::uuid, md5('late ' || n)::uuid, 'event', md5('ticket ' || n)::uuid,
       md5('event ' || ((n - 1) / {FINISHERS} + 1))::uuid, 'run', 'accepted', {ago} - 60000, 0, {ago}, 60,
       {ago} - 60000, {ago} - 1000, 160, 59000, 1, true, 100 + n, {ago} - 1000
from generate_series(1, {count} * {FINISHERS}) n;
insert into event_result (event_id, run_id, user_id, value, reached_at, consumed_at)
select event_id, id, user_id, result_value, result_reached_at, created_at from run
where kind = 'event' and id in (select md5('late run ' || n)::uuid from generate_series(1, {count} * {FINISHERS}) n);
-- Claims logged, not merged.
insert into claim (run_id, tile, user_id, crossed_at, holds_until, enclosed)
select md5('late run ' || n)::uuid, {first} + n * {step}::bigint, md5('late ' || n)::uuid, {ago} - 1000,
       {now_ms} + {DAY_MS}, false
from generate_series(1, {count} * {FINISHERS}) n;
insert into outbox (run_id, user_id)
select md5('late run ' || n)::uuid, md5('late ' || n)::uuid from generate_series(1, {count} * {FINISHERS}) n;
-- A run that fell silent, and one that waits for its verdict, for each event's first user and second.
insert into run (id, user_id, kind, sport, state, created_at, clock_offset, last_data_at, total_seq)
select md5('silent ' || e)::uuid, md5('late ' || (e * {FINISHERS} - 2))::uuid, 'free', 'run', 'recording',
       {ago}, 0, {ago} + 60000, 0 from generate_series(1, {count}) e
union all
select md5('unjudged ' || e)::uuid, md5('late ' || (e * {FINISHERS} - 1))::uuid, 'free', 'run', 'processing',
       {ago}, 0, {ago} + 60000, 60 from generate_series(1, {count}) e;
insert into fix_chunk (run_id, first_seq, count, data)
select id, 1, 60, decode('{minute}', 'hex') from run
where id in (select md5('silent ' || e)::uuid from generate_series(1, {count}) e)
   or id in (select md5('unjudged ' || e)::uuid from generate_series(1, {count}) e)
   or id in (select md5('late run ' || n)::uuid from generate_series(1, {count} * {FINISHERS}) n);
update app_user set coins_cents = (select sum(amount) from ledger where user_id = app_user.id and currency = 'coins')
where username like 'late\\_%';
commit;
"""


def fill(data_dir, users: int, tiles: int, overdue: int = 0, now_ms: int = None):
    """Does it. `now_ms` is the game's time."""
    now_ms = now_ms or int(time.time() * 1000)
    psql(data_dir, city_sql(users, tiles, now_ms))
    if overdue:
        psql(data_dir, overdue_sql(overdue, now_ms))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir")
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--tiles", type=int, default=1_000_000)
    parser.add_argument("--overdue", type=int, default=0, help="events and so on that are due since days")
    options = parser.parse_args()
    since = time.monotonic()
    fill(options.data_dir, options.users, options.tiles, options.overdue)
    print(f"{options.users} users and {options.tiles} tiles in {time.monotonic() - since:.1f} s")


if __name__ == "__main__":
    main()
