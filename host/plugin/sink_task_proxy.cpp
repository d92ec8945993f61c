#include "host/plugin/sink_task_proxy.hpp"

#include <fmt/format.h>

#include <string_view>

#include "host/plugin/host_face.hpp"
#include "host/plugin/lent_text.hpp"
#include "host/plugin/plugin_call.hpp"

namespace sinkway::plugin {
namespace {

std::string place_of(TopicName topic, std::int32_t partition) { return fmt::format("{}-{}", view(*topic), partition); }

}  // namespace

struct SinkTaskProxy::State {
  State(const sinkway_descriptor& descriptor, TaskServices& services)
      : plugin(copied(descriptor.name)), log(services.log()), host(plugin, services) {}

  // An extension of the task whose struct is at least as long as T.
  template <typename T>
  const T* extension(std::string_view id) {
    if (task->get_extension == nullptr) return nullptr;
    const HostFace::Call call(host);
    const T* found = static_cast<const T*>(task->get_extension(task, lend(id)));
    return found != nullptr && found->struct_size >= sizeof(T) ? found : nullptr;
  }

  std::string plugin;
  Logger log;
  HostFace host;
  sinkway_task* task = nullptr;
};

Result<std::unique_ptr<SinkTaskProxy>> SinkTaskProxy::create(const sinkway_descriptor& descriptor, TaskServices& services) {
  auto state = std::make_unique<State>(descriptor, services);
  if (descriptor.create_task == nullptr) return Error(broken_rule(state->plugin, "create_task", "the function is NULL").text());
  const HostFace::Call call(state->host);
  try {
    state->task = descriptor.create_task(&descriptor, state->host.get());
  } catch (...) {
    return Error(broken_rule(state->plugin, "create_task", "an exception left it").text());
  }
  if (state->task == nullptr)
    return Error(fmt::format("the plugin {} could not make a task", state->plugin)).with_hint("its reason stands in the log");
  if (state->task->struct_size < sizeof(sinkway_task))
    return Error(broken_rule(state->plugin, "create_task", "the struct of the task is shorter than the ABI's").text());
  return std::unique_ptr<SinkTaskProxy>(new SinkTaskProxy(std::move(state)));
}

SinkTaskProxy::SinkTaskProxy(std::unique_ptr<State> state) : state_(std::move(state)) {}

SinkTaskProxy::~SinkTaskProxy() {
  if (state_->task->destroy == nullptr) {
    state_->log.error("{}", broken_rule(state_->plugin, "destroy", "the function is NULL").text());
    return;
  }
  const HostFace::Call call(state_->host);
  state_->task->destroy(state_->task);
}

Outcome SinkTaskProxy::start() {
  const HostFace::Call call(state_->host);
  return call_plugin(state_->plugin, "start", state_->task->start, state_->task);
}

Outcome SinkTaskProxy::open(std::span<sinkway_open_partition> partitions) {
  for (auto& partition : partitions) partition.next_offset = -1;
  const HostFace::Call call(state_->host);
  Outcome outcome = call_plugin(state_->plugin, "open", state_->task->open, state_->task, partitions.data(), partitions.size());
  for (const auto& partition : partitions)
    if (outcome.ok() && partition.next_offset < 0)
      return broken_rule(state_->plugin, "open", "it left no next offset for " + place_of(partition.topic, partition.partition));
  return outcome;
}

Outcome SinkTaskProxy::put(const sinkway_batch& batch) {
  const HostFace::Call call(state_->host, batch.record_count);
  Outcome outcome = call_plugin(state_->plugin, "put", state_->task->put, state_->task, &batch);
  // DATA_ERROR takes exactly one record out of the batch: without a valid index the same batch would come for ever.
  if (outcome.record_index && *outcome.record_index >= batch.record_count)
    return broken_rule(state_->plugin, "put",
                       fmt::format("its outcome names record {} of {}", *outcome.record_index, batch.record_count));
  return outcome;
}

Outcome SinkTaskProxy::pre_commit(std::span<Position> positions) {
  const std::vector<Position> before(positions.begin(), positions.end());
  const HostFace::Call call(state_->host);
  Outcome outcome =
      call_plugin(state_->plugin, "pre_commit", state_->task->pre_commit, state_->task, positions.data(), positions.size());
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const bool raised = positions[i].next_offset > before[i].next_offset;
    const std::int64_t allowed = raised ? before[i].next_offset : positions[i].next_offset;
    positions[i] = before[i];
    positions[i].next_offset = allowed;
    if (raised && outcome.ok())
      outcome = broken_rule(state_->plugin, "pre_commit",
                            "it raised the position of " + place_of(before[i].topic, before[i].partition));
  }
  return outcome;
}

Outcome SinkTaskProxy::close(std::span<const Position> positions, bool lost) {
  const HostFace::Call call(state_->host);
  return call_plugin(state_->plugin, "close", state_->task->close, state_->task, positions.data(), positions.size(),
                     static_cast<std::int32_t>(lost ? 1 : 0));
}

void SinkTaskProxy::stop() {
  if (state_->task->stop == nullptr) return;
  const HostFace::Call call(state_->host);
  try {
    state_->task->stop(state_->task);
  } catch (...) {
    state_->log.error("{}", broken_rule(state_->plugin, "stop", "an exception left it").text());
  }
}

void SinkTaskProxy::cancel() {
  if (state_->task->cancel != nullptr) state_->task->cancel(state_->task);
}

bool SinkTaskProxy::keeps_offsets() const {
  const auto* told = state_->extension<sinkway_exactly_once>(SINKWAY_EXT_EXACTLY_ONCE);
  return told != nullptr && told->active != 0;
}

bool SinkTaskProxy::wants_raw_records() const {
  const auto* told = state_->extension<sinkway_raw_records>(SINKWAY_EXT_RAW_RECORDS);
  return told != nullptr && told->wanted != 0;
}

bool SinkTaskProxy::wants_headers() const {
  const auto* told = state_->extension<sinkway_headers>(SINKWAY_EXT_HEADERS);
  return told == nullptr || told->wanted != 0;
}

std::string SinkTaskProxy::report() {
  const auto* source = state_->extension<sinkway_report>(SINKWAY_EXT_REPORT);
  if (source == nullptr || source->get == nullptr) return "";
  std::string told;
  const sinkway_text_sink answer{&told, take_text};
  const HostFace::Call call(state_->host);
  source->get(state_->task, &answer);
  return told;
}

std::optional<SinkTaskProxy::Hint> SinkTaskProxy::schema_hint(std::string_view topic) {
  const auto* source = state_->extension<sinkway_schema_hint_source>(SINKWAY_EXT_SCHEMA_HINT);
  if (source == nullptr || source->get_hint == nullptr) return std::nullopt;
  sinkway_schema_hint told{};
  told.struct_size = sizeof(told);
  const HostFace::Call call(state_->host);
  if (source->get_hint(state_->task, lend(topic), &told) != 1) return std::nullopt;
  Hint hint;
  hint.ignores_unmatched = told.ignores_unmatched == 1;
  for (std::size_t i = 0; told.columns != nullptr && i < told.column_count; ++i) {
    const auto& column = told.columns[i];
    const bool known = column.tag > SINKWAY_NULL && column.tag <= SINKWAY_STRUCT;
    hint.columns.emplace_back(copied(column.name), known ? static_cast<Tag>(column.tag) : Tag::string);
  }
  return hint;
}

}  // namespace sinkway::plugin
