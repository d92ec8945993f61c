// A broker in memory and consumers of it whose group does what the test says.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/kafka/consumer.hpp"

namespace sinkway::test {

struct ScriptedPlace {
  std::string topic;
  std::int32_t partition = 0;
  auto operator<=>(const ScriptedPlace&) const = default;
};

class ScriptedConsumer;

// Topics, the group's offsets, and the members in life. [any-thread]
class ScriptedBroker {
 public:
  struct Stored {
    std::optional<std::string> key, value;
    std::int64_t offset;
    std::int64_t timestamp;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  };

  void produce(const std::string& topic, std::int32_t partition, std::optional<std::string> value,
               std::optional<std::string> key = {}, std::vector<std::pair<std::string, std::optional<std::string>>> headers = {});
  // The next offset is skipped, as a transaction marker or compaction would.
  void skip_offset(const std::string& topic, std::int32_t partition);
  [[nodiscard]] std::int64_t end(const ScriptedPlace& at) const;
  [[nodiscard]] std::optional<std::int64_t> committed(const ScriptedPlace& at) const;
  void set_committed(const ScriptedPlace& at, std::int64_t offset);

  // The answer of the next start_offsets calls; nothing: as it should be.
  std::function<std::optional<Error>()> on_start_offsets;
  // What a commit becomes; nothing: it is stored and acknowledged.
  std::function<std::optional<Error>()> on_commit;
  bool holds_commit_answers = false;  // until release_commit_answers() of the consumer
  [[nodiscard]] bool is_member(const ScriptedConsumer* consumer) const {
    const std::lock_guard guard(mutex_);
    return std::find(members_.begin(), members_.end(), consumer) != members_.end();
  }
  // What rules the consumers saw broken.
  std::vector<std::string> violations;

 private:
  friend class ScriptedConsumer;
  mutable std::recursive_mutex mutex_;
  std::map<ScriptedPlace, std::deque<Stored>> logs_;
  std::map<ScriptedPlace, std::int64_t> ends_;
  std::map<ScriptedPlace, std::int64_t> committed_;
  std::vector<ScriptedConsumer*> members_;
};

// One member. The group part is moved by the test: assign, revoke, lose, trouble. As the real one: no other event of the group
// while a revocation is not answered; nothing is fetched before start_fetching. Breaches are noted in the broker.
class ScriptedConsumer final : public kafka::Consumer {
 public:
  ScriptedConsumer(ScriptedBroker& broker, TopicNames& names, int event_descriptor)
      : broker_(broker), names_(names), descriptor_(event_descriptor) {
    const std::lock_guard guard(broker_.mutex_);
    broker_.members_.push_back(this);
  }
  ~ScriptedConsumer() override {
    const std::lock_guard guard(broker_.mutex_);
    std::erase(broker_.members_, this);
  }

  // --- The script. [any-thread]
  void assign(std::vector<ScriptedPlace> places) {
    const std::lock_guard guard(broker_.mutex_);
    queued_.push_back({Kind::assign, std::move(places)});
    wake();
  }
  void revoke(std::vector<ScriptedPlace> places = {}) { leave(Kind::revoke, std::move(places)); }
  void lose() { leave(Kind::lose, {}); }
  void trouble(kafka::ClientTrouble trouble) {
    const std::lock_guard guard(broker_.mutex_);
    events_.push_back(std::move(trouble));
    wake();
  }
  void release_commit_answers() {
    const std::lock_guard guard(broker_.mutex_);
    for (auto& one : held_answers_) events_.push_back(std::move(one));
    held_answers_.clear();
    wake();
  }
  void wake() const {
    constexpr std::uint64_t kOne = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &kOne, sizeof kOne);
  }

  [[nodiscard]] bool subscribed() const { return subscribed_; }
  [[nodiscard]] std::size_t assigned() const {
    const std::lock_guard guard(broker_.mutex_);
    return assigned_.size();
  }
  [[nodiscard]] bool has(const ScriptedPlace& place) const {
    const std::lock_guard guard(broker_.mutex_);
    return std::find(assigned_.begin(), assigned_.end(), place) != assigned_.end();
  }
  // Assignments, revocations and whatever else is under way are done.
  [[nodiscard]] bool quiet() const {
    const std::lock_guard guard(broker_.mutex_);
    return queued_.empty() && !revoking_;
  }
  int rejoins = 0;
  int fetcher_wakes = 0;
  std::vector<std::pair<ScriptedPlace, std::int64_t>> started;  // each start_fetching

  // --- The consumer. [reader-thread]
  Result<void> subscribe(const std::vector<std::string>&, const std::string&) override {
    subscribed_ = true;
    return {};
  }

  std::optional<kafka::ConsumerEvent> next_event() override {
    const std::lock_guard guard(broker_.mutex_);
    if (!events_.empty()) {
      kafka::ConsumerEvent event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    if (revoking_) return std::nullopt;
    if (!queued_.empty()) {
      Queued next = std::move(queued_.front());
      queued_.pop_front();
      return next.kind == Kind::assign ? begin_assign(std::move(next.places)) : begin_revoke(next);
    }
    if (closing_ && !assigned_.empty()) return begin_revoke({Kind::revoke, {}});
    if (closing_ && !closed_) {
      closed_ = true;
      return kafka::Closed{};
    }
    return std::nullopt;
  }

  std::size_t take(std::size_t most, kafka::MessageSink& sink) override {
    const std::lock_guard guard(broker_.mutex_);
    std::size_t taken = 0;
    for (auto& [place, fetch] : fetching_) {
      if (fetch.held) continue;
      const auto& log = broker_.logs_[place];
      auto at = std::find_if(log.begin(), log.end(), [&](const auto& one) { return one.offset >= fetch.position; });
      for (; at != log.end(); ++at) {
        if (taken == most) return taken;
        fetch.position = at->offset + 1;
        ++taken;
        if (!sink.on_message(lend(place, *at, sink.reads_headers()))) return taken;
      }
    }
    return taken;
  }

  Result<std::vector<kafka::PartitionOffset>> start_offsets(std::span<const kafka::TopicPartition> partitions,
                                                            Milliseconds) override {
    const std::lock_guard guard(broker_.mutex_);
    if (broker_.on_start_offsets)
      if (auto error = broker_.on_start_offsets()) return std::move(*error);
    std::vector<kafka::PartitionOffset> found;
    for (const auto& at : partitions) found.push_back({at, broker_.committed(place_of(at)).value_or(0)});
    return found;
  }

  Result<void> start_fetching(std::span<const kafka::PartitionOffset> partitions) override {
    const std::lock_guard guard(broker_.mutex_);
    for (const auto& [at, offset] : partitions) {
      const ScriptedPlace place = place_of(at);
      if (std::find(assigned_.begin(), assigned_.end(), place) == assigned_.end())
        broker_.violations.push_back("fetch of a partition that is not assigned");
      if (std::find(leaving_.begin(), leaving_.end(), place) != leaving_.end())
        broker_.violations.push_back("fetch of a partition that is leaving");
      fetching_[place] = {offset, false};
      started.emplace_back(place, offset);
    }
    wake();
    return {};
  }

  void answer_revoked() override {
    const std::lock_guard guard(broker_.mutex_);
    if (!std::exchange(revoking_, false)) broker_.violations.push_back("answer without a revocation");
    for (const auto& place : leaving_) {
      fetching_.erase(place);
      std::erase(assigned_, place);
    }
    leaving_.clear();
    wake();
  }

  void commit(std::span<const kafka::PartitionOffset> offsets) override {
    const std::lock_guard guard(broker_.mutex_);
    kafka::CommitDone done{{offsets.begin(), offsets.end()}, broker_.on_commit ? broker_.on_commit() : std::nullopt};
    if (!done.error)
      for (const auto& [at, offset] : offsets) {
        // The broker takes commits of partitions of a member only.
        if (std::find(assigned_.begin(), assigned_.end(), place_of(at)) == assigned_.end() || lost_)
          broker_.violations.push_back("commit of a partition that is not assigned");
        else
          broker_.committed_[place_of(at)] = offset;
      }
    (broker_.holds_commit_answers ? held_answers_ : events_).push_back(std::move(done));
    wake();
  }

  void hold(const kafka::TopicPartition& at) override {
    const std::lock_guard guard(broker_.mutex_);
    if (const auto found = fetching_.find(place_of(at)); found != fetching_.end()) found->second.held = true;
  }
  void release(const kafka::TopicPartition& at) override {
    const std::lock_guard guard(broker_.mutex_);
    if (const auto found = fetching_.find(place_of(at)); found != fetching_.end()) found->second.held = false;
    wake();
  }

  std::optional<kafka::Watermarks> watermarks(const kafka::TopicPartition& at) override {
    const std::lock_guard guard(broker_.mutex_);
    return kafka::Watermarks{0, broker_.end(place_of(at))};
  }
  void wake_fetcher(std::span<const kafka::PartitionOffset>) override { ++fetcher_wakes; }

  void rejoin() override {
    const std::lock_guard guard(broker_.mutex_);
    ++rejoins;
    queued_.push_back({Kind::revoke, {}});
    wake();
  }
  void begin_close() override {
    const std::lock_guard guard(broker_.mutex_);
    closing_ = true;
    std::erase_if(queued_, [](const Queued& one) { return one.kind == Kind::assign; });
    wake();
  }

 private:
  friend class ScriptedBroker;
  enum class Kind { assign, revoke, lose };
  struct Queued {
    Kind kind;
    std::vector<ScriptedPlace> places;
  };
  struct Fetch {
    std::int64_t position = 0;
    bool held = false;
  };

  void leave(Kind kind, std::vector<ScriptedPlace> places) {
    const std::lock_guard guard(broker_.mutex_);
    queued_.push_back({kind, std::move(places)});
    wake();
  }
  kafka::ConsumerEvent begin_assign(std::vector<ScriptedPlace> places) {
    kafka::Assigned event;
    lost_ = false;
    for (const auto& place : places) {
      assigned_.push_back(place);
      event.partitions.push_back({names_.intern(place.topic), place.partition});
    }
    return event;
  }
  kafka::ConsumerEvent begin_revoke(const Queued& next) {
    revoking_ = true;
    lost_ = next.kind == Kind::lose;
    leaving_ = next.places.empty() ? assigned_ : next.places;
    kafka::Revoked event{{}, lost_};
    for (const auto& place : leaving_) event.partitions.push_back({names_.intern(place.topic), place.partition});
    return event;
  }
  kafka::Message lend(const ScriptedPlace& place, const ScriptedBroker::Stored& stored, bool with_headers) {
    headers_.clear();
    for (const auto& [name, value] : stored.headers)
      headers_.push_back({name, value ? std::optional<std::string_view>(*value) : std::nullopt});
    kafka::Message message;
    message.at = {names_.intern(place.topic), place.partition};
    message.offset = stored.offset;
    message.timestamp = stored.timestamp;
    message.timestamp_type = 1;
    if (stored.key) message.key = *stored.key;
    if (stored.value) message.value = *stored.value;
    if (with_headers) message.headers = headers_;
    return message;
  }
  static ScriptedPlace place_of(const kafka::TopicPartition& at) { return {std::string(view(*at.topic)), at.partition}; }

  ScriptedBroker& broker_;
  TopicNames& names_;
  int descriptor_;
  bool subscribed_ = false;
  std::deque<Queued> queued_;
  std::deque<kafka::ConsumerEvent> events_;
  std::deque<kafka::ConsumerEvent> held_answers_;
  std::vector<ScriptedPlace> assigned_;
  std::vector<ScriptedPlace> leaving_;
  std::map<ScriptedPlace, Fetch> fetching_;
  std::vector<kafka::MessageHeader> headers_;
  bool revoking_ = false;
  bool lost_ = false;
  bool closing_ = false;
  bool closed_ = false;
};

inline void ScriptedBroker::produce(const std::string& topic, std::int32_t partition, std::optional<std::string> value,
                                    std::optional<std::string> key,
                                    std::vector<std::pair<std::string, std::optional<std::string>>> headers) {
  const std::lock_guard guard(mutex_);
  const ScriptedPlace at{topic, partition};
  logs_[at].push_back({std::move(key), std::move(value), ends_[at]++, 1'700'000'000'000, std::move(headers)});
  for (const auto* member : members_) member->wake();
}
inline void ScriptedBroker::skip_offset(const std::string& topic, std::int32_t partition) {
  const std::lock_guard guard(mutex_);
  ++ends_[{topic, partition}];
}
inline std::int64_t ScriptedBroker::end(const ScriptedPlace& at) const {
  const std::lock_guard guard(mutex_);
  const auto found = ends_.find(at);
  return found == ends_.end() ? 0 : found->second;
}
inline std::optional<std::int64_t> ScriptedBroker::committed(const ScriptedPlace& at) const {
  const std::lock_guard guard(mutex_);
  const auto found = committed_.find(at);
  return found == committed_.end() ? std::nullopt : std::optional(found->second);
}
inline void ScriptedBroker::set_committed(const ScriptedPlace& at, std::int64_t offset) {
  const std::lock_guard guard(mutex_);
  committed_[at] = offset;
}

}  // namespace sinkway::test
