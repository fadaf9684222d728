"""The operator of a crash test: makes events, calls some off, gives coins and tickets away."""
import datetime
import zoneinfo

from client import ms, rfc3339
from people import person
from record import event_record, ticket_record

ZONES = ("Pacific/Kiritimati", "Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Shanghai", "Asia/Bangkok",
         "Asia/Dhaka", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Karachi", "Asia/Dubai", "Asia/Tehran", "Europe/Istanbul",
         "Europe/Zagreb", "Europe/London", "Atlantic/Azores", "Atlantic/Cape_Verde", "America/Nuuk", "America/St_Johns",
         "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
MINUTE_MS = 60_000


def next_finish(zone: str, after_ms: int) -> int:
    """The first local 22:00 after an instant, on a day without a change of the clock."""
    tz = zoneinfo.ZoneInfo(zone)
    local = datetime.datetime.fromtimestamp(after_ms / 1000, tz)
    finish = local.replace(hour=22, minute=0, second=0, microsecond=0)
    if finish <= local:
        finish += datetime.timedelta(days=1)
    return ms(finish)


class operator(person):
    def do_something(self):
        self.rng.choice((self.make_event, self.make_event, self.grant, self.give_ticket, self.cancel, self.review))()
        self.pause(0.05, 0.3)

    def make_event(self):
        now = self.city.now_ms()
        soon = [(next_finish(zone, now), zone) for zone in ZONES]
        soon = [(finish, zone) for finish, zone in soon if 7 * MINUTE_MS < finish - now < 75 * MINUTE_MS]
        open_now = [event for event in self.record.events.values() if event.cut_ms > now and not event.cancelled]
        if not soon or len(open_now) > 6:
            return
        finish, zone = self.rng.choice(soon)
        metric = self.rng.choice(("distance", "territory", "distance"))
        starts_ms = now - self.rng.randrange(1, 10) * MINUTE_MS
        body = {"name": f"Event {len(self.record.events)}", "city": "Zagreb", "tz": zone, "metric": metric,
                "entry_fee_cents": self.rng.choice((0, 99, 101, 500, 1000)),
                "pot_cents": self.rng.choice((0, 1, 100, 777)),
                "starts_at": rfc3339(datetime.datetime.fromtimestamp(starts_ms / 1000, datetime.timezone.utc))}
        got, in_doubt = self.ask("POST", "/v1/events", body)
        if got.status != 201:
            return self.unexpected("making an event", got)
        event = got.json
        if ms(event["cut_at"]) != finish:
            self.record.complain(self.name, f"event {event['id']} in {zone} is cut at {event['cut_at']}, not {finish}")
        self.record.note(self.name, "event", event=event["id"], cut_at=event["cut_at"], again=in_doubt)
        self.record.events[event["id"]] = event_record(event["id"], event["entry_fee_cents"], event["pot_cents"],
                                                       metric, ms(event["starts_at"]), ms(event["cut_at"]))

    def anybody(self):
        return self.rng.choice([user for user in self.record.users.values() if not user.leaves])

    def review(self):
        """Of a run that was flagged; now and then an accepted one is refused."""
        runs = [run for run in list(self.record.runs.values()) if run.result and not run.event and not run.verdict
                and not self.record.users[run.user].leaves
                and (run.result["state"] == "flagged" or (run.result["state"] == "accepted" and self.rng.random() < 0.02))]
        if not runs:
            return
        run = self.rng.choice(runs)
        flagged = run.result["state"] == "flagged"
        verdict = self.rng.choice(("accept", "reject")) if flagged else "reject"
        got, in_doubt = self.ask("POST", f"/v1/runs/{run.id}/review", {"verdict": verdict, "note": "It was looked at."})
        if got.status == 200:
            run.verdict = verdict
            self.record.note(self.name, "review", run=run.id, verdict=verdict, flagged=flagged, again=in_doubt)
        else:
            self.unexpected(f"reviewing {run.id}", got)

    def cancel(self):
        now = self.city.now_ms()
        events = [event for event in self.record.events.values() if not event.cancelled and event.cut_ms > now]
        if len(events) < 3 or self.rng.random() < 0.8:
            return
        event = self.rng.choice(events)
        got, in_doubt = self.ask("POST", f"/v1/events/{event.id}/cancel")
        if got.status == 200:
            event.cancelled = True
            self.record.note(self.name, "cancel", event=event.id, again=in_doubt)
        elif got.status != 409:  # Settled meanwhile.
            self.unexpected(f"cancelling {event.id}", got)

    def grant(self):
        user = self.anybody()
        cents = self.rng.randrange(1, 3000)
        got, in_doubt = self.ask("POST", f"/v1/users/{user.id}/grants", {"coins_cents": cents, "reason": "a gift"})
        if got.status != 201:
            return self.unexpected("a grant", got)
        if got.json["grant"] in user.grants:
            self.record.complain(self.name, f"grant {got.json['grant']} was given twice")
        user.grants[got.json["grant"]] = cents
        self.record.note(self.name, "grant", user=user.id, grant=got.json["grant"], cents=cents, again=in_doubt)

    def give_ticket(self):
        user = self.anybody()
        events = [event for event in self.record.events.values() if not event.cancelled
                  and event.cut_ms > self.city.now_ms() + MINUTE_MS]
        if not events:
            return
        event = self.rng.choice(events)
        if not self.city.serve_once(event.id, user.id):
            return
        got, in_doubt = self.ask("POST", f"/v1/events/{event.id}/grants", {"user": user.id})
        if got.status == 201:
            ticket = got.json
            self.record.tickets[ticket["id"]] = ticket_record(ticket["id"], user.id, event.id, ticket["price_cents"])
            self.record.note(self.name, "ticket given", ticket=ticket["id"], event=event.id, again=in_doubt)
        elif got.status != 409 or got.code not in ("event_cut", "event_cancelled", "event_settled"):
            self.unexpected("giving a ticket away", got)
