/* A small plugin in C that keeps every rule. PLUGIN_CLASS and PLUGIN_VERSION are set by the build. */
#include <stdlib.h>
#include <string.h>

#include "plugins/sdk/abi/sinkway_sink.h"

#define TEXT(literal) {literal, sizeof(literal) - 1}

static void fine(sinkway_outcome *outcome) { outcome->code = SINKWAY_OK; }

static void start(sinkway_task *task, sinkway_outcome *outcome) {
  (void)task;
  fine(outcome);
}

static void open_all(sinkway_task *task, sinkway_open_partition *partitions, size_t count, sinkway_outcome *outcome) {
  (void)task;
  for (size_t i = 0; i < count; ++i) {
    partitions[i].next_offset = partitions[i].host_start;
    partitions[i].epoch = 0;
  }
  fine(outcome);
}

static void put(sinkway_task *task, const sinkway_batch *batch, sinkway_outcome *outcome) {
  (void)task;
  (void)batch;
  fine(outcome);
}

static void pre_commit(sinkway_task *task, sinkway_position *positions, size_t count, sinkway_outcome *outcome) {
  (void)task;
  (void)positions;
  (void)count;
  fine(outcome);
}

static void close_some(sinkway_task *task, const sinkway_position *positions, size_t count, int32_t lost, sinkway_outcome *outcome) {
  (void)task;
  (void)positions;
  (void)count;
  (void)lost;
  fine(outcome);
}

static void ignore(sinkway_task *task) { (void)task; }
static void destroy(sinkway_task *task) { free(task); }

static const void *no_extension(sinkway_task *task, sinkway_string id) {
  (void)task;
  (void)id;
  return NULL;
}

static sinkway_task *create_task(const sinkway_descriptor *descriptor, const sinkway_host *host) {
  (void)descriptor;
  (void)host;
  const sinkway_task made = {sizeof(sinkway_task), 0, NULL, start, open_all, put, pre_commit, close_some, ignore, ignore, destroy,
                             no_extension};
  sinkway_task *task = malloc(sizeof made);
  if (task != NULL) *task = made;
  return task;
}

static const sinkway_option kOptions[] = {
    {.struct_size = sizeof(sinkway_option),
     .type = SINKWAY_TYPE_INT,
     .importance = SINKWAY_IMPORTANCE_HIGH,
     .order = -1,
     .check = SINKWAY_CHECK_RANGE,
     .minimum = 1,
     .maximum = 9,
     .name = TEXT("level"),
     .default_value = TEXT("3"),
     .documentation = TEXT("How high.")}};

static const sinkway_descriptor kDescriptor = {.struct_size = sizeof(sinkway_descriptor),
                                               .kind = SINKWAY_KIND_SINK,
                                               .name = TEXT(PLUGIN_CLASS),
                                               .version = TEXT(PLUGIN_VERSION),
                                               .documentation = TEXT("Takes everything, keeps nothing."),
                                               .options = kOptions,
                                               .option_count = 1,
                                               .option_size = sizeof(sinkway_option),
                                               .create_task = create_task};

static int32_t init(void) { return 1; }
static void deinit(void) {}
static size_t count(void) { return 1; }
static const sinkway_descriptor *at(size_t index) { return index == 0 ? &kDescriptor : NULL; }

__attribute__((visibility("default"))) const sinkway_entry sinkway_plugin = {
    sizeof(sinkway_entry), SINKWAY_ABI_MAJOR, SINKWAY_ABI_MINOR, init, deinit, count, at};
