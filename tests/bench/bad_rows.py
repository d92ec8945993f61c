"""What rows that the server refuses cost: batches of 20,000 rows with 2, 20 and 200 of them, against the same batches without."""

from worker import produce

BATCH = 20_000
BATCHES = 10
REFUSED = {2: 4, 20: 3, 200: 2}  # rows of a batch whose id ends in so many zeros


def seconds_a_batch(bench, keyed, zeros, mode):
    """Of all batches behind the first."""
    bench.fresh_table(keyed)
    if zeros:
        bench.sql(f"ALTER TABLE weather ADD CHECK (right(id, {zeros}) <> '{'0' * zeros}')")
    run = bench.worker(keyed, "bad-rows", BATCH * BATCHES, fresh=False, **mode, **{"batch.size": str(BATCH), "errors.tolerance": "all"})
    return run["seconds"] / (BATCHES - 1), run["count"]


def bad_rows(bench):
    produce(bench.kafka.bootstrap, "bad-rows", BATCH * BATCHES, "--partitions", 1, "--start", 1_000_000)
    for repetition in range(bench.arguments.repetitions):
        for label, keyed, mode in (("insert", False, {}), ("upsert", True, {"insert.mode": "upsert"})):
            without, _ = seconds_a_batch(bench, keyed, 0, mode)
            for refused, zeros in REFUSED.items():
                spent, count = seconds_a_batch(bench, keyed, zeros, mode)
                assert count == (BATCH - refused) * BATCHES, f"{count} rows"
                more = (spent - without) * 1000
                bench.add(f"{label}, {refused} refused rows of {BATCH:,}, ms more", more)
                print(f"{repetition + 1}: {label}, {refused} refused rows in a batch of {BATCH:,}: {more:.1f} ms more than {without * 1000:.1f}",
                      flush=True)
