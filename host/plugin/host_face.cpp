#include "host/plugin/host_face.hpp"

#include <algorithm>
#include <chrono>

#include "host/data/raw_message.hpp"
#include "host/plugin/lent_text.hpp"

namespace sinkway::plugin {
namespace {

LogLevel level_of(std::int32_t level) {
  constexpr LogLevel kLevels[] = {LogLevel::trace, LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error};
  return kLevels[std::clamp<std::int32_t>(level, SINKWAY_LOG_TRACE, SINKWAY_LOG_ERROR)];
}

constexpr std::string_view kConnector = "connector", kTask = "task";

// The host's own labels come first; what a plugin says of them does not count.
MetricLabels labels_of(const TaskServices& services, const sinkway_pair* labels, std::size_t count) {
  MetricLabels made{{std::string(kConnector), services.connector()}};
  if (services.task() >= 0) made.emplace_back(kTask, std::to_string(services.task()));
  for (std::size_t i = 0; labels != nullptr && i < count; ++i) {
    std::string key = copied(labels[i].key);
    if (key != kConnector && key != kTask) made.emplace_back(std::move(key), copied(labels[i].value));
  }
  return made;
}

}  // namespace

// noexcept throughout: an exception must not unwind through a plugin.
struct HostFace::Functions {
  static HostFace& of(const sinkway_host* host) noexcept { return *static_cast<HostFace*>(host->host_data); }

  static void log(const sinkway_host* host, std::int32_t level, sinkway_string text, const sinkway_pair* fields,
                  std::size_t count) noexcept {
    Logger log = of(host).services_.log();
    if (!log.enabled(level_of(level))) return;
    for (std::size_t i = 0; fields != nullptr && i < count; ++i) log = log.with(copied(fields[i].key), copied(fields[i].value));
    log.line(level_of(level), copied(text));
  }

  static std::size_t config_count(const sinkway_host* host) noexcept {
    return of(host).may_call("config_count") ? of(host).services_.config().size() : 0;
  }

  static sinkway_pair config_at(const sinkway_host* host, std::size_t index) noexcept {
    const sinkway_string nothing{nullptr, 0};
    if (!of(host).may_call("config_at")) return {nothing, nothing};
    const ConfigMap& config = of(host).services_.config();
    if (index >= config.size()) return {nothing, nothing};
    const auto& [key, value] = *(config.begin() + static_cast<std::ptrdiff_t>(index));
    return {lend(key), value ? lend(*value) : nothing};
  }

  static sinkway_metric* make_metric(const sinkway_host* host, std::int32_t kind, sinkway_string name, sinkway_string help,
                                     const sinkway_pair* labels, std::size_t count) noexcept {
    if (!of(host).may_call("make_metric")) return nullptr;
    return of(host).make_metric(kind, copied(name), copied(help), labels_of(of(host).services_, labels, count));
  }

  static void record_metric(const sinkway_host*, sinkway_metric* metric, double value) noexcept {
    if (metric != nullptr) metric->series->record(value);
  }

  static std::int32_t report_errant(const sinkway_host* host, const sinkway_errant* errant) noexcept {
    const bool accepted = of(host).may_call("report_errant") && errant != nullptr && of(host).report_errant(*errant);
    return accepted ? SINKWAY_ERRANT_ACCEPTED : SINKWAY_ERRANT_INTOLERANT;
  }

  static std::int32_t flush_errant(const sinkway_host* host, std::int64_t timeout_ms) noexcept {
    return of(host).may_call("flush_errant") && of(host).services_.flush_errant(Milliseconds(timeout_ms)) ? 1 : 0;
  }

  static void request_commit(const sinkway_host* host) noexcept {
    if (of(host).may_call("request_commit")) of(host).services_.request_commit();
  }

  static void pause_partition(const sinkway_host* host, sinkway_string topic, std::int32_t partition) noexcept {
    if (of(host).may_call("pause_partition")) of(host).services_.pause_partition(copied(topic), partition);
  }

  static void resume_partition(const sinkway_host* host, sinkway_string topic, std::int32_t partition) noexcept {
    if (of(host).may_call("resume_partition")) of(host).services_.resume_partition(copied(topic), partition);
  }

  static std::int64_t monotonic_ms(const sinkway_host*) noexcept {
    return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }

  static std::int32_t cancel_descriptor(const sinkway_host* host) noexcept {
    return of(host).may_call("cancel_descriptor") ? of(host).services_.cancel_descriptor() : -1;
  }

  static std::int32_t is_cancelled(const sinkway_host* host) noexcept { return of(host).services_.is_cancelled() ? 1 : 0; }

  static std::int32_t is_current(const sinkway_host* host, sinkway_string topic, std::int32_t partition,
                                 std::uint64_t generation) noexcept {
    return of(host).may_call("is_current") && of(host).services_.is_current(view(topic), partition, generation) ? 1 : 0;
  }

  static std::size_t raw_headers(const sinkway_raw* raw, const sinkway_raw_header** headers) noexcept {
    const auto* message = static_cast<const RawMessage*>(static_cast<const void*>(raw));
    *headers = message->headers;
    return message->header_count;
  }

  static std::int32_t next_batch_descriptor(const sinkway_host* host) noexcept {
    return of(host).may_call("next_batch_descriptor") ? of(host).services_.next_batch_descriptor() : -1;
  }

  static const sinkway_batch* next_batch(const sinkway_host* host) noexcept {
    return of(host).may_call("next_batch") ? of(host).services_.next_batch() : nullptr;
  }

  static const void* get_extension(const sinkway_host*, sinkway_string id) noexcept {
    static constexpr sinkway_raw_headers kRawHeaders{sizeof(sinkway_raw_headers), 0, raw_headers};
    static constexpr sinkway_next_batch kNextBatch{sizeof(sinkway_next_batch), 0, next_batch_descriptor, next_batch};
    if (view(id) == SINKWAY_EXT_RAW_HEADERS) return &kRawHeaders;
    return view(id) == SINKWAY_EXT_NEXT_BATCH ? &kNextBatch : nullptr;
  }
};

HostFace::HostFace(std::string_view plugin, TaskServices& services)
    : plugin_(plugin),
      services_(services),
      face_{sizeof(sinkway_host),        0,
            this,                        lend(services.connector()),
            services.task(),             0,
            Functions::log,              Functions::config_count,
            Functions::config_at,        Functions::make_metric,
            Functions::record_metric,    Functions::report_errant,
            Functions::flush_errant,     Functions::request_commit,
            Functions::pause_partition,  Functions::resume_partition,
            Functions::monotonic_ms,     Functions::cancel_descriptor,
            Functions::is_cancelled,     Functions::is_current,
            Functions::get_extension} {}

bool HostFace::may_call(const char* function) const {
  if (calling_.load() == std::this_thread::get_id()) return true;
  complain(function, "outside of a call of the host, or from another thread than that of the call");
  return false;
}

void HostFace::complain(const char* function, std::string_view why) const {
  if (!complained_.exchange(true)) services_.log().error("{} is at fault: it used {} {}; refused", plugin_, function, why);
}

sinkway_metric* HostFace::make_metric(int kind, std::string_view name, std::string_view help, const MetricLabels& labels) {
  constexpr MetricKind kKinds[] = {MetricKind::counter, MetricKind::gauge, MetricKind::histogram};
  if (kind < SINKWAY_COUNTER || kind > SINKWAY_HISTOGRAM) return nullptr;
  std::string identity = std::to_string(kind) + '\0' + std::string(name);
  for (const auto& [key, value] : labels) identity += '\0' + key + '\0' + value;
  if (const auto known = metrics_.find(identity); known != metrics_.end()) return &known->second;
  auto series = services_.metrics().make(kKinds[kind], name, help, labels);
  if (series == nullptr) return nullptr;
  return &metrics_.emplace(std::move(identity), sinkway_metric{std::move(series)}).first->second;
}

bool HostFace::report_errant(const sinkway_errant& errant) {
  if (errant.struct_size < sizeof(sinkway_errant)) {
    complain("report_errant", "with a struct shorter than the ABI's");
    return false;
  }
  if (errant.record_index >= records_) {
    complain("report_errant", "with the index of a record that the batch does not have");
    return false;
  }
  const std::string stage = copied(errant.stage), error_id = copied(errant.error_id), reason = copied(errant.reason),
                    field = copied(errant.field);
  return services_.report_errant({errant.record_index, stage, error_id, reason, field});
}

HostFace::Call::Call(HostFace& host, std::size_t records) : host_(host) {
  host_.records_ = records;
  host_.calling_.store(std::this_thread::get_id());
}

HostFace::Call::~Call() {
  host_.calling_.store(std::thread::id{});
  host_.records_ = 0;
}

}  // namespace sinkway::plugin
