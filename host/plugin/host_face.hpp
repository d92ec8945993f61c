// The functions of sinkway_host over TaskServices: what a plugin may ask of its host.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "host/plugin/sink_task_proxy.hpp"
#include "plugins/sdk/abi/sinkway_host.h"

// What a plugin holds of a time series.
struct sinkway_metric {
  std::shared_ptr<sinkway::Metric> series;
};

namespace sinkway::plugin {

// Belongs to one object of a plugin and outlives it. Functions that are not tagged [any-thread] are refused outside of a call that
// the host makes into the object, and from any other thread than the one that makes it: they answer as if there were nothing, and
// the log names the function once.
class HostFace {
 public:
  HostFace(std::string_view plugin, TaskServices& services);
  HostFace(const HostFace&) = delete;
  HostFace& operator=(const HostFace&) = delete;

  [[nodiscard]] const sinkway_host* get() const { return &face_; }

  // The span of one call into the plugin, on the thread that makes it. `records` is the size of the batch during put.
  class Call {
   public:
    explicit Call(HostFace& host, std::size_t records = 0);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    HostFace& host_;
  };

 private:
  struct Functions;
  [[nodiscard]] bool may_call(const char* function) const;
  void complain(const char* function, std::string_view why) const;
  [[nodiscard]] sinkway_metric* make_metric(int kind, std::string_view name, std::string_view help, const MetricLabels& labels);
  [[nodiscard]] bool report_errant(const sinkway_errant& errant);

  std::string plugin_;
  TaskServices& services_;
  sinkway_host face_{};
  std::map<std::string, sinkway_metric> metrics_;  // by kind, name and labels: asking twice makes nothing new
  std::atomic<std::thread::id> calling_{};
  std::size_t records_ = 0;
  mutable std::atomic<bool> complained_ = false;
};

}  // namespace sinkway::plugin
