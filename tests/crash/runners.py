"""Those who run: the life of a phone during and between runs."""
import json
import time

import tracks
from client import CITY
from people import ANSWER_PATIENCE_S, GONE, SILENCE_S, person
from record import run_record, ticket_record

TOO_LATE = ("event_cut", "event_cancelled", "event_settled")
OVER = ("accepted", "flagged", "rejected")


class runner(person):
    """Runs, with a ticket when there is one; buys tickets and claims tokens between runs."""

    def do_something(self):
        self.rng.choice((self.buy, self.buy, self.claim, self.go_out, self.go_out))()
        self.pause(0, 0.5)

    def buy(self):
        wanted = [event for event in list(self.record.events.values()) if not event.cancelled
                  and event.cut_ms > self.city.now_ms() + 60_000]
        if not wanted:
            return
        event = self.rng.choice(wanted)
        if not self.city.serve_once(event.id, self.id):
            return
        answers = self.ask_now_and_then_twice("POST", f"/v1/events/{event.id}/tickets")
        bought = [(got.json, in_doubt) for got, in_doubt in answers if got.status == 201]
        for ticket, in_doubt in bought:
            self.record.tickets[ticket["id"]] = ticket_record(ticket["id"], self.id, event.id, ticket["price_cents"])
            self.record.note(self.name, "purchase", ticket=ticket["id"], event=event.id, again=in_doubt)
        if len(bought) > 1:
            self.record.complain(self.name, f"two tickets of event {event.id} were sold: {bought}")
        refused = [got for got, _ in answers if got.status != 201]
        for got in refused:
            if got.status == 402 or (got.status == 409 and got.code in TOO_LATE + (("ticket_exists",) if bought else ())):
                self.record.note(self.name, "purchase refused", code=got.code)
            else:
                self.unexpected(f"a purchase of event {event.id}", got)
        if not bought and refused[0].status == 402:
            self.city.serve_again(event.id, self.id)

    def claim(self):
        for got, in_doubt in self.ask_now_and_then_twice("POST", "/v1/mining/claim"):
            if got.status == 200:
                self.user.claims.append(got.json["claimed_micro"])
                self.record.note(self.name, "claim", micro=got.json["claimed_micro"], again=in_doubt)
            elif got.status != 429:
                self.unexpected("a claim of tokens", got)

    # -- runs ---------------------------------------------------------------------------------------

    def go_out(self):
        started = self.use_ticket() or self.start_free()
        if not started:
            return
        fixes = self.plan_track()
        if "ticket" not in started and self.rng.random() < 0.15:
            fixes = tracks.mocked(fixes)
        self.record_run(started, fixes)

    def record_run(self, started: dict, fixes: list):
        mine = run_record(started["id"], self.id, fixes, started.get("ticket"), started.get("event"))
        self.record.runs[mine.id] = mine
        if self.rng.random() < 0.25:
            self.upload(mine)
        else:
            self.stream(mine)
        self.finish(mine)
        self.await_result(mine)

    def use_ticket(self):
        now = self.city.now_ms()
        for ticket in list(self.record.tickets.values()):
            event = self.record.events[ticket.event]
            if ticket.user != self.id or ticket.run or ticket.id in self.city.spent or event.cancelled:
                continue
            if not event.starts_ms <= now < event.cut_ms:
                continue
            run = self.consume(ticket)
            if run:
                return run
        return None

    def consume(self, ticket: ticket_record):
        answers = self.ask_now_and_then_twice("POST", f"/v1/tickets/{ticket.id}/consume", {})
        runs = {got.json["run"]["id"]: got.json["run"] for got, _ in answers if got.status in (200, 201)}
        if len(runs) > 1:
            self.record.complain(self.name, f"ticket {ticket.id} started {list(runs)}")
        for got, in_doubt in answers:
            if got.status in (200, 201):
                ticket.run = got.json["run"]["id"]
                self.record.note(self.name, "consume", ticket=ticket.id, run=ticket.run, again=in_doubt)
            elif got.status == 409 and got.code in (*TOO_LATE, "ticket_refunded"):
                self.record.note(self.name, "consume refused", ticket=ticket.id, code=got.code, again=in_doubt)
            else:
                self.unexpected(f"consuming {ticket.id}", got)
        self.city.spent.add(ticket.id)
        return next(iter(runs.values()), None)

    def start_free(self):
        answers = self.ask_now_and_then_twice("POST", "/v1/runs", {"sport": "run"})
        started = [got.json for got, _ in answers if got.status == 201]
        if len(started) != 1:
            self.unexpected(f"starting a free run, {len(started)} times", answers[0][0])
        for got, in_doubt in answers:
            if got.status == 201:
                self.record.note(self.name, "free run", run=got.json["id"], again=in_doubt)
            elif got.status != 409 or got.json.get("run") not in [run["id"] for run in started]:
                self.unexpected("starting a free run beside another", got)
        return started[0] if started else None

    def plan_track(self) -> list:
        """A few minutes through the city's middle, where everybody else runs too."""
        rng = self.rng
        place = tracks.moved(CITY, rng.uniform(-500, 500), rng.uniform(-500, 500))
        begin, speed, seed = self.city.now_ms(), rng.uniform(2.8, 4.2), rng.randrange(10**9)
        if rng.random() < 0.7:
            return tracks.loop(place, rng.uniform(95, 170), begin, speed, seed)
        return tracks.line(place, rng.uniform(550, 1000), begin, speed, seed)

    def know(self, mine: run_record, ack: int, where: str):
        """An acknowledgement: never less than what was known."""
        if ack < mine.acked:
            self.record.complain(self.name, f"run {mine.id}: {where} says {ack} when {mine.acked} were acknowledged")
        if ack > len(mine.fixes):
            self.record.complain(self.name, f"run {mine.id}: {where} says {ack} of {len(mine.fixes)}")
        if ack > mine.acked:
            mine.acked = ack
            self.record.note(self.name, "ack", run=mine.id, ack=ack)

    def happened(self, mine: run_record) -> int:
        """How many fixes of the track lie in the past."""
        return sum(1 for fix in mine.fixes if fix[0] <= self.city.now_ms())

    def upload(self, mine: run_record):
        """Over REST, sometimes what came later first."""
        while mine.acked < len(mine.fixes):
            self.pause(0.2, 0.8)
            ready = self.happened(mine)
            first = mine.acked + 1
            if ready < first:
                continue
            if ready > first + 40 and self.rng.random() < 0.3:
                first += self.rng.randrange(1, 20)
            batch = {"first_seq": first, "fixes": mine.fixes[first - 1:ready]}
            got, _ = self.ask("POST", f"/v1/runs/{mine.id}/fixes", batch)
            if got.status == 200:
                self.know(mine, got.json["ack"], "an upload")
            else:
                self.unexpected(f"an upload to {mine.id}", got)
                return

    def stream(self, mine: run_record):
        """Over the socket, as it happens."""
        sent, progress = 0, time.monotonic()
        self.attach(mine)
        sent = mine.acked
        while mine.acked < len(mine.fixes):
            try:
                if self.socket.code is not None:
                    self.attach(mine)
                    sent = mine.acked
                sent = self.send_some(mine, sent)
                before = mine.acked
                for message in self.take(self.rng.uniform(0.1, 0.4)):
                    if message["type"] == "ack" and message["run"] == mine.id:
                        self.know(mine, message["ack"], "the socket")
                    elif message["type"] == "error":
                        sent = self.refused(mine, message)
                if mine.acked > before or mine.acked == sent:
                    progress = time.monotonic()
                elif time.monotonic() - progress > SILENCE_S:
                    self.record.note(self.name, "silence", run=mine.id, sent=sent, acked=mine.acked)
                    self.socket.drop()
                    progress = time.monotonic()
                elif self.rng.random() < 0.02:
                    sent = self.change_device(mine)
            except GONE:
                self.socket.drop()

    def change_device(self, mine: run_record) -> int:
        """To another one that takes the run over, or to none for a moment."""
        if self.rng.random() < 0.5:
            self.socket.drop()
            return mine.acked
        before = self.socket
        self.record.count("devices changed")
        self.attach(mine, dropping=False)
        before.drop()
        return mine.acked

    def attach(self, mine: run_record, dropping: bool = True):
        welcome = self.connect(mine.id, dropping)
        if welcome["type"] == "welcome":
            self.know(mine, welcome["ack"], "the welcome")
        else:
            raise AssertionError(f"run {mine.id} cannot be resumed: {welcome}")

    def send_some(self, mine: run_record, sent: int) -> int:
        ready = self.happened(mine)
        if ready <= sent:
            return sent
        pieces = [(sent, ready)]
        if ready > sent + 10 and self.rng.random() < 0.2:  # What came later first.
            middle = self.rng.randrange(sent + 1, ready)
            pieces = [(middle, ready), (sent, middle)]
        if mine.acked > 5 and self.rng.random() < 0.1:  # Something that is known already.
            pieces.append((self.rng.randrange(0, mine.acked), ready))
        for begin, end in pieces:
            self.socket.send({"type": "fixes", "run": mine.id, "first_seq": begin + 1, "fixes": mine.fixes[begin:end]})
        return ready

    def refused(self, mine: run_record, message: dict) -> int:
        if message["code"] in ("unavailable", "overloaded"):
            self.record.count("socket errors unavailable")
            time.sleep(self.rng.uniform(0.2, 0.8))
        else:
            self.record.complain(self.name, f"run {mine.id}: {json.dumps(message)}")
        return mine.acked

    # -- the end of a run ---------------------------------------------------------------------------

    def finish(self, mine: run_record):
        if self.socket and self.socket.code is None and self.rng.random() < 0.5 and self.finish_by_socket(mine):
            return
        got, in_doubt = self.ask("POST", f"/v1/runs/{mine.id}/finish", {"total_seq": len(mine.fixes)})
        if got.status in (200, 202):
            self.finished(mine, got.json["state"], in_doubt)
        else:
            self.unexpected(f"finishing {mine.id}", got)

    def finish_by_socket(self, mine: run_record) -> bool:
        try:
            self.socket.send({"type": "finish", "run": mine.id, "total_seq": len(mine.fixes)})
            answer = self.wait_for(5, "run", "error")
        except GONE:
            return False
        if answer and answer["type"] == "run" and answer["run"]["id"] == mine.id:
            self.finished(mine, answer["run"]["state"], False)
            return True
        if answer and answer["type"] == "error" and answer["code"] not in ("unavailable", "overloaded"):
            self.record.complain(self.name, f"finishing {mine.id}: {json.dumps(answer)}")
        return False

    def finished(self, mine: run_record, state: str, in_doubt: bool):
        mine.finished = True
        self.record.note(self.name, "finish", run=mine.id, state=state, again=in_doubt)
        if state == "recording":
            self.record.complain(self.name, f"run {mine.id} was finished and still records")

    def await_result(self, mine: run_record):
        deadline = time.monotonic() + ANSWER_PATIENCE_S
        while True:
            got, _ = self.ask("GET", f"/v1/runs/{mine.id}")
            if got.status != 200 or got.json["state"] == "recording":
                return self.unexpected(f"looking at the finished run {mine.id}", got)
            if got.json["state"] in OVER:
                mine.result, mine.seen_ms = got.json, self.city.now_ms()
                return self.record.note(self.name, "result", run=mine.id, state=got.json["state"])
            assert time.monotonic() < deadline, f"run {mine.id} is not processed"
            self.pause(0.1, 0.5)

