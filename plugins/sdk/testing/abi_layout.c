/* Prints the ABI as text, and holds it against abi.golden: a change without a step of the version breaks the build.
 *
 *   abi-layout print HEADER...            what the compiler makes of the headers
 *   abi-layout check GOLDEN HEADER...     0: as recorded; 1: different
 *   abi-layout rewrite GOLDEN HEADER...   records a change, if the version has been stepped
 *
 * It is also the proof that the headers are C11. */
#define _POSIX_C_SOURCE 200809L

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/sdk/abi/sinkway_sink.h"

static FILE *out;

#define STRUCT(name) fprintf(out, "struct sinkway_%s size %zu\n", #name, sizeof(struct sinkway_##name))
#define FIELD(name, field)                                                                          \
  fprintf(out, "  %s at %zu size %zu\n", #field, offsetof(struct sinkway_##name, field),             \
          sizeof(((struct sinkway_##name *)0)->field))
#define NUMBER(name) fprintf(out, "SINKWAY_%s %d\n", #name, (int)SINKWAY_##name)
#define TEXT(name) fprintf(out, "SINKWAY_%s %s\n", #name, SINKWAY_##name)

static void print_version(void) { fprintf(out, "abi %d.%d\n", SINKWAY_ABI_MAJOR, SINKWAY_ABI_MINOR); }

static void print_structs(void) {
  STRUCT(string);
    FIELD(string, data); FIELD(string, size);
  STRUCT(value);
    FIELD(value, tag); FIELD(value, flags); FIELD(value, scale); FIELD(value, length); FIELD(value, as);
  STRUCT(schema);
    FIELD(schema, struct_size); FIELD(schema, type); FIELD(schema, optional); FIELD(schema, scale);
    FIELD(schema, name); FIELD(schema, version); FIELD(schema, field_count); FIELD(schema, field_names);
    FIELD(schema, fields); FIELD(schema, key_schema); FIELD(schema, element_schema); FIELD(schema, default_value);
  STRUCT(shape);
    FIELD(shape, struct_size); FIELD(shape, field_count); FIELD(shape, names); FIELD(shape, schema);
    FIELD(shape, id);
  STRUCT(struct);
    FIELD(struct, shape); FIELD(struct, values);
  STRUCT(header);
    FIELD(header, name); FIELD(header, value); FIELD(header, schema);
  STRUCT(raw);
    FIELD(raw, key); FIELD(raw, value);
  STRUCT(raw_header);
    FIELD(raw_header, name); FIELD(raw_header, value);
  STRUCT(record);
    FIELD(record, topic); FIELD(record, original_topic); FIELD(record, partition); FIELD(record, original_partition);
    FIELD(record, offset); FIELD(record, timestamp); FIELD(record, timestamp_type); FIELD(record, header_count);
    FIELD(record, headers); FIELD(record, raw); FIELD(record, key); FIELD(record, value); FIELD(record, key_schema);
    FIELD(record, value_schema);
  STRUCT(position);
    FIELD(position, topic); FIELD(position, partition); FIELD(position, reserved); FIELD(position, generation);
    FIELD(position, expected); FIELD(position, next_offset);
  STRUCT(batch);
    FIELD(batch, struct_size); FIELD(batch, record_size); FIELD(batch, position_size); FIELD(batch, reserved);
    FIELD(batch, sequence); FIELD(batch, record_count); FIELD(batch, records); FIELD(batch, position_count);
    FIELD(batch, positions); FIELD(batch, unconverted_count); FIELD(batch, unconverted); FIELD(batch, unconverted_size);
    FIELD(batch, reserved2);
  STRUCT(unconverted);
    FIELD(unconverted, topic); FIELD(unconverted, partition); FIELD(unconverted, timestamp_type); FIELD(unconverted, offset);
    FIELD(unconverted, timestamp); FIELD(unconverted, raw); FIELD(unconverted, stage); FIELD(unconverted, error_id);
    FIELD(unconverted, reason);
  STRUCT(pair);
    FIELD(pair, key); FIELD(pair, value);
  STRUCT(errant);
    FIELD(errant, struct_size); FIELD(errant, reserved); FIELD(errant, record_index); FIELD(errant, stage);
    FIELD(errant, error_id); FIELD(errant, reason); FIELD(errant, field);
  STRUCT(host);
    FIELD(host, struct_size); FIELD(host, reserved); FIELD(host, host_data); FIELD(host, connector);
    FIELD(host, task); FIELD(host, reserved2); FIELD(host, log); FIELD(host, config_count); FIELD(host, config_at);
    FIELD(host, make_metric); FIELD(host, record_metric); FIELD(host, report_errant); FIELD(host, flush_errant);
    FIELD(host, request_commit); FIELD(host, pause_partition); FIELD(host, resume_partition);
    FIELD(host, monotonic_ms); FIELD(host, cancel_descriptor); FIELD(host, is_cancelled); FIELD(host, is_current);
    FIELD(host, get_extension);
  STRUCT(outcome);
    FIELD(outcome, struct_size); FIELD(outcome, code); FIELD(outcome, reason); FIELD(outcome, hint);
    FIELD(outcome, error_id); FIELD(outcome, retry_after_ms); FIELD(outcome, record_index);
  STRUCT(option);
    FIELD(option, struct_size); FIELD(option, type); FIELD(option, importance); FIELD(option, width);
    FIELD(option, order); FIELD(option, check); FIELD(option, name); FIELD(option, default_value);
    FIELD(option, required); FIELD(option, reserved); FIELD(option, group); FIELD(option, display_name);
    FIELD(option, documentation); FIELD(option, minimum); FIELD(option, maximum); FIELD(option, allowed);
    FIELD(option, allowed_count); FIELD(option, dependents); FIELD(option, dependent_count); FIELD(option, aliases);
    FIELD(option, alias_count);
  STRUCT(finding);
    FIELD(finding, key); FIELD(finding, message);
  STRUCT(finding_list);
    FIELD(finding_list, data); FIELD(finding_list, add);
  STRUCT(config_list);
    FIELD(config_list, data); FIELD(config_list, add);
  STRUCT(connector);
    FIELD(connector, struct_size); FIELD(connector, reserved); FIELD(connector, plugin_data);
    FIELD(connector, validate); FIELD(connector, task_configs); FIELD(connector, destroy);
    FIELD(connector, get_extension);
  STRUCT(open_partition);
    FIELD(open_partition, topic); FIELD(open_partition, partition); FIELD(open_partition, reserved);
    FIELD(open_partition, generation); FIELD(open_partition, host_start); FIELD(open_partition, next_offset);
    FIELD(open_partition, epoch);
  STRUCT(task);
    FIELD(task, struct_size); FIELD(task, reserved); FIELD(task, plugin_data); FIELD(task, start); FIELD(task, open);
    FIELD(task, put); FIELD(task, pre_commit); FIELD(task, close); FIELD(task, stop); FIELD(task, cancel);
    FIELD(task, destroy); FIELD(task, get_extension);
  STRUCT(descriptor);
    FIELD(descriptor, struct_size); FIELD(descriptor, kind); FIELD(descriptor, name); FIELD(descriptor, aliases);
    FIELD(descriptor, alias_count); FIELD(descriptor, version); FIELD(descriptor, documentation);
    FIELD(descriptor, options); FIELD(descriptor, option_count); FIELD(descriptor, option_size);
    FIELD(descriptor, reserved); FIELD(descriptor, create_connector); FIELD(descriptor, create_task);
  STRUCT(entry);
    FIELD(entry, struct_size); FIELD(entry, abi_major); FIELD(entry, abi_minor); FIELD(entry, init);
    FIELD(entry, deinit); FIELD(entry, descriptor_count); FIELD(entry, descriptor_at);
  STRUCT(exactly_once);
    FIELD(exactly_once, struct_size); FIELD(exactly_once, active);
  STRUCT(raw_records);
    FIELD(raw_records, struct_size); FIELD(raw_records, wanted);
  STRUCT(headers);
    FIELD(headers, struct_size); FIELD(headers, wanted);
  STRUCT(hint_column);
    FIELD(hint_column, name); FIELD(hint_column, tag); FIELD(hint_column, reserved);
  STRUCT(schema_hint);
    FIELD(schema_hint, struct_size); FIELD(schema_hint, ignores_unmatched); FIELD(schema_hint, columns);
    FIELD(schema_hint, column_count);
  STRUCT(schema_hint_source);
    FIELD(schema_hint_source, struct_size); FIELD(schema_hint_source, reserved); FIELD(schema_hint_source, get_hint);
  STRUCT(text_sink);
    FIELD(text_sink, data); FIELD(text_sink, put);
  STRUCT(query);
    FIELD(query, struct_size); FIELD(query, reserved); FIELD(query, ask);
  STRUCT(notes);
    FIELD(notes, struct_size); FIELD(notes, reserved); FIELD(notes, tell);
  STRUCT(raw_headers);
    FIELD(raw_headers, struct_size); FIELD(raw_headers, reserved); FIELD(raw_headers, of);
  STRUCT(next_batch);
    FIELD(next_batch, struct_size); FIELD(next_batch, reserved); FIELD(next_batch, descriptor); FIELD(next_batch, of);
  STRUCT(report);
    FIELD(report, struct_size); FIELD(report, reserved); FIELD(report, get);
}

static void print_numbers(void) {
  NUMBER(ABSENT); NUMBER(NULL); NUMBER(BOOL); NUMBER(INT8); NUMBER(INT16); NUMBER(INT32); NUMBER(INT64);
  NUMBER(FLOAT32); NUMBER(FLOAT64); NUMBER(STRING); NUMBER(BYTES); NUMBER(DECIMAL); NUMBER(DATE); NUMBER(TIME_MS);
  NUMBER(TIME_US); NUMBER(TIMESTAMP_MS); NUMBER(TIMESTAMP_US); NUMBER(ARRAY); NUMBER(MAP); NUMBER(STRUCT);
  NUMBER(FLAG_DEFAULT_FILLED); NUMBER(FLAG_MISSING); NUMBER(LOG_TRACE); NUMBER(LOG_DEBUG); NUMBER(LOG_INFO); NUMBER(LOG_WARN);
  NUMBER(LOG_ERROR); NUMBER(COUNTER); NUMBER(GAUGE); NUMBER(HISTOGRAM); NUMBER(ERRANT_ACCEPTED);
  NUMBER(ERRANT_INTOLERANT); NUMBER(OK); NUMBER(RETRIABLE); NUMBER(DATA_ERROR); NUMBER(FATAL); NUMBER(FENCED);
  NUMBER(TYPE_BOOLEAN); NUMBER(TYPE_STRING); NUMBER(TYPE_INT); NUMBER(TYPE_SHORT); NUMBER(TYPE_LONG);
  NUMBER(TYPE_DOUBLE); NUMBER(TYPE_LIST); NUMBER(TYPE_CLASS); NUMBER(TYPE_PASSWORD); NUMBER(IMPORTANCE_HIGH);
  NUMBER(IMPORTANCE_MEDIUM); NUMBER(IMPORTANCE_LOW); NUMBER(WIDTH_NONE); NUMBER(WIDTH_SHORT); NUMBER(WIDTH_MEDIUM);
  NUMBER(WIDTH_LONG); NUMBER(CHECK_NONE); NUMBER(CHECK_RANGE); NUMBER(CHECK_ONE_OF); NUMBER(CHECK_NON_EMPTY);
  NUMBER(CHECK_ONE_OF_ANY_CASE);
  NUMBER(KIND_SINK);
  TEXT(ENTRY_SYMBOL); TEXT(EXT_EXACTLY_ONCE); TEXT(EXT_RAW_RECORDS); TEXT(EXT_HEADERS); TEXT(EXT_SCHEMA_HINT); TEXT(EXT_QUERY);
  TEXT(EXT_REPORT); TEXT(NO_SUCH_QUESTION); TEXT(EXT_NOTES);
  TEXT(EXT_RAW_HEADERS);
  TEXT(EXT_NEXT_BATCH);
}

/* Types of functions have no offsets: a hash (FNV-1a) of the header without comments and blanks sees their changes. */
static void print_declarations(const char *path) {
  FILE *header = fopen(path, "r");
  uint64_t hash = UINT64_C(14695981039346656037);
  int c, before = 0, in_comment = 0;
  if (header == NULL) {
    perror(path);
    exit(2);
  }
  while ((c = fgetc(header)) != EOF) {
    if (!in_comment && c == '/') {
      int next = fgetc(header);
      if (next == '*') in_comment = 1;
      else ungetc(next, header);
    } else if (in_comment) {
      if (before == '*' && c == '/') in_comment = 0;
      before = in_comment ? c : 0;
      continue;
    }
    if (!in_comment && !isspace(c)) hash = (hash ^ (uint64_t)c) * UINT64_C(1099511628211);
    before = 0;
  }
  fclose(header);
  const char *slash = strrchr(path, '/');
  fprintf(out, "declarations of %s %016" PRIx64 "\n", slash == NULL ? path : slash + 1, hash);
}

static char *layout(char **headers, int count) {
  char *text = NULL;
  size_t size = 0;
  out = open_memstream(&text, &size);
  if (out == NULL) exit(2);
  print_version();
  print_structs();
  print_numbers();
  for (int i = 0; i < count; ++i) print_declarations(headers[i]);
  fclose(out);
  return text;
}

/* NULL: there is no such file. */
static char *contents(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = NULL;
  size_t size = 0;
  if (file == NULL) return NULL;
  if (getdelim(&text, &size, '\0', file) < 0 && text != NULL) text[0] = '\0';
  fclose(file);
  return text;
}

static int same_version(const char *a, const char *b) {
  const size_t length = strcspn(a, "\n");
  return length == strcspn(b, "\n") && strncmp(a, b, length) == 0;
}

static int check(const char *golden, const char *now, int rewrite) {
  char *before = contents(golden);
  const int same = before != NULL && strcmp(before, now) == 0;
  const int stepped = before == NULL || !same_version(before, now);
  free(before);
  if (same) return 0;
  if (rewrite && stepped) {
    FILE *file = fopen(golden, "w");
    if (file == NULL || fputs(now, file) < 0 || fclose(file) != 0) return perror(golden), 2;
    return 0;
  }
  fprintf(stderr, "The plugin ABI is not the one recorded in %s (see: diff <(abi-layout print HEADERS) %s).\n%s", golden, golden,
          stepped ? "The version has been stepped: record the change with abi-layout rewrite.\n"
                  : "Plugins that exist would break. Step SINKWAY_ABI_MINOR in sinkway_sink.h for an addition at the end of a struct\n"
                    "that tells its size, SINKWAY_ABI_MAJOR for anything else, then record the change with abi-layout rewrite.\n");
  return 1;
}

int main(int count, char **words) {
  const int prints = count >= 3 && strcmp(words[1], "print") == 0;
  const int checks = count >= 4 && strcmp(words[1], "check") == 0, rewrites = count >= 4 && strcmp(words[1], "rewrite") == 0;
  if (!prints && !checks && !rewrites) {
    fputs("usage: abi-layout print HEADER... | check GOLDEN HEADER... | rewrite GOLDEN HEADER...\n", stderr);
    return 2;
  }
  char *now = prints ? layout(words + 2, count - 2) : layout(words + 3, count - 3);
  const int failed = prints ? fputs(now, stdout) < 0 : check(words[2], now, rewrites);
  free(now);
  return failed;
}
