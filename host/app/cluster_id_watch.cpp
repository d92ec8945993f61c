#include "host/app/cluster_id_watch.hpp"

#include "host/base/backoff.hpp"
#include "host/kafka/admin.hpp"
#include "host/kafka/client_config.hpp"

namespace sinkway::app {
namespace {

// Short, since the end of the worker waits for a try that is under way.
constexpr Milliseconds kTry{500};
constexpr Milliseconds kFirstPause{500};
constexpr Milliseconds kLongestPause{30'000};

}  // namespace

ConfigMap admin_properties(const ConfigMap& worker) {
  ConfigMap properties{{"client.id", "sinkway-worker"}};
  for (const auto& [key, value] : kafka::worker_admin_properties(worker)) properties.set(key, value);
  return properties;
}

ClusterIdWatch::ClusterIdWatch(const ConfigMap& worker, std::function<void(const std::string& id)> found,
                               const Logger& log)
    : thread_([this, properties = admin_properties(worker), found = std::move(found), log] {
        watch(properties, found, log);
      }) {}

ClusterIdWatch::~ClusterIdWatch() {
  {
    const std::lock_guard guard(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ClusterIdWatch::watch(const ConfigMap& properties, const std::function<void(const std::string& id)>& found,
                           const Logger& log) {
  auto translated = kafka::translate(kafka::ClientKind::admin, properties, log);
  if (!translated) return log.error("the id of the Kafka cluster stays unknown: {}", translated.error().text());
  auto admin = kafka::Admin::make(*translated);
  if (!admin) return log.error("the id of the Kafka cluster stays unknown: {}", admin.error().text());
  Backoff backoff(kFirstPause, kLongestPause, 1);
  bool told = false;
  do {
    if (const auto id = (*admin)->cluster_id(kTry)) {
      if (told) log.info("Kafka answers");
      return found(*id);
    } else if (!told) {
      log.warn("Kafka does not answer yet at {}: {}", properties.get_or("bootstrap.servers", ""), id.error().text());
      told = true;
    }
  } while (pause(backoff.next()));
}

// False: the watch is to end.
bool ClusterIdWatch::pause(Milliseconds delay) {
  std::unique_lock guard(mutex_);
  return !changed_.wait_for(guard, delay, [this] { return ended_; });
}

}  // namespace sinkway::app
