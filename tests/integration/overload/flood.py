"""A flood of fixes in a process of its own: URL SECONDS, and (token, run) pairs as JSON on standard input.

Prints `flooding` when all its sockets are open, and how many messages it got rid of at the end.
"""
import asyncio
import json
import pathlib
import resource
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "support"), str(HERE.parents[1] / "integration" / "api")]

from load import bare_socket, frame, message_of, batch, sources  # noqa: E402

BATCHES = 400
FIXES = 60


async def drain(socket):
    while await socket.reader.read(1 << 16):
        pass


async def flood(socket, run: str, tails: list, until: float) -> int:
    sent = 0
    try:
        while time.monotonic() < until:
            socket.writer.write(frame(message_of(run, tails[sent % len(tails)])))
            await asyncio.wait_for(socket.writer.drain(), max(0.01, until - time.monotonic()))
            sent += 1
            await asyncio.sleep(0)
    except (ConnectionError, asyncio.TimeoutError):
        pass
    return sent


async def main(url: str, seconds: float, who: list):
    start_ms = int(time.time() * 1000) - (BATCHES * FIXES + 1000) * 1000
    tails = [batch(1 + n * FIXES, FIXES, start_ms, (45.9, 16.2)) for n in range(BATCHES)]
    limit = asyncio.Semaphore(64)

    async def connect(token, run, source):
        async with limit:
            socket = await bare_socket.open(url, token, source)
            socket.writer.transport.set_write_buffer_limits(high=1 << 16)
            socket.send(json.dumps({"type": "hello", "run": run}).encode())
            asyncio.ensure_future(drain(socket))
            return socket
    opened = await asyncio.gather(*(connect(*each, source) for each, source in zip(who, sources(len(who)))))
    print("flooding", flush=True)
    until = time.monotonic() + seconds
    sent = await asyncio.gather(*(flood(socket, run, tails, until) for socket, (_, run) in zip(opened, who)))
    print(sum(sent), flush=True)
    for socket in opened:
        socket.cut()


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), json.load(sys.stdin)))
