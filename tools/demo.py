#!/usr/bin/python3
"""A living city on a running server: events, tickets and 50 runners, all through the public interface.

`make run` starts it. It finds again what it made before, and goes on until it is stopped.
"""
import argparse
import asyncio
import json
import os
import signal
import sys

from demo import days, people
from demo.api import account, link, refused, server_gone
from demo.city import city
from demo.clock import BASELINE_S, server_clock
from demo.live import server_time
from demo.runner import runner, tally

GUEST = ("demo@fief.example", "demo", "run-and-hold")  # For the person who tries it.
READY_AT_ONCE = 4
START_EVERY_S = 1.0
STATUS_S = 20.0
RADIUS_M = 10_000


def say(text: str):
    print(text, flush=True)


def stop_at_once(*_):
    """Runs that are out stay as they are; the next demonstration saves them."""
    sys.stdout.flush()
    os._exit(0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--operator-email", required=True)
    parser.add_argument("--operator-password", required=True)
    parser.add_argument("--runners", type=int, default=len(people.CITIZENS), help="at most %(default)s")
    return parser.parse_args()


async def make_guest(town: city) -> account:
    """The account that stays free: coins, and a ticket of everything."""
    email, username, password = GUEST
    guest = account(town.link, town.clock, email, password, username)
    await guest.settle_in(await town.emails(email.partition("@")[2]))
    await treat_guest(town, guest)
    return guest


async def treat_guest(town: city, guest: account):
    held = {ticket["event"]["id"] for ticket in (await guest.get("/v1/tickets?limit=200"))["items"]}
    for event in town.events.values():
        if event["id"] not in held:
            guest.profile = await guest.get("/v1/me")
            await town.fill_purse(guest, "Welcome, try the city")
            await town.buy(guest, event)


async def make_runners(town: city, count: int, counts: tally) -> list:
    known = await town.emails(people.MAIL_DOMAIN)
    gate = asyncio.Semaphore(READY_AT_ONCE)

    async def make(who) -> runner:
        async with gate:
            user = town.known(who.email, who.username)
            await user.settle_in(known)
            one = runner(town, who, user, counts)
            await one.get_ready()
            return one

    return await asyncio.gather(*(make(who) for who in people.CITIZENS[:count]))


async def learn_time(clock: server_clock, operator: account):
    """Two readings, so that its speed is known too."""
    clock.learn(await server_time(operator))
    while not clock.is_known():
        await asyncio.sleep(BASELINE_S * 1.5)
        clock.learn(await server_time(operator))


async def show_places(town: city, guest: account, operator: account, runners: int):
    """Where to look. The lines work as printed, at any time: the last one signs in by itself. The
    operator's password is shown because this server is a demonstration, and its user's own."""
    url = town.link.url
    tickets = (await guest.get("/v1/tickets?state=active"))["items"]
    usable = sum(ticket["consumable"] for ticket in tickets)
    login = json.dumps({"email": guest.email, "password": guest.password})
    token = (f"$(curl -s {url}/v1/auth/login -H 'Content-Type: application/json' -d '{login}'"
             """ | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')""")
    near = f"{days.CENTRE[0]},{days.CENTRE[1]}"
    local = town.clock.now().astimezone(days.ZONE)
    say(f"""
{days.CITY} is open. Look at it in a browser:

  {url}/

It is {local:%H:%M on %A, %-d %B} there and time runs {town.clock.speed:.0f} times as fast.
{runners} runners are on their way.

  to play          {guest.email}   password {guest.password}
                   {len(tickets)} active tickets, {usable} can be consumed now
  for the console  {operator.email}   password {operator.password}

The same without a browser (the contract is at {url}/openapi.json). The map of the city, as GeoJSON:
  curl -s '{url}/v1/territory?bbox={days.map_box()}'
Who holds most:
  curl -s '{url}/v1/leaderboards/territory?near={near}&radius_m={RADIUS_M}&limit=5'
The tickets of the demo account that can be consumed:
  curl -s '{url}/v1/tickets?state=active' -H "Authorization: Bearer {token}"
""")


async def tell_status(town: city, counts: tally):
    near = f"{days.CENTRE[0]},{days.CENTRE[1]}"
    while True:
        await asyncio.sleep(STATUS_S)
        board = await town.link.ask("GET", f"/v1/leaderboards/territory?near={near}&radius_m={RADIUS_M}&limit=200")
        held = sum(rank["tiles"] for rank in board["items"])
        runs = ", ".join(f"{count} {state}" for state, count in sorted(counts.runs.items())) or "none finished yet"
        local = town.clock.now().astimezone(days.ZONE)
        say(f"{local:%a %H:%M}  {counts.out} runners out, {counts.acked} fixes acked, "
            f"{held} tiles held by {len(board['items'])}, runs: {runs}")


async def watch_days(town: city, guest: account):
    """New days, with tickets for the guest; a refusal there must not end the city."""
    async def days_go_by():
        while True:
            try:
                await town.live(say)
            except refused as problem:
                say(f"The day could not be changed: {problem}")
                await asyncio.sleep(STATUS_S)

    async def guest_is_welcome():
        seen = town.today
        while True:
            await asyncio.sleep(STATUS_S)
            if town.today != seen:
                try:
                    await treat_guest(town, guest)
                    seen = town.today
                except refused:  # The person may have changed the password or deleted the account.
                    pass

    await asyncio.gather(days_go_by(), guest_is_welcome())


async def demonstrate(options):
    clock = server_clock()
    to = link(options.url)
    operator = account(to, clock, options.operator_email, options.operator_password)
    await operator.sign_in()
    await learn_time(clock, operator)
    town = city(to, clock, operator)
    await town.open()
    guest = await make_guest(town)
    say(f"{options.runners} runners sign up and buy their tickets ...")
    counts = tally()
    runners = await make_runners(town, options.runners, counts)
    clock.learn(await server_time(operator))
    await show_places(town, guest, operator, len(runners))
    await asyncio.gather(tell_status(town, counts), watch_days(town, guest),
                         *(one.live(number * START_EVERY_S, say) for number, one in enumerate(runners)))


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_at_once)
    try:
        asyncio.run(demonstrate(arguments()))
    except server_gone:
        say("The server has not answered for a minute; the demonstration ends.")
    except refused as problem:
        print(f"The demonstration cannot go on: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
