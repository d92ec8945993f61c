"""The peer: Debezium's JDBC sink on a Kafka Connect worker of its own, against sinkway on the same topic and the same kind of table.

Both sides are measured alike and from outside: the rate by the commit times that PostgreSQL keeps of every row
(`track_commit_timestamp`), the memory and the CPU of the worker's process by /proc. After each pair both must have written the same
rows; the peer, which delivers at least once, may have written some of them twice. `--peer-settings` says which of VARIANTS the peer runs
with; `--peer-sweep` measures all of them."""

import dataclasses
import json
import subprocess
import time
import xml.etree.ElementTree

from process import cpu_seconds, memory
from servers import ROOT, die_with_parent, fetch_jars, wait_for
from worker import Refused, Worker

POM = ROOT / "tests" / "bench" / "connect" / "pom.xml"
JARS = ROOT / "build" / "connect" / "jars"
SETTLED = 1.0  # seconds without a byte of write-ahead log after which the rows are counted
STUCK = 60.0   # seconds without one after which a run that lacks rows is given up


def pinned(name):
    """The value of a property of the pom.xml."""
    return xml.etree.ElementTree.parse(POM).getroot().find(f".//{{*}}properties/{{*}}{name}").text


SINKWAY = "sinkway"
DEBEZIUM = f"Debezium JDBC {pinned('debezium.version').removesuffix('.Final')}"


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    keyed: bool
    mode: str
    again: bool = False  # over the rows of the case before, so that every key is there already


CASES = (Case("insert, no key", False, "insert"), Case("insert, primary key", True, "insert"),
         Case("upsert, new keys", True, "upsert"), Case("upsert, known keys", True, "upsert", again=True))


class ConnectWorker(Worker):
    """A standalone Kafka Connect worker with the JVM options of Kafka's own start script."""

    def __init__(self, bootstrap, folder):
        super().__init__(bootstrap, folder)
        self.properties = {
            "bootstrap.servers": bootstrap, "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false",
            "listeners": f"http://127.0.0.1:{self.port}", "offset.storage.file.filename": f"{self.folder}/offsets",
            "plugin.discovery": "service_load"}

    def launch(self):
        file = self.folder / "worker.properties"
        file.write_text("".join(f"{key}={value}\n" for key, value in self.properties.items()))
        command = ["java", "-Xms256M", "-Xmx2G", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
                   "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent", "-XX:MaxInlineLevel=15",
                   "-Djava.awt.headless=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{JARS}/*",
                   "org.apache.kafka.connect.cli.ConnectStandalone", str(file)]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                            preexec_fn=die_with_parent, start_new_session=True)
        return self


def weather_schema():
    """The schema of a weather record as Connect's JsonConverter takes it."""
    fields = [("ID", "string"), ("LOCATION", "string"), ("TEMPERATURE", "double"), ("HUMIDITY", "double"), ("TM", "string")]
    return json.dumps({"type": "struct", "optional": False,
                       "fields": [{"field": name, "type": kind, "optional": False} for name, kind in fields]})


def batches_of(rows):
    """Polls and batches of so many records, and fetches that hold more than one poll."""
    return {"batch.size": str(rows), "consumer.override.max.poll.records": str(rows), "consumer.override.fetch.min.bytes": "100000",
            "consumer.override.max.partition.fetch.bytes": str(max(4 << 20, rows * 800))}


ARRAYS = {"dialect.postgres.unnest.insert.enabled": "true"}
REDUCED = {"use.reduction.buffer": "true"}
VARIANTS = {
    "statements-2000": batches_of(2_000), "statements-5000": batches_of(5_000),
    "arrays-2000": {**ARRAYS, **batches_of(2_000)}, "arrays-5000": {**ARRAYS, **batches_of(5_000)},
    "arrays-10000": {**ARRAYS, **batches_of(10_000)}, "arrays-5000-reduced": {**ARRAYS, **REDUCED, **batches_of(5_000)},
    "defaults": {}}
DEFAULT_VARIANT = "arrays-5000"  # the best one by the sweep in README.md


def debezium_config(postgres, topic, case, tasks, variant):
    """Records as they are, with the schema given once to the converter (KIP-1054) so that none is parsed from every record; a driver
    that joins statements; no look at the catalog for changed schemas; and what the variant says."""
    return {"connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector", "tasks.max": tasks, "topics": topic,
            "connection.url": postgres.jdbc_url + "?reWriteBatchedInserts=true", "connection.username": postgres.user,
            "connection.password": postgres.password, "collection.name.format": "weather", "insert.mode": case.mode,
            "primary.key.mode": "record_value" if case.keyed else "none", **({"primary.key.fields": "ID"} if case.keyed else {}),
            "schema.evolution": "none", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter.schemas.enable": "true", "value.converter.schema.content": weather_schema(), **VARIANTS[variant]}


def sinkway_config(postgres, topic, case, tasks):
    """Its defaults; the key of an upsert is named, as it is for the peer."""
    key = {"pk.mode": "record_value", "pk.fields": "ID"} if case.mode == "upsert" else {}
    return {"connector.class": "io.sinkway.table.TableSinkConnector", "tasks.max": tasks, "topics": topic,
            "connection.url": postgres.jdbc_url, "connection.user": postgres.user, "connection.password": postgres.password,
            "table.name.format": "weather", "insert.mode": case.mode, **key}


def rates(commits):
    """(rows/s from the first to the last commit, the same of the second half of the rows) of [(time, rows)], in order of time. The
    second half shows a virtual machine that has compiled what it runs."""
    def between(first):
        seconds = commits[-1][0] - commits[first][0]
        if seconds <= 0:
            raise SystemExit("bench: too few commits for a rate: take more --rows")
        return sum(rows for _, rows in commits[first + 1:]) / seconds
    half, passed, middle = sum(rows for _, rows in commits) / 2, 0, 0
    for index, (_, rows) in enumerate(commits[:-1]):
        if passed >= half:
            break
        passed, middle = passed + rows, index
    return between(0), between(middle)


class Comparison:
    """Runs every case with both workers in turn, on a Bench that has started, and adds what it sees to its results."""

    def __init__(self, bench):
        self.bench = bench
        self.arguments = bench.arguments
        fetch_jars(POM, JARS, "Kafka Connect and Debezium")
        # The peer sends TM as a text array, and PostgreSQL casts text to timestamp only when it is told to. The way without it, the
        # transformation TimestampConverter, is slower and reads tenths of a second as milliseconds.
        for text in ("text", "varchar"):
            bench.sql(f"CREATE CAST ({text} AS timestamp) WITH INOUT AS ASSIGNMENT")

    def run(self, topic):
        for repetition in range(self.arguments.repetitions):
            for tasks in self.arguments.peer_tasks:
                sides = (SINKWAY, DEBEZIUM) if repetition % 2 == 0 else (DEBEZIUM, SINKWAY)
                seen = {side: self.cases(side, topic, tasks) for side in sides}
                for case in CASES:
                    ours, theirs = (seen[side][case.name] for side in (SINKWAY, DEBEZIUM))
                    if ours["content"] != theirs["content"]:
                        raise SystemExit(f"bench: {case.name}: the two have not written the same rows")
                    if ours["twice"]:
                        raise SystemExit(f"bench: {case.name}: sinkway has written {ours['twice']} rows twice")
                    self.tell(repetition, tasks, case, ours, theirs)

    def cases(self, side, topic, tasks):
        return {case.name: self.measure(side, topic, case, tasks, self.arguments.peer_settings) for case in CASES}

    def sweep(self, topic):
        """Every variant of the peer's settings with one task: which of them is its best."""
        for _ in range(self.arguments.repetitions):
            for variant in VARIANTS:
                for case in CASES:
                    seen = self.measure(DEBEZIUM, topic, case, 1, variant)
                    self.bench.add(f"{case.name}: {variant}, rows/s", seen["rate"])
                    self.bench.add(f"{case.name}: {variant}, rows/s in the second half", seen["half"])
                    print(f"{case.name}: {variant}: {seen['rate']:,.0f} rows/s ({seen['half']:,.0f} in the second half)", flush=True)

    def measure(self, side, topic, case, tasks, variant):
        """One run of a worker that starts from nothing."""
        bench = self.bench
        if not case.again:
            bench.fresh_table(case.keyed)
        bench.run_number += 1
        name = f"peer{bench.run_number}"
        launched = time.monotonic()
        worker = (Worker if side == SINKWAY else ConnectWorker)(bench.kafka.bootstrap, bench.folder / name).launch()
        try:
            wait_for(worker.healthy, f"{side} did not start", 120,
                     lambda: worker.log()[-2000:] if worker.process.poll() is not None else None)
            seen = {"start": time.monotonic() - launched, "idle": memory(worker.process.pid, "VmRSS")}
            spent, created = cpu_seconds(worker.process.pid), time.time()
            target = bench.postgres, topic, case, str(tasks)
            worker.put_connector(name, sinkway_config(*target) if side == SINKWAY else debezium_config(*target, variant))
            commits = self.finished(worker, name, created)
            seen["rate"], seen["half"] = rates(commits)
            seen["first"] = commits[0][0] - created
            seen["cpu"] = (cpu_seconds(worker.process.pid) - spent) / self.arguments.rows * 1e6
            seen["rss"] = memory(worker.process.pid, "VmHWM")
            rows, *seen["content"] = bench.sql("SELECT count(*), count(DISTINCT id), sum(DISTINCT hashtextextended(weather::text, 0)) "
                                               "FROM weather")[0]
            seen["twice"] = rows - seen["content"][0]
        finally:
            worker.end()
        return seen

    def finished(self, worker, name, created):
        """Waits until every record has been written since `created`; [(time, rows)] of the commits. Only the position of the
        write-ahead log is asked for while rows arrive: counting them would take the processor from both."""
        position, written = self.position(), False
        moved = counted = time.monotonic()
        while True:
            time.sleep(0.2)
            self.must_run(worker, name)
            here, now = self.position(), time.monotonic()
            if here != position:
                position, moved, written = here, now, True
            if now - moved > SETTLED and (written or now - counted > 5 * SETTLED):
                commits = self.commits(created)
                if sum(rows for _, rows in commits) >= self.arguments.rows and self.every_record_is_there():
                    return commits
                counted, written = now, False
            if now - moved > STUCK:
                raise SystemExit(f"bench: {name} does not move: {worker.log()[-2000:]}")

    def every_record_is_there(self):
        """Rows alone do not tell: a worker that delivers at least once may have written some of them twice."""
        return self.bench.sql("SELECT count(DISTINCT id) FROM weather")[0][0] == self.arguments.rows

    def position(self):
        return self.bench.sql("SELECT pg_current_wal_insert_lsn()")[0][0]

    def commits(self, created):
        found = self.bench.sql("SELECT extract(epoch FROM pg_xact_commit_timestamp(xid))::float8, rows FROM "
                               "(SELECT xmin AS xid, count(*) AS rows FROM weather GROUP BY xmin) AS written ORDER BY 1")
        return [(at, rows) for at, rows in found if at > created]

    def must_run(self, worker, name):
        if worker.process.poll() is not None:
            raise SystemExit(f"bench: {name} ended: {worker.log()[-2000:]}")
        try:
            tasks = worker.call("GET", f"/connectors/{name}/status")["tasks"]
        except Refused:
            return
        for task in tasks:
            if task["state"] == "FAILED":
                raise SystemExit(f"bench: {name} failed: {task['trace'][:3000]}")

    def tell(self, repetition, tasks, case, ours, theirs):
        what = f"{case.name}, {tasks} task{'s' if tasks > 1 else ''}"
        for side, seen in ((SINKWAY, ours), (DEBEZIUM, theirs)):
            self.bench.add(f"{side}, {what}, rows/s", seen["rate"])
            self.bench.add(f"{side}, {what}, rows/s in the second half", seen["half"])
            self.bench.add(f"{side}, {what}, CPU, us/row", seen["cpu"])
            self.bench.add(f"{side}, {what}, RSS loaded, MB", seen["rss"])
            self.bench.add(f"{side}, {what}, rows written twice", seen["twice"])
            self.bench.add(f"{side}, RSS idle, MB", seen["idle"])
            self.bench.add(f"{side}, start to REST, ms", seen["start"] * 1000)
            self.bench.add(f"{side}, create to first commit, ms", seen["first"] * 1000)
        self.bench.add(f"sinkway against the peer, {what}, times", ours["rate"] / theirs["rate"])
        print(f"{repetition + 1}: {what}: sinkway {ours['rate']:,.0f} rows/s, {ours['rss']:.0f} MB; {DEBEZIUM} "
              f"{theirs['rate']:,.0f} rows/s ({theirs['half']:,.0f} in the second half), {theirs['rss']:.0f} MB; "
              f"{ours['rate'] / theirs['rate']:.1f} times", flush=True)
