"""A TCP proxy before PostgreSQL that cuts the connection at a COMMIT, before or after the server has acted."""

import socket
import threading


class CuttingProxy:
    """`cut_before` and `cut_after` are numbers of COMMITs still to be cut; every other byte passes. A COMMIT that is cut before
    never reaches the server; one that is cut after has been answered by the server, and the answer is thrown away."""

    def __init__(self, target_port):
        self.target_port = target_port
        self.lock = threading.Lock()
        self.cut_before = self.cut_after = 0
        self.done_before = self.done_after = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, before=0, after=0):
        with self.lock:
            self.cut_before, self.cut_after = before, after

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            server = socket.create_connection(("127.0.0.1", self.target_port))
        except OSError:
            client.close()
            return
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        swallow = threading.Event()
        threading.Thread(target=self._answers, args=(server, client, swallow), daemon=True).start()
        self._requests(client, server, swallow)

    def _requests(self, client, server, swallow):
        try:
            while data := client.recv(1 << 16):
                if b"COMMIT" in data and self._cut(swallow, data, server, client):
                    return
                server.sendall(data)
        except OSError:
            pass
        finally:
            if not swallow.is_set():
                self._drop(client, server)

    def _cut(self, swallow, data, server, client):
        with self.lock:
            before, after = self.cut_before > 0, self.cut_after > 0
            if before:
                self.cut_before -= 1
                self.done_before += 1
            elif after:
                self.cut_after -= 1
                self.done_after += 1
        if before:
            self._drop(client, server)
            return True
        if after:
            swallow.set()
            server.sendall(data)
            return True
        return False

    def _answers(self, server, client, swallow):
        try:
            while data := server.recv(1 << 16):
                if swallow.is_set():
                    if b"COMMIT" in data:
                        return
                    continue
                client.sendall(data)
        except OSError:
            pass
        finally:
            self._drop(client, server)

    @staticmethod
    def _drop(*ends):
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
