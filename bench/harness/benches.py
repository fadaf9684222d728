"""The benches. Each measures its baseline in the same run, in turn with the thing itself, and returns rows for the table.

A row: name, unit, values and baselines (one per run), what `ratio` divides, its limit, and details.
"""
import json
import pathlib
import subprocess
import tempfile

import crowds
import database
import files as track_files
import processes
from rows import plan, row

HTTP_CONNECTIONS = 64
PHONES = 64
USERS_WITH_TICKETS = 16
TICKETS_EACH = 3
TICKETS_TARGET = "/v1/tickets?state=active"
HOURS_20_MS = 20 * 3_600_000


def run_save(plan: plan) -> list:
    """What saving a run of 3,600 fixes costs beside the projection of these fixes to S2 cells."""
    names = {"process_without_loop/3600": [], "process_with_loop/3600": [], "baseline_s2_projection/3600": [],
             "process_without_loop/14400": [], "live_in_batches_of_10/3600": []}
    wanted = "^(" + "|".join(names) + ")$"
    for _ in range(plan.runs):
        done = subprocess.run([plan.program("game"), f"--benchmark_filter={wanted}", "--benchmark_format=json",
                               "--benchmark_min_time=0.5"], check=True, text=True, capture_output=True)
        for one in json.loads(done.stdout)["benchmarks"]:
            names[one["name"]].append(one["cpu_time"] / 1000)
    base = names["baseline_s2_projection/3600"]
    per_fix = [a / 4 / b for a, b in zip(names["process_without_loop/14400"], names["process_without_loop/3600"])]
    return [
        row("run save, 3,600 fixes, 10 km, no loop", "ms CPU", names["process_without_loop/3600"], base,
            "S2 projection of the fixes", value_max=3.0, compared=True,
            details={"cost per fix at 14,400 fixes, relative": per_fix}),
        row("run save, 3,600 fixes, loop of 8 km2", "ms CPU", names["process_with_loop/3600"], base,
            "S2 projection of the fixes", value_max=6.0, compared=True),
        row("passed tiles live, 3,600 fixes in tens", "ms CPU", names["live_in_batches_of_10/3600"], base,
            "S2 projection of the fixes", compared=True),
    ]


def codec(plan: plan) -> list:
    """The text of a batch alone: the part of the fixes' cost that is JSON."""
    values = []
    for _ in range(plan.runs):
        done = subprocess.run([plan.program("codec"), "--benchmark_format=json"], check=True, text=True, capture_output=True)
        values.append(json.loads(done.stdout)["benchmarks"][0]["cpu_time"])
    return [row("reading the JSON of 10 fixes", "us CPU", values)]


def ticket_holders(server) -> list:
    """Users with tickets they can consume now."""
    server.admin("create-operator", "--email", "boss@example.com", "--username", "boss", stdin="correct horse battery\n")
    boss = processes.login(server.url, "boss")
    organiser = processes.register(server.url, "organiser")
    boss.ask("PATCH", f"/v1/users/{organiser.id}", {"roles": ["runner", "organiser"]})
    organiser = processes.login(server.url, "organiser")  # Roles are in the token.
    event = {"city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 0,
             "starts_at": "2026-05-10T09:00:00.000Z"}
    events = [organiser.ask("POST", "/v1/events", {**event, "name": f"Bench {i}"}) for i in range(TICKETS_EACH)]
    users = [processes.register(server.url, f"holder_{i}") for i in range(USERS_WITH_TICKETS)]
    for user in users:
        for one in events:
            user.ask("POST", f"/v1/events/{one['id']}/tickets")
    return users


def tickets(plan: plan) -> list:
    """`GET /v1/tickets?state=active` from live state beside a bare Beast that answers as many bytes."""
    server = processes.fief(plan.build / "fief")
    try:
        users = ticket_holders(server)
        held = users[0].ask("GET", TICKETS_TARGET)["items"]
        if len(held) != TICKETS_EACH or not all(x["consumable"] for x in held):
            raise RuntimeError(f"not the tickets to measure with: {held}")
        size = users[0].size_of(TICKETS_TARGET)
        with tempfile.TemporaryDirectory() as logs:
            bare = processes.listener([plan.program("http_hello"), size], pathlib.Path(logs) / "log")
            try:
                measured = [interleave(plan, bare, server, "http", [u.token for u in users],
                                       connections=HTTP_CONNECTIONS, target=TICKETS_TARGET) for _ in range(plan.runs)]
            finally:
                bare.stop()
    finally:
        server.stop()
    # A rate per core of 0.6 is a CPU time per request of 1 / 0.6.
    return [pair(measured, "GET /v1/tickets?state=active", "us server CPU / request", f"bare Beast, {size} bytes",
                 ratio_max=1 / 0.6)]


def fixes(plan: plan) -> list:
    """Batches of 10 fixes over the socket, acknowledged when durable, beside a bare echo of the same bytes."""
    server = processes.fief(plan.build / "fief")
    try:
        with tempfile.TemporaryDirectory() as logs:
            bare = processes.listener([plan.program("ws_echo")], pathlib.Path(logs) / "log")
            try:
                measured = []
                for number in range(plan.runs):  # New runs each time: a run holds 50,000 fixes.
                    phones = [processes.register(server.url, f"phone_{number}_{i}") for i in range(PHONES)]
                    lines = [f"{x.token} {x.ask('POST', '/v1/runs', {})['id']}" for x in phones]
                    measured.append(interleave(plan, bare, server, "fixes", lines, connections=PHONES,
                                               first_t_ms=processes.CLOCK_START_MS - HOURS_20_MS))
            finally:
                bare.stop()
    finally:
        server.stop()
    postgres = [x["cpu_us"]["postgres"] for _, x in measured]
    result = pair(measured, "10 fixes over the socket, durable ack", "us server CPU / batch",
                  "bare Beast echo", ratio_max=2.0)
    result.details["postgres us CPU / batch"] = postgres
    return [result]


def interleave(plan: plan, bare, server, kind: str, credentials: list, **options) -> tuple:
    """The baseline and then the server, under the same load."""
    more = {"seed": plan.seed, **options}
    bare_kind = "echo" if kind == "fixes" else kind
    program = plan.program("loops")
    first = processes.load(program, bare_kind, bare, credentials, plan.seconds, **more)
    return first, processes.load(program, kind, server, credentials, plan.seconds, **more)


def pair(measured: list, name: str, unit: str, baseline_name: str, ratio_max: float) -> row:
    """Server CPU per operation, the server's beside the baseline's."""
    bare, served = zip(*measured)
    details = {}
    for what, field in (("operations/s", "per_second"), ("p50 us", "p50_us"), ("p99 us", "p99_us")):
        details[what] = [x[field] for x in served]
        details[what + " of the baseline"] = [x[field] for x in bare]
    return row(name, unit, [x["cpu_us"]["server"] for x in served], [x["cpu_us"]["server"] for x in bare],
               baseline_name, ratio_max, compared=True, details=details)


def live_tiles(plan: plan) -> list:
    """Memory of areas that hold 1,000,000 tiles, and of 50,000 TILEs in motion on top."""
    found = []
    for _ in range(plan.runs):
        done = subprocess.run([plan.program("live_tiles")], check=True, text=True, capture_output=True)
        found.append(json.loads(done.stdout))

    def each(field: str, by: float = 1):
        return [x[field] / by for x in found]

    mib = 1 << 20
    return [
        row(f"{found[0]['tiles']:,} tiles in {found[0]['areas']} live areas", "MiB", each("rest_bytes", mib),
            value_max=256, compared=True, details={"bytes per tile": each("bytes_per_tile"),
                                    "ms CPU to activate an area": each("activation_cpu_ms_per_area")}),
        row(f"{found[0]['tile_actors']:,} TILEs in motion, on top", "MiB", each("motion_bytes", mib), value_max=100,
            compared=True,
            details={"bytes per TILE": each("bytes_per_tile_actor"), "us CPU per claim": each("cpu_us_per_claim")}),
    ]


ALL = {"run_save": run_save, "codec": codec, "live_tiles": live_tiles, "tickets": tickets, "fixes": fixes, **track_files.ALL, **crowds.ALL, **database.ALL}
