/* What the host offers to a connector or task of a plugin.
 *
 * One sinkway_host belongs to one object and is lent from its creation until its destruction. Thread tags:
 *   [connector-thread] calls of a connector      [writer-thread] calls of a task      [any-thread] any thread
 * A call from another thread is refused by the fake host and by debug builds of the worker. */
#ifndef SINKWAY_HOST_H
#define SINKWAY_HOST_H

#include "sinkway_value.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SINKWAY_LOG_TRACE = 0, SINKWAY_LOG_DEBUG = 1, SINKWAY_LOG_INFO = 2, SINKWAY_LOG_WARN = 3, SINKWAY_LOG_ERROR = 4 };

/* A key with a text: a log field, a metric label, a line of a configuration. */
typedef struct sinkway_pair {
  sinkway_string key;
  sinkway_string value;
} sinkway_pair;

enum { SINKWAY_COUNTER = 0, SINKWAY_GAUGE = 1, SINKWAY_HISTOGRAM = 2 };

/* An opaque metric made by the host; valid until the object that asked for it is destroyed. */
typedef struct sinkway_metric sinkway_metric;

/* Answers of report_errant. */
enum {
  SINKWAY_ERRANT_ACCEPTED = 0,  /* counted and, with a dead letter queue, on its way there: leave the record out */
  SINKWAY_ERRANT_INTOLERANT = 1 /* errors.tolerance=none: answer DATA_ERROR with the index of this record */
};

/* A record that cannot be delivered. */
typedef struct sinkway_errant {
  uint32_t struct_size;
  uint32_t reserved;
  size_t record_index;     /* in the batch of the running put */
  sinkway_string stage;    /* Connect's name, e.g. TASK_PUT */
  sinkway_string error_id; /* stable, e.g. table.too_long */
  sinkway_string reason;   /* without values of the record */
  sinkway_string field;    /* column or field at fault; may be empty */
} sinkway_errant;

typedef struct sinkway_host sinkway_host;
struct sinkway_host {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_data;

  /* The name of the connector, and the number of the task (-1 for a connector). [any-thread] */
  sinkway_string connector;
  int32_t task;
  int32_t reserved2;

  /* Writes a line. `fields` may be NULL when `field_count` is 0. Never values of records, never secrets. [any-thread] */
  void (*log)(const sinkway_host *host, int32_t level, sinkway_string text, const sinkway_pair *fields, size_t field_count);

  /* The configuration, resolved: placeholders of config providers are replaced. Order as written.
   * [connector-thread] [writer-thread] */
  size_t (*config_count)(const sinkway_host *host);
  sinkway_pair (*config_at)(const sinkway_host *host, size_t index);

  /* Makes (or finds) a metric; `kind` is SINKWAY_COUNTER, SINKWAY_GAUGE or SINKWAY_HISTOGRAM. `name` in base units, e.g.
   * sinkway_table_rows_total; the host adds the labels `connector` and, of a task, `task`. NULL when the host knows another
   * kind of that name. `record_metric` adds to a counter, sets a gauge, observes into a histogram. [connector-thread]
   * [writer-thread] / [any-thread] */
  sinkway_metric *(*make_metric)(const sinkway_host *host, int32_t kind, sinkway_string name, sinkway_string help,
                                 const sinkway_pair *labels, size_t label_count);
  void (*record_metric)(const sinkway_host *host, sinkway_metric *metric, double value);

  /* Hands over a record that cannot be delivered; see the answers above. [writer-thread], during put */
  int32_t (*report_errant)(const sinkway_host *host, const sinkway_errant *errant);
  /* Waits until every reported dead letter is acknowledged. 1: all are; 0: not within the time. [writer-thread] */
  int32_t (*flush_errant)(const sinkway_host *host, int64_t timeout_ms);

  /* Asks for a commit of positions soon. [writer-thread] */
  void (*request_commit)(const sinkway_host *host);
  /* Stops and restarts the flow of one partition. [writer-thread] */
  void (*pause_partition)(const sinkway_host *host, sinkway_string topic, int32_t partition);
  void (*resume_partition)(const sinkway_host *host, sinkway_string topic, int32_t partition);

  /* Milliseconds of a clock that never goes back. [any-thread] */
  int64_t (*monotonic_ms)(const sinkway_host *host);

  /* A descriptor that becomes readable when the running call should return soon (RETRIABLE). Wait for it together with
   * your own sockets; never read from it, never close it. [writer-thread] */
  int32_t (*cancel_descriptor)(const sinkway_host *host);
  /* 1 while the running call should return soon. [any-thread] */
  int32_t (*is_cancelled)(const sinkway_host *host);
  /* 1 if the assignment generation of this partition is still the task's own: look again right before acquiring.
   * [writer-thread] */
  int32_t (*is_current)(const sinkway_host *host, sinkway_string topic, int32_t partition, uint64_t generation);

  /* An extension by id; NULL when the host does not know it. [any-thread] */
  const void *(*get_extension)(const sinkway_host *host, sinkway_string id);
};

/* Extension of the host: the headers of a record as Kafka held them, where its raw bytes are kept; the header converter may
 * have lost what they were. */
#define SINKWAY_EXT_RAW_HEADERS "sinkway.raw-headers/1"
typedef struct sinkway_raw_headers {
  uint32_t struct_size;
  uint32_t reserved;
  /* `raw`: of a record of the running put, not NULL. Answers how many there are; `headers` is lent as long as the batch.
   * [writer-thread] */
  size_t (*of)(const sinkway_raw *raw, const sinkway_raw_header **headers);
} sinkway_raw_headers;

/* Extension of the host: what waits behind the batch of the running put, so that a plugin that waits for its server can get
 * its next put ready meanwhile. (since ABI 1.7) */
#define SINKWAY_EXT_NEXT_BATCH "sinkway.next-batch/1"
typedef struct sinkway_next_batch {
  uint32_t struct_size;
  uint32_t reserved;
  /* A descriptor that becomes readable when a batch may wait; `of` makes it calm again. Never read from it, never close it.
   * [writer-thread] */
  int32_t (*descriptor)(const sinkway_host *host);
  /* NULL: nothing waits yet. The answer is lent until the running put returns; its records stay where they are until their own
   * put. A forecast: what is put next is that batch only if its sequence, `records` and `record_count` are the same, and then
   * its positions may still be fewer. Nothing of it may be reported. [writer-thread], during put */
  const sinkway_batch *(*of)(const sinkway_host *host);
} sinkway_next_batch;

#ifdef __cplusplus
}
#endif
#endif
