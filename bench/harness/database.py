"""The benches of what is behind the sockets: STORE and Postgres, actors in motion, big events, a database that grows."""
import json
import subprocess

from rows import plan, row

PARTICIPANTS = 100_000
RUNNABLE = (1_000, 10_000, 50_000)
DAY = 1_000_000  # Runs.
GROWTH = 1.3
# What growth is promised for, and its name in the table.
GROWN = {"save a run": "save a run", "buy a ticket": "buy a ticket", "list tickets": "list tickets",
         "map of an area": "map of an area, from the tables", "history pages": "pages of runs, ledger, notices and a tile",
         "a leaderboard page": "leaderboard of an event, from the tables", "territory ranks": "territory ranks",
         "claim tokens": "claim tokens", "activate a user": "activate a user"}


def store(plan: plan, what: str, *arguments) -> dict:
    done = subprocess.run([plan.program("store"), what, *map(str, arguments)], text=True, capture_output=True, timeout=1800)
    if done.returncode != 0:
        raise RuntimeError(f"{what}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def each(found: list, field: str, by: float = 1) -> list:
    return [x[field] / by for x in found]


def write_batch(plan: plan) -> list:
    """A claim's tile through STORE beside the best bulk upsert by hand."""
    found = [store(plan, "write_batch") for _ in range(plan.runs)]
    ways = {f"by hand, {name}, us": [x["by_hand"][name] for x in found] for name in found[0]["by_hand"]}
    # 0.7 of its rows/s are 1 / 0.7 of its time.
    return [row("claims into tiles, in batches", "us a row", each(found, "store_us"), each(found, "best_us"),
                f"{found[0]['best']} by hand", ratio_max=1 / 0.7, compared=True,
                details={"us server CPU": each(found, "store_server_us"), "us Postgres CPU": each(found, "store_postgres_us"),
                         "us Postgres CPU by hand": each(found, "best_postgres_us"), **ways})]


def claims(plan: plan) -> list:
    """A thousand runs that finish within ten seconds; and what a claim costs as more TILEs are runnable at once."""
    found = [store(plan, "claims", 1_000, 10) for _ in range(plan.runs)]
    burst = store(plan, "claims", 1_000, 0)
    rows = [row("a run's claims merged, 1,000 runs in 10 s", "ms server CPU a run", each(found, "beyond_ms"),
                each(found, "verdict_ms"), "the verdict on it", value_max=2, compared=True,
                details={"ms Postgres CPU": each(found, "postgres_ms"),
                         "tiles a run": each(found, "tiles_per_run"), "finish to merged p50 ms": each(found, "p50_ms"),
                         "p99 ms": each(found, "p99_ms"), "cores in use, all at once": [burst["cores"]],
                         "runs/s, all at once": [1e6 / burst["wall_ms"]]})]
    moving = []
    for _ in range(plan.runs):
        done = subprocess.run([plan.program("runnable_tiles"), *map(str, RUNNABLE)], check=True, text=True, capture_output=True)
        moving.append(json.loads(done.stdout))
    few, many = str(RUNNABLE[0]), str(RUNNABLE[-1])
    rows.append(row(f"a claim, {RUNNABLE[-1]:,} TILEs runnable at once", "us CPU", [x[many] for x in moving],
                    [x[few] for x in moving], f"{RUNNABLE[0]:,} at once", ratio_max=3, compared=True,
                    details={f"us at {count:,}": [x[str(count)] for x in moving] for count in RUNNABLE}))
    return rows


def event(plan: plan) -> list:
    """An event of 100,000 from the cut to the commit of its settlement, beside one of a tenth."""
    small, large = [], []
    for _ in range(plan.runs):
        small.append(store(plan, "event", PARTICIPANTS // 10))
        large.append(store(plan, "event", PARTICIPANTS))

    def took(found: list) -> list:
        return [(x["cut_ms"] + x["settle_ms"]) / 1000 for x in found]
    mib = 1 << 20
    return [row(f"event of {PARTICIPANTS:,}: cut, rank, settle", "s", took(large), [10 * x for x in took(small)],
                "ten times a tenth", value_max=3, compared=True,
                details={"s to the board at the cut": each(large, "cut_ms", 1000), "s to settle": each(large, "settle_ms", 1000),
                         "s server CPU": each(large, "server_ms", 1000), "s Postgres CPU": each(large, "postgres_ms", 1000)}),
            row(f"memory of an event of {PARTICIPANTS:,}, at most", "MiB", each(large, "peak_bytes", mib),
                [10 * x for x in each(small, "peak_bytes", mib)], "ten times a tenth", ratio_max=1.3, compared=True)]


def growth(plan: plan) -> list:
    """What operations cost after a day of 1,000,000 runs, beside a city of a tenth; and the plans."""
    plans = plan.build / "bench" / "plans.txt"
    found = store(plan, "growth", DAY, plans)
    if found["scans"]:
        raise RuntimeError(f"read from end to end: {found['scans']}; the plans are in {plans}")
    return [row(f"{shown}, {DAY:,} runs", "us CPU", x["large_us"], x["small_us"], "a tenth of everything",
                ratio_max=GROWTH, compared=True, details={"us Postgres CPU": x["large_postgres_us"]})
            for name, shown in GROWN.items() for x in [found["operations"][name]]]


ALL = {"write_batch": write_batch, "claims": claims, "event": event, "growth": growth}
TARGETS = {"write_batch": ["bench_store"], "claims": ["bench_store", "bench_runnable_tiles"], "event": ["bench_store"],
           "growth": ["bench_store"]}
