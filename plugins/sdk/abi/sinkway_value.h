/* Values, schemas, shapes, records and batches as they cross the line between the host and a plugin.
 *
 * Plain C11. No function here, only data. Ownership: everything reachable from a batch is lent by the host until the
 * `put` that received it returns; shapes, schemas and topic names are lent for the life of the task, at stable
 * addresses (cache column bindings by the pointer of a shape). Text is UTF-8, checked by the host, never terminated
 * by a zero byte; its length is always beside it.
 *
 * Growth: a struct that begins with `struct_size` may grow at its end; a reader looks at no field beyond that size.
 * sinkway_string, sinkway_value and sinkway_header are fixed for ever. Records and positions lie in arrays whose
 * stride is told by the batch (`record_size`, `position_size`): never index them as a C array of today's size. */
#ifndef SINKWAY_VALUE_H
#define SINKWAY_VALUE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Text or bytes lent by somebody else. `data` may be NULL when `size` is 0. */
typedef struct sinkway_string {
  const char *data;
  size_t size;
} sinkway_string;

/* What a value is. Numbers are part of the ABI. */
enum {
  SINKWAY_ABSENT = 0,        /* the field is not there (differs from null: a column default applies) */
  SINKWAY_NULL = 1,
  SINKWAY_BOOL = 2,          /* as.integer is 0 or 1 */
  SINKWAY_INT8 = 3,          /* as.integer, sign-extended; the same for all integers */
  SINKWAY_INT16 = 4,
  SINKWAY_INT32 = 5,
  SINKWAY_INT64 = 6,
  SINKWAY_FLOAT32 = 7,       /* as.number holds the float widened to a double */
  SINKWAY_FLOAT64 = 8,       /* as.number */
  SINKWAY_STRING = 9,        /* as.text, length bytes of UTF-8 */
  SINKWAY_BYTES = 10,        /* as.bytes, length bytes */
  SINKWAY_DECIMAL = 11,      /* as.bytes: unscaled integer, two's complement, big-endian; value = unscaled * 10^-scale */
  SINKWAY_DATE = 12,         /* as.integer: days since 1970-01-01, UTC */
  SINKWAY_TIME_MS = 13,      /* as.integer: milliseconds since midnight */
  SINKWAY_TIME_US = 14,      /* as.integer: microseconds since midnight */
  SINKWAY_TIMESTAMP_MS = 15, /* as.integer: milliseconds since 1970-01-01T00:00:00Z */
  SINKWAY_TIMESTAMP_US = 16, /* as.integer: microseconds since 1970-01-01T00:00:00Z */
  SINKWAY_ARRAY = 17,        /* as.items: length values */
  SINKWAY_MAP = 18,          /* as.items: length entries, 2 * length values: key, value, key, value ... */
  SINKWAY_STRUCT = 19        /* as.object: shape and values */
};

/* Bits of sinkway_value.flags. */
enum {
  SINKWAY_FLAG_DEFAULT_FILLED = 1, /* the producer sent null or nothing; the default of the schema stands here */
  SINKWAY_FLAG_MISSING = 2         /* beside it: nothing was sent, not even null (since ABI 1.6) */
};

struct sinkway_struct;

/* One value, 16 bytes. */
typedef struct sinkway_value {
  uint8_t tag;
  uint8_t flags;
  int16_t scale;   /* of a SINKWAY_DECIMAL, also for schemaless records; 0 otherwise */
  uint32_t length; /* bytes of text, bytes, decimals; elements of arrays; entries of maps; fields of structs */
  union {
    int64_t integer;
    double number;
    const char *text;
    const uint8_t *bytes;
    const struct sinkway_value *items;
    const struct sinkway_struct *object;
  } as;
} sinkway_value;

/* A Kafka Connect schema: what a value with schema is declared to be. Immutable, lives as long as the task. */
typedef struct sinkway_schema {
  uint32_t struct_size;
  uint8_t type;                                /* one of the tags: the base type as Connect knows it (INT64 for a Timestamp) */
  uint8_t optional;                            /* 0 or 1 */
  int16_t scale;                               /* of org.apache.kafka.connect.data.Decimal, else 0 */
  sinkway_string name;                         /* logical name, e.g. org.apache.kafka.connect.data.Timestamp; empty: none */
  int32_t version;                             /* 0: none */
  uint32_t field_count;                        /* of a struct */
  const sinkway_string *field_names;           /* field_count names in order */
  const struct sinkway_schema *const *fields;  /* field_count schemas */
  const struct sinkway_schema *key_schema;     /* of a map */
  const struct sinkway_schema *element_schema; /* of an array; the values of a map */
  const sinkway_value *default_value;          /* NULL: no default */
} sinkway_schema;

/* The interned field names of structs that look alike. One address for the life of the task. */
typedef struct sinkway_shape {
  uint32_t struct_size;
  uint32_t field_count;
  const sinkway_string *names;  /* field_count names in the order of the values */
  const sinkway_schema *schema; /* NULL for schemaless data */
  uint64_t id;                  /* counts up from 1 in the order of first sight */
} sinkway_shape;

/* The body of a struct value: its shape, then shape->field_count values in the order of the names. */
typedef struct sinkway_struct {
  const sinkway_shape *shape;
  sinkway_value values[1]; /* really shape->field_count of them */
} sinkway_struct;

/* A record header. Names may repeat; order is kept. */
typedef struct sinkway_header {
  sinkway_string name;
  sinkway_value value;
  const sinkway_schema *schema; /* NULL: schemaless */
} sinkway_header;

/* The bytes of a message as Kafka held them; present where a dead letter queue needs them, or a
 * task that asks for them (sinkway.raw-records/1). */
typedef struct sinkway_raw {
  sinkway_string key;   /* data NULL: null key */
  sinkway_string value; /* data NULL: tombstone */
} sinkway_raw;

/* A header as Kafka held it; lent together with the sinkway_raw it belongs to. */
typedef struct sinkway_raw_header {
  sinkway_string name;
  sinkway_string value; /* data NULL: null */
} sinkway_raw_header;

/* One sink record. Coordinates exist twice: as Kafka knows them, and as transformations left them. */
typedef struct sinkway_record {
  const sinkway_string *topic;          /* after transformations */
  const sinkway_string *original_topic; /* as consumed; offsets are kept by this one */
  int32_t partition;                    /* after transformations */
  int32_t original_partition;
  int64_t offset;         /* as consumed */
  int64_t timestamp;      /* milliseconds since 1970-01-01T00:00:00Z; -1: none */
  int32_t timestamp_type; /* 0 none, 1 create time, 2 log append time */
  uint32_t header_count;
  const sinkway_header *headers;
  const sinkway_raw *raw; /* NULL: not kept */
  sinkway_value key;
  sinkway_value value;
  const sinkway_schema *key_schema; /* NULL: schemaless */
  const sinkway_schema *value_schema;
} sinkway_record;

/* Where one partition stands before and after a batch. `expected` is the position before it, `next_offset` the first
 * offset after everything that the batch covers, also records that were filtered, reported or skipped. */
typedef struct sinkway_position {
  const sinkway_string *topic; /* original topic */
  int32_t partition;
  uint32_t reserved;
  uint64_t generation; /* of the assignment */
  int64_t expected;
  int64_t next_offset;
} sinkway_position;

/* A record that could not be converted and is left out as errors.tolerance=all says: the host has counted and told it, and with
 * a dead letter queue it is on its way there. For plugins that keep dead letters of their own. The texts hold no values of it. */
typedef struct sinkway_unconverted {
  const sinkway_string *topic; /* as consumed */
  int32_t partition;
  int32_t timestamp_type; /* 0 none, 1 create time, 2 log append time */
  int64_t offset;         /* inside the position of its partition */
  int64_t timestamp;      /* milliseconds since 1970-01-01T00:00:00Z; -1: none */
  const sinkway_raw *raw; /* NULL: not kept */
  sinkway_string stage;    /* Connect's name: KEY_CONVERTER, VALUE_CONVERTER, HEADER_CONVERTER */
  sinkway_string error_id; /* stable, e.g. json.type; may be empty */
  sinkway_string reason;
} sinkway_unconverted;

/* Records that are put together. May have positions and no records at all: the positions still count. */
typedef struct sinkway_batch {
  uint32_t struct_size;
  uint32_t record_size;   /* stride of `records` in bytes */
  uint32_t position_size; /* stride of `positions` in bytes */
  uint32_t reserved;
  uint64_t sequence; /* the same number when the same batch is put again */
  size_t record_count;
  const sinkway_record *records;
  size_t position_count;
  const sinkway_position *positions;
  size_t unconverted_count; /* since 1.5, as all that follows: look at struct_size first */
  const sinkway_unconverted *unconverted;
  uint32_t unconverted_size; /* stride of `unconverted` in bytes */
  uint32_t reserved2;
} sinkway_batch;

#ifdef __cplusplus
}
#endif
#endif
