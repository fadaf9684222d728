"""The demonstration city: its organiser, the events of its days, the operator's purse."""
import asyncio
import urllib.parse

from demo import days, people
from demo.api import account, refused

PURSE_CENTS = 5000
PURSE_LOW_CENTS = 1500
ORGANISER = ("city.events@demo.example", "zagreb_city_events")
SOLD_OUT = ("ticket_exists", "event_cut", "event_cancelled", "event_settled")
LOOK_S = 15.0  # Between two looks at events that wait to be settled.


class city:
    """What all runners share. `today` is the day whose events are active now."""

    def __init__(self, link, clock, operator: account):
        self.link, self.clock, self.operator = link, clock, operator
        self.today = None
        self.events = {}  # by id, of today and tomorrow
        self.organiser = None

    def known(self, email: str, username: str) -> account:
        return account(self.link, self.clock, email, people.password_for(email, self.operator.password), username)

    async def emails(self, q: str) -> set:
        """Of the accounts there are."""
        found, cursor = set(), None
        while True:
            query = {"q": q, "limit": 200, **({"cursor": cursor} if cursor else {})}
            page = await self.operator.get("/v1/users?" + urllib.parse.urlencode(query))
            found |= {user["email"] for user in page["items"]}
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    async def open(self):
        """The organiser, and the events of today and tomorrow."""
        email, username = ORGANISER
        self.organiser = self.known(email, username)
        await self.organiser.settle_in(await self.emails(email.partition("@")[0]))
        if "organiser" not in self.organiser.profile["roles"]:
            await self.operator.ask("PATCH", f"/v1/users/{self.organiser.id}", {"roles": ["runner", "organiser"]})
            await self.organiser.sign_in()
        while self.today is None:
            day = days.day_at(self.clock.now())
            try:
                await self.begin(day)
            except refused:
                if self.clock.now() < day.cut_at:
                    raise  # Else the day ended meanwhile.

    async def begin(self, day: days.day):
        wanted = days.events_of(day) + days.events_of(day.next())
        page = await self.link.ask("GET", f"/v1/events?q={days.CITY}&limit=200")
        there = {event["name"]: event for event in page["items"]
                 if event["organiser"] == self.organiser.id and event["state"] in ("scheduled", "active")}
        events = [there.get(body["name"]) or await self.organiser.post("/v1/events", body) for body in wanted]
        self.events = {event["id"]: event for event in events}
        self.today = day

    def on(self, day: days.day) -> list:
        return [event for event in self.events.values() if days.rfc3339(day.cut_at) == event["cut_at"]]

    async def fill_purse(self, user: account, reason: str):
        """Coins from the operator for somebody who has few."""
        if user.profile["coins_cents"] >= PURSE_LOW_CENTS:
            return
        grant = {"coins_cents": PURSE_CENTS, "reason": reason}
        done = await self.operator.post(f"/v1/users/{user.id}/grants", grant)
        user.profile["coins_cents"] = done["coins_cents"]

    async def buy(self, user: account, event: dict):
        """A ticket, unless there is one already or it is too late."""
        try:
            ticket = await user.post(f"/v1/events/{event['id']}/tickets")
            user.profile["coins_cents"] -= ticket["price_cents"]
        except refused as problem:
            if problem.code not in SOLD_OUT:
                raise

    async def live(self, say):
        """Opens a new day after each 22:00, and tells how the one before ended."""
        while True:
            ended, events = self.today, self.on(self.today)
            await self.clock.until(int(ended.cut_at.timestamp() * 1000) + 1000)
            await self.begin(days.day_at(self.clock.now()))
            say(f"It is 22:00 in {days.CITY}: the events of {ended.date:%-d %B} are over, the next ones are open.")
            await self.tell_results(events, say)

    async def tell_results(self, events: list, say):
        """Waits until they are settled; at the latest that is half an hour of the city after the cut."""
        for event in events:
            for _ in range(100):
                board = await self.link.ask("GET", f"/v1/events/{event['id']}/leaderboard?limit=3")
                if board["state"] not in ("active", "cut"):
                    break
                await asyncio.sleep(LOOK_S)
            first = board["items"][:1]
            for best in first:
                say(f"  {event['name']}: {best['username']} wins {best['prize_cents'] / 100:.2f} coins.")
            if not first:
                say(f"  {event['name']}: nobody finished.")
