"""The benches of many sockets at once: idle ones, watchers of the map, phones that wait for acks, and the rush at 22:00."""
import concurrent.futures
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import processes
from rows import plan, row

SUPPORT = pathlib.Path(__file__).resolve().parents[2] / "tests"
sys.path[:0] = [str(SUPPORT / "support"), str(SUPPORT / "integration" / "security")]

import fill  # noqa: E402
import forging  # noqa: E402

IDLE = 18_000             # In one process: what its descriptors allow.
IDLE_IN_TWO = 34_000      # In two.
WATCHERS = 5_000
ACTORS = 8                # Whose finished runs change a tile each.
ACK_RATES = (500, 2_000)  # Batches a second.
RUNNERS = 2_000
FIXES_BEFORE = 300        # Of each of them when the rush begins.
HOUR_MS = 3_600_000
LONG_AGO_MS = processes.CLOCK_START_MS - 20 * HOUR_MS
RUSH_START = "2026-05-10T19:59:18Z"
RUSH_CUT_MS = processes.CLOCK_START_MS + 10 * HOUR_MS
ROOM = {"FIEF_HTTP_CONNECTIONS_MAX": "19500"}


def crowded(build: pathlib.Path, users: int, settings: dict = None):
    """A server with so many users."""
    server = processes.fief(build / "fief", {**ROOM, **(settings or {})})
    try:
        fill.fill(server.data_dir, users, tiles=0, now_ms=processes.CLOCK_START_MS)
    except BaseException:
        server.stop()
        raise
    return server


def tokens(server, count: int) -> list:
    """One for each of the first users, as the server would have signed it."""
    key, now = forging.token_key(server), int(time.time())
    ids = fill.psql(server.data_dir, f"select md5('user ' || n)::uuid from generate_series(1, {count}) n").split()
    return [forging.forge(key, user, exp=now + 3_600) for user in ids]


def at_once(work, these: list) -> list:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(work, these))


def with_runs(server, its_tokens: list) -> list:
    """Starts a run for each; credentials for the load."""
    def start(token: str) -> str:
        return f"{token} {processes.client(server.url, token).ask('POST', '/v1/runs', {})['id']}"
    return at_once(start, its_tokens)


class bare_server:
    """One of the programs of bench/baseline, for as long as it is needed."""

    def __init__(self, plan: plan, name: str):
        self.logs = tempfile.TemporaryDirectory()
        self.listener = processes.listener([plan.program(name)], pathlib.Path(self.logs.name) / "log")

    def __enter__(self):
        return self.listener

    def __exit__(self, *_):
        self.listener.stop()
        self.logs.cleanup()


def load(plan: plan, kind: str, at, credentials: list, seconds: float, **options) -> dict:
    return processes.load(plan.program("sockets"), kind, at, credentials, seconds, seed=plan.seed, **options)


# -- idle sockets ---------------------------------------------------------------------------------------

def idle_once(plan: plan, sockets: int) -> dict:
    server = crowded(plan.build, sockets)
    try:
        return load(plan, "idle", server, tokens(server, sockets), 2, connections=sockets, warmup=2)
    finally:
        server.stop()


def idle_bare(plan: plan, sockets: int) -> dict:
    with bare_server(plan, "ws_echo") as bare:
        return load(plan, "idle", bare, ["x" * 200], 1, connections=sockets, bare="yes", warmup=1)


def idle_in_two(plan: plan, sockets: int) -> list:
    """Two servers with a client each, all at the same time."""
    found = []
    both = [threading.Thread(target=lambda: found.append(idle_once(plan, sockets // 2))) for _ in range(2)]
    for x in both:
        x.start()
    for x in both:
        x.join()
    if len(found) != 2:
        raise RuntimeError("one of the two did not hold its sockets")
    return found


def idle(plan: plan) -> list:
    """Memory of idle sockets, each of another user who said hello. Once: it does not vary."""
    bare, held = [idle_bare(plan, IDLE)], [idle_once(plan, IDLE)]
    two = idle_in_two(plan, IDLE_IN_TWO)

    def kib(these: list) -> list:
        return [x["bytes_per_socket"] / 1024 for x in these]
    return [
        row(f"{IDLE:,} idle sockets, each a user's", "KiB each", kib(held), kib(bare), "bare Beast", value_max=12,
            compared=True, details={"% of a core while idle": [x["idle_cpu_percent"] for x in held]}),
        row(f"{IDLE_IN_TWO:,} idle sockets in two servers", "KiB each", kib(two), value_max=12),
    ]


# -- map fan-out ----------------------------------------------------------------------------------------

def fan_out_once(plan: plan) -> tuple:
    server = crowded(plan.build, WATCHERS + ACTORS)
    try:
        its = tokens(server, WATCHERS + ACTORS)
        credentials = its[:WATCHERS] + with_runs(server, its[WATCHERS:])
        served = load(plan, "watch", server, credentials, ACTORS, connections=WATCHERS, first_t_ms=LONG_AGO_MS)
    finally:
        server.stop()
    with bare_server(plan, "ws_fan_out") as bare:
        return load(plan, "watch", bare, ["x"], ACTORS, connections=WATCHERS, bare="yes",
                    bytes=served["bytes"]), served


def fan_out(plan: plan) -> list:
    """One changed tile told to all who watch its area, beside as many bytes written to as many sockets."""
    bare, served = zip(*[fan_out_once(plan) for _ in range(plan.runs)])
    if any(x["messages_each"] < 0.99 * x["events"] for x in bare + served):
        raise RuntimeError(f"not everybody was told everything: {bare} {served}")
    return [row(f"a changed tile told to {WATCHERS:,} watchers", "us server CPU / watcher",
                [x["cpu_us"]["server"] for x in served], [x["cpu_us"]["server"] for x in bare],
                f"bare Beast, {served[0]['bytes']} bytes", ratio_max=1.5, compared=True,
                details={"p50 us from the finish": [x["latency"]["p50_us"] for x in served],
                         "p99 us": [x["latency"]["p99_us"] for x in served],
                         "p99 us of the baseline": [x["latency"]["p99_us"] for x in bare]})]


# -- how long an ack takes ------------------------------------------------------------------------------

def commits(plan: plan, server) -> dict:
    """Single rows committed one by one, with the same Postgres and nobody else."""
    where = f"host={server.data_dir / 'socket'} port=5432 user=fief dbname=fief"
    done = subprocess.run([plan.program("commits"), where, str(plan.seconds / 2)], text=True, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"commits: {done.stderr}")
    return json.loads(done.stdout)


def acks_once(plan: plan) -> dict:
    """By rate: the latency of acks, and of commits before and after."""
    server = crowded(plan.build, sum(ACK_RATES))
    found = {}
    try:
        its = tokens(server, sum(ACK_RATES))
        for rate in ACK_RATES:  # Each phone sends one batch a second.
            phones, its = with_runs(server, its[:rate]), its[rate:]
            before = commits(plan, server)
            served = load(plan, "acks", server, phones, plan.seconds, rate=rate, connections=rate, first_t_ms=LONG_AGO_MS)
            after = commits(plan, server)
            found[rate] = served, {name: (before[name] + after[name]) / 2 for name in before}
    finally:
        server.stop()
    return found


def acks(plan: plan) -> list:
    """p99 of durable acks at a fixed rate, from the instant the batch was due, beside that of a commit."""
    runs = [acks_once(plan) for _ in range(plan.runs)]
    rows = []
    for rate in ACK_RATES:
        served, bare = zip(*[found[rate] for found in runs])
        rows.append(row(
            f"durable acks at {rate:,} batches/s", "us p99", [x["latency"]["p99_us"] for x in served],
            [x["p99_us"] for x in bare], "one commit", ratio_max=3,  # Not compared: a p99 varies by more.
            details={"p50 us": [x["latency"]["p50_us"] for x in served],
                     "p99.9 us": [x["latency"]["p999_us"] for x in served],
                     "p50 us of a commit": [x["p50_us"] for x in bare],
                     "sent late, p99 us": [x["sent_late_us"]["p99_us"] for x in served],
                     "server us CPU / batch": [x["cpu_us"]["server"] for x in served],
                     "postgres us CPU / batch": [x["cpu_us"]["postgres"] for x in served]}))
    return rows


# -- the rush -------------------------------------------------------------------------------------------

def rush_event(server) -> dict:
    """An event that ends at 22:00 in Zagreb, made by the operator."""
    server.admin("create-operator", "--email", "boss@example.com", "--username", "boss", stdin="correct horse battery\n")
    boss = processes.login(server.url, "boss")
    return boss.ask("POST", "/v1/events", {
        "name": "Rush", "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 100,
        "starts_at": "2026-05-10T09:00:00.000Z"})


def consumed_ticket(server, event: str, token: str) -> str:
    user = processes.client(server.url, token)
    ticket = user.ask("POST", f"/v1/events/{event}/tickets")
    return f"{token} {user.ask('POST', '/v1/tickets/' + ticket['id'] + '/consume', {})['run']['id']}"


def settled_after_s(server, token: str, event: str, cut_ms: int) -> float:
    """How long after 22:00 everybody sees the prizes, by the server's clock."""
    user, give_up = processes.client(server.url, token), time.monotonic() + 60
    while time.monotonic() < give_up:
        seen = user.ask("GET", f"/v1/events/{event}")
        if seen["state"] == "settled":
            settled = datetime.datetime.fromisoformat(seen["settled_at"].replace("Z", "+00:00"))
            return settled.timestamp() - cut_ms / 1000
        time.sleep(0.2)
    raise RuntimeError(f"the event is not settled: {seen}")


def rush(plan: plan) -> list:
    """Everybody finishes in the last 30 s before 22:00. The setting is made in the morning; then it is evening."""
    server = crowded(plan.build, RUNNERS)
    try:
        its = tokens(server, RUNNERS)
        event = rush_event(server)["id"]
        credentials = at_once(lambda token: consumed_ticket(server, event, token), its)
        common = {"connections": RUNNERS, "fixes": FIXES_BEFORE, "first_t_ms": processes.CLOCK_START_MS - HOUR_MS // 2}
        load(plan, "upload", server, credentials, 0, **common)
        server.start_again(RUSH_START)
        found = load(plan, "rush", server, credentials, 0, until_ms=RUSH_CUT_MS, **common)
        settled = settled_after_s(server, its[0], event, RUSH_CUT_MS)
    finally:
        server.stop()
    if found["accepted"] < 0.9 * RUNNERS:
        raise RuntimeError(f"these were no good runs: {found}")

    def ms(what: str) -> dict:
        return {f"{part} ms": [found[what][f"{part}_us"] / 1000] for part in ("p50", "p99", "max")}
    return [
        row(f"rush: {RUNNERS:,} finish in 30 s", "us server CPU / runner", [found["cpu_us"]["server"]], details={
            "postgres us CPU": [found["cpu_us"]["postgres"]], "settled s after 22:00": [settled]}),
        row("rush: the last fixes are on disk", "ms p99", [found["ack"]["p99_us"] / 1000], details=ms("ack")),
        row("rush: the run is saved", "ms p99", [found["saved"]["p99_us"] / 1000], details=ms("saved")),
        row("rush: the run is judged", "ms p99", [found["judged"]["p99_us"] / 1000], details=ms("judged")),
    ]


ALL = {"idle": idle, "fan_out": fan_out, "acks": acks, "rush": rush}
