"""What rows that the server refuses cost: batches of 20,000 rows with 2, 20 and 200 of them, against the same batches without."""

from worker import produce

BATCH = 20_000
BATCHES = 10
START = 1_000_000  # the first id
REFUSED = {2: 4, 20: 3, 200: 2}  # rows of a batch whose id ends in so many zeros


def refuse_by_check(bench, zeros):
    """COPY names the line of such a row."""
    bench.sql(f"ALTER TABLE weather ADD CHECK (right(id, {zeros}) <> '{'0' * zeros}')")


def refuse_by_foreign_key(bench, zeros):
    """COPY names no line: the key is checked when all rows are in."""
    bench.sql("DROP TABLE IF EXISTS weather, stations")
    bench.fresh_table(False)
    bench.sql("CREATE TABLE stations (id varchar(104) PRIMARY KEY)")
    bench.sql(f"INSERT INTO stations SELECT i FROM (SELECT 'A_' || n FROM generate_series({START}, {START + BATCH * BATCHES - 1}) n) s (i) "
              + (f"WHERE right(i, {zeros}) <> '{'0' * zeros}'" if zeros else ""))
    bench.sql("VACUUM ANALYZE stations")  # as a table that others refer to mostly is
    bench.sql("ALTER TABLE weather ADD FOREIGN KEY (id) REFERENCES stations")


def seconds_a_batch(bench, keyed, zeros, mode, refuse):
    """Of all batches behind the first."""
    bench.fresh_table(keyed)
    if zeros or refuse is refuse_by_foreign_key:
        refuse(bench, zeros)
    run = bench.worker(keyed, "bad-rows", BATCH * BATCHES, fresh=False, **mode, **{"batch.size": str(BATCH), "errors.tolerance": "all"})
    return run["seconds"] / (BATCHES - 1), run["count"]


CASES = (("insert", False, {}, refuse_by_check), ("upsert", True, {"insert.mode": "upsert"}, refuse_by_check),
         ("insert, foreign key", False, {}, refuse_by_foreign_key))


def bad_rows(bench):
    produce(bench.kafka.bootstrap, "bad-rows", BATCH * BATCHES, "--partitions", 1, "--start", START)
    for repetition in range(bench.arguments.repetitions):
        for label, keyed, mode, refuse in CASES:
            without, _ = seconds_a_batch(bench, keyed, 0, mode, refuse)
            for refused, zeros in REFUSED.items():
                spent, count = seconds_a_batch(bench, keyed, zeros, mode, refuse)
                assert count == (BATCH - refused) * BATCHES, f"{count} rows"
                more = (spent - without) * 1000
                bench.add(f"{label}, {refused} refused rows of {BATCH:,}, ms more", more)
                print(f"{repetition + 1}: {label}, {refused} refused rows in a batch of {BATCH:,}: {more:.1f} ms more than {without * 1000:.1f}",
                      flush=True)
