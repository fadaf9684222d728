"""Stands between the load and the server, and alters what the server says. Lengths stay as they are."""
import asyncio
import re
import threading


class liar:
    """`lies`: pairs of a pattern and what makes the replacement of a match, of the same length."""

    def __init__(self, port: int, lies: list):
        self.target, self.lies = port, [(re.compile(pattern), change) for pattern, change in lies]
        self.told = [0] * len(lies)
        self.listening = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.listen()), daemon=True)
        self.thread.start()
        assert self.listening.wait(10)

    async def listen(self):
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.url = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        self.listening.set()
        await self.over.wait()  # Whatever is still relayed ends with the loop.

    async def serve(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self.relay(reader, back, lambda data: data), self.relay(there, writer, self.lie))

    async def relay(self, reader, writer, change):
        try:
            while data := await reader.read(1 << 18):
                writer.write(change(data))
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def lie(self, data: bytes) -> bytes:
        for number, (pattern, change) in enumerate(self.lies):
            def replace(match):
                said = change(match)
                assert len(said) == len(match[0])
                self.told[number] += 1
                return said
            data = pattern.sub(replace, data)
        return data

    def stop(self):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(10)
