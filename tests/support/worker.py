"""A worker process under test: start it, talk to it, kill it, freeze it."""

import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

from servers import ROOT, die_with_parent, free_port, wait_for

BUILD = pathlib.Path(os.environ.get("SINKWAY_BUILD", ROOT / "build"))
SINKWAY = BUILD / "host" / "app" / "sinkway"
PRODUCER = BUILD / "tools" / "weather-producer" / "weather-producer"
PLUGINS = {"table": BUILD / "plugins" / "table" / "sinkway_table.so", "file": BUILD / "plugins" / "file" / "sinkway_file.so",
           "hooks": BUILD / "plugins" / "table" / "sinkway_table_hooks.so",
           "unchecked": BUILD / "plugins" / "table" / "sinkway_table_unchecked.so"}


class Refused(RuntimeError):
    """An answer of REST that is not 2xx."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Worker:
    def __init__(self, bootstrap, folder, plugins=("table", "file"), properties=None, files=(), environment=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.metrics_port = free_port(), free_port()
        self.files = [str(file) for file in files]
        self.environment = dict(os.environ, **(environment or {}))
        self.process = None
        self.log_path = self.folder / "worker.log"
        self.properties = {
            "bootstrap.servers": bootstrap, "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false",
            "listeners": f"http://127.0.0.1:{self.port}", "sinkway.metrics.listeners": f"http://127.0.0.1:{self.metrics_port}",
            "plugin.path": ",".join(str(PLUGINS[name]) for name in plugins), "sinkway.state.file": f"{self.folder}/connectors.json",
            "consumer.session.timeout.ms": "6000", "consumer.heartbeat.interval.ms": "1000", **(properties or {})}

    def launch(self):
        """Starts the process and does not wait for it."""
        file = self.folder / "worker.properties"
        file.write_text("".join(f"{key}={value}\n" for key, value in self.properties.items() if value is not None))
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([str(SINKWAY), "worker", str(file), *self.files], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=self.environment, preexec_fn=die_with_parent, start_new_session=True)
        return self

    def start(self):
        self.launch()
        wait_for(self.healthy, "the worker did not start", 20,
                 lambda: f"it ended: {self.log()[-2000:]}" if self.process.poll() is not None else None)
        return self

    def log(self):
        return self.log_path.read_text(errors="replace")

    def healthy(self):
        try:
            return self.call("GET", "/health")["status"] == "healthy"
        except (OSError, Refused):
            return False

    def raw(self, method, path, body=None, headers=None, port=None):
        """(status, headers, body text), whatever the status is."""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        call = urllib.request.Request(f"http://127.0.0.1:{port or self.port}{path}", data, headers or {}, method=method)
        if data is not None and "Content-Type" not in (headers or {}):
            call.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(call, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, dict(refused.headers), refused.read().decode()

    def call(self, method, path, body=None):
        status, _, text = self.raw(method, path, body)
        if status >= 300:
            raise Refused(status, text)
        return json.loads(text) if text else None

    def put_connector(self, name, config):
        return self.call("PUT", f"/connectors/{name}/config", config)

    def task(self, name, index=0):
        """The status of a task, nothing when there is none yet."""
        try:
            tasks = self.call("GET", f"/connectors/{name}/status")["tasks"]
        except Refused:
            return None
        return next((task for task in tasks if task["id"] == index), None)

    def task_state(self, name, index=0):
        task = self.task(name, index)
        return task["state"] if task else None

    def metrics(self):
        return self.raw("GET", "/metrics", port=self.metrics_port)[2]

    def metric(self, name, **labels):
        """The sum of a metric over the series that have these labels; nothing when there is none."""
        values = []
        for line in self.metrics().splitlines():
            if line.startswith((name + "{", name + " ")) and all(f'{key}="{value}"' in line for key, value in labels.items()):
                values.append(float(line.rsplit(" ", 1)[1]))
        return sum(values) if values else None

    def lag(self, connector):
        return self.metric("sinkway_partition_lag_records", connector=connector)

    def signal(self, number):
        os.killpg(self.process.pid, number)

    def kill(self):
        """kill -9."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=15):
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.signal(signal.SIGKILL)
                self.process.wait()
        return self.process.returncode

    def end(self):
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.kill()


def produce(bootstrap, topic, count, *more):
    """Pushes weather readings and waits until all are acknowledged."""
    done = subprocess.run([str(PRODUCER), bootstrap, topic, str(count), *[str(part) for part in more]], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start_producer(bootstrap, topic, count, *more):
    return subprocess.Popen([str(PRODUCER), bootstrap, topic, str(count), *[str(part) for part in more]], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent)


def eventually(condition, what, seconds=30, worker=None):
    """Waits until `condition` holds; fails with `what` and the end of the worker's log."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s" + (f"\n{worker.log()[-3000:]}" if worker else ""))
        time.sleep(0.05)
