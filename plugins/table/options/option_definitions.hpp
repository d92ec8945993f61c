// The options of the table sink as one table: names, types, defaults, aliases, texts. The host reads the same array. It is as
// long as there are options: one array, one order, and the README is held to it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "plugins/sdk/cpp/config.hpp"

namespace sinkway::table {
namespace option_texts {

using sdk::lend;

inline constexpr std::array kUserAliases{lend("connection.username")};
inline constexpr std::array kTableAliases{lend("collection.name.format")};
inline constexpr std::array kPkModeAliases{lend("primary.key.mode")};
inline constexpr std::array kPkFieldsAliases{lend("primary.key.fields")};
inline constexpr std::array kRegexDependents{lend("table.name.replacement")};
inline constexpr std::array kZoneAliases{lend("use.time.zone"), lend("database.time_zone")};
inline constexpr std::array kValueColumnAliases{lend("string.output.value.column.name")};
inline constexpr std::array kPkDependents{lend("pk.fields")};
inline constexpr std::array kDeliveryDependents{lend("offsets.table"), lend("offsets.start")};
inline constexpr std::array kInsertModes{lend("insert"),        lend("upsert"),          lend("update"), lend("insert_ignore"),
                                      lend("upsert_if_newer"), lend("merge"),           lend("sql")};
inline constexpr std::array kPkModes{lend("none"), lend("kafka"), lend("record_key"), lend("record_value"),
                                  lend("record_header")};
inline constexpr std::array kCases{lend("keep"), lend("lower"), lend("snake")};
inline constexpr std::array kNested{lend("jsonb"), lend("flatten"), lend("fail")};
inline constexpr std::array kEnvelopes{lend("none"), lend("auto"), lend("debezium")};
inline constexpr std::array kUpsertFields{lend("all"), lend("present")};
inline constexpr std::array kDeliveries{lend("exactly_once"), lend("at_least_once")};

inline constexpr std::string_view kConnection = "Connection";
inline constexpr std::string_view kWrites = "Writes";
inline constexpr std::string_view kMapping = "Data Mapping";
inline constexpr std::string_view kDelivery = "Delivery";
inline constexpr std::string_view kErrors = "Bad Rows";
inline constexpr std::string_view kEvolution = "DDL Support";
inline constexpr std::string_view kTypes = "Types";
inline constexpr double kDayMs = 86'400'000;

inline constexpr sdk::Option kTable[] = {
    {.name = "connection.url",
     .required = true,
     .importance = SINKWAY_IMPORTANCE_HIGH,
     .width = SINKWAY_WIDTH_LONG,
     .group = kConnection,
     .display_name = "JDBC URL or libpq URI",
     .documentation = "Address of the database: jdbc:postgresql://host:port/database with pgjdbc's parameters, or "
                      "postgresql://user@host:port/database with libpq's. Several hosts are separated by commas. "
                      "Example: jdbc:postgresql://db.example.org:5432/weather?sslmode=verify-full.",
     .check = SINKWAY_CHECK_NON_EMPTY},
    {.name = "connection.user",
     .importance = SINKWAY_IMPORTANCE_HIGH,
     .group = kConnection,
     .display_name = "User",
     .documentation = "Role to log in as. Replaces a user of the URL. "
                      "Example: sinkway_writer.",
     .aliases = kUserAliases},
    {.name = "connection.password",
     .type = SINKWAY_TYPE_PASSWORD,
     .importance = SINKWAY_IMPORTANCE_HIGH,
     .group = kConnection,
     .display_name = "Password",
     .documentation = "Password of the role. Replaces a password of the URL. Never printed. "
                      "Example: ${file:/etc/sinkway/database.properties:password}."},
    {.name = "connection.pooled",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kConnection,
     .display_name = "Behind a pooler",
     .documentation = "true when a pooler in transaction mode (pgbouncer) stands before the database: no prepared "
                      "statements, settings inside each transaction. A pooler is noticed by itself when the server process "
                      "that answers is not the one that greeted; prepareThreshold=0 in a JDBC URL means true as well."},
    {.name = "session.settings",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .importance = SINKWAY_IMPORTANCE_LOW,
     .group = kConnection,
     .display_name = "Settings of the session",
     .documentation = "Parameters of PostgreSQL that each session of the data connection gets, name=value separated by "
                      "commas. Example: synchronous_commit=off,app.tenant=weather."},
    {.name = "init.sql",
     .default_value = "",
     .importance = SINKWAY_IMPORTANCE_LOW,
     .width = SINKWAY_WIDTH_LONG,
     .group = kConnection,
     .display_name = "SQL at connect",
     .documentation = "Statements that are run once on each new data connection, before the first batch; not behind a "
                      "pooler. Example: SET ROLE weather_writer."},
    {.name = "lock.timeout.ms",
     .type = SINKWAY_TYPE_LONG,
     .default_value = "10000",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kConnection,
     .display_name = "Lock timeout",
     .documentation = "Longest wait for a lock of the table (PostgreSQL's lock_timeout). The batch is put again after "
                      "it. "
                      "Example: 2000.",
     .check = SINKWAY_CHECK_RANGE,
     .minimum = 1,
     .maximum = kDayMs},
    {.name = "statement.timeout.ms",
     .type = SINKWAY_TYPE_LONG,
     .default_value = "120000",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kConnection,
     .display_name = "Statement timeout",
     .documentation = "Longest time for one statement (statement_timeout); 0: no limit. The batch is put again after "
                      "it. "
                      "Example: 60000.",
     .check = SINKWAY_CHECK_RANGE,
     .minimum = 0,
     .maximum = kDayMs},
    {.name = "idle.transaction.timeout.ms",
     .type = SINKWAY_TYPE_LONG,
     .default_value = "30000",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kConnection,
     .display_name = "Idle transaction timeout",
     .documentation = "How long the server keeps the open transaction of a worker that has frozen "
                      "(idle_in_transaction_session_timeout). "
                      "Example: 60000.",
     .check = SINKWAY_CHECK_RANGE,
     .minimum = 1000,
     .maximum = kDayMs},
    {.name = "insert.mode",
     .default_value = "insert",
     .importance = SINKWAY_IMPORTANCE_HIGH,
     .group = kWrites,
     .display_name = "Insert mode",
     .documentation =
         "How records become rows. insert: each record is one new row. upsert: the row of this key is inserted or its "
         "columns set. update: its columns are set if it exists. insert_ignore: inserted unless a row of this key exists. "
         "upsert_if_newer: as upsert, but a row whose upsert.newer.column is greater stays. merge: as upsert, and "
         "deletes come from a field of the record or from change events. sql: the statement of option sql is executed for "
         "each record. All but insert and sql need a primary key or the unique index of pk.fields. "
         "Example: upsert.",
     .check = SINKWAY_CHECK_ONE_OF_ANY_CASE,
     .allowed = kInsertModes},
    {.name = "delete.enabled",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kWrites,
     .display_name = "Deletes",
     .documentation = "true: a record without a value (tombstone) deletes the row of its key; pk.mode says where the "
                      "key is. false: such a record is errant, or passed over where change events are unwrapped."},
    {.name = "sql",
     .default_value = "",
     .importance = SINKWAY_IMPORTANCE_MEDIUM,
     .width = SINKWAY_WIDTH_LONG,
     .group = kWrites,
     .display_name = "Statement of one's own",
     .documentation =
         "With insert.mode=sql: one INSERT, UPDATE, DELETE, MERGE, SELECT, WITH, VALUES or CALL, executed for each record in "
         "the order of the records, in the transaction that moves the positions. :name stands for the field of that name, "
         ":\"Any name\" too; a field that a record lacks is null. pk.mode and metadata.columns name parameters as they "
         "name columns; __topic, __partition, __offset, __timestamp, __headers and __key are always there. The server "
         "tells the types of the parameters. Rows that the statement answers are thrown away. "
         "Example: INSERT INTO t (id, n) VALUES (:id, :n) ON CONFLICT (id) DO UPDATE SET n = t.n + EXCLUDED.n."},
    {.name = "delete.sql",
     .default_value = "",
     .width = SINKWAY_WIDTH_LONG,
     .group = kWrites,
     .display_name = "Statement of one's own for deletes",
     .documentation = "With insert.mode=sql: what is executed for a record that deletes: a tombstone, the delete of a change "
                      "event, merge.delete.values. Empty: such records are errant or passed over as with "
                      "delete.enabled=false. Example: DELETE FROM t WHERE id = :id."},
    {.name = "soft.delete.column",
     .default_value = "",
     .group = kWrites,
     .display_name = "Column of soft deletes",
     .documentation = "A delete marks the row instead of removing it: a boolean column becomes true, a timestamp the "
                      "time of the transaction. A later put of the key takes the mark away, so the rows must be put by key. A table "
                      "without the column ends the task; nothing is removed in its place. Example: deleted_at."},
    {.name = "skip.unchanged",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kWrites,
     .display_name = "Skip unchanged rows",
     .documentation = "true: an upsert or update that would change no column writes nothing: no new row version, no "
                      "write-ahead log, no trigger."},
    {.name = "upsert.fields",
     .default_value = "all",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kWrites,
     .display_name = "Fields of an upsert",
     .documentation = "all: a field that a record of a known shape lacks becomes null or the column's default. present: "
                      "only the fields that the record has are set, the other columns of an existing row stay.",
     .check = SINKWAY_CHECK_ONE_OF_ANY_CASE,
     .allowed = kUpsertFields},
    {.name = "upsert.newer.column",
     .default_value = "",
     .group = kWrites,
     .display_name = "Column that tells the newer row",
     .documentation = "insert.mode=upsert_if_newer compares this column of record and row: the record is written when it "
                      "is greater or the same. Example: tm."},
    {.name = "batch.size",
     .type = SINKWAY_TYPE_INT,
     .default_value = "50000",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kWrites,
     .display_name = "Batch size",
     .documentation = "Most records in one transaction; 16 MB of records end a batch earlier. "
                      "Example: 20000.",
     .check = SINKWAY_CHECK_RANGE,
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "copy.min.rows",
     .type = SINKWAY_TYPE_INT,
     .default_value = "4000",
     .importance = SINKWAY_IMPORTANCE_LOW,
     .width = SINKWAY_WIDTH_SHORT,
     .group = kWrites,
     .display_name = "Rows from which COPY is used",
     .documentation = "From this many rows for a table COPY is used; below it INSERT ... SELECT unnest(...), which "
                      "costs less for small batches. While it is not written, a server that is far away raises it for "
                      "staging tables, by the round trip measured at connect. Example: 1000.",
     .check = SINKWAY_CHECK_RANGE,
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "table.name.format",
     .default_value = "${topic}",
     .group = kMapping,
     .display_name = "Table name",
     .documentation = "Table of a record: ${topic} stands for its topic, ${field:name} for a field of its value, "
                      "${source.name} for one of a change event's source, ${header:name} for a header, "
                      "${timestamp:yyyyMMdd} for its time in UTC. schema.${topic} names a schema, double quotes protect "
                      "parts that hold dots. Debezium's class name means dots of the topic as _, and names in lower case unless "
                      "quote.identifiers is true. Example: archive.${topic}.",
     .aliases = kTableAliases},
    {.name = "topics.to.tables.mapping",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .group = kMapping,
     .display_name = "Topics to tables",
     .documentation = "Pairs topic:table, separated by commas, that go before table.name.format. Example: "
                      "readings:weather,old:archive.weather."},
    {.name = "table.name.regex",
     .default_value = "",
     .group = kMapping,
     .display_name = "Pattern of topics",
     .documentation = "Regular expression; where it is found in a topic, table.name.replacement takes its place in "
                      "${topic}. With an empty replacement it is taken away. Example: ^prod_.",
     .dependents = kRegexDependents},
    {.name = "table.name.replacement",
     .default_value = "",
     .group = kMapping,
     .display_name = "Replacement in topics",
     .documentation = "What table.name.regex is replaced by; $1 stands for its first group. "
                      "Example: $1."},
    {.name = "table.name.normalize",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kMapping,
     .display_name = "Normalize table names",
     .documentation = "true: what placeholders stand for has everything but ASCII letters and digits replaced by _."},
    {.name = "unmatched",
     .default_value = "fail",
     .group = kMapping,
     .display_name = "Fields without a column",
     .documentation = "fail: the task stops and names the field. ignore: the field is left out. jsonb:COLUMN: such fields "
                      "go into one jsonb column as an object, null when there are none. dlq: the record is errant. add: "
                      "the column is added to the table. "
                      "Example: jsonb:rest."},
    {.name = "auto.create",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kEvolution,
     .display_name = "Create tables",
     .documentation = "true: a table that does not exist is made for the first record that goes there, with the primary "
                      "key that pk.mode tells."},
    {.name = "auto.evolve",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kEvolution,
     .display_name = "Add columns",
     .documentation = "true: a field without a column gets one, nullable unless its schema has a default."},
    {.name = "schema.evolution",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "none",
     .group = kEvolution,
     .display_name = "Evolution",
     .documentation = "What may be done to tables, words separated by commas. create, add: as auto.create and "
                      "auto.evolve. basic: both. widen: a column too narrow for a declared field gets a wider type, "
                      "varchar(n) becomes text. relax: NOT NULL goes where a record has null. validate, none: nothing. "
                      "Example: add,widen."},
    {.name = "schema.evolution.rewrite",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kEvolution,
     .display_name = "Rewriting changes",
     .documentation = "true: also changes that rewrite the whole table under its lock, as integer to bigint."},
    {.name = "identifier.case",
     .default_value = "keep",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kMapping,
     .display_name = "Case of column names",
     .documentation = "keep: the column of a field has its name. lower: in lower case. snake: measuredAt becomes "
                      "measured_at. field.rename goes before it. Debezium's class name means lower, unless quote.identifiers is true.",
     .check = SINKWAY_CHECK_ONE_OF_ANY_CASE,
     .allowed = kCases},
    {.name = "fields.whitelist",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .group = kMapping,
     .display_name = "Fields",
     .documentation = "The only fields of the value that go into columns, beside those of pk.fields; empty: all. "
                      "Example: id,temperature,tm."},
    {.name = "field.include.list",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .group = kMapping,
     .display_name = "Patterns of fields",
     .documentation = "Regular expressions for field or topic:field; only what fits one goes into a column, beside those "
                      "of pk.fields. Empty: all. "
                      "Example: readings:temp.*."},
    {.name = "field.exclude.list",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .group = kMapping,
     .display_name = "Patterns of fields left out",
     .documentation = "Regular expressions for field or topic:field; what fits one goes into no column, save those of "
                      "pk.fields. "
                      "Example: .*_internal."},
    {.name = "field.rename",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .group = kMapping,
     .display_name = "Renamed fields",
     .documentation = "Pairs field:column, separated by commas. Example: TM:measured_at."},
    {.name = "nested",
     .default_value = "jsonb",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kMapping,
     .display_name = "Fields that have fields",
     .documentation = "jsonb: as JSON into one column. flatten: each inner field into a column of its own, named "
                      "outer_inner. fail: the task stops.",
     .check = SINKWAY_CHECK_ONE_OF_ANY_CASE,
     .allowed = kNested},
    {.name = "nested.separator",
     .default_value = "_",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kMapping,
     .display_name = "Separator of flattened names",
     .documentation = "What stands between outer and inner name with nested=flatten. "
                      "Example: __."},
    {.name = "value.column",
     .default_value = "",
     .group = kMapping,
     .display_name = "Column of bare values",
     .documentation = "Where a value without fields goes: a text, a number, an array. Empty: the only column of the table "
                      "that nothing else goes into. "
                      "Example: payload.",
     .aliases = kValueColumnAliases},
    {.name = "metadata.columns",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .group = kMapping,
     .display_name = "Columns of metadata",
     .documentation = "Pairs of topic, partition, offset, timestamp, headers or key with a column, separated by commas. "
                      "headers are a JSON object. Example: topic:kafka_topic,offset:kafka_offset."},
    {.name = "replace.null.with.default",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kMapping,
     .display_name = "Defaults for nulls",
     .documentation = "true: where a record has null, the default of the field's schema is written. false: null stays "
                      "null. Confluent's class name means true."},
    {.name = "envelope",
     .default_value = "none",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kMapping,
     .display_name = "Change events",
     .documentation = "auto: values that are Debezium change events (op with before or after) are unwrapped, others taken "
                      "as they are. debezium: every value must be one. none: nothing is unwrapped. Debezium's class name "
                      "means auto.",
     .check = SINKWAY_CHECK_ONE_OF_ANY_CASE,
     .allowed = kEnvelopes},
    {.name = "unavailable.value",
     .default_value = "__debezium_unavailable_value",
     .group = kMapping,
     .display_name = "Mark of an unknown value",
     .documentation = "A field that holds this leaves its column as it is. Debezium sends it for a large value that an update "
                      "has not changed (unavailable.value.placeholder of its connector), as text, bytes, base64 or the only item "
                      "of an array. Empty: no value is a mark. Example: __unchanged."},
    {.name = "truncate.enabled",
     .type = SINKWAY_TYPE_BOOLEAN,
     .default_value = "false",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kWrites,
     .display_name = "Truncates",
     .documentation = "true: a change event of kind t empties the table. false: it is passed over."},
    {.name = "merge.op.field",
     .default_value = "",
     .group = kWrites,
     .display_name = "Field of the operation",
     .documentation = "insert.mode=merge or sql: the field of the value that tells what is to be done; it goes into no column "
                      "unless the table has one of its name. "
                      "Example: op."},
    {.name = "merge.delete.values",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "d,D,delete,DELETE",
     .group = kWrites,
     .display_name = "Values that delete",
     .documentation = "Values of merge.op.field that delete the row; every other one puts it. "
                      "Example: delete,removed."},
    {.name = "pk.mode",
     .default_value = "none",
     .group = kMapping,
     .display_name = "Primary key mode",
     .documentation = "Where the columns of pk.fields come from. none, record_value: the value of the record. "
                      "record_key: its key, "
                      "a struct or one column. record_header: its headers of these names. kafka: its topic, partition "
                      "and offset. Example: record_key.",
     .check = SINKWAY_CHECK_ONE_OF_ANY_CASE,
     .allowed = kPkModes,
     .dependents = kPkDependents,
     .aliases = kPkModeAliases},
    {.name = "pk.fields",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .group = kMapping,
     .display_name = "Primary key fields",
     .documentation = "Columns that pk.mode fills, separated by commas. kafka: three names for topic, partition and "
                      "offset, "
                      "__connect_topic, __connect_partition and __connect_offset when empty. "
                      "Example: id,tm.",
     .aliases = kPkFieldsAliases},
    {.name = "delivery",
     .default_value = "exactly_once",
     .group = kDelivery,
     .display_name = "Delivery",
     .documentation = "exactly_once: positions are kept in the target database and move in the transaction of the "
                      "rows. at_least_once: "
                      "positions are kept in Kafka, a batch may be written twice after a failure.",
     .check = SINKWAY_CHECK_ONE_OF_ANY_CASE,
     .allowed = kDeliveries,
     .dependents = kDeliveryDependents},
    {.name = "dlq.table",
     .default_value = "",
     .group = kErrors,
     .display_name = "Table of dead letters",
     .documentation = "Records that the sink or the database refuses, with errors.tolerance=all, are written into this table, "
                      "in the transaction of their batch, so exactly once: place, reason, column, SQLSTATE, constraint, the "
                      "original bytes and headers. Those that cannot be converted (broken JSON) are among them. Made when it is missing. "
                      "Example: sinkway_dead_letters."},
    {.name = "errors.budget",
     .default_value = "",
     .width = SINKWAY_WIDTH_SHORT,
     .group = kErrors,
     .display_name = "Errors budget",
     .documentation = "How many records may be refused before the task fails instead: 1000 since it started, 5% of the "
                      "last 10,000 records, or 100/1h within a time (s, m, h, d). Empty: no limit. "
                      "Example: 100/1h."},
    {.name = "offsets.table",
     .default_value = "sinkway_offsets",
     .group = kDelivery,
     .display_name = "Table of positions",
     .documentation = "Where exactly_once keeps positions; made when it is missing. Without a schema: the first of the "
                      "search path that "
                      "has it or lets it be made. "
                      "Example: operations.sinkway_offsets."},
    {.name = "offsets.start",
     .default_value = "kafka",
     .importance = SINKWAY_IMPORTANCE_LOW,
     .group = kDelivery,
     .display_name = "First position",
     .documentation = "Where exactly_once begins in a partition that has no row in offsets.table; a row always comes first. kafka: "
                      "where the consumer group stands, else as consumer.override.auto.offset.reset says. earliest, latest, a "
                      "number: there, whatever the group committed. db: nowhere, the task fails; so a lost table of positions "
                      "costs no row and doubles none. To begin anew, stop the connector and delete its rows there. "
                      "Example: earliest."},
    {.name = "type.hints",
     .default_value = "",
     .width = SINKWAY_WIDTH_LONG,
     .group = kTypes,
     .display_name = "Hints for types",
     .documentation = "How values of a column are to be read, as a list of column:hint separated by commas. epoch_s, epoch_ms, "
                      "epoch_us, epoch_ns: numbers count from 1970, and a column that is made for them is timestamptz. base64, hex: text spells bytes. unsigned: the bits of a "
                      "signed integer are those of an unsigned one. Everything else is a pattern of date and time as Java has "
                      "them; double quotes protect commas. A hint comes before what the schema of a field says. "
                      "Example: tm:yyyy/MM/dd HH:mm:ss,seen:epoch_us,\"day\":\"MMM d, yyyy\"."},
    {.name = "timestamp.fields.list",
     .type = SINKWAY_TYPE_LIST,
     .default_value = "",
     .importance = SINKWAY_IMPORTANCE_LOW,
     .group = kTypes,
     .display_name = "Timestamp fields",
     .documentation = "Columns whose numbers are timestamps in milliseconds since 1970: the same as the hint epoch_ms for each. With "
                      "Confluent's class name, or timestamp.precision.mode, microseconds or nanoseconds as that sink counts. "
                      "Example: seen,changed."},
    {.name = "db.timezone",
     .default_value = "UTC",
     .group = kTypes,
     .display_name = "Time zone",
     .documentation = "Zone of timestamps that do not tell theirs: text without an offset for columns of timestamptz is read in "
                      "it, and moments become its date and time of day in columns without a zone. UTC, an offset such as +02:00, "
                      "or a name such as Europe/Berlin. "
                      "Example: Europe/Berlin.",
     .check = SINKWAY_CHECK_NON_EMPTY,
     .aliases = kZoneAliases},
    {.name = "policy.nul",
     .default_value = "dlq",
     .group = kTypes,
     .display_name = "Policy for U+0000",
     .documentation = "What becomes of text with U+0000, which PostgreSQL cannot store (in jsonb also as \\u0000). dlq: the record "
                      "is errant, as errors.tolerance says. null: NULL is written. replace: U+FFFD takes its place. fail: the task "
                      "fails, whatever errors.tolerance says. A word alone is for all columns, column:word for one. "
                      "Example: dlq,note:replace,comment:null."},
    {.name = "policy.nonfinite",
     .default_value = "keep",
     .group = kTypes,
     .display_name = "Policy for NaN and infinity",
     .documentation = "What becomes of NaN and infinities. keep: they are written where the column's type has them, else the "
                      "record is errant. dlq, null and fail as with policy.nul; single columns as there. "
                      "Example: null."},
    {.name = "policy.overflow",
     .default_value = "dlq",
     .group = kTypes,
     .display_name = "Policy for numbers out of range",
     .documentation = "What becomes of a number beyond the column's type or its precision. replace: the nearest number that the "
                      "column holds. dlq, null and fail as with policy.nul; single columns as there. "
                      "Example: dlq,humidity:replace."},
    {.name = "policy.too_long",
     .default_value = "dlq",
     .group = kTypes,
     .display_name = "Policy for long text",
     .documentation = "What becomes of text with more characters than varchar(n) or char(n) holds. truncate: it is cut between two "
                      "characters. dlq, null and fail as with policy.nul; single columns as there. "
                      "Example: truncate."},
    {.name = "policy.bad_utf8",
     .default_value = "dlq",
     .group = kTypes,
     .display_name = "Policy for bytes that are no text",
     .documentation = "What becomes of bytes that are not UTF-8 and go into a column of text. replace: U+FFFD for each broken "
                      "character. dlq, null and fail as with policy.nul; single columns as there. "
                      "Example: replace."},
    {.name = "policy.out_of_range",
     .default_value = "dlq",
     .group = kTypes,
     .display_name = "Policy for dates out of range",
     .documentation = "What becomes of a date or time beyond the column's type. replace: the first or last one that it holds; days "
                      "that no calendar has stay errant. dlq, null and fail as with policy.nul; single columns as there. "
                      "Example: null."},
};

}  // namespace option_texts

inline constexpr auto kTableOptions = sdk::option_table(option_texts::kTable);

[[nodiscard]] constexpr std::span<const sinkway_option> table_option_definitions() { return kTableOptions; }

}  // namespace sinkway::table
