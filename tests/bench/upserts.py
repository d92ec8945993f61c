"""Upserts: keys that are new against plain COPY, keys that exist against the same statements fed from memory, keys in no order against
keys in order.

Keys that exist come from one partition: in the order in which they are fed from memory, so that both touch the same pages of the table in
the same transaction."""

from worker import produce


def upserts(bench):
    rows, mode = bench.arguments.rows, {"insert.mode": "upsert"}
    half = rows // 2
    produce(bench.kafka.bootstrap, "keys", rows, "--partitions", 4)
    produce(bench.kafka.bootstrap, "keys-in-turn", rows, "--partitions", 1)
    produce(bench.kafka.bootstrap, "keys-ordered", half, "--partitions", 4)
    produce(bench.kafka.bootstrap, "keys-scattered", half, "--partitions", 4, "--scattered")
    bench.warm_up()
    bench.raw(True)
    bench.raw(True, "merge", fresh=False)  # updates write several times what inserts do to the write-ahead log
    for repetition in range(bench.arguments.repetitions):
        raw = bench.raw(True)
        new = bench.worker(True, "keys", rows, **mode)
        bench.raw(True)
        bench.sql("VACUUM weather")
        known = bench.worker(True, "keys-in-turn", rows, fresh=False, **mode)
        bench.raw(True)
        bench.sql("VACUUM weather")
        merge = bench.raw(True, "merge", fresh=False)
        raw_ordered = bench.raw(True, rows=half)
        raw_scattered = bench.raw(True, "scattered", rows=half)
        ordered = bench.worker(True, "keys-ordered", half, **mode)["rate"]
        scattered = bench.worker(True, "keys-scattered", half, **mode)["rate"]
        for name, value in (("plain COPY into a keyed table, rows/s", raw), ("upsert of new keys, rows/s", new["rate"]),
                            ("upsert of new keys of plain COPY", new["rate"] / raw), ("RSS, upsert of new keys, MB", new["rss"]),
                            ("staging and ON CONFLICT from memory, known keys, rows/s", merge),
                            ("upsert of known keys, rows/s", known["rate"]),
                            ("upsert of known keys of the same SQL from memory", known["rate"] / merge),
                            ("RSS, upsert of known keys, MB", known["rss"]),
                            ("plain COPY of keys in no order of keys in order", raw_scattered / raw_ordered),
                            ("upsert of keys in no order of keys in order", scattered / ordered),
                            ("upsert of keys in no order of plain COPY of them", scattered / raw_scattered)):
            bench.add(name, value)
        print(f"{repetition + 1}: COPY {raw:,.0f}, new keys {new['rate']:,.0f} ({new['rate'] / raw:.3f}), known keys "
              f"{known['rate']:,.0f} of {merge:,.0f} ({known['rate'] / merge:.3f}), in no order {scattered / ordered:.3f}, "
              f"{new['rss']:.0f} and {known['rss']:.0f} MB", flush=True)
