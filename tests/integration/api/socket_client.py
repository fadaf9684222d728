"""A socket client that checks every message against the contract. Blocking, on one background loop."""
import asyncio
import json
import threading

import websockets

from contract import check_message

SUBPROTOCOL = "fief.v1.json"
LOOP = asyncio.new_event_loop()
threading.Thread(target=LOOP.run_forever, daemon=True).start()


def on_loop(coroutine, timeout_s: float = 30):
    return asyncio.run_coroutine_threadsafe(coroutine, LOOP).result(timeout_s)


class closed(Exception):
    """The server closed the socket while something was expected of it."""


class live:
    def __init__(self, url: str, token: str = None, subprotocols=(SUBPROTOCOL,)):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url = url.replace("http", "ws", 1) + "/v1/live"
        self.messages = []   # not yet expected
        self.everything = []
        self.fault = None    # a message against the contract
        self.changed = threading.Condition()
        self.code = None
        self.socket = on_loop(self.open(headers, subprotocols))
        self.reader = asyncio.run_coroutine_threadsafe(self.read(), LOOP)

    async def open(self, headers, subprotocols):
        return await websockets.connect(self.url, extra_headers=headers, subprotocols=list(subprotocols) or None,
                                        max_size=2**24, max_queue=None, ping_interval=None, compression=None)

    async def read(self):
        try:
            async for text in self.socket:
                message = json.loads(text)
                fault = None
                try:
                    check_message(message)
                except AssertionError as error:
                    fault = error
                with self.changed:
                    self.fault = self.fault or fault
                    self.messages.append(message)
                    self.everything.append(message)
                    self.changed.notify_all()
        except websockets.ConnectionClosed:
            pass
        finally:
            with self.changed:
                self.code = self.socket.close_code or 1006
                self.changed.notify_all()

    # -- sending ------------------------------------------------------------------------------------

    def send(self, message):
        """A dict as JSON; a text or bytes as it is."""
        on_loop(self.socket.send(json.dumps(message) if isinstance(message, dict) else message))

    def hello(self, token: str = None, **more) -> dict:
        self.send({"type": "hello", **({"token": token} if token else {}), **more})
        return self.expect("welcome")

    def add(self, run: str, fixes: list, first_seq: int = 1, batch: int = 60):
        for at in range(0, len(fixes), batch):
            self.send({"type": "fixes", "run": run, "first_seq": first_seq + at, "fixes": fixes[at:at + batch]})

    # -- receiving ----------------------------------------------------------------------------------

    def expect(self, type_: str, where=lambda message: True, timeout_s: float = 30) -> dict:
        """The first such message, also one that came before; it is taken out."""
        def find():
            for at, message in enumerate(self.messages):
                if message["type"] == type_ and where(message):
                    return self.messages.pop(at)
            return None

        with self.changed:
            while True:
                if self.fault:
                    raise self.fault
                found = find()
                if found:
                    return found
                if self.code is not None:
                    raise closed(f"closed with {self.code} before {type_}; left: {self.messages}")
                assert self.changed.wait(timeout_s), f"no {type_} within {timeout_s} s; left: {self.messages[-5:]}"

    def ack_to(self, seq: int) -> dict:
        """The first acknowledgement that reaches `seq`."""
        return self.expect("ack", lambda message: message["ack"] >= seq)

    def code_after_close(self, timeout_s: float = 30) -> int:
        with self.changed:
            while self.code is None:
                assert self.changed.wait(timeout_s), f"still open; left: {self.messages[-5:]}"
            if self.fault:
                raise self.fault
            return self.code

    def drop(self):
        """Cuts the connection without a farewell."""
        on_loop(self.cut())

    async def cut(self):
        self.socket.transport.abort()

    def close(self):
        if self.code is None:
            on_loop(self.socket.close())
