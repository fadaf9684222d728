"""The life of one runner: run, rest, claim, run again."""
import asyncio
import dataclasses
import random

from demo import days, routes
from demo.api import account, refused, server_gone
from demo.live import close_left_over, live_run

TICKET_SHARE = 0.6  # Of the runs that could use a ticket.
PAID_SHARE = 0.5  # Of the events with a fee that somebody takes part in.
DROP_SHARE = 0.15
CLAIM_SHARE = 0.3
REST_S = (120, 600)  # By the server's clock.
FIRST_LENGTH_M = (1000, 1500)
ROOM_MS = 45 * 60_000  # No event is begun later than this before its cut.
FAILURES_MAX = 6
PAUSE_S = 2.0


@dataclasses.dataclass
class tally:
    """What all runners did so far."""
    out: int = 0
    acked: int = 0
    drops: int = 0
    claimed_micro: int = 0
    runs: dict = dataclasses.field(default_factory=dict)  # how many by state
    reasons: dict = dataclasses.field(default_factory=dict)

    def count(self, run: dict):
        self.runs[run["state"]] = self.runs.get(run["state"], 0) + 1
        for reason in run["reasons"]:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1


class runner:
    def __init__(self, city, who, user: account, counts: tally):
        self.city, self.who, self.user, self.counts = city, who, user, counts
        self.clock = city.clock
        self.day = None  # whose tickets are bought
        self.has_run = False

    async def get_ready(self):
        """Coins and today's tickets: those that cost nothing, and some of the others."""
        day = self.city.today
        if self.day == day:
            return
        await self.city.fill_purse(self.user, "Welcome to the city")
        held = {ticket["event"]["id"] for ticket in (await self.user.get("/v1/tickets?limit=200"))["items"]}
        for event in self.city.on(day):
            likes = random.Random(f"{self.who.username} {event['name']}").random() < PAID_SHARE
            if event["id"] not in held and (likes or event["entry_fee_cents"] == 0):
                await self.city.buy(self.user, event)
        self.day = day

    async def live(self, first_after_s: float, say):
        """For ever; the server's end and a row of failures end it."""
        await asyncio.sleep(first_after_s)
        failures = 0
        while failures < FAILURES_MAX:
            try:
                await self.get_ready()
                await self.run_once()
                failures = 0
            except server_gone:
                raise
            except Exception as problem:  # Whatever happens to one, the others run on.
                failures += 1
                if failures == FAILURES_MAX:
                    say(f"{self.who.username} goes home: {problem!r}")
            await asyncio.sleep(PAUSE_S)
            await self.clock.pass_by(random.uniform(*REST_S))

    async def run_once(self):
        run, event = await self.start()
        rng = random.Random(f"{run} {self.who.username}")  # A route that was run twice would be a replay.
        route = self.route_for(rng, event)
        start_ms = self.clock.now_ms() + 1000
        fixes = routes.recorded(rng, days.CENTRE, route, start_ms, self.who.speed_mps * rng.uniform(0.95, 1.05))
        drop_at = rng.randint(20, len(fixes)) if rng.random() < DROP_SHARE else None
        self.counts.out += 1
        try:
            done = await live_run(self.user, self.clock, self.counts, run, fixes, drop_at).to_the_end()
        finally:
            self.counts.out -= 1
        self.has_run = True
        self.counts.count(done)
        if rng.random() < CLAIM_SHARE:
            await self.claim()

    def route_for(self, rng, event: dict) -> list:
        """`event` is None for a free run."""
        if event and event.get("checkpoints"):
            return days.city_lap()
        wanted = rng.uniform(*(routes.LENGTH_M if self.has_run else FIRST_LENGTH_M))
        if event and event.get("distance_m"):
            wanted = max(wanted, event["distance_m"] * 1.15)
        return routes.around(rng, self.who.home, wanted, days.PARKS)

    async def start(self) -> tuple:
        """A run begun, by a ticket or free: (id, event or None)."""
        for _ in range(3):
            try:
                return await self.begin()
            except refused as problem:
                if problem.code != "run_in_progress":
                    raise
                await close_left_over(self.user, self.clock, self.counts, problem.problem["run"])
        raise refused("start", 409, {"code": "run_in_progress", "detail": "a run stays in the way"})

    async def begin(self) -> tuple:
        now = {"device_time": days.rfc3339(self.clock.now())}
        ticket = await self.some_ticket()
        if ticket:
            try:
                begun = await self.user.post(f"/v1/tickets/{ticket['id']}/consume", now)
                return begun["run"]["id"], self.city.events.get(ticket["event"]["id"])
            except refused as problem:
                if problem.status != 409 or problem.code == "run_in_progress":
                    raise  # Else too late for the event, and still fine weather for a run.
        return (await self.user.post("/v1/runs", now))["id"], None

    async def some_ticket(self):
        tickets = (await self.user.get("/v1/tickets?state=active"))["items"]
        last = days.rfc3339(days.instant_of(self.clock.now_ms() + ROOM_MS))
        usable = [ticket for ticket in tickets if ticket["consumable"] and ticket["expires_at"] > last]
        return random.choice(usable) if usable and random.random() < TICKET_SHARE else None

    async def claim(self):
        try:
            paid = await self.user.post("/v1/mining/claim")
            self.counts.claimed_micro += paid["claimed_micro"]
        except refused as problem:
            if problem.code != "claim_too_soon":
                raise
