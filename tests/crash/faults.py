"""What happens to the server of a crash test, drawn from its seed."""
import os
import random
import signal
import threading
import time


def signalled(pid: int, how: int) -> bool:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return False
    return True


class faults:
    """Draws and does. Each fault is a method; most last a moment, and all are over when it returns."""

    def __init__(self, city, kills: int, others: int):
        self.city, self.record = city, city.record
        self.rng = random.Random(f"{city.seed} faults")
        self.done = []
        kinds = [self.kill_postgres, self.stop_postgres_immediately, self.kill_one_backend, self.terminate_connections,
                 self.freeze_postgres, self.stop_server]
        if city.proxy:
            kinds += [self.lose_commits, self.lose_commits, self.cut_network, self.refuse_network, self.stall_network,
                      self.slow_network]
        if city.volume:
            kinds += [self.fill_volume]
        self.plan = self.some(others, kinds) + self.some_kills(kills)
        self.rng.shuffle(self.plan)

    def some(self, count: int, kinds: list) -> list:
        """Each kind once before any is there again."""
        found = []
        while len(found) < count:
            found += self.rng.sample(kinds, len(kinds))
        return found[:count]

    def some_kills(self, count: int) -> list:
        choice = [self.kill_server, self.kill_server, self.kill_server_and_postgres, self.kill_server_twice]
        choice.append(self.kill_server_and_hold_commits if self.city.proxy else self.kill_server_beside_frozen_postgres)
        kinds = []
        while count > 0:
            kinds.append(self.rng.choice(choice))
            if kinds[-1] == self.kill_server_twice and count == 1:
                kinds[-1] = self.kill_server
            count -= 2 if kinds[-1] == self.kill_server_twice else 1
        return kinds

    def rage(self, calm_s: tuple):
        """All of it, at random instants."""
        for kind in self.plan:
            time.sleep(self.rng.uniform(*calm_s))
            self.do(kind)
            if self.city.server.process.poll() is not None:
                raise AssertionError(f"after {self.done[-1]} the server has ended by itself\n" + self.city.server.tail())

    def do(self, kind):
        at = time.monotonic() - self.record.began
        self.done.append(f"{at:.2f} s {kind.__name__}")
        self.record.note("faults", kind.__name__)
        kind()
        self.record.note("faults", "it is over")

    # -- the server ---------------------------------------------------------------------------------

    def kill(self):
        self.record.count("kills")
        self.city.kill()

    def kill_server(self):
        self.kill()
        if self.rng.random() < 0.5:
            time.sleep(self.rng.uniform(0, 1.5))
        self.city.start()

    def stop_server(self):
        """As an operator does, in the middle of everything: it has to end in time and in peace."""
        self.city.stop()
        self.city.start()

    def kill_server_and_postgres(self):
        """Both at once, in either order, as when the machine loses its power."""
        if self.rng.random() < 0.5:
            self.kill_postgres_alone()
            self.kill()
        else:
            self.kill()
            self.kill_postgres_alone()
        self.restart_postgres()
        self.city.start()

    def kill_server_twice(self):
        """The second time while it starts."""
        self.kill()
        self.city.start(wait=False)
        time.sleep(self.rng.uniform(0, 0.8))
        self.kill()
        self.city.start()

    def kill_server_beside_frozen_postgres(self):
        """Its Postgres outlives it and has to be ended by the next server."""
        pids = self.freeze()
        self.kill()
        awake = threading.Timer(self.rng.uniform(0, 2), self.thaw, [pids])
        awake.start()
        self.city.start()
        awake.join()

    def kill_server_and_hold_commits(self):
        """What the dead one had sent reaches Postgres when the next one works already."""
        self.city.proxy.hold(True)
        time.sleep(self.rng.uniform(0, 0.4))
        self.kill()
        self.city.start()
        time.sleep(self.rng.uniform(0, 2))
        self.city.proxy.heal()

    # -- Postgres -----------------------------------------------------------------------------------

    def kill_postgres_alone(self):
        self.city.signal_postgres(signal.SIGKILL)
        if self.city.postgres:
            self.city.postgres.process.wait(30)

    def restart_postgres(self):
        """Ours; the server looks after its own."""
        if self.city.postgres and self.city.postgres.process.poll() is not None:
            time.sleep(self.rng.uniform(0, 1))
            self.city.postgres.start()

    def kill_postgres(self):
        self.kill_postgres_alone()
        self.restart_postgres()

    def stop_postgres_immediately(self):
        self.city.signal_postgres(signal.SIGQUIT)
        if self.city.postgres:
            self.city.postgres.process.wait(30)
        self.restart_postgres()

    def kill_one_backend(self):
        """Postgres ends all the others then, and recovers."""
        for row in self.others():
            if signalled(row["pid"], signal.SIGKILL):
                return

    def terminate_connections(self):
        for row in self.others():
            if self.rng.random() < 0.6:
                self.ask(f"select pg_terminate_backend({row['pid']})")

    def freeze_postgres(self):
        """It holds its connections and answers nothing."""
        pids = self.freeze()
        time.sleep(self.rng.uniform(0.3, 2))
        self.thaw(pids)

    def freeze(self) -> list:
        pids = [row["pid"] for row in self.others()]
        return [pid for pid in pids if signalled(pid, signal.SIGSTOP)]

    def thaw(self, pids: list):
        for pid in pids:
            signalled(pid, signal.SIGCONT)

    def others(self) -> list:
        found = self.ask("select pid from pg_stat_activity where datname = 'fief' and pid <> pg_backend_pid()"
                         " and backend_type = 'client backend'")
        self.rng.shuffle(found)
        return found

    def ask(self, select: str) -> list:
        """Postgres may be away already."""
        try:
            return self.city.questions().rows(select)
        except ConnectionError:
            return []

    # -- its volume ---------------------------------------------------------------------------------

    def fill_volume(self):
        """No byte is left, so that commits and checkpoints fail."""
        ballast = self.city.server.data_dir / "ballast"
        try:
            with open(ballast, "wb") as out:
                for size in (1 << 20, 1 << 12):
                    try:
                        while True:
                            out.write(b"\0" * size)
                            out.flush()
                    except OSError:
                        pass
            time.sleep(self.rng.uniform(0.5, 3))
        except OSError:
            pass
        finally:
            ballast.unlink(missing_ok=True)

    # -- the network to it --------------------------------------------------------------------------

    def lose_commits(self):
        self.city.proxy.lose_commits(self.rng.randrange(1, 6))
        time.sleep(self.rng.uniform(0.5, 3))
        self.city.proxy.heal()

    def cut_network(self):
        self.city.proxy.cut()

    def refuse_network(self):
        self.city.proxy.refuse(True)
        self.city.proxy.cut()
        time.sleep(self.rng.uniform(0.3, 3))
        self.city.proxy.heal()

    def stall_network(self):
        self.city.proxy.stall(True)
        time.sleep(self.rng.uniform(0.3, 3))
        if self.rng.random() < 0.5:
            self.city.proxy.cut()
        self.city.proxy.heal()

    def slow_network(self):
        self.city.proxy.delay(self.rng.uniform(0.01, 0.1))
        time.sleep(self.rng.uniform(1, 3))
        self.city.proxy.heal()
