"""Where a connector begins, and what becomes of a log that is not the one it was."""

import json

import pytest
import raw_topic
import servers
from worker import eventually


def records(first, count):
    return [{"value": json.dumps({"id": number}).encode(), "partition": 0} for number in range(first, first + count)]


@pytest.fixture
def table(postgres, kafka, name):
    postgres.sql(f"CREATE TABLE {name} (id bigint)")
    raw_topic.write(kafka, name, records(0, 10))
    return name


@pytest.fixture
def connector(postgres, table):
    return {"connector.class": "io.sinkway.table.TableSinkConnector", "topics": table, "tasks.max": "1",
            "connection.url": postgres.jdbc_url, "connection.user": postgres.user, "connection.password": postgres.password,
            "value.converter.schemas.enable": "false"}


def position(postgres, connector, topic):
    """Of partition 0; none before the table of positions is there."""
    try:
        return postgres.sql(f"SELECT next_offset FROM sinkway_offsets WHERE connector = '{connector}' AND topic = '{topic}' AND part = 0")
    except servers.ServerError:
        return None


def ids(postgres, table):
    return [int(line) for line in postgres.sql(f"SELECT id FROM {table} ORDER BY id").split()]


@pytest.mark.parametrize("start, wanted", [("kafka", range(0, 10)), ("earliest", range(0, 10)), ("7", range(7, 10))])
def test_a_partition_without_a_position_begins_where_it_is_told(start_worker, postgres, table, connector, start, wanted):
    worker = start_worker().start()
    worker.put_connector("begins", {**connector, "offsets.start": start})
    eventually(lambda: ids(postgres, table) == list(wanted), "the rows from there on", worker=worker)


def test_latest_begins_behind_what_is_there_and_the_row_rules_from_then_on(start_worker, postgres, kafka, table, connector):
    worker = start_worker().start()
    worker.put_connector("begins", {**connector, "offsets.start": "latest"})
    eventually(lambda: position(postgres, "begins", table) == "10", "the end as position", worker=worker)
    raw_topic.write(kafka, table, records(10, 3))
    eventually(lambda: ids(postgres, table) == [10, 11, 12], "what came later", worker=worker)
    worker.put_connector("begins", {**connector, "offsets.start": "earliest"})
    raw_topic.write(kafka, table, records(13, 1))
    eventually(lambda: len(ids(postgres, table)) >= 4, "what came after the change", worker=worker)
    assert ids(postgres, table) == [10, 11, 12, 13]


def test_with_positions_of_the_database_alone_nobody_asks_where_the_group_stands(start_worker, postgres, kafka, table, connector):
    worker = start_worker().start()
    worker.put_connector("alone", connector)
    eventually(lambda: len(ids(postgres, table)) == 10, "the first rows", worker=worker)
    worker.put_connector("alone", {**connector, "offsets.start": "db", "consumer.override.auto.offset.reset": "none",
                                   "consumer.override.group.id": f"{table}-that-committed-nothing"})
    raw_topic.write(kafka, table, records(10, 3))
    eventually(lambda: len(ids(postgres, table)) >= 13, "what came behind the position", worker=worker)
    assert ids(postgres, table) == list(range(13))


def test_a_topic_that_was_made_again_ends_the_task_until_its_position_is_set_back(start_worker, postgres, kafka, table, connector):
    worker = start_worker().start()
    worker.put_connector("again", connector)
    eventually(lambda: len(ids(postgres, table)) == 10, "the first topic", worker=worker)
    worker.call("DELETE", "/connectors/again")
    raw_topic.delete(kafka, table)
    raw_topic.write(kafka, table, records(100, 3))
    worker.put_connector("again", connector)
    eventually(lambda: worker.task_state("again") == "FAILED", "a task that says so", worker=worker)
    trace = worker.task("again")["trace"]
    assert f"topic {table}, partition 0" in trace and "before the position 10" in trace and "set the position back" in trace
    assert len(ids(postgres, table)) == 10, "nothing of the new log may be passed over or written on the old position"
    worker.call("DELETE", "/connectors/again")
    postgres.sql(f"DELETE FROM sinkway_offsets WHERE connector = 'again' AND topic = '{table}'")
    worker.put_connector("again", {**connector, "offsets.start": "earliest"})
    eventually(lambda: ids(postgres, table)[10:] == [100, 101, 102], "the new topic from its beginning", worker=worker)
