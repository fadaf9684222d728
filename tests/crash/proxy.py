"""A network between the server and Postgres that can be made to fail.

Passes bytes on until it is told otherwise: `refuse` new connections, `stall` for a while, `delay`
everything, `cut` all connections, `hold` what the present connections send (though not new ones), so that
Postgres hears it late, perhaps after its sender has died; or `lose_commits`: pass a COMMIT on, and cut the
connection when its answer comes back, so that the server cannot know what became of it.
"""
import asyncio
import threading


class proxy:
    def __init__(self, to_port: int):
        self.to_port = to_port
        self.refusing = False
        self.delay_s = 0.0
        self.commits_to_lose = 0
        self.commits_lost = 0
        self.links = []
        self.loop = asyncio.new_event_loop()
        self.open = None
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.port = self.do(self.listen())

    def do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    async def listen(self) -> int:
        self.open = asyncio.Event()
        self.open.set()
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        if self.refusing:
            writer.transport.abort()
            return
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            writer.transport.abort()
            return
        link = {"ends": (writer, there_writer), "losing": False, "free": asyncio.Event()}
        link["free"].set()
        self.links.append(link)
        tasks = [asyncio.create_task(self.pass_on(link, reader, there_writer, True)),
                 asyncio.create_task(self.pass_on(link, there_reader, writer, False))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.abort(link)
            for task in tasks:
                task.cancel()
            self.links.remove(link)

    async def pass_on(self, link, reader, writer, to_postgres: bool):
        while data := await reader.read(65536):
            await self.open.wait()
            if to_postgres:
                await link["free"].wait()
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            if to_postgres and self.commits_to_lose > 0 and b"COMMIT" in data.upper():
                self.commits_to_lose -= 1
                link["losing"] = True
            if not to_postgres and link["losing"]:
                self.commits_lost += 1
                return
            writer.write(data)
            await writer.drain()

    def abort(self, link):
        for end in link["ends"]:
            end.transport.abort()

    # -- faults, from any thread --------------------------------------------------------------------

    def lose_commits(self, count: int):
        self.commits_to_lose = count

    def cut(self):
        async def all_of_them():
            for link in list(self.links):
                self.abort(link)
        self.do(all_of_them())

    def refuse(self, on: bool):
        self.refusing = on

    def delay(self, seconds: float):
        self.delay_s = seconds

    def stall(self, on: bool):
        async def switch():
            self.open.clear() if on else self.open.set()
        self.do(switch())

    def hold(self, on: bool):
        async def each():
            for link in self.links:
                link["free"].clear() if on else link["free"].set()
        self.do(each())

    def heal(self):
        self.refusing, self.delay_s, self.commits_to_lose = False, 0.0, 0
        self.stall(False)
        self.hold(False)

    def close(self):
        self.cut()

        async def end():
            self.server.close()
        self.do(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
