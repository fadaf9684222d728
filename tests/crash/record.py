"""What the people of a crash test were promised: their own record of every acknowledgement.

The server knows nothing of it. In the end everything in it must be in the database, once.
"""
import collections
import dataclasses
import json
import threading
import time


@dataclasses.dataclass
class run_record:
    """One run as its runner knows it. `fixes` are all that will ever be sent, seq 1 first."""
    id: str
    user: str
    fixes: list
    ticket: str = None
    event: str = None
    acked: int = 0          # every fix up to here is promised to be durable
    finished: bool = False  # the finish was acknowledged
    result: dict = None     # the run as it was seen when it was processed
    seen_ms: int = 0        # the game's time then
    verdict: str = None     # of an operator's review


@dataclasses.dataclass
class ticket_record:
    id: str
    user: str
    event: str
    price_cents: int
    run: str = None  # of the acknowledged consume


@dataclasses.dataclass
class event_record:
    id: str
    entry_fee_cents: int
    pot_cents: int
    metric: str
    starts_ms: int
    cut_ms: int
    cancelled: bool = False


@dataclasses.dataclass
class user_record:
    id: str
    name: str
    grants: dict = dataclasses.field(default_factory=dict)  # id -> cents
    claims: list = dataclasses.field(default_factory=list)  # micro-tokens of each answer
    leaves: bool = False   # will delete the account
    deleted: bool = False  # has done so


class record:
    """Owner: shared by all threads; each entry is written by one of them."""

    def __init__(self):
        self.lock = threading.Lock()
        self.began = time.monotonic()
        self.users, self.runs, self.tickets, self.events = {}, {}, {}, {}
        self.counts = collections.Counter()
        self.journal = []
        self.complaints = []

    def note(self, who: str, what: str, **details):
        """Remembers an instant, for whoever has to find out what happened."""
        with self.lock:
            self.counts[what] += 1
            self.journal.append({"s": round(time.monotonic() - self.began, 3), "who": who, "what": what, **details})

    def complain(self, who: str, text: str):
        """Something was promised and did not hold."""
        self.note(who, "complaint", text=text)
        with self.lock:
            self.complaints.append(f"at {time.monotonic() - self.began:.1f} s, {who}: {text}")

    def count(self, what: str, by: int = 1):
        with self.lock:
            self.counts[what] += by

    def write(self, path):
        """The journal, one JSON object a line."""
        with self.lock, open(path, "w") as out:
            for entry in self.journal:
                out.write(json.dumps(entry) + "\n")

    def figures(self) -> str:
        """What was played, in a line."""
        runs, users = self.runs.values(), self.users.values()
        of = {"users": len(users), "events": len(self.events), "tickets": len(self.tickets),
              "consumed": sum(1 for ticket in self.tickets.values() if ticket.run),
              "runs finished": sum(1 for run in runs if run.finished),
              "fixes acknowledged": sum(run.acked for run in runs), "acknowledgements of fixes": self.counts["ack"],
              "coin grants": sum(len(user.grants) for user in users),
              "token claims": sum(len(user.claims) for user in users)}
        for what in ("kills", "purchase", "ticket given", "review", "registration", "deletion", "cancel", "connections",
                     "events settled meanwhile", "requests repeated", "answers 503", "socket errors unavailable",
                     "requests from two devices", "devices changed", "silence", "start failed"):
            of[what] = self.counts[what]
        return ", ".join(f"{count} {what}" for what, count in of.items() if count)
