"""A gate before Postgres that a test can slow down, stall, cut and open again.

    with pg_proxy("/tmp/x/socket/.s.PGSQL.5432") as proxy:     # or ("127.0.0.1", 5432)
        url = f"host=127.0.0.1 port={proxy.port} user=fief dbname=fief"
        proxy.delay_s = 2       # every answer is 2 s late; the order stays
        proxy.stall()           # nothing goes through, nothing is closed: a host that went silent
        proxy.cut()             # every connection is reset and new ones are refused: a host that is down
        proxy.cut_after(4096)   # the next bytes to Postgres pass, then every connection is reset
        proxy.open()            # as it was; what a stall held back goes on

One thread with an event loop of its own; the methods may be called from any thread.
"""
import asyncio
import socket
import threading

CHUNK = 1 << 16


class pg_proxy:
    def __init__(self, upstream):
        """`upstream`: the path of a unix socket, or (host, port)."""
        self.upstream = upstream
        self.delay_s = 0.0          # of answers, read for every piece of one
        self.connections = 0        # accepted since the start
        self.bytes_up = 0           # that reached Postgres
        self.bytes_down = 0
        self.budget = None          # bytes to Postgres that still pass
        self.writers = set()
        self.pumps = set()
        self.listener = self.server = None
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.run(self.begin())

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    async def begin(self):
        self.flowing = asyncio.Event()
        self.flowing.set()
        await self.listen(0)

    async def listen(self, port: int):
        listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self.port = listener.getsockname()[1]
        self.server = await asyncio.start_server(self.serve, sock=listener)

    # -- faults -------------------------------------------------------------------------------------

    def stall(self):
        self.loop.call_soon_threadsafe(self.flowing.clear)

    def cut(self):
        self.run(self.close_all(listening=False))

    def reset(self):
        """Every connection ends; new ones are welcome."""
        self.run(self.close_all(listening=True))

    def cut_after(self, count: int):
        self.budget = count

    def open(self):
        async def again():
            self.budget = None
            if self.server is None:
                await self.listen(self.port)
            self.flowing.set()
        self.delay_s = 0.0
        self.run(again())

    async def close_all(self, listening: bool):
        if not listening and self.server is not None:
            self.server.close()
            self.server = None
        for pump in list(self.pumps):
            pump.cancel()
        for writer in list(self.writers):
            writer.transport.abort()

    # -- traffic ------------------------------------------------------------------------------------

    async def connect(self):
        if isinstance(self.upstream, (tuple, list)):
            return await asyncio.open_connection(*self.upstream)
        return await asyncio.open_unix_connection(str(self.upstream))

    async def serve(self, reader, writer):
        self.connections += 1
        ends = [writer]
        self.writers.add(writer)
        try:
            await self.flowing.wait()
            up_reader, up_writer = await self.connect()
            ends.append(up_writer)
            self.writers.add(up_writer)
            pumps = [asyncio.ensure_future(self.upwards(reader, up_writer)),
                     asyncio.ensure_future(self.downwards(up_reader, writer))]
            self.pumps.update(pumps)
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self.pumps.difference_update(pumps)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for each in ends:
                self.writers.discard(each)
                each.transport.abort()

    async def upwards(self, reader, writer):
        while data := await reader.read(CHUNK):
            await self.flowing.wait()
            if self.budget is not None:
                data, self.budget = data[:self.budget], self.budget - len(data)
            writer.write(data)
            self.bytes_up += len(data)
            await writer.drain()
            if self.budget is not None and self.budget <= 0:
                self.budget = None
                return asyncio.ensure_future(self.close_all(listening=True))

    async def downwards(self, reader, writer):
        late = asyncio.Queue(1024)

        async def deliver():
            while True:
                due, data = await late.get()
                await asyncio.sleep(max(0.0, due - self.loop.time()))
                await self.flowing.wait()
                writer.write(data)
                self.bytes_down += len(data)
                await writer.drain()
                if not data:
                    return

        delivery = asyncio.ensure_future(deliver())
        try:
            while data := await reader.read(CHUNK):
                await late.put((self.loop.time() + self.delay_s, data))
            await late.put((self.loop.time() + self.delay_s, b""))
            await delivery
        finally:
            delivery.cancel()

    # -- life ---------------------------------------------------------------------------------------

    def close(self):
        if self.loop.is_closed():
            return
        self.run(self.close_all(listening=False))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
