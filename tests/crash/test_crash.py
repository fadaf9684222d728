"""The short form of crash.py: two cities, five kills; `make crash KILLS=50` is the long one."""
import copy
import datetime
import os
import pathlib
import random
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1] / "integration" / "api")]

import checks  # noqa: E402
from client import rfc3339  # noqa: E402
from crash import trial  # noqa: E402
from record import run_record  # noqa: E402
from server import BINARY  # noqa: E402
import tracks  # noqa: E402

pytestmark = pytest.mark.skipif("FIEF_BINARY" not in os.environ and not BINARY.exists(),
                                reason=f"there is no {BINARY}: build it, or set FIEF_BINARY")


def raised(row: dict, column: str):
    row[column] += 1


DAMAGES = {
    "a ticket is gone": lambda db: db.tickets.popitem(),
    "a ticket is unused again": lambda db: [row.update(run_id=None) for row in db.tickets.values()],
    "a run is gone": lambda db: db.runs.popitem(),
    "a run records again": lambda db: next(iter(db.runs.values())).update(state="recording"),
    "a run that nobody started": lambda db: db.runs.update(another=next(iter(db.runs.values()))),
    "a chunk is gone": lambda db: db.chunks.pop(),
    "a chunk is there twice": lambda db: db.chunks.append(db.chunks[0]),
    "a row of the ledger is gone": lambda db: db.ledger.pop(),
    "a row of the ledger is there twice": lambda db: db.ledger.append(db.ledger[0]),
    "somebody has a cent more": lambda db: raised(next(iter(db.users.values())), "coins_cents"),
    "somebody has a token more": lambda db: raised(next(iter(db.users.values())), "tokens_micro"),
    "claims are not merged": lambda db: db.outbox.append({}),
    "a claim is gone": lambda db: raised(db.claims[0], "revoked"),
    "an action is not logged": lambda db: db.actions.pop(),
    "an action is logged twice": lambda db: db.actions.append(db.actions[0]),
    "an event is gone": lambda db: db.events.popitem(),
    "an event is not settled": lambda db: [row.update(settled_at=None) for row in db.events.values()],
}


def seed() -> int:
    return int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))


@pytest.mark.parametrize("external, kills, others", [(False, 3, 3), (True, 2, 4)],
                         ids=["own_postgres", "external_postgres"])
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(external, kills, others):
    done = trial(seed(), external, kills, others, people=8, calm_s=(0.3, 3)).run()
    print(done.summary())
    assert not done.found, done.complaint()
    for what, damage in DAMAGES.items():
        damaged = copy.deepcopy(done.db)
        damage(damaged)
        assert list(checks.check_everybody(done.city.record, damaged)), f"nobody notices that {what}"


def gpx_of(fixes: list) -> str:
    def time_of(fix):
        return rfc3339(datetime.datetime.fromtimestamp(fix[0] / 1000, datetime.timezone.utc))
    return "".join(f'<trkpt lat="{fix[1]:.7f}" lon="{fix[2]:.7f}"><time>{time_of(fix)}</time></trkpt>' for fix in fixes)


def test_a_track_that_lacks_a_fix_or_has_one_twice_is_noticed():
    fixes = tracks.line((45.8, 15.9), 60, 1_778_400_000_000)
    mine = run_record("run", "user", fixes, acked=len(fixes))
    assert not list(checks.check_track(mine, gpx_of(fixes)))
    assert list(checks.check_track(mine, gpx_of(fixes[:5] + fixes[6:])))
    assert list(checks.check_track(mine, gpx_of(fixes[:5] + fixes[4:])))
    moved = [[fix[0], fix[1] + (0.0000001 if number == 7 else 0), *fix[2:]] for number, fix in enumerate(fixes)]
    assert list(checks.check_track(mine, gpx_of(moved)))
