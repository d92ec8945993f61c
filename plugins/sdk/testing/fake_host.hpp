// A host in memory that listens, remembers, checks the thread tags and can misbehave.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_host.h"
#include "plugins/sdk/cpp/config.hpp"
#include "plugins/sdk/testing/sample_batch.hpp"

namespace sinkway::sdk::testing {

// What the host answers; change it between calls.
struct Behaviour {
  bool tolerant = true;       // false: errors.tolerance=none, every report is answered INTOLERANT
  bool flushes = true;        // false: dead letters are never acknowledged
  bool gives_metrics = true;  // false: make_metric answers NULL
  bool is_current = true;     // false: every assignment generation is over
};

// A time series; the plugin holds its address as a sinkway_metric.
struct FakeMetric {
  int kind;
  std::string name;
  std::vector<double> recorded;
};

// A report as it came.
struct ReportedErrant {
  std::size_t record_index;
  std::string stage, error_id, reason, field;
};

// Serves one object of a plugin. Make it before the object, give it each call by a Call on the stack of the calling thread, and
// say ended() after destroy; it outlives the object, so that a late call is found and not undefined. What the plugin does against
// its tags is in violations(). Reading functions [any-thread].
class FakeHost {
 public:
  FakeHost(std::string connector, int task, Config::Entries config);
  ~FakeHost() {
    ::close(cancel_descriptor_);
    ::close(next_descriptor_);
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  [[nodiscard]] const sinkway_host* get() const { return &face_; }
  Behaviour behaviour;

  // The span of a call into the object, on the thread that makes it. `records`: the size of the batch during put.
  class Call {
   public:
    explicit Call(FakeHost& host, std::size_t records = 0, bool is_put = false) : host_(host) {
      const std::lock_guard lock(host_.mutex_);
      host_.caller_ = std::this_thread::get_id();
      host_.records_ = records;
      host_.in_put_ = is_put;
    }
    ~Call() {
      const std::lock_guard lock(host_.mutex_);
      host_.caller_ = std::thread::id{};
      host_.in_put_ = false;
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    FakeHost& host_;
  };

  // Makes the cancel descriptor readable, or calm again.
  void cancel() {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(cancelled_, true)) eventfd_write(cancel_descriptor_, 1);
  }
  void calm() {
    const std::lock_guard lock(mutex_);
    eventfd_t count = 0;
    if (std::exchange(cancelled_, false)) eventfd_read(cancel_descriptor_, &count);
  }
  // This batch, lent, waits behind the running put or the one to come; nothing: none does.
  void next_is(std::optional<sinkway_batch> batch) {
    const std::lock_guard lock(mutex_);
    next_ = batch;
    if (next_) eventfd_write(next_descriptor_, 1);
  }
  void ended() { with([](FakeHost& self) { self.ended_ = true; }); }

  [[nodiscard]] std::vector<std::string> violations() const { return read(violations_); }
  [[nodiscard]] std::vector<ReportedErrant> errants() const { return read(errants_); }
  [[nodiscard]] std::vector<std::string> log_lines() const { return read(log_lines_); }  // "LEVEL text key=value ..."
  [[nodiscard]] std::set<std::pair<std::string, int>> paused() const { return read(paused_); }
  [[nodiscard]] int commit_requests() const { return read(commit_requests_); }
  // What was recorded under a name, all labels together.
  [[nodiscard]] std::vector<double> recorded(std::string_view name) const;
  // The sum of what was recorded under a name, of the series with this label ("method=copy"; empty: all).
  [[nodiscard]] double total(std::string_view name, std::string_view label = "") const;
  void forget_errants() { with([](FakeHost& self) { self.errants_.clear(); }); }

 private:
  struct Functions;
  template <typename T>
  [[nodiscard]] T read(const T& member) const {
    const std::lock_guard lock(mutex_);
    return member;
  }
  template <typename Change>
  void with(Change change) {
    const std::lock_guard lock(mutex_);
    change(*this);
  }
  void violated(const std::string& what) { violations_.push_back(what); }
  bool may_call(const char* function, bool only_in_put = false);

  mutable std::mutex mutex_;
  std::string connector_;
  Config::Entries config_;
  int cancel_descriptor_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int next_descriptor_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::optional<sinkway_batch> next_;
  bool cancelled_ = false;
  bool ended_ = false;
  std::thread::id caller_{};
  std::size_t records_ = 0;
  bool in_put_ = false;
  std::vector<std::string> violations_;
  std::vector<ReportedErrant> errants_;
  std::vector<std::string> log_lines_;
  std::map<std::string, FakeMetric> metrics_;
  std::set<std::pair<std::string, int>> paused_;
  int commit_requests_ = 0;
  sinkway_host face_{};
};

// The functions of sinkway_host. Each takes the lock; none calls back into the plugin.
struct FakeHost::Functions {
  static FakeHost& of(const sinkway_host* host) noexcept { return *static_cast<FakeHost*>(host->host_data); }

  static void log(const sinkway_host* host, std::int32_t level, sinkway_string text, const sinkway_pair* fields,
                  std::size_t count) noexcept {
    static constexpr std::string_view kLevels[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
    of(host).with([&](FakeHost& self) {
      if (self.ended_) self.violated("log after destroy");
      if (level < SINKWAY_LOG_TRACE || level > SINKWAY_LOG_ERROR) return self.violated("log with an unknown level");
      if (count > 0 && fields == nullptr) return self.violated("log with fields that are counted but not there");
      std::string line = std::string(kLevels[level]) + " " + std::string(view(text));
      for (std::size_t i = 0; i < count; ++i)
        line.append(" ").append(view(fields[i].key)).append("=").append(view(fields[i].value));
      self.log_lines_.push_back(std::move(line));
    });
  }

  static std::size_t config_count(const sinkway_host* host) noexcept {
    std::size_t count = 0;
    of(host).with([&](FakeHost& self) { count = self.may_call("config_count") ? self.config_.size() : 0; });
    return count;
  }

  static sinkway_pair config_at(const sinkway_host* host, std::size_t index) noexcept {
    sinkway_pair pair{};
    of(host).with([&](FakeHost& self) {
      if (!self.may_call("config_at")) return;
      if (index >= self.config_.size()) return self.violated("config_at beyond config_count");
      pair = {lend(self.config_[index].first), lend(self.config_[index].second)};
    });
    return pair;
  }

  static sinkway_metric* make_metric(const sinkway_host* host, std::int32_t kind, sinkway_string name, sinkway_string help,
                                     const sinkway_pair* labels, std::size_t count) noexcept {
    FakeMetric* metric = nullptr;
    of(host).with([&](FakeHost& self) {
      if (!self.may_call("make_metric") || !self.behaviour.gives_metrics) return;
      if (kind < SINKWAY_COUNTER || kind > SINKWAY_HISTOGRAM) return self.violated("make_metric with an unknown kind");
      if (name.size == 0 || help.size == 0) return self.violated("make_metric without a name or a help text");
      std::string identity(view(name));
      for (std::size_t i = 0; i < count; ++i)
        identity.append("\n").append(view(labels[i].key)).append("=").append(view(labels[i].value));
      metric = &self.metrics_.try_emplace(identity, FakeMetric{kind, std::string(view(name)), {}}).first->second;
      if (metric->kind != kind) metric = nullptr;
    });
    return reinterpret_cast<sinkway_metric*>(metric);
  }

  static void record_metric(const sinkway_host* host, sinkway_metric* metric, double value) noexcept {
    of(host).with([&](FakeHost& self) {
      if (self.ended_) return self.violated("record_metric after destroy");
      if (metric == nullptr) return self.violated("record_metric with NULL");
      reinterpret_cast<FakeMetric*>(metric)->recorded.push_back(value);
    });
  }

  static std::int32_t report_errant(const sinkway_host* host, const sinkway_errant* errant) noexcept {
    bool accepted = false;
    of(host).with([&](FakeHost& self) {
      if (!self.may_call("report_errant", true)) return;
      if (errant == nullptr || errant->struct_size < sizeof(sinkway_errant))
        return self.violated("report_errant with a short struct");
      if (errant->record_index >= self.records_) return self.violated("report_errant of a record that the batch does not have");
      if (errant->reason.size == 0) return self.violated("report_errant without a reason");
      self.errants_.push_back({errant->record_index, std::string(view(errant->stage)), std::string(view(errant->error_id)),
                               std::string(view(errant->reason)), std::string(view(errant->field))});
      accepted = self.behaviour.tolerant;
    });
    return accepted ? SINKWAY_ERRANT_ACCEPTED : SINKWAY_ERRANT_INTOLERANT;
  }

  static std::int32_t flush_errant(const sinkway_host* host, std::int64_t timeout_ms) noexcept {
    bool flushed = false;
    of(host).with([&](FakeHost& self) {
      if (timeout_ms < 0) self.violated("flush_errant with a negative time");
      flushed = self.may_call("flush_errant") && self.behaviour.flushes;
    });
    return flushed ? 1 : 0;
  }

  static void request_commit(const sinkway_host* host) noexcept {
    of(host).with([](FakeHost& self) { self.commit_requests_ += self.may_call("request_commit") ? 1 : 0; });
  }

  static void pause_partition(const sinkway_host* host, sinkway_string topic, std::int32_t partition) noexcept {
    of(host).with([&](FakeHost& self) {
      if (self.may_call("pause_partition")) self.paused_.emplace(view(topic), partition);
    });
  }

  static void resume_partition(const sinkway_host* host, sinkway_string topic, std::int32_t partition) noexcept {
    of(host).with([&](FakeHost& self) {
      if (self.may_call("resume_partition")) self.paused_.erase({std::string(view(topic)), partition});
    });
  }

  static std::int64_t monotonic_ms(const sinkway_host*) noexcept {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }

  static std::int32_t cancel_descriptor(const sinkway_host* host) noexcept {
    int descriptor = -1;
    of(host).with([&](FakeHost& self) { descriptor = self.may_call("cancel_descriptor") ? self.cancel_descriptor_ : -1; });
    return descriptor;
  }

  static std::int32_t is_cancelled(const sinkway_host* host) noexcept { return of(host).read(of(host).cancelled_) ? 1 : 0; }

  static std::int32_t is_current(const sinkway_host* host, sinkway_string, std::int32_t, std::uint64_t) noexcept {
    bool current = false;
    of(host).with([&](FakeHost& self) { current = self.may_call("is_current") && self.behaviour.is_current; });
    return current ? 1 : 0;
  }

  static std::size_t raw_headers(const sinkway_raw* raw, const sinkway_raw_header** headers) noexcept {
    const auto* sample = static_cast<const SampleRaw*>(static_cast<const void*>(raw));
    *headers = sample->headers.data();
    return sample->headers.size();
  }
  static std::int32_t next_batch_descriptor(const sinkway_host* host) noexcept {
    int descriptor = -1;
    of(host).with([&](FakeHost& self) { descriptor = self.may_call("next_batch_descriptor") ? self.next_descriptor_ : -1; });
    return descriptor;
  }
  static const sinkway_batch* next_batch(const sinkway_host* host) noexcept {
    const sinkway_batch* next = nullptr;
    of(host).with([&](FakeHost& self) {
      if (self.may_call("next_batch", true) && self.next_) next = &*self.next_;
      eventfd_t count = 0;
      eventfd_read(self.next_descriptor_, &count);
    });
    return next;
  }
  static const void* get_extension(const sinkway_host*, sinkway_string id) noexcept {
    static constexpr sinkway_raw_headers kRawHeaders{sizeof(sinkway_raw_headers), 0, raw_headers};
    static constexpr sinkway_next_batch kNextBatch{sizeof(sinkway_next_batch), 0, next_batch_descriptor, next_batch};
    if (view(id) == SINKWAY_EXT_RAW_HEADERS) return &kRawHeaders;
    return view(id) == SINKWAY_EXT_NEXT_BATCH ? &kNextBatch : nullptr;
  }
};

inline FakeHost::FakeHost(std::string connector, int task, Config::Entries config)
    : connector_(std::move(connector)), config_(std::move(config)) {
  face_ = {sizeof(sinkway_host),        0,
           this,                        lend(connector_),
           task,                        0,
           Functions::log,              Functions::config_count,
           Functions::config_at,        Functions::make_metric,
           Functions::record_metric,    Functions::report_errant,
           Functions::flush_errant,     Functions::request_commit,
           Functions::pause_partition,  Functions::resume_partition,
           Functions::monotonic_ms,     Functions::cancel_descriptor,
           Functions::is_cancelled,     Functions::is_current,
           Functions::get_extension};
}

inline std::vector<double> FakeHost::recorded(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::vector<double> all;
  for (const auto& [identity, metric] : metrics_)
    if (metric.name == name) all.insert(all.end(), metric.recorded.begin(), metric.recorded.end());
  return all;
}

inline double FakeHost::total(std::string_view name, std::string_view label) const {
  const std::lock_guard lock(mutex_);
  double sum = 0;
  for (const auto& [identity, metric] : metrics_) {
    const bool labelled = label.empty() || (identity + "\n").find("\n" + std::string(label) + "\n") != std::string::npos;
    if (metric.name == name && labelled) for (const double one : metric.recorded) sum += one;
  }
  return sum;
}

inline bool FakeHost::may_call(const char* function, bool only_in_put) {
  if (ended_) return violated(std::string(function) + " after destroy"), false;
  if (caller_ != std::this_thread::get_id())
    return violated(std::string(function) + " outside of a call, or from another thread than that of the call"), false;
  if (only_in_put && !in_put_) return violated(std::string(function) + " outside of put"), false;
  return true;
}

}  // namespace sinkway::sdk::testing
