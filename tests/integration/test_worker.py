"""The worker as a process: its configuration, its REST API and its state, with a real broker and a real database."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest
import raw_topic
from worker import PLUGINS, SINKWAY, Refused, eventually, produce

TABLE = "(id VARCHAR(100), location VARCHAR(20), temperature DOUBLE PRECISION, humidity DOUBLE PRECISION, tm TIMESTAMP)"


def connector(postgres, topic, table, **more):
    return {"connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector", "topics": topic, "tasks.max": "1",
            "connection.url": postgres.jdbc_url, "connection.user": postgres.user, "connection.password": postgres.password,
            "table.name.format": table, "insert.mode": "insert", **more}


@pytest.fixture
def table(postgres, name):
    postgres.sql(f"CREATE TABLE {name} {TABLE}")
    return name


def rows(postgres, table):
    return int(postgres.sql(f"SELECT count(*) FROM {table}"))


def refuses(tmp_path, text, *arguments):
    """What a worker says that refuses to start."""
    file = tmp_path / "worker.properties"
    file.write_text(text)
    done = subprocess.run([str(SINKWAY), "worker", str(file), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=20, env=dict(os.environ, XDG_STATE_HOME=str(tmp_path)))
    assert done.returncode != 0, done.stderr
    return done.stderr


MINIMUM = ("bootstrap.servers=127.0.0.1:9\nkey.converter=org.apache.kafka.connect.storage.StringConverter\n"
           "value.converter=org.apache.kafka.connect.json.JsonConverter\nlisteners=http://127.0.0.1:0\n")


# ---------------------------------------------------------------- configuration

def test_a_bad_value_is_refused_with_file_line_key_and_what_is_allowed(tmp_path):
    said = refuses(tmp_path, MINIMUM + "offset.flush.interval.ms=soon\n")
    assert "worker.properties:5" in said and "offset.flush.interval.ms" in said and "soon" in said


def test_a_missing_key_is_refused_by_name(tmp_path):
    said = refuses(tmp_path, "bootstrap.servers=127.0.0.1:9\nkey.converter=org.apache.kafka.connect.storage.StringConverter\n")
    assert "value.converter" in said and "worker.properties" in said


def test_a_file_that_is_not_there_is_named(tmp_path):
    done = subprocess.run([str(SINKWAY), "worker", str(tmp_path / "nothing.properties")], capture_output=True, text=True)
    assert done.returncode != 0 and "nothing.properties" in done.stderr


def test_an_unknown_key_is_a_warning_with_the_nearest_name(start_worker):
    worker = start_worker(properties={"offset.flush.intervall.ms": "1000"}).start()
    assert re.search(r"offset\.flush\.intervall\.ms.*offset\.flush\.interval\.ms", worker.log())


@pytest.mark.parametrize("case", ["missing", "not_elf", "folder"])
def test_a_plugin_that_cannot_be_loaded_does_not_stop_the_worker(start_worker, tmp_path, case):
    broken = tmp_path / "broken.so"
    if case == "not_elf":
        broken.write_text("this is not a library")
    if case == "folder":
        broken.mkdir()
        (broken / "inside.so").write_text("nor is this")
    worker = start_worker(properties={"plugin.path": f"{broken},{PLUGINS['file']}"}).start()
    assert [plugin["class"] for plugin in worker.call("GET", "/connector-plugins")] == \
        ["org.apache.kafka.connect.file.FileStreamSinkConnector"]
    assert "broken" in worker.log()


def test_help_and_version_answer():
    for arguments, expected in ((["--help"], "worker"), (["worker", "--help"], "bootstrap.servers"), (["--version"], "sinkway")):
        done = subprocess.run([str(SINKWAY), *arguments], capture_output=True, text=True)
        assert done.returncode == 0 and expected in done.stdout


# ---------------------------------------------------------------- state

def test_connectors_survive_a_restart(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    config = connector(postgres, table, table)
    worker.put_connector(table, config)
    worker.call("PUT", f"/connectors/{table}/pause")
    eventually(lambda: worker.task_state(table) == "PAUSED", "paused", 20, worker)
    assert worker.stop() == 0
    worker.start()
    assert worker.call("GET", f"/connectors/{table}/config") == {**config, "name": table}
    eventually(lambda: worker.task_state(table) == "PAUSED", "still paused", 20, worker)


def test_a_kill_right_after_the_answer_does_not_lose_the_connector(start_worker, postgres, table):
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table))
    worker.kill()
    worker.start()
    assert table in worker.call("GET", "/connectors")


@pytest.mark.parametrize("content", ['{"torn": ', "not ours at all", '{"format": "something else"}', ""])
def test_a_state_file_that_is_torn_or_foreign_is_an_error_that_names_it(tmp_path, content):
    state = tmp_path / "connectors.json"
    state.write_text(content)
    said = refuses(tmp_path, MINIMUM + f"sinkway.state.file={state}\n")
    assert "connectors.json" in said
    assert state.read_text() == content


def test_a_connector_file_wins_over_the_stored_one_and_says_so(start_worker, postgres, tmp_path, table):
    file = tmp_path / "connector.json"
    worker = start_worker(files=[file])
    file.write_text(json.dumps({"name": table, "config": connector(postgres, table, table)}))
    worker.start()
    worker.put_connector(table, connector(postgres, table, table, **{"tasks.max": "3"}))
    worker.stop()
    worker.start()
    assert worker.call("GET", f"/connectors/{table}/config")["tasks.max"] == "1"
    assert re.search(rf"{table}.*(stored|state)", worker.log())


def test_a_connector_file_may_be_properties(start_worker, postgres, tmp_path, table):
    file = tmp_path / "connector.properties"
    file.write_text(f"name={table}\n" + "".join(f"{key}={value}\n" for key, value in connector(postgres, table, table).items()))
    worker = start_worker(files=[file]).start()
    assert worker.call("GET", f"/connectors/{table}")["type"] == "sink"


# Java keeps the blank behind a value of a properties file, and Connect takes it off.
def test_a_class_name_may_have_blanks_around_it(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    produce(kafka, table, 3, "--partitions", 1)
    worker.put_connector(table, {**connector(postgres, table, table), "connector.class": " JdbcSinkConnector "})
    eventually(lambda: rows(postgres, table) == 3, "the rows", 30, worker)


def test_a_second_signal_forces_the_end(start_worker):
    worker = start_worker().start()
    worker.signal(signal.SIGTERM)
    worker.signal(signal.SIGTERM)
    worker.process.wait(10)


# ---------------------------------------------------------------- bad input

def failed(worker, name):
    eventually(lambda: worker.task_state(name) == "FAILED", "FAILED", 30, worker)
    return worker.task(name)["trace"]


BAD_RECORDS = {
    "not json": b"temperature is 75",
    "cut": b'{"ID":"A_1","LOCATION":"Ala',
    "wrong type": b'{"ID":"A_1","LOCATION":"Alachua","TEMPERATURE":"warm","HUMIDITY":60.1,"TM":"2026-01-01 00:00:00.0"}',
    "wrong encoding": b'{"ID":"A_\xff","LOCATION":"Alachua","TEMPERATURE":75.3,"HUMIDITY":60.1,"TM":"2026-01-01 00:00:00.0"}',
    "nul in text": b'{"ID":"A_\\u0000","LOCATION":"Alachua","TEMPERATURE":75.3,"HUMIDITY":60.1,"TM":"2026-01-01 00:00:00.0"}',
    "out of range": b'{"ID":"A_1","LOCATION":"Alachua","TEMPERATURE":75.3,"HUMIDITY":60.1,"TM":"999999-01-01 00:00:00.0"}',
    "too long": b'{"ID":"A_1","LOCATION":"a county with a very long name","TEMPERATURE":75.3,"HUMIDITY":60.1,"TM":"2026-01-01 00:00:00.0"}',
}


@pytest.mark.parametrize("kind", BAD_RECORDS)
@pytest.mark.parametrize("tolerance", ["none", "all"])
def test_a_bad_record_costs_no_neighbour(start_worker, postgres, kafka, table, tmp_path, kind, tolerance):
    produce(kafka, table, 10, "--partitions", 1)
    push(kafka, table, BAD_RECORDS[kind])
    produce(kafka, table, 10, "--start", 10)
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table, **{"errors.tolerance": tolerance}))
    if tolerance == "all":
        eventually(lambda: rows(postgres, table) == 20, "the neighbours", 30, worker)
        eventually(lambda: worker.lag(table) == 0, "lag 0", 30, worker)
        assert worker.metric("kafka_connect_task_error_total_records_skipped", connector=table) == 1
        assert worker.task_state(table) == "RUNNING"
    else:
        trace = failed(worker, table)
        assert table in trace and re.search(r"offset[ =:]*10\b", trace), trace
        assert "very long name" not in trace and "warm" not in trace
        assert rows(postgres, table) in (0, 10)


def push(kafka, topic, value):
    """One record with these bytes as its value."""
    from worker import PRODUCER
    done = subprocess.run([str(PRODUCER), kafka, topic, "1", "--raw"], input=value, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


CONFIG_TROUBLE = {
    "no such table": ({"table.name.format": "no_such_table"}, "no_such_table"),
    "wrong password": ({"connection.password": "not-the-password"}, "password"),
    "no such database": ({"connection.url": "jdbc:postgresql://127.0.0.1:{port}/no_such_database"}, "no_such_database"),
}


@pytest.mark.parametrize("kind", CONFIG_TROUBLE)
def test_trouble_of_the_configuration_says_what_to_change(start_worker, postgres, kafka, table, kind):
    more, word = CONFIG_TROUBLE[kind]
    worker = start_worker().start()
    config = connector(postgres, table, table, **{key: value.format(port=postgres.port) for key, value in more.items()})
    produce(kafka, table, 1, "--partitions", 1)
    try:
        worker.put_connector(table, config)
    except Refused as refused:
        assert refused.status == 400 and word in refused.body
        said = refused.body
    else:
        said = failed(worker, table)
        assert word in said
    assert "not-the-password" not in said + worker.log()


def test_a_database_that_is_away_keeps_the_task_running(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    produce(kafka, table, 100, "--partitions", 1)
    postgres.stop("immediate")
    worker.put_connector(table, connector(postgres, table, table))
    eventually(lambda: worker.task_state(table) == "RUNNING", "RUNNING", 20, worker)
    postgres.start()
    eventually(lambda: rows(postgres, table) == 100, "rows after the database came", 30, worker)


def test_a_field_without_a_column_fails_and_names_it(start_worker, postgres, kafka, table):
    postgres.sql(f"ALTER TABLE {table} DROP COLUMN humidity")
    worker = start_worker().start()
    produce(kafka, table, 1, "--partitions", 1)
    worker.put_connector(table, connector(postgres, table, table))
    assert "HUMIDITY" in failed(worker, table)


def test_a_key_of_another_sink_is_refused_or_warned_of(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    config = connector(postgres, table, table, **{"max.retries": "3", "column.naming.style": "snake_case"})
    validated = worker.call("PUT", "/connector-plugins/JdbcSinkConnector/config/validate", {**config, "name": table})
    errors = {key["value"]["name"]: key["value"]["errors"] for key in validated["configs"] if key["value"]["errors"]}
    assert list(errors) == ["column.naming.style"] and "identifier.case" in errors["column.naming.style"][0]
    assert "max.retries has no effect" in worker.log()
    with pytest.raises(Refused) as refused:
        worker.put_connector(table, config)
    assert refused.value.status == 400 and "column.naming.style" in refused.value.body
    del config["column.naming.style"]
    worker.put_connector(table, config)
    eventually(lambda: worker.task_state(table) == "RUNNING", "RUNNING", 20, worker)


def test_a_connector_may_be_created_before_its_table(start_worker, postgres, kafka, name):
    worker = start_worker().start()
    produce(kafka, name, 100, "--partitions", 1)
    worker.put_connector(name, connector(postgres, name, name, **{"auto.create": "true"}))
    eventually(lambda: postgres.sql(f"SELECT to_regclass('{name}') IS NOT NULL") == "t", "the table", 30, worker)
    eventually(lambda: rows(postgres, name) == 100, "rows", 30, worker)


def test_a_password_is_in_no_output(start_worker, postgres, kafka, table):
    secret = "a-very-secret-word"
    worker = start_worker().start()
    produce(kafka, table, 1, "--partitions", 1)
    config = connector(postgres, table, table, **{"connection.password": secret})
    try:
        worker.put_connector(table, config)
        failed(worker, table)
    except Refused as refused:
        assert secret not in refused.body
    validated = worker.call("PUT", "/connector-plugins/JdbcSinkConnector/config/validate", {**config, "name": table})
    assert secret not in json.dumps(validated)
    assert secret not in worker.log() and secret not in worker.metrics()


# ---------------------------------------------------------------- REST

def test_life_of_a_connector(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    config = connector(postgres, table, table)
    status, headers, body = worker.raw("POST", "/connectors", {"name": table, "config": config})
    assert status == 201 and headers["Location"].endswith(f"/connectors/{table}")
    assert json.loads(body)["config"] == {**config, "name": table}
    eventually(lambda: worker.task_state(table) == "RUNNING", "RUNNING", 20, worker)
    produce(kafka, table, 100, "--partitions", 2)
    eventually(lambda: rows(postgres, table) == 100, "rows", 30, worker)
    assert worker.raw("PUT", f"/connectors/{table}/pause")[0] == 202
    eventually(lambda: worker.task_state(table) == "PAUSED", "PAUSED", 20, worker)
    produce(kafka, table, 100, "--start", 100)
    assert worker.raw("PUT", f"/connectors/{table}/resume")[0] == 202
    eventually(lambda: rows(postgres, table) == 200, "rows after resume", 30, worker)
    assert worker.raw("POST", f"/connectors/{table}/restart?includeTasks=true")[0] == 202
    eventually(lambda: worker.task_state(table) == "RUNNING", "RUNNING again", 20, worker)
    assert worker.raw("PUT", f"/connectors/{table}/stop")[0] == 204
    eventually(lambda: worker.call("GET", f"/connectors/{table}/tasks") == [], "no tasks", 20, worker)
    assert worker.raw("DELETE", f"/connectors/{table}")[0] == 204
    assert worker.raw("GET", f"/connectors/{table}")[0] == 404
    assert rows(postgres, table) == 200


def test_a_task_that_failed_can_be_restarted(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    postgres.sql(f"ALTER TABLE {table} DROP COLUMN humidity")
    produce(kafka, table, 5, "--partitions", 1)
    worker.put_connector(table, connector(postgres, table, table))
    failed(worker, table)
    postgres.sql(f"ALTER TABLE {table} ADD COLUMN humidity DOUBLE PRECISION")
    assert worker.raw("POST", f"/connectors/{table}/tasks/0/restart")[0] == 204
    eventually(lambda: rows(postgres, table) == 5, "rows", 30, worker)


def test_hostile_clients_leave_the_worker_unharmed(start_worker):
    worker = start_worker().start()
    for garbage in (b"\x00\xff\x16\x03\x01 garbage\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
                    b"POST /connectors HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n",
                    b"GET / HTTP/1.1\r\nHost"):
        with socket.create_connection(("127.0.0.1", worker.port), timeout=5) as client:
            client.sendall(garbage)
            client.shutdown(socket.SHUT_WR)
            try:
                while client.recv(65536):
                    pass
            except (ConnectionError, TimeoutError):
                pass
    assert worker.healthy()


def test_several_tasks_share_the_partitions(start_worker, postgres, kafka, table):
    worker = start_worker().start()
    produce(kafka, table, 20_000, "--partitions", 4)
    worker.put_connector(table, connector(postgres, table, table, **{"tasks.max": "3"}))
    eventually(lambda: rows(postgres, table) == 20_000, "rows", 40, worker)
    eventually(lambda: worker.metric("kafka_connect_sink_task_partition_count", connector=table) == 4, "four partitions", 20, worker)
    assert postgres.sql(f"SELECT count(DISTINCT id) FROM {table}") == "20000"


def test_the_metrics_listener_serves_metrics_only(start_worker):
    worker = start_worker().start()
    assert worker.raw("GET", "/metrics", port=worker.metrics_port)[0] == 200
    assert worker.raw("GET", "/connectors", port=worker.metrics_port)[0] == 404
    assert "kafka_connect_worker_connector_count" in worker.metrics()


def test_the_worker_answers_quickly_after_its_start(start_worker):
    worker = start_worker()
    started = time.monotonic()
    worker.launch()
    eventually(worker.healthy, "healthy", 5, worker)
    assert time.monotonic() - started < 5


def test_the_example_connector_file_is_valid_for_the_worker(start_worker, postgres):
    example = json.loads((pathlib.Path(__file__).resolve().parents[2] / "schemas/weather/connector.json").read_text())
    worker = start_worker().start()
    config = {**example["config"], "connection.url": postgres.jdbc_url, "name": "weather"}
    validated = worker.call("PUT", "/connector-plugins/JdbcSinkConnector/config/validate", config)
    wrong = {each["value"]["name"]: each["value"]["errors"] for each in validated["configs"] if each["value"]["errors"]}
    assert all("weather" in " ".join(errors) and "table" in " ".join(errors) for errors in wrong.values())


def test_validation_tells_the_statements_that_would_make_tables(start_worker, kafka, postgres, name):
    worker = start_worker().start()
    config = connector(postgres, name, name, **{"name": name, "auto.create": "true", "dlq.table": f"public.{name}_letters"})
    validated = worker.call("PUT", "/connector-plugins/JdbcSinkConnector/config/validate", config)
    told = {each["definition"]["name"]: each["definition"]["documentation"] for each in validated["configs"]}
    assert validated["error_count"] == 0
    assert f'CREATE TABLE IF NOT EXISTS public.{name}_letters (connector text NOT NULL' in told["dlq.table"]
    assert name in told["auto.create"] and "first record" in told["auto.create"]
    plain = worker.call("GET", "/connector-plugins/JdbcSinkConnector/config")
    assert "CREATE TABLE IF" not in json.dumps(plain)
    assert postgres.sql(f"SELECT count(*) FROM pg_class WHERE relname LIKE '{name}%'") == "0"
    worker.stop()


def test_a_procedure_is_called_for_each_record(start_worker, kafka, postgres, name):
    worker = start_worker().start()
    postgres.sql(f"CREATE TABLE {name} {TABLE}")
    postgres.sql(f"CREATE PROCEDURE {name}_add(a text, b text, c float8, d float8, e timestamp) LANGUAGE sql AS "
                 f"'INSERT INTO {name} VALUES (a, b, c, d, e)'")
    fields = {key: value for key, value in zip(("id", "location", "temperature", "humidity", "tm"), "abcde")}
    procedure = connector(postgres, name, name, **{"insert.mode": "sql", "sql": f"CALL {name}_add({', '.join(':' + one for one in fields)})"})
    validated = worker.call("PUT", "/connector-plugins/JdbcSinkConnector/config/validate", {**procedure, "name": name, "sql": "CALL nothing(:id)"})
    wrong = {each["value"]["name"]: each["value"]["errors"] for each in validated["configs"] if each["value"]["errors"]}
    assert list(wrong) == ["sql"] and "nothing" in wrong["sql"][0]
    produce(kafka, name, 700)
    worker.put_connector(name, procedure)
    eventually(lambda: rows(postgres, name) == 700, "the rows", 30, worker)
    assert int(postgres.sql(f"SELECT count(*) FROM {name} WHERE id IS NULL OR tm IS NULL OR humidity IS NULL")) == 0
    plan = eventually(lambda: worker.call("GET", f"/sinkway/v1/connectors/{name}/plan")["tasks"][0]["plan"], "a plan", 10, worker)
    worker.stop()
    assert postgres.sql(f"SELECT count(DISTINCT id) FROM {name}") == "700"


# ---------------------------------------------------------------- questions to the plugin

@pytest.mark.parametrize("mode", ["record_key", "record_value", "record_header", "kafka"])
def test_the_key_of_a_row_comes_from_where_pk_mode_says(start_worker, kafka, postgres, name, mode):
    postgres.sql(f"CREATE TABLE {name} (id text UNIQUE, n int, topic text, part int, place bigint, UNIQUE (topic, part, place))")
    worker = start_worker().start()
    fields = {"pk.mode": mode, "pk.fields": "topic,part,place" if mode == "kafka" else "id"}
    deletes = {"delete.enabled": "true"} if mode in ("record_key", "record_header") else {}

    def record(key, value):
        return {"key": key.encode() if mode == "record_key" else b"other", "partition": 0,
                "headers": [("id", key.encode() if mode == "record_header" else b"other")],
                "value": value and json.dumps({**value, **({"id": key} if mode == "record_value" else {})}).encode()}

    raw_topic.write(kafka, name, [record("a", {"n": 1}), record("b", {"n": 2}), record("a", {"n": 3})])
    worker.put_connector(name, connector(postgres, name, name, **{"insert.mode": "upsert", **fields, **deletes}))
    eventually(lambda: rows(postgres, name) > 0 and worker.lag(name) == 0, "the rows", 30, worker)
    told = postgres.sql(f"SELECT id, n, topic, part, place FROM {name} ORDER BY n").split()
    assert told == ([f"|1|{name}|0|0", f"|2|{name}|0|1", f"|3|{name}|0|2"] if mode == "kafka" else ["b|2|||", "a|3|||"])
    if deletes:
        raw_topic.write(kafka, name, [record("b", None)])
        eventually(lambda: postgres.sql(f"SELECT id FROM {name}") == "a", "the delete", 30, worker)


def test_people_ask_for_the_table_make_it_empty_it_and_read_the_plan(start_worker, kafka, postgres, name):
    worker = start_worker().start()
    place = f"/sinkway/v1/connectors/{name}"
    columns = [{"name": "id", "type": "varchar(100)", "not_null": True}, {"name": "location", "type": "text"},
               {"name": "temperature", "type": "float8"}, {"name": "humidity", "type": "float8"}, {"name": "tm", "type": "timestamp"}]
    postgres.sql(f"CREATE TABLE {name} {TABLE}")
    produce(kafka, name, 500)
    worker.put_connector(name, connector(postgres, name, name))
    eventually(lambda: rows(postgres, name) == 500, "the rows", 30, worker)
    told = worker.call("GET", f"{place}/table")
    assert told["exists"] and told["kind"] == "table" and [one["name"] for one in told["columns"]][:2] == ["id", "location"]
    assert len(worker.call("GET", f"{place}/rows?limit=3")["rows"]) == 3
    newest = worker.call("GET", f"{place}/rows?limit=3&by=tm")["rows"]
    assert [row["tm"] for row in newest] == sorted((row["tm"] for row in newest), reverse=True)
    assert newest[0]["tm"].startswith(postgres.sql(f"SELECT to_char(max(tm), 'YYYY-MM-DD\"T\"HH24:MI:SS') FROM {name}"))
    eventually(lambda: worker.call("GET", f"{place}/plan")["tasks"][0]["plan"], "a plan", 10, worker)
    plan = worker.call("GET", f"{place}/plan")["tasks"][0]["plan"]
    assert plan["mode"] == "insert" and plan["tables"][0]["method"] in ("arrays", "copy") and plan["tables"][0]["reason"]
    planned = worker.call("POST", f"{place}/plan", {"value": {"id": "a", "wind": 3.5}})
    assert planned["tables"][0]["table"].endswith("sinkway_offsets") and not planned["tables"][0]["statements"]
    assert "wind" in " ".join(planned["tables"][1]["refused"]) and not planned["tables"][1]["statements"]
    for method, path, code in [("POST", f"{place}/truncate", 409), ("GET", f"{place}/nothing", 404), ("POST", f"{place}/rows", 409),
                               ("GET", f"{place}/rows?limit=0", 400), ("GET", f"{place}/rows?by=nothing", 400), ("GET", "/sinkway/v1/connectors/none/table", 404)]:
        with pytest.raises(Refused) as refused:
            worker.call(method, path)
        assert refused.value.status == code, path
    worker.call("PUT", f"/connectors/{name}/stop")
    assert worker.call("POST", f"{place}/truncate")["truncated"] is True
    assert rows(postgres, name) == 0
    with pytest.raises(Refused) as refused:
        worker.call("POST", f"{place}/create", {"columns": columns})
    assert refused.value.status == 409
    postgres.sql(f"DROP TABLE {name}")
    for wrong in ({"columns": []}, {"columns": [{"name": "id", "type": "int); DROP TABLE x; --"}]}, {"columns": [{"name": "", "type": "int"}]}):
        with pytest.raises(Refused) as refused:
            worker.call("POST", f"{place}/create", wrong)
        assert refused.value.status == 400, wrong
    made = worker.call("POST", f"{place}/create", {"columns": columns, "primary_key": ["id"]})
    assert made["created"] is True and "PRIMARY KEY" in made["statement"]
    assert worker.call("GET", f"{place}/table")["primary_key"] == ["id"]
    worker.stop()
