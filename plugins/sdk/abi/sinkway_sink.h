/* The entry of a plugin, what it says of itself, and the life of its connectors and tasks.
 *
 * A plugin is a shared library that exports one data symbol, `sinkway_plugin`, of type sinkway_entry. Nothing of it runs
 * before `init`. The life of a task, every call on the writer thread except `cancel`:
 *
 *   1. create_task(descriptor, host)
 *   2. start
 *   3. open(partitions)            as often as partitions arrive; fills next_offset and epoch of each
 *   4. put(batch) ...              RETRIABLE: the same batch comes again; OK: the positions of the batch are accepted
 *   5. pre_commit(positions)       may lower positions, never raise them
 *   6. close(partitions, lost)     as often as partitions leave; lost: another member may own them already
 *   7. stop, destroy               destroy is legal in every state, also without start
 *
 * `cancel` may come from any thread at any time between 1 and destroy: a blocking call returns RETRIABLE soon.
 * No exception, no allocator, no file handle crosses this line. */
#ifndef SINKWAY_SINK_H
#define SINKWAY_SINK_H

#include "sinkway_host.h"
#include "sinkway_value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Another major number is another ABI; minor numbers only add. */
#define SINKWAY_ABI_MAJOR 1
#define SINKWAY_ABI_MINOR 8
#define SINKWAY_ENTRY_SYMBOL "sinkway_plugin"

/* How a call ended. */
enum {
  SINKWAY_OK = 0,
  SINKWAY_RETRIABLE = 1,  /* the world is in the way (server away, lock held): the same call comes again */
  SINKWAY_DATA_ERROR = 2, /* one record is at fault: record_index names it */
  SINKWAY_FATAL = 3,      /* nothing will help but a change by a person: the task becomes FAILED */
  SINKWAY_FENCED = 4      /* another owner of the partitions exists: leave and rejoin */
};
#define SINKWAY_NO_RECORD ((size_t)-1)

/* Filled by the callee. The texts stay valid until the next call into the same object; they never hold values of records. */
typedef struct sinkway_outcome {
  uint32_t struct_size;
  int32_t code;
  sinkway_string reason;   /* what failed and where */
  sinkway_string hint;     /* what to change; may be empty */
  sinkway_string error_id; /* stable, for docs and metrics, e.g. table.permission_denied */
  int64_t retry_after_ms;  /* with RETRIABLE: wish of the plugin; -1: none */
  size_t record_index;     /* with DATA_ERROR; SINKWAY_NO_RECORD: not known */
} sinkway_outcome;

/* Types, importance, width and validators of options: Kafka Connect's own words. */
enum { SINKWAY_TYPE_BOOLEAN, SINKWAY_TYPE_STRING, SINKWAY_TYPE_INT, SINKWAY_TYPE_SHORT, SINKWAY_TYPE_LONG,
       SINKWAY_TYPE_DOUBLE, SINKWAY_TYPE_LIST, SINKWAY_TYPE_CLASS, SINKWAY_TYPE_PASSWORD };
enum { SINKWAY_IMPORTANCE_HIGH, SINKWAY_IMPORTANCE_MEDIUM, SINKWAY_IMPORTANCE_LOW };
enum { SINKWAY_WIDTH_NONE, SINKWAY_WIDTH_SHORT, SINKWAY_WIDTH_MEDIUM, SINKWAY_WIDTH_LONG };
enum { SINKWAY_CHECK_NONE,
       SINKWAY_CHECK_RANGE,     /* minimum <= value <= maximum */
       SINKWAY_CHECK_ONE_OF,    /* one of `allowed`, exactly */
       SINKWAY_CHECK_NON_EMPTY,
       SINKWAY_CHECK_ONE_OF_ANY_CASE /* one of `allowed`, in upper or lower case (since ABI 1.6) */ };

/* One option of a configuration. The same table drives parsing, validation, documentation and forms. */
typedef struct sinkway_option {
  uint32_t struct_size;
  int32_t type;
  int32_t importance;
  int32_t width;
  int32_t order; /* inside the group, from 1 */
  int32_t check;
  sinkway_string name;
  sinkway_string default_value; /* data NULL: no default */
  int32_t required;             /* 1: must be given */
  int32_t reserved;
  sinkway_string group;
  sinkway_string display_name;
  sinkway_string documentation;
  double minimum;
  double maximum;
  const sinkway_string *allowed;
  size_t allowed_count;
  const sinkway_string *dependents;
  size_t dependent_count;
  const sinkway_string *aliases; /* other keys that mean the same, e.g. of another vendor's dialect */
  size_t alias_count;
} sinkway_option;

/* One finding of a validation. */
typedef struct sinkway_finding {
  sinkway_string key;     /* the option concerned */
  sinkway_string message; /* as Connect words it: Invalid value X for configuration K: reason */
} sinkway_finding;

/* Receives lists of unknown length without sharing an allocator: the callee calls `add` for each element. */
typedef struct sinkway_finding_list {
  void *data;
  void (*add)(void *data, const sinkway_finding *finding);
} sinkway_finding_list;
typedef struct sinkway_config_list {
  void *data;
  void (*add)(void *data, const sinkway_pair *pairs, size_t count); /* one whole task configuration */
} sinkway_config_list;

/* A connector: one per connector of a worker, may be absent. All calls [connector-thread]; they may wait for a server. */
typedef struct sinkway_connector sinkway_connector;
struct sinkway_connector {
  uint32_t struct_size;
  uint32_t reserved;
  void *plugin_data;
  /* Checks what one option alone cannot: combinations, servers. Findings are per key. OK also when there are findings. */
  void (*validate)(sinkway_connector *connector, const sinkway_finding_list *findings, sinkway_outcome *outcome);
  /* One configuration for each task, at most `max_tasks`. NULL: copies of the connector's. */
  void (*task_configs)(sinkway_connector *connector, int32_t max_tasks, const sinkway_config_list *configs,
                       sinkway_outcome *outcome);
  void (*destroy)(sinkway_connector *connector);
  const void *(*get_extension)(sinkway_connector *connector, sinkway_string id);
};

/* A partition that arrives. The host fills the upper part, `open` the lower one. */
typedef struct sinkway_open_partition {
  const sinkway_string *topic;
  int32_t partition;
  int32_t reserved;
  uint64_t generation;
  int64_t host_start; /* where the host would start: the group's committed offset, else auto.offset.reset as a number */
  int64_t next_offset; /* out: the first offset that this task wants; host_start when it keeps none of its own */
  int64_t epoch;       /* out: counts owners; 0 when the plugin keeps none */
} sinkway_open_partition;

/* A task: the one that writes. */
typedef struct sinkway_task sinkway_task;
struct sinkway_task {
  uint32_t struct_size;
  uint32_t reserved;
  void *plugin_data;
  void (*start)(sinkway_task *task, sinkway_outcome *outcome);                                            /* [writer-thread] */
  void (*open)(sinkway_task *task, sinkway_open_partition *partitions, size_t count, sinkway_outcome *outcome); /* [writer-thread] */
  void (*put)(sinkway_task *task, const sinkway_batch *batch, sinkway_outcome *outcome);                  /* [writer-thread] */
  void (*pre_commit)(sinkway_task *task, sinkway_position *positions, size_t count, sinkway_outcome *outcome); /* [writer-thread] */
  void (*close)(sinkway_task *task, const sinkway_position *positions, size_t count, int32_t lost,
                sinkway_outcome *outcome);                                                                /* [writer-thread] */
  void (*stop)(sinkway_task *task);                                                                       /* [writer-thread] */
  void (*cancel)(sinkway_task *task);                                                                     /* [any-thread] */
  void (*destroy)(sinkway_task *task);                                                                    /* [writer-thread] */
  const void *(*get_extension)(sinkway_task *task, sinkway_string id);                                    /* [any-thread] */
};

enum { SINKWAY_KIND_SINK = 1 };

/* What one class of a plugin is. Readable without starting anything. */
typedef struct sinkway_descriptor sinkway_descriptor;
struct sinkway_descriptor {
  uint32_t struct_size;
  int32_t kind;
  sinkway_string name;           /* dotted class name, e.g. io.sinkway.table.TableSinkConnector */
  const sinkway_string *aliases; /* Java class names that users already write, and simple names */
  size_t alias_count;
  sinkway_string version;
  sinkway_string documentation;
  const sinkway_option *options;
  size_t option_count;
  uint32_t option_size; /* stride of `options` */
  uint32_t reserved;
  /* NULL: no connector object; options alone are checked, task configurations are copies. [connector-thread] */
  sinkway_connector *(*create_connector)(const sinkway_descriptor *descriptor, const sinkway_host *host);
  /* NULL answer: could not be made. [writer-thread] */
  sinkway_task *(*create_task)(const sinkway_descriptor *descriptor, const sinkway_host *host);
};

/* The exported symbol. */
typedef struct sinkway_entry {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  /* Once, before any other call; 1: ready. [any-thread] */
  int32_t (*init)(void);
  void (*deinit)(void);
  size_t (*descriptor_count)(void);
  const sinkway_descriptor *(*descriptor_at)(size_t index);
} sinkway_entry;

/* Extension of a task: "this task keeps its positions itself; never fall back to Kafka's after the first open". */
#define SINKWAY_EXT_EXACTLY_ONCE "sinkway.exactly-once/1"
typedef struct sinkway_exactly_once {
  uint32_t struct_size;
  int32_t active; /* 0: this configuration delivers at least once */
} sinkway_exactly_once;

/* Extension of a task: "records must carry their raw bytes, also without a dead letter queue". Asked after the start
 * that answered OK, before the first open; the struct is lent for the life of the task. Raw bytes cost a copy. */
#define SINKWAY_EXT_RAW_RECORDS "sinkway.raw-records/1"
typedef struct sinkway_raw_records {
  uint32_t struct_size;
  int32_t wanted; /* 0: this configuration does not need them */
} sinkway_raw_records;

/* Extension of a task: "records may come without headers", so that the worker need not read them. Asked together with raw-records;
 * without it records have their headers. They may come all the same. (since ABI 1.8) */
#define SINKWAY_EXT_HEADERS "sinkway.headers/1"
typedef struct sinkway_headers {
  uint32_t struct_size;
  int32_t wanted; /* 0: this configuration looks at none */
} sinkway_headers;

/* Extension of a task: the columns that the target has, for converters. Read after each open that answered OK; of a redrive's
 * task, after start. */
#define SINKWAY_EXT_SCHEMA_HINT "sinkway.schema-hint/1"
typedef struct sinkway_hint_column {
  sinkway_string name;
  uint8_t tag; /* the value that suits the column best; SINKWAY_STRING when nothing better is known */
  uint8_t reserved[7];
} sinkway_hint_column;
typedef struct sinkway_schema_hint {
  uint32_t struct_size;
  uint32_t ignores_unmatched; /* 1: fields without a column are ignored, converters may skip them */
  const sinkway_hint_column *columns;
  size_t column_count;
} sinkway_schema_hint;
typedef struct sinkway_schema_hint_source {
  uint32_t struct_size;
  uint32_t reserved;
  /* 1: `hint` filled, lent until the next call into the task; 0: nothing known for this topic. [writer-thread] */
  int32_t (*get_hint)(sinkway_task *task, sinkway_string topic, sinkway_schema_hint *hint);
} sinkway_schema_hint_source;

/* Takes a text from the callee during the call it was handed to; at most one counts, the last. */
typedef struct sinkway_text_sink {
  void *data;
  void (*put)(void *data, sinkway_string text);
} sinkway_text_sink;

/* Extension of a connector: named questions with JSON in and out, for people and tools. `changes` is 1 when the answer may
 * change something: the host asks such a question only while no task of the connector runs. An unknown question: FATAL with
 * the error id sinkway.no_such_question; a wrong argument: DATA_ERROR. [connector-thread] */
#define SINKWAY_EXT_QUERY "sinkway.query/1"
#define SINKWAY_NO_SUCH_QUESTION "sinkway.no_such_question"
typedef struct sinkway_query {
  uint32_t struct_size;
  uint32_t reserved;
  void (*ask)(sinkway_connector *connector, sinkway_string question, int32_t changes, sinkway_string argument,
              const sinkway_text_sink *answer, sinkway_outcome *outcome);
} sinkway_query;

/* Extension of a connector: what its validation has found out and is no fault, as findings whose messages are notes for
 * people (the statements that would make a table). Asked once, right after `validate` has answered OK, of the same object;
 * nothing is looked at anew. [connector-thread] */
#define SINKWAY_EXT_NOTES "sinkway.notes/1"
typedef struct sinkway_notes {
  uint32_t struct_size;
  uint32_t reserved;
  void (*tell)(sinkway_connector *connector, const sinkway_finding_list *notes, sinkway_outcome *outcome);
} sinkway_notes;

/* Extension of a task: what it does at present and why, as one JSON object without values of records. Asked for now and then
 * after a put. [writer-thread] */
#define SINKWAY_EXT_REPORT "sinkway.report/1"
typedef struct sinkway_report {
  uint32_t struct_size;
  uint32_t reserved;
  void (*get)(sinkway_task *task, const sinkway_text_sink *answer);
} sinkway_report;

#ifdef __cplusplus
}
#endif
#endif
