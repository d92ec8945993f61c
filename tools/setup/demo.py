"""The demo: real Kafka, real PostgreSQL, one worker, the weather connector, and the rows in the table."""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import building
import servers
from servers import ROOT, KafkaBroker, PostgresCluster, ServerError, die_with_parent, free_port, run_sql, wait_for

BUILD = ROOT / "build"
TOPIC = "weather"


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./demo", description="Moves simulated weather readings from Apache Kafka into a "
                                     "PostgreSQL table with Sinkway, and shows them.")
    parser.add_argument("--records", type=int, default=100_000, metavar="N", help="how many readings (default: 100000)")
    parser.add_argument("--stay", action="store_true", help="keep everything running until Ctrl-C")
    parser.add_argument("--kafka", metavar="HOST:PORT", help="use this Kafka instead of starting one")
    parser.add_argument("--postgres", metavar="URL", help="use this PostgreSQL database (postgresql://user:password@host/db)")
    parser.add_argument("--verbose", action="store_true", help="show what the compiler and the worker say")
    arguments = parser.parse_args()
    if arguments.records < 1:
        parser.error("--records must be at least 1")
    return arguments


def request(method, url, body=None):
    """One REST call; the decoded answer. A refusal becomes a ServerError with the worker's own words."""
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(call, timeout=30) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as refused:
        raise ServerError(f"{method} {url}: {refused.code} {refused.read().decode()}") from None


class Demo:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sinkway-demo-"))
        self.kafka = self.postgres = self.worker = None
        self.rest = f"http://127.0.0.1:{free_port(8083)}"
        self.metrics = f"http://127.0.0.1:{free_port(9404)}"

    def say(self, text):
        print(f"==> {text}", flush=True)

    def build(self):
        started = time.monotonic()
        building.configure(BUILD)
        building.compile_targets(BUILD, ["host/app/sinkway", "tools/weather-producer/weather-producer", "plugins/table/sinkway_table.so",
                                         "plugins/file/sinkway_file.so"], self.arguments.verbose)
        self.say(f"built sinkway in {time.monotonic() - started:.1f} s")

    def start_servers(self):
        if self.arguments.kafka:
            self.bootstrap = self.arguments.kafka
        else:
            if not servers.JARS.exists():
                self.say("bringing Apache Kafka (54 MB of jars, once)")
            self.kafka = KafkaBroker(port=9092).start()
            self.bootstrap = self.kafka.bootstrap
            self.say(f"started Apache Kafka on {self.bootstrap}")
        if self.arguments.postgres:
            self.database = self.arguments.postgres
            self.connection = {"connection.url": self.database}
        else:
            self.postgres = PostgresCluster(port=15432).start()
            self.database = self.postgres.url
            self.connection = {"connection.url": self.postgres.jdbc_url, "connection.user": self.postgres.user,
                               "connection.password": self.postgres.password}
            self.say(f"started PostgreSQL on 127.0.0.1:{self.postgres.port}")

    def start_worker(self):
        properties = self.folder / "worker.properties"
        properties.write_text("\n".join([
            f"bootstrap.servers={self.bootstrap}", "key.converter=org.apache.kafka.connect.storage.StringConverter",
            "value.converter=org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable=false",
            f"listeners={self.rest}", f"sinkway.metrics.listeners={self.metrics}",
            f"sinkway.state.file={self.folder}/connectors.json", ""]))
        log = sys.stderr if self.arguments.verbose else open(self.folder / "sinkway.log", "ab")
        started = time.monotonic()
        self.worker = subprocess.Popen([str(BUILD / "host" / "app" / "sinkway"), "worker", str(properties)],
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent,
                                       start_new_session=True)
        wait_for(self.answers, "the worker did not start", 20, self.worker_ended)
        self.say(f"started sinkway, REST on {self.rest} after {(time.monotonic() - started) * 1000:.0f} ms")

    def answers(self):
        try:
            return request("GET", self.rest + "/health")["status"] == "healthy"
        except (OSError, ServerError):
            return False

    def worker_ended(self):
        if self.worker.poll() is None:
            return None
        log = self.folder / "sinkway.log"
        tail = "\n" + "\n".join(log.read_text().splitlines()[-10:]) if log.exists() else ""
        return f"it ended with exit code {self.worker.returncode}{tail}"

    def create(self):
        run_sql(self.database, (ROOT / "schemas" / "weather" / "table.sql").read_text())
        self.before = int(run_sql(self.database, "SELECT count(*) FROM weather"))
        connector = json.loads((ROOT / "schemas" / "weather" / "connector.json").read_text())
        config = {key: value for key, value in connector["config"].items() if not key.startswith("connection.")}
        request("PUT", f"{self.rest}/connectors/{connector['name']}/config", {**config, **self.connection})
        self.say("created the table weather and the connector weather")

    def produce(self):
        self.started = time.monotonic()
        self.producer = subprocess.Popen([str(BUILD / "tools" / "weather-producer" / "weather-producer"), self.bootstrap, TOPIC,
                                          str(self.arguments.records)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True, preexec_fn=die_with_parent)

    def failure(self):
        """Why the rows will never come, or nothing."""
        if self.producer.poll() not in (None, 0):
            return "the producer failed: " + self.producer.stdout.read()
        if self.worker.poll() is not None:
            return self.worker_ended()
        status = request("GET", f"{self.rest}/connectors/weather/status")
        for part in [status["connector"], *status["tasks"]]:
            if part["state"] == "FAILED":
                return "the connector failed:\n" + part.get("trace", "")
        return None

    def wait_for_rows(self):
        wanted, last = self.arguments.records, -1
        while True:
            rows = int(run_sql(self.database, "SELECT count(*) FROM weather")) - self.before
            seconds = time.monotonic() - self.started
            if rows != last:
                building.status(f"{rows:,} of {wanted:,} rows in the table, {rows / seconds:,.0f} rows/s")
                last = rows
            if rows >= wanted:
                break
            reason = self.failure()
            if reason:
                building.status_end()
                raise ServerError(reason)
            time.sleep(0.1)
        building.status_end()
        self.producer.wait()
        self.say(f"{rows:,} rows in {seconds:.1f} s, producing included: {rows / seconds:,.0f} rows/s")

    def lag(self):
        with urllib.request.urlopen(self.metrics + "/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        values = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("sinkway_partition_lag_records{")]
        return sum(values) if values else None

    def show(self):
        wait_for(lambda: self.lag() == 0, "the lag did not reach 0", 30, self.failure)
        run = subprocess.run([str(servers.postgres_programs() / "psql"), "-X", "-d", self.database, "-c",
                              "SELECT * FROM weather LIMIT 10"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        print(run.stdout)
        count, distinct = run_sql(self.database, "SELECT count(*), count(DISTINCT id) FROM weather").split("|")
        self.say(f"rows: {int(count):,}, distinct ids: {int(distinct):,}, lag: {self.lag():.0f}")
        print(f"    REST     {self.rest}/connectors/weather/status\n    metrics  {self.metrics}/metrics\n"
              f"    table    psql {self.database}\n    Kafka    {self.bootstrap}, topic {TOPIC}", flush=True)

    def stop(self):
        if self.worker and self.worker.poll() is None:
            self.worker.send_signal(signal.SIGTERM)
            try:
                self.worker.wait(15)
            except subprocess.TimeoutExpired:
                self.worker.kill()
        if self.kafka:
            self.kafka.remove()
        if self.postgres:
            self.postgres.remove()

    def run(self):
        self.build()
        self.start_servers()
        self.start_worker()
        self.create()
        self.produce()
        self.wait_for_rows()
        self.show()
        if self.arguments.stay:
            self.say("everything keeps running; Ctrl-C stops it")
            signal.pause()


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    demo = Demo(arguments)
    code = 1
    try:
        demo.run()
        code = 0
    except KeyboardInterrupt:
        code = 0 if arguments.stay else 130
        print()
    except (ServerError, building.BuildError, OSError) as trouble:
        print(f"demo: {trouble}", file=sys.stderr)
        print(f"demo: the worker's log is in {demo.folder}", file=sys.stderr)
    finally:
        demo.stop()
    if code == 0 or not any(demo.folder.iterdir()):
        shutil.rmtree(demo.folder, ignore_errors=True)
        demo.say("stopped everything that was started")
    sys.exit(code)


if __name__ == "__main__":
    main()
