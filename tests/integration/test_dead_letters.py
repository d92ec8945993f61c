"""Dead letter queues of whole workers, with a real broker and a real database."""

import json
import pathlib
import re
import subprocess

import pytest
import raw_topic
import servers
from worker import Refused, eventually

TABLE = "(id VARCHAR(100), location VARCHAR(20), temperature DOUBLE PRECISION, humidity DOUBLE PRECISION, tm TIMESTAMP)"
ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTEXT = "__connect.errors."
CUT = b'{"ID":"cut","LOCATION":"Ala'
TOO_LONG = b'{"ID":"long","LOCATION":"a county with a very long name","TEMPERATURE":75.3,"HUMIDITY":60.1,"TM":"2026-01-01 00:00:00.0"}'
NOTED = 1_700_000_000_123


def good(number):
    return {"value": json.dumps({"ID": f"A_{number}", "LOCATION": "Alachua", "TEMPERATURE": 75.3, "HUMIDITY": 60.1,
                                 "TM": "2026-01-01 00:00:00.0"}).encode()}


def write(kafka, topic, records):
    """In their order, on one partition."""
    raw_topic.write(kafka, topic, [{**record, "partition": 0} for record in records])


def connector(postgres, table, **more):
    return {"connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector", "topics": table, "tasks.max": "1",
            "connection.url": postgres.jdbc_url, "connection.user": postgres.user, "connection.password": postgres.password,
            "table.name.format": table, "insert.mode": "insert", "errors.tolerance": "all",
            "errors.deadletterqueue.topic.name": f"{table}-dlq", "errors.deadletterqueue.topic.replication.factor": "1",
            "errors.deadletterqueue.context.headers.enable": "true", **more}


@pytest.fixture
def table(postgres, name):
    postgres.sql(f"CREATE TABLE {name} {TABLE}")
    return name


def rows(postgres, table):
    return int(postgres.sql(f"SELECT count(*) FROM {table}"))


def letters(kafka, table):
    return raw_topic.read(kafka, f"{table}-dlq")


def context(letter):
    return {name.removeprefix(CONTEXT): value.decode() for name, value in letter["headers"] if name.startswith(CONTEXT)}


def test_a_record_that_cannot_be_read_and_one_that_the_database_refuses_go_there_as_they_were(start_worker, postgres, kafka, table):
    postgres.sql(f"ALTER TABLE {table} ADD CHECK (id <> 'refused')")
    refused = good(0)["value"].replace(b"A_0", b"refused")
    # SimpleHeaderConverter makes a number of "007": the letter has what was sent.
    own = [("trace", b"007"), ("trace", None), ("empty", b"")]
    write(kafka, table, [
        good(1), {"key": b"k\x01", "value": CUT, "headers": own, "timestamp": NOTED},
        good(2), {"value": refused, "headers": own, "timestamp": NOTED}, good(3), {"key": b"", "value": TOO_LONG}, good(4)])
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table))
    eventually(lambda: worker.lag(table) == 0, "lag 0", 30, worker)
    assert postgres.sql(f"SELECT string_agg(id, ' ' ORDER BY id) FROM {table}") == "A_1 A_2 A_3 A_4"

    cut, mistrusted, long = sorted(letters(kafka, table), key=lambda each: int(context(each)["offset"]))
    assert (cut["key"], cut["value"], cut["timestamp"]) == (b"k\x01", CUT, NOTED)
    assert (mistrusted["key"], mistrusted["value"], mistrusted["timestamp"]) == (None, refused, NOTED)
    assert (long["key"], long["value"]) == (b"", TOO_LONG)
    for letter in (cut, mistrusted):
        assert letter["headers"][:3] == own
    names = ["topic", "partition", "offset", "connector.name", "task.id", "stage", "class.name", "exception.class.name",
             "exception.message", "exception.stacktrace"]
    for letter, own_headers in ((cut, 3), (mistrusted, 3), (long, 0)):
        assert [name for name, _ in letter["headers"][own_headers:]] == [CONTEXT + name for name in names]
    told = context(cut)
    assert {name: told[name] for name in names[:8]} == {
        "topic": table, "partition": "0", "offset": "1", "connector.name": table, "task.id": "0", "stage": "VALUE_CONVERTER",
        "class.name": "org.apache.kafka.connect.json.JsonConverter",
        "exception.class.name": "org.apache.kafka.connect.errors.DataException"}
    assert told["exception.stacktrace"].startswith(f"{told['exception.class.name']}: {told['exception.message']}\n\tat ")
    told = context(mistrusted)
    assert (told["offset"], told["stage"], told["class.name"]) == ("3", "TASK_PUT", "org.apache.kafka.connect.sink.SinkTask")
    assert "check" in told["exception.message"] and "refused'" not in told["exception.message"]
    assert "very long name" not in json.dumps(context(long))

    assert worker.metric("kafka_connect_task_error_deadletterqueue_produce_requests", connector=table) == 3
    assert worker.metric("kafka_connect_task_error_deadletterqueue_produce_failures", connector=table) == 0
    assert worker.metric("kafka_connect_task_error_total_records_skipped", connector=table) == 3
    assert worker.task_state(table) == "RUNNING"


def test_without_context_headers_a_letter_is_the_record_alone(start_worker, postgres, kafka, table):
    write(kafka, table, [{"value": CUT, "headers": [("a", b"1")]}])
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, **{"errors.deadletterqueue.context.headers.enable": "false"}))
    eventually(lambda: worker.lag(table) == 0, "lag 0", 30, worker)
    assert [(letter["value"], letter["headers"]) for letter in letters(kafka, table)] == [(CUT, [("a", b"1")])]


def test_with_tolerance_none_the_letter_is_sent_and_the_task_fails(start_worker, postgres, kafka, table):
    write(kafka, table, [{"value": CUT}])
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, **{"errors.tolerance": "none"}))
    eventually(lambda: worker.task_state(table) == "FAILED", "FAILED", 30, worker)
    eventually(lambda: [letter["value"] for letter in letters(kafka, table)] == [CUT], "the letter", 10, worker)

    def counted(name):
        return worker.metric(f"kafka_connect_task_error_{name}", connector=table)
    assert counted("total_record_failures") == 1, "a scrape comes later than the failure"
    assert (counted("total_records_skipped"), counted("deadletterqueue_produce_requests")) == (0, 1)
    write(kafka, table, [good(1)])
    worker.put_connector(table, connector(postgres, table))
    eventually(lambda: worker.lag(table) == 0 and rows(postgres, table) == 1, "the rest", 30, worker)
    assert counted("total_record_failures") == counted("total_records_skipped") == 1, "they begin anew with the task"
    worker.call("DELETE", f"/connectors/{table}")
    eventually(lambda: counted("total_record_failures") is None, "no more of them", 10, worker)


# Records that cannot be converted, and records that the table refuses: their letters go different ways.
BAD = {"unreadable": lambda n: CUT + str(n).encode(), "refused": lambda n: TOO_LONG.replace(b'"long"', f'"long{n}"'.encode())}


@pytest.mark.parametrize("kind", BAD)
def test_d6_a_kill_between_letters_repeats_at_most_some_and_loses_none(start_worker, postgres, kafka, table, kind):
    count = 20_000
    records = [{"value": BAD[kind](n)} if n % 10 == 3 else good(n) for n in range(count)]
    bad = {record["value"] for n, record in enumerate(records) if n % 10 == 3}
    write(kafka, table, records)
    worker = start_worker(properties={"offset.flush.interval.ms": "100"}).start()
    worker.put_connector(table, connector(postgres, table, **{"batch.size": "200"}))
    for kill in range(4):
        before = rows(postgres, table)
        eventually(lambda: rows(postgres, table) > before or worker.lag(table) == 0, "progress", 30, worker)
        worker.kill()
        assert kill > 0 or rows(postgres, table) < count - len(bad), "the kill came too late to tell anything"
        worker.start()
    eventually(lambda: rows(postgres, table) == count - len(bad), "the neighbours", 60, worker)
    eventually(lambda: worker.lag(table) == 0, "lag 0", 30, worker)
    found = [letter["value"] for letter in letters(kafka, table)]
    assert set(found) == bad
    assert postgres.sql(f"SELECT count(*), count(DISTINCT id) FROM {table}") == f"{count - len(bad)}|{count - len(bad)}"


@pytest.mark.parametrize("kind", BAD)
def test_d6_a_queue_that_is_away_holds_up_its_records_and_loses_none(start_worker, postgres, kafka, table, kind):
    other = servers.KafkaBroker().start()
    try:
        worker = start_worker(properties={"producer.delivery.timeout.ms": "1500", "offset.flush.interval.ms": "200"}).start()
        worker.put_connector(table, connector(postgres, table, **{"producer.override.bootstrap.servers": other.bootstrap,
                                                                  "admin.override.bootstrap.servers": other.bootstrap}))
        write(kafka, table, [good(0), {"value": BAD[kind](0)}])
        eventually(lambda: worker.task_state(table) == "RUNNING" and rows(postgres, table) == 1, "the first row", 30, worker)
        eventually(lambda: len(letters(other.bootstrap, table)) == 1 and worker.lag(table) == 0, "the first letter", 30, worker)
        other.stop(kill=True)
        write(kafka, table, [good(1), {"value": BAD[kind](1)}, good(2)])
        eventually(lambda: "is sent again" in worker.log(), "a letter that was not taken", 30, worker)
        assert worker.task_state(table) == "RUNNING" and worker.lag(table) == 3
        assert rows(postgres, table) == 1, "nothing is committed before the letter is in safety"
        other.start()
        eventually(lambda: worker.lag(table) == 0 and rows(postgres, table) == 3, "the rest", 30, worker)
        assert [letter["value"] for letter in letters(other.bootstrap, table)] == [BAD[kind](0), BAD[kind](1)]
        assert letters(kafka, table) == []
        assert worker.metric("kafka_connect_task_error_deadletterqueue_produce_failures", connector=table) > 0
    finally:
        other.remove()


def test_d6_a_letter_that_kafka_refuses_for_good_fails_the_task_with_the_reason(start_worker, postgres, kafka, table):
    write(kafka, table, [good(1), {"value": b"{" + b"x" * 900_000}, good(2)])
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, **{"producer.override.max.request.size": "100000"}))
    eventually(lambda: worker.task_state(table) == "FAILED", "FAILED", 30, worker)
    trace = worker.task(table)["trace"]
    assert f"dead letter of topic {table}, partition 0, offset 1" in trace and "too large" in trace
    # What it stands for was not passed over.
    assert worker.call("POST", f"/connectors/{table}/tasks/0/restart") is None
    eventually(lambda: worker.task_state(table) == "FAILED", "FAILED again", 30, worker)
    worker.put_connector(table, connector(postgres, table))
    eventually(lambda: worker.lag(table) == 0 and rows(postgres, table) == 2, "both neighbours", 30, worker)
    assert [len(letter["value"]) for letter in letters(kafka, table)] == [900_001]


def test_a_topic_that_cannot_be_made_fails_the_task_with_what_to_change(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, **{"errors.deadletterqueue.topic.replication.factor": "3"}))
    eventually(lambda: worker.task_state(table) == "FAILED", "FAILED", 30, worker)
    trace = worker.task(table)["trace"]
    assert f"{table}-dlq" in trace and "errors.deadletterqueue.topic.replication.factor" in trace


def test_the_connector_may_not_read_its_own_letters(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    with pytest.raises(Refused) as refused:
        worker.put_connector(table, connector(postgres, table, **{"topics": f"{table},{table}-dlq"}))
    assert refused.value.status == 400 and "DLQ" in refused.value.body


def test_the_log_names_places_only_when_asked(start_worker, postgres, kafka, table):
    write(kafka, table, [{"value": CUT, "timestamp": NOTED}])
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, **{"errors.log.enable": "true", "errors.log.include.messages": "true"}))
    eventually(lambda: worker.lag(table) == 0, "lag 0", 30, worker)
    assert (f"Error encountered in task {table}-0. Executing stage 'VALUE_CONVERTER' with class "
            f"'org.apache.kafka.connect.json.JsonConverter', where consumed record is {{topic='{table}', partition=0, offset=0, "
            f"timestamp={NOTED}, timestampType=CreateTime}}.") in worker.log()
    assert "Ala" not in worker.log()


def test_letters_are_put_again_with_their_headers(start_worker, postgres, kafka, table):
    own = {"dlq.table": f"{table}_letters", "insert.mode": "upsert", "pk.mode": "record_header", "pk.fields": "id",
           "metadata.columns": "headers:noted"}
    postgres.sql(f"ALTER TABLE {table} ADD PRIMARY KEY (id), ADD noted jsonb")
    value = TOO_LONG.replace(b'"ID":"long",', b"")
    write(kafka, table, [{"value": value, "headers": [("id", b"h1"), ("trace", b"\xff\x00"), ("none", None)], "timestamp": NOTED}])
    worker = start_worker().start()
    worker.put_connector(table, {**connector(postgres, table), **own})
    eventually(lambda: worker.lag(table) == 0 and rows(postgres, f"{table}_letters") == 1, "a letter", 30, worker)
    assert postgres.sql(f"SELECT record_headers FROM {table}_letters") == '[["id","6831"],["trace","ff00"],["none",null]]'
    postgres.sql(f"ALTER TABLE {table} ALTER location TYPE varchar(60)")
    told = worker.call("POST", f"/sinkway/v1/connectors/{table}/dead-letters/redrive", {})
    assert (told["tried"], told["written"], told["rejected"]) == (1, 1, 0), told
    assert postgres.sql(f"SELECT id, noted->>'id' FROM {table}") == "h1|h1"

    # Of letters without headers no such row can be made.
    postgres.sql(f"INSERT INTO {table}_letters (connector, topic, part, record_offset, error_id, reason, record_value) "
                 f"VALUES ('{table}', '{table}', 0, 0, 'x', 'x', '{{}}')")
    with pytest.raises(Refused) as refused:
        worker.call("POST", f"/sinkway/v1/connectors/{table}/dead-letters/redrive", {})
    assert "need the headers" in refused.value.body


def test_letters_of_the_database_are_looked_at_and_put_again_when_the_table_was_mended(start_worker, postgres, kafka, table):
    own = {"dlq.table": f"{table}_letters", "insert.mode": "upsert", "pk.fields": "id", "batch.size": "50"}
    postgres.sql(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
    bad = [{"value": TOO_LONG.replace(b'"long"', f'"long{n}"'.encode()), "timestamp": NOTED} for n in range(3)]
    write(kafka, table, [good(1), bad[0], bad[1], good(2), bad[2], {"value": CUT}])
    worker = start_worker().start()
    worker.put_connector(table, {**connector(postgres, table), **own})
    eventually(lambda: worker.lag(table) == 0 and rows(postgres, table) == 2, "the good ones", 30, worker)
    api = f"/sinkway/v1/connectors/{table}"

    told = worker.call("GET", f"{api}/dead-letters?limit=2")
    assert told["letters"] == 4 and len(told["newest"]) == 2
    assert [(group["topic"], group["column"], group["letters"]) for group in told["groups"]] == [(table, "location", 3), (table, "", 1)]
    assert told["groups"][1]["error_id"].startswith("json."), told
    assert "a county with" not in json.dumps(told), "no value of a record"
    with pytest.raises(Refused) as refused:
        worker.call("GET", f"{api}/_letters")
    assert refused.value.status == 404, "letters with their values are not for clients"

    assert worker.call("POST", f"{api}/dead-letters/redrive", {"dry_run": True})["tried"] == 4
    (typed,) = re.findall(r"```sh\n(curl .*?/redrive .*?)```", (ROOT / "plugins/table/README.md").read_text(encoding="utf-8"), re.S)
    assert "localhost:8083" in typed and "/weather/" in typed
    typed = typed.replace("localhost:8083", f"127.0.0.1:{worker.port}").replace("/weather/", f"/{table}/")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", typed], capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout)["tried"] == 3, done.stdout + done.stderr
    told = worker.call("POST", f"{api}/dead-letters/redrive", {})
    assert (told["tried"], told["written"], told["rejected"]) == (4, 0, 4)
    assert {reason["offset"] for reason in told["reasons"]} == {1, 2, 4, 5}
    assert sum("location" in reason["reason"] for reason in told["reasons"]) == 3
    assert "a county with" not in json.dumps(told)
    assert rows(postgres, f"{table}_letters") == 4, "what is still rejected stays"
    assert postgres.sql(f"SELECT convert_from(record_value, 'UTF8') FROM {table}_letters WHERE record_offset = 5") == CUT.decode()

    postgres.sql(f"ALTER TABLE {table} ALTER location TYPE varchar(60)")
    told = worker.call("POST", f"{api}/dead-letters/redrive", {"offset": 2})
    assert (told["tried"], told["written"], told["rejected"]) == (1, 1, 0)
    assert worker.task_state(table) == "RUNNING", "tasks go on meanwhile"
    worker.call("PUT", f"/connectors/{table}/stop")
    told = worker.call("POST", f"{api}/dead-letters/redrive", {"error_id": "table.too_long"})
    assert (told["tried"], told["written"], told["rejected"]) == (2, 2, 0)
    told = worker.call("POST", f"{api}/dead-letters/redrive", {})
    assert (told["tried"], told["rejected"], told["reasons"][0]["offset"]) == (1, 1, 5)
    assert postgres.sql(f"SELECT id FROM {table} ORDER BY id").split() == ["A_1", "A_2", "long0", "long1", "long2"]
    assert postgres.sql(f"SELECT record_offset FROM {table}_letters") == "5", "broken JSON stays a letter"
    for wrong in ({"limit": 0}, {"limit": "many"}, {"dry_run": "yes"}, {"partition": -1}, {"topic": 5}):
        with pytest.raises(Refused) as refused:
            worker.call("POST", f"{api}/dead-letters/redrive", wrong)
        assert refused.value.status == 400, wrong


def test_a_line_of_csv_is_put_again_by_the_columns_that_the_table_has_now(start_worker, postgres, kafka, name):
    postgres.sql(f"CREATE TABLE {name} (id integer PRIMARY KEY, dry boolean)")
    config = {**connector(postgres, name), "dlq.table": f"{name}_letters", "value.converter": "io.sinkway.convert.CsvConverter"}
    write(kafka, name, [{"value": b"1,true"}, {"value": b"2,false,12.50"}])
    worker = start_worker().start()
    worker.put_connector(name, config)
    eventually(lambda: worker.lag(name) == 0 and rows(postgres, name) == 1 and rows(postgres, f"{name}_letters") == 1, "a letter", 30, worker)
    assert postgres.sql(f"SELECT error_id FROM {name}_letters") == "csv.columns"
    redrive = f"/sinkway/v1/connectors/{name}/dead-letters/redrive"
    told = worker.call("POST", redrive, {})
    assert (told["tried"], told["rejected"]) == (1, 1) and "3 cells, but there are 2 columns" in told["reasons"][0]["reason"], told

    postgres.sql(f"ALTER TABLE {name} ADD COLUMN wind double precision")
    told = worker.call("POST", redrive, {})
    assert (told["tried"], told["written"], told["rejected"]) == (1, 1, 0), told
    assert postgres.sql(f"SELECT id, dry, wind FROM {name} ORDER BY id") == "1|t|\n2|f|12.5"
    assert rows(postgres, f"{name}_letters") == 0
    assert worker.task_state(name) == "RUNNING"


def test_a_number_of_csv_beyond_its_column_goes_the_way_of_its_policy(start_worker, postgres, kafka, name):
    postgres.sql(f"CREATE TABLE {name} (id integer, n smallint, wind real)")
    write(kafka, name, [{"value": b"1,32768,1e39"}, {"value": b"2147483648,2,2"}, {"value": b"3,3,x"}, {"value": b"4,4,4"}])
    worker = start_worker().start()
    worker.put_connector(name, {**connector(postgres, name), "dlq.table": f"{name}_letters", "policy.overflow": "n:replace,wind:null",
                                "value.converter": "io.sinkway.convert.CsvConverter"})
    eventually(lambda: worker.lag(name) == 0 and rows(postgres, f"{name}_letters") == 2, "two letters", 30, worker)
    assert postgres.sql(f"SELECT * FROM {name} ORDER BY id") == "1|32767|\n4|4|4"
    assert postgres.sql(f"SELECT error_id, column_name FROM {name}_letters ORDER BY record_offset") == "table.out_of_range|id\ncsv.type|"
