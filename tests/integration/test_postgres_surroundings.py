"""What stands around a database: a pooler, a standby that is promoted, TLS. The worker as a process, with real servers."""

import pytest
from servers import PgBouncer, PostgresCluster
from worker import eventually, produce

TABLE = "(id VARCHAR(100) {key}, location VARCHAR(20), temperature DOUBLE PRECISION, humidity DOUBLE PRECISION, tm TIMESTAMP)"


def connector(cluster, url, topic, table, **more):
    return {"connector.class": "io.sinkway.table.TableSinkConnector", "topics": topic, "tasks.max": "2", "connection.url": url,
            "connection.user": cluster.user, "connection.password": cluster.password, "table.name.format": table, **more}


def count(cluster, table):
    return tuple(int(part) for part in cluster.sql(f"SELECT count(*), count(DISTINCT id) FROM {table}").split("|"))


@pytest.fixture
def pgbouncer(postgres):
    pooler = PgBouncer(postgres).start()
    yield pooler
    pooler.remove()


@pytest.mark.parametrize("mode", ["insert", "upsert", "sql"])
def test_a_pooler_in_transaction_mode_is_noticed_and_every_record_applied_once(start_worker, kafka, postgres, pgbouncer, name, mode):
    postgres.sql(f"CREATE TABLE {name} {TABLE.format(key='PRIMARY KEY' if mode == 'upsert' else '')}")
    postgres.sql(f"ALTER TABLE {name} ADD CHECK (right(id, 3) <> '777')")  # refuses 30 of them
    produce(kafka, name, 30_000, "--partitions", 4)
    worker = start_worker().start()
    own = {"sql": f"INSERT INTO {name} VALUES (:id, :location, :temperature, :humidity, :tm)"} if mode == "sql" else {}
    # Nothing says that there is a pooler. Two tasks and two server connections: sessions change hands all the time.
    worker.put_connector(name, connector(postgres, pgbouncer.jdbc_url, name, name, **{"insert.mode": mode, "batch.size": "5000",
                                                                                    "copy.min.rows": "1000", "errors.tolerance": "all",
                                                                                    "dlq.table": f"{name}_letters", **own}))
    eventually(lambda: count(postgres, name)[0] >= 29_970, "the rows", 60, worker)
    assert count(postgres, name) == (29_970, 29_970)
    assert postgres.sql(f"SELECT count(*), count(DISTINCT (part, record_offset)), min(sqlstate), max(sqlstate) FROM {name}_letters") == "30|30|23514|23514"
    owners = postgres.sql(f"SELECT count(*) FROM sinkway_offsets WHERE connector = '{name}' AND pid IS NOT NULL")
    assert owners == "0", "behind a pooler no server process may be remembered as the owner's"
    assert postgres.sql("SELECT count(*) FROM pg_prepared_statements") == "0"
    worker.stop()


def test_a_promoted_standby_is_found_and_the_old_primary_left(start_worker, kafka, name):
    primary = PostgresCluster().start()
    standby = primary.standby()
    try:
        standby.start()
        primary.sql(f"CREATE TABLE {name} {TABLE.format(key='')}")
        produce(kafka, name, 5_000, "--partitions", 2)
        worker = start_worker().start()
        hosts = f"jdbc:postgresql://127.0.0.1:{standby.port},127.0.0.1:{primary.port}/{primary.database}?targetServerType=primary"
        worker.put_connector(name, connector(primary, hosts, name, name))
        eventually(lambda: count(primary, name)[0] == 5_000, "the rows in the primary", 60, worker)
        eventually(lambda: count(standby, name)[0] == 5_000, "the rows in the standby", 60, worker)
        primary.stop("immediate")
        standby.promote()
        produce(kafka, name, 5_000, "--start", 5_000)
        eventually(lambda: count(standby, name)[0] >= 10_000, "the rows in the promoted standby", 90, worker)
        assert count(standby, name) == (10_000, 10_000)
        assert worker.task_state(name) == "RUNNING"
        worker.stop()
    finally:
        standby.remove()
        primary.remove()


def test_a_server_that_became_read_only_is_waited_for_and_no_record_is_rejected(start_worker, kafka, postgres, name):
    postgres.sql(f"CREATE TABLE {name} {TABLE.format(key='')}")
    produce(kafka, name, 1_000)
    worker = start_worker().start()
    worker.put_connector(name, connector(postgres, postgres.jdbc_url, name, name, **{"errors.tolerance": "all"}))
    eventually(lambda: count(postgres, name)[0] == 1_000, "the first rows", 60, worker)
    try:
        session = f"SELECT pid FROM pg_stat_activity WHERE application_name = 'sinkway {name}'"
        before = postgres.sql(session)
        postgres.sql("ALTER SYSTEM SET default_transaction_read_only = on")
        postgres.sql("SELECT pg_reload_conf()")
        produce(kafka, name, 1_000, "--start", 1_000)
        eventually(lambda: (worker.metric("sinkway_table_retries_total", **{"class": "25", "connector": name, "task": "0"}) or 0) > 0, "a retry because of 25006", 60, worker)
        assert worker.task_state(name) == "RUNNING"
        eventually(lambda: not set(postgres.sql(session).split()) & set(before.split()), "the end of the sessions that met it: the primary may be elsewhere", 60, worker)
    finally:
        postgres.sql("ALTER SYSTEM RESET default_transaction_read_only")
        postgres.sql("SELECT pg_reload_conf()")
    eventually(lambda: count(postgres, name)[0] >= 2_000, "the rest of the rows", 60, worker)
    assert count(postgres, name) == (2_000, 2_000)
    assert (worker.metric("sinkway_table_rows_total", outcome="errant") or 0) == 0
    worker.stop()


def test_tls_is_verified_in_full(start_worker, kafka, name):
    cluster = PostgresCluster().start()
    try:
        cluster.sql(f"CREATE TABLE {name} {TABLE.format(key='')}")
        cluster.stop()
        authority = cluster.use_tls()
        cluster.start()
        produce(kafka, name, 1_000)
        worker = start_worker().start()
        url = f"jdbc:postgresql://{{host}}:{cluster.port}/{cluster.database}?sslmode=verify-full&sslrootcert={authority}"
        worker.put_connector(name, connector(cluster, url.format(host="localhost"), name, name))
        eventually(lambda: cluster.sql(f"SELECT count(*) FROM {name}") == "1000", "the rows", 60, worker)
        assert cluster.sql("SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                           "WHERE application_name LIKE 'sinkway %'") == "t"
        # The certificate is for another name than this address: the task must not write there.
        other = name + "_other"
        worker.put_connector(other, connector(cluster, url.format(host="127.0.0.1"), name, name))
        eventually(lambda: "certificate" in worker.log(), "a word about the certificate", 30, worker)
        assert cluster.sql(f"SELECT count(*) FROM sinkway_offsets WHERE connector = '{other}'") == "0"
        worker.stop()
    finally:
        cluster.remove()
