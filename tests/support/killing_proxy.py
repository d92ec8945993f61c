"""A TCP proxy before PostgreSQL that kills the client's process at a chosen place of a transaction."""

import threading

from cutting_proxy import CuttingProxy

PLACES = ("before COPY", "within COPY", "before COMMIT", "after COMMIT", "behind the answer to COMMIT")
COMMIT = b"COMMIT\0"  # the statement to its end, and the tag that answers it
WITHIN = 100_000  # bytes behind the beginning of a COPY


class KillingProxy(CuttingProxy):
    """`kill` runs once for each arm(), in the transaction after `transactions` more: nothing that the client has sent behind that
    place reaches the server, nothing that the server has answered behind it reaches the client."""

    def __init__(self, target_port, kill):
        self.kill = kill
        self.place, self.transactions = None, 0
        self.copied = None  # bytes since a COPY began
        self.killed = threading.Event()
        super().__init__(target_port)

    def arm(self, place, transactions):
        assert place in PLACES
        self.killed.clear()
        with self.lock:
            self.place, self.transactions, self.copied = place, transactions, None

    def _strikes(self, place):
        with self.lock:
            if self.place != place or self.transactions > 0:
                return False
            self.place = None
        self.kill()
        self.killed.set()
        return True

    def _requests(self, client, server, swallow):
        try:
            while data := client.recv(1 << 16):
                begins = b'COPY "' in data
                if begins and self._strikes("before COPY"):
                    return
                self.copied = 0 if begins else None if self.copied is None else self.copied + len(data)
                if self.copied is not None and self.copied >= WITHIN and self._strikes("within COPY"):
                    server.sendall(data[:len(data) // 2])
                    return
                if COMMIT in data:
                    self.copied = None
                    if self._strikes("before COMMIT"):
                        return
                server.sendall(data)
        except OSError:
            pass
        finally:
            self._drop(client, server)

    def _answers(self, server, client, swallow):
        try:
            while data := server.recv(1 << 16):
                if COMMIT in data and self._strikes("after COMMIT"):
                    return
                client.sendall(data)
                if COMMIT in data:
                    if self._strikes("behind the answer to COMMIT"):
                        return
                    with self.lock:
                        self.transactions -= 1
        except OSError:
            pass
        finally:
            self._drop(client, server)
