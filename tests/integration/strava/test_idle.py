"""A thousand connected athletes who do nothing."""
import pathlib
import threading

import fill
from client import client
from meeting import PLENTY

COUNT, WATCHED_S = 1000, 10


def cpu_ms(url: str) -> int:
    text = client(url).raw("GET", "/metrics").body.decode()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("fief_process_cpu_ms_total "))


def watched(here) -> int:
    """CPU time of the server while nobody asks it for anything."""
    before = cpu_ms(here.city.url)
    threading.Event().wait(WATCHED_S)
    return cpu_ms(here.city.url) - before


def test_a_thousand_connections_at_rest_cost_nothing(meet):
    here = meet(strava=PLENTY)
    alone = watched(here)
    fill.psql(pathlib.Path(here.city.server.data_dir), f"""
        insert into app_user (id, username, email, password_hash, roles, created_at)
          select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'rest' || n, n || '@rest.example', 'x', 1, 0
          from generate_series(1, {COUNT}) n;
        insert into strava_connection (user_id, athlete, state, scope, sealed, expires_at, connected_at, look_from)
          select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n, 'active', 'activity:read', 'x',
                 9000000000000, 0, 0 from generate_series(1, {COUNT}) n""")
    requests = here.strava.requests.copy()
    with_them = watched(here)
    print(f"\nCPU in {WATCHED_S} s: {alone} ms without, {with_them} ms with {COUNT} connected athletes")
    assert here.strava.requests == requests
    # A bound that no noise reaches: one timer a second and athlete costs 15 ms a second of them.
    assert with_them < alone + 1000
