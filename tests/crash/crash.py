#!/usr/bin/python3
"""The real server under kill -9, and its Postgres and network under worse.

People run, buy and consume tickets and claim tokens; an operator gives coins and tickets, makes events
and calls some off; events pass their 22:00. Meanwhile, at instants drawn from a seed, the server is
killed and started again on the same data, Postgres is killed, stopped in immediate mode, frozen, loses
single backends and connections, its volume fills up, and the network to it is cut, slow, stalled or loses
the answer of a COMMIT. Each person keeps a record of what was acknowledged: fixes, finishes, results of
runs, purchases, consumed tickets, claimed tokens, coins, events.

In the end everything calms down, and then must hold:
  - `fief audit` has nothing to say, and `fief rebuild-map --check` finds the map as it is;
  - every acknowledged fix, run, ticket, consume, claim and coin is stored, once, and nothing else is;
  - every balance is the sum of exactly what the record and the rules' prizes say;
  - every event is settled or cancelled, once, ranked and paid as worked out here from the results;
  - the map is the maximum of the log of claims, and every loser was told the right number of tiles;
  - what the running server shows of runs and of the map is what is stored.
"""
import argparse
import pathlib
import random
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1] / "integration" / "api")]

import checks  # noqa: E402
from city import city  # noqa: E402
from client import CITY, client, wait_until  # noqa: E402
from faults import faults  # noqa: E402
from people import person  # noqa: E402
import tracks  # noqa: E402
from visitors import MAP_HALF_M  # noqa: E402


class trial:
    """One city from its start to the judgement."""

    def __init__(self, seed: int, external: bool, kills: int, others: int, people: int, calm_s: tuple):
        self.seed, self.external, self.kills, self.others, self.calm_s = seed, external, kills, others, tuple(calm_s)
        self.people, self.found = people, []
        self.city = self.faults = self.db = None

    def run(self):
        began = time.monotonic()
        self.city = city(self.seed, self.external, self.people)
        try:
            self.city.prepare()
            self.faults = faults(self.city, self.kills, self.others)
            self.city.open()
            self.faults.rage(self.calm_s)
            self.calm_down()
            self.judge()
        except Exception as error:
            self.found.append(f"{type(error).__name__}: {error}")
        finally:
            self.city.closing.set()
            self.found[:0] = self.city.record.complaints
            self.log = self.city.server.tail(60)
            self.city.clear()
        self.seconds = time.monotonic() - began
        return self

    # -- the end ------------------------------------------------------------------------------------

    def calm_down(self):
        """No more faults: everybody comes home, the last events finish, everything is settled."""
        self.city.closing.set()
        deadline = time.monotonic() + 240
        for one in self.city.people:
            one.join(max(1, deadline - time.monotonic()))
            if one.is_alive():
                self.found.append(f"{one.name} does not come home")
        self.look_with_the_watcher()
        ask = self.city.questions().rows
        self.city.record.count("events settled meanwhile", len(ask("select id from event where settled_at is not null")))
        self.city.stop()
        events = self.city.record.events.values()
        self.city.sleep_past(max([event.cut_ms for event in events], default=0) + 3_600_000)
        self.city.start()
        wait_until(lambda: not ask("select id from event where settled_at is null and cancelled_at is null"),
                   "every event is settled", 90)
        wait_until(lambda: not ask("select run_id from outbox"), "all claims are merged", 90)
        wait_until(lambda: not ask("select id from run where state in ('recording', 'processing')"),
                   "all runs are over", 90)

    # -- the judgement ------------------------------------------------------------------------------

    def judge(self):
        record, questions = self.city.record, self.city.questions()
        for command in (("audit",), ("rebuild-map", "--check")):
            done = self.city.server.run(*command)
            if done.returncode != 0:
                self.found.append(f"fief {' '.join(command)}:\n{done.stdout}{done.stderr}")
        self.db = checks.stored(questions)
        self.found += checks.check_everybody(record, self.db)
        self.found += checks.check_map(questions)
        self.found += checks.check_mining(questions)
        self.look_from_outside(record, questions)
        self.city.stop()

    def look_from_outside(self, record, questions):
        people = {one.id: one for one in self.city.people if isinstance(one, person)}
        for one in people.values():
            one.phone.log_in()
        for mine in record.runs.values():
            one = people.get(mine.user)
            if one is None:  # A visitor who has left.
                continue
            got, _ = one.ask("GET", f"/v1/runs/{mine.id}/track.gpx")
            self.found += checks.check_track(mine, got.body.decode())
            if mine.result and not mine.verdict:
                now = one.ask("GET", f"/v1/runs/{mine.id}")[0].json
                was = {**mine.result, "tiles_taken": now.get("tiles_taken")}
                if now != was:
                    self.found.append(f"run {mine.id} was seen as {was} and is {now}")
        for one in people.values():
            me = one.ask("GET", "/v1/me")[0].json
            row = questions.rows(f"select coins_cents, tokens_micro, tiles from app_user where id = '{one.id}'")[0]
            if {key: me[key] for key in row} != row:
                self.found.append(f"user {one.id} is shown as {me} and stored as {row}")
        self.found += checks.check_live_map(self.shown_map(), questions, self.city.now_ms())

    def shown_map(self) -> dict:
        """Tile -> owner, over REST."""
        box = tracks.bbox_round(CITY, MAP_HALF_M)
        got = client(self.city.url).get("/v1/territory", query={"bbox": box, "zoom": 16})
        return {feature["properties"]["tile"]: feature["properties"]["owner"] for feature in got["features"]}

    def look_with_the_watcher(self):
        """He has seen many servers come and go; what he has of the map is the map."""
        watcher = self.city.watcher
        try:
            wait_until(lambda: watcher.shown() == self.shown_map(), "the watcher has the map", 15)
        except AssertionError:
            mine, theirs = watcher.shown(), self.shown_map()
            differ = {tile: (mine.get(tile), theirs.get(tile)) for tile in mine.keys() | theirs.keys()
                      if mine.get(tile) != theirs.get(tile)}
            some = list(differ.items())[:9]
            self.found.append(f"the watched map differs in {len(differ)} of {len(theirs)} tiles: {some}")
        watcher.over.set()
        watcher.join(30)

    # -- what is told -------------------------------------------------------------------------------

    def summary(self) -> str:
        volume = ", small volume" if self.city.volume else ""
        place = "an external Postgres" if self.external else "its own Postgres" + volume
        return (f"seed {self.seed}, {place}, {len(self.happened())} faults in {self.seconds:.0f} s: "
                f"{self.city.record.figures()}")

    def happened(self) -> list:
        return self.faults.done if self.faults else []

    def complaint(self) -> str:
        kind = "external" if self.external else "own"
        journal = pathlib.Path(tempfile.gettempdir()) / f"fief_crash_{self.seed}_{kind}.jsonl"
        self.city.record.write(journal)
        return "\n".join([f"{len(self.found)} complaints", *self.found[:40], "", self.summary(), "again: " + self.command(),
                          f"journal: {journal}", "faults: " + ", ".join(self.happened()),
                          "", "the server's last words:", self.log])

    def command(self) -> str:
        place = "--external" if self.external else "--own"
        return (f"tests/crash/crash.py --seed {self.seed} {place} --kills {self.kills} "
                f"--others {self.others} --people {self.people} --calm {self.calm_s[0]} {self.calm_s[1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="of the server; 50")
    parser.add_argument("--others", type=int, help="other faults; half as many as kills")
    parser.add_argument("--seed", type=int, help="draws people and faults; a fresh one is printed")
    parser.add_argument("--people", type=int, default=12, help="who run; 12")
    parser.add_argument("--calm", type=float, nargs=2, default=(0.5, 6.0), metavar=("LEAST", "MOST"),
                        help="seconds between two faults; 0.5 6")
    parser.add_argument("--own", action="store_true", help="only with the server's own Postgres")
    parser.add_argument("--external", action="store_true", help="only with an external one behind a network that fails")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    others = options.kills // 2 if options.others is None else options.others
    places = [False, True] if options.own == options.external else [options.external]
    failed = False
    for place in places:  # The kills are shared out.
        share = (lambda all_, first=place == places[0]: (all_ + first) // 2 if len(places) == 2 else all_)
        done = trial(seed, place, share(options.kills), share(others), options.people, options.calm).run()
        print(done.complaint() if done.found else "good: " + done.summary(), flush=True)
        failed = failed or bool(done.found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
