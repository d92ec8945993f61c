"""What rows that the server refuses cost: batches of 20,000 rows with 2, 20 and 200 of them, against the same batches without."""

import json

from raw_topic import write
from worker import produce

BATCH = 20_000
BATCHES = 10
START = 1_000_000  # the first id
REFUSED = {2: 4, 20: 3, 200: 2}  # rows of a batch whose id ends in so many zeros


def refuse_by_check(bench, zeros):
    """COPY names the line of such a row."""
    bench.sql(f"ALTER TABLE weather ADD CHECK (right(id, {zeros}) <> '{'0' * zeros}')")


def refuse_by_own_key(bench, zeros):
    """COPY names no line: the key is checked when all rows are in. Each row refers to a row of its own."""
    bench.sql("CREATE TABLE stations (id varchar(104) PRIMARY KEY)")
    bench.sql(f"INSERT INTO stations SELECT i FROM (SELECT 'A_' || n FROM generate_series({START}, {START + BATCH * BATCHES - 1}) n) s (i) "
              + (f"WHERE right(i, {zeros}) <> '{'0' * zeros}'" if zeros else ""))
    bench.sql("VACUUM ANALYZE stations")  # as a table that others refer to mostly is
    bench.sql("ALTER TABLE weather ADD FOREIGN KEY (id) REFERENCES stations")


def refuse_by_shared_key(bench, zeros):
    """As most foreign keys are: many rows refer to the same few, here those of their county. Which ones there are, a run without tells."""
    if not bench.sql("SELECT to_regclass('counties')")[0][0]:
        bench.worker(False, "bad-rows", BATCH * BATCHES)
        bench.sql("CREATE TABLE counties AS SELECT DISTINCT location FROM weather")
        bench.sql("ALTER TABLE counties ADD PRIMARY KEY (location)")
        bench.fresh_table(False)
    bench.sql("ALTER TABLE weather ADD FOREIGN KEY (location) REFERENCES counties")


def produce_nowhere(bench, topic, refused):
    """Behind the readings of each batch those of a county that is not there."""
    nowhere = {"ID": "A_0", "LOCATION": "nowhere", "TEMPERATURE": 20.5, "HUMIDITY": 60.5, "TM": "2022-01-01 00:00:00.0"}
    for batch in range(BATCHES):
        produce(bench.kafka.bootstrap, topic, BATCH - refused, "--partitions", 1, "--start", START + batch * BATCH)
        write(bench.kafka.bootstrap, topic, [{"value": json.dumps(nowhere).encode(), "partition": 0}] * refused)


def seconds_a_batch(bench, keyed, refused, mode, refuse):
    """Of all batches behind the first."""
    bench.sql("DROP TABLE IF EXISTS weather, stations")
    bench.fresh_table(keyed)
    if refused or refuse is not refuse_by_check:
        refuse(bench, REFUSED.get(refused, 0))
    topic = f"bad-rows-{refused}" if refused and refuse is refuse_by_shared_key else "bad-rows"
    run = bench.worker(keyed, topic, BATCH * BATCHES, fresh=False, **mode, **{"batch.size": str(BATCH), "errors.tolerance": "all"})
    return run["seconds"] / (BATCHES - 1), run["count"]


CASES = (("insert", False, {}, refuse_by_check), ("upsert", True, {"insert.mode": "upsert"}, refuse_by_check),
         ("insert, foreign key of each row", False, {}, refuse_by_own_key),
         ("insert, foreign key of many rows", False, {}, refuse_by_shared_key))


def bad_rows(bench):
    produce(bench.kafka.bootstrap, "bad-rows", BATCH * BATCHES, "--partitions", 1, "--start", START)
    for refused in REFUSED:
        produce_nowhere(bench, f"bad-rows-{refused}", refused)
    for repetition in range(bench.arguments.repetitions):
        for label, keyed, mode, refuse in CASES:
            without, _ = seconds_a_batch(bench, keyed, 0, mode, refuse)
            for refused in REFUSED:
                spent, count = seconds_a_batch(bench, keyed, refused, mode, refuse)
                assert count == (BATCH - refused) * BATCHES, f"{count} rows"
                more = (spent - without) * 1000
                bench.add(f"{label}, {refused} refused rows of {BATCH:,}, ms more", more)
                print(f"{repetition + 1}: {label}, {refused} refused rows in a batch of {BATCH:,}: {more:.1f} ms more than {without * 1000:.1f}",
                      flush=True)
