#include "host/kafka/consumer.hpp"

#include <algorithm>
#include <array>
#include <regex>

#include "host/kafka/client_config.hpp"
#include "host/kafka/data_queue.hpp"
#include "host/kafka/handles.hpp"
#include "host/kafka/topic_pattern.hpp"

namespace sinkway::kafka {
namespace {

constexpr std::uint64_t kWake = 1;
constexpr Milliseconds kPatternTimeout{500};
constexpr Milliseconds kPatternRetry{2'000};
constexpr Milliseconds kTroubleInterval{5'000};  // the same trouble is told once in this time
constexpr Milliseconds kWakeInterval{5};

using Steady = std::chrono::steady_clock;

class GroupConsumer final : public Consumer {
 public:
  GroupConsumer(ClientHandle client, const ConsumerOptions& options)
      : client_(std::move(client)),
        names_(*options.names),
        log_(options.log),
        reset_(options.properties.get_or("auto.offset.reset", "earliest")),
        refresh_(std::stoll(options.properties.get_or("topic.metadata.refresh.interval.ms", "300000"))),
        events_(rd_kafka_queue_get_consumer(client_.get())),
        data_(std::make_unique<DataQueue>(client_.get(), names_, options.event_descriptor)) {
    rd_kafka_set_log_queue(client_.get(), events_.get());
    if (options.event_descriptor >= 0)
      rd_kafka_queue_io_event_enable(events_.get(), options.event_descriptor, &kWake, sizeof kWake);
  }

  ~GroupConsumer() override {
    data_.reset();
    if (!closing_) close_queue();
    events_.reset();
    rd_kafka_destroy_flags(client_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }

  Result<void> subscribe(const std::vector<std::string>& topics, const std::string& regex) override {
    topics_ = topics;
    if (!regex.empty()) {
      auto pattern = compile_pattern(regex);
      if (!pattern) return std::move(pattern).error();
      pattern_ = std::move(*pattern);
      topics_.clear();
      return {};  // next_event() looks for topics
    }
    return subscribe_now();
  }

  std::optional<ConsumerEvent> next_event() override {
    refresh_pattern();
    if (!trouble_.empty()) {
      ConsumerEvent first(std::move(trouble_.front()));
      trouble_.erase(trouble_.begin());
      return first;
    }
    if (!refused_commits_.empty()) {
      ConsumerEvent last(std::move(refused_commits_.back()));
      refused_commits_.pop_back();
      return last;
    }
    while (EventHandle event{rd_kafka_queue_poll(events_.get(), 0)})
      if (auto told = translate(*event)) return told;
    if (closing_ && !closed_ && rd_kafka_consumer_closed(client_.get())) {
      closed_ = true;
      return Closed{};
    }
    return std::nullopt;
  }

  std::size_t take(std::size_t most, MessageSink& sink) override { return data_->take(most, sink, trouble_); }

  Result<std::vector<PartitionOffset>> start_offsets(std::span<const TopicPartition> partitions, Milliseconds timeout) override {
    const auto deadline = Steady::now() + timeout;
    const ListHandle list = list_of(partitions);
    const auto code = rd_kafka_committed(client_.get(), list.get(), static_cast<int>(timeout.count()));
    if (code) return client_error("committed offsets of group", code);
    std::vector<PartitionOffset> found;
    for (int n = 0; n < list->cnt; ++n) {
      const auto& one = list->elems[n];
      const TopicPartition at{names_.intern(one.topic), one.partition};
      if (one.err) return client_error("committed offset of topic " + std::string(one.topic), one.err);
      if (one.offset >= 0) {
        found.push_back({at, one.offset});
        continue;
      }
      auto reset = reset_offset(one.topic, one.partition, deadline);
      if (!reset) return std::move(reset).error();
      found.push_back({at, *reset});
    }
    return found;
  }

  // D1 and task-engine "Assignment": forward first, then assign; in the other order records are lost without a trace.
  Result<void> start_fetching(std::span<const PartitionOffset> partitions) override {
    const ListHandle list = make_list(partitions.size());
    for (const auto& [at, offset] : partitions) {
      data_->add(at, offset);
      rd_kafka_topic_partition_list_add(list.get(), terminated(*at.topic).c_str(), at.partition)->offset = offset;
    }
    return assign(*list);
  }

  void answer_revoked() override {
    if (incremental()) {
      const ListHandle list = list_of(leaving_);
      data_->remove(leaving_);
      warn_on(rd_kafka_incremental_unassign(client_.get(), list.get()), "unassign");
    } else {
      data_->clear();
      if (const auto code = rd_kafka_assign(client_.get(), nullptr)) log_.warn("unassign: {}", rd_kafka_err2str(code));
    }
    leaving_.clear();
    subscribe_again();
  }

  void commit(std::span<const PartitionOffset> offsets) override {
    const ListHandle list = make_list(offsets.size());
    for (const auto& [at, offset] : offsets)
      rd_kafka_topic_partition_list_add(list.get(), terminated(*at.topic).c_str(), at.partition)->offset = offset;
    const auto code = rd_kafka_commit_queue(client_.get(), list.get(), events_.get(), nullptr, nullptr);
    if (code) refused_commits_.push_back({{offsets.begin(), offsets.end()}, client_error("commit", code)});
  }

  void hold(const TopicPartition& at) override { data_->hold(at); }
  void release(const TopicPartition& at) override { data_->release(at); }

  std::optional<Watermarks> watermarks(const TopicPartition& at) override {
    const auto position = data_->position(at);
    if (position && data_->at_end(at)) return Watermarks{0, *position};
    Watermarks marks;
    const auto code =
        rd_kafka_get_watermark_offsets(client_.get(), terminated(*at.topic).c_str(), at.partition, &marks.low, &marks.high);
    if (code || marks.high < 0) return std::nullopt;
    return marks;
  }

  // Every ListOffsets request lets the broker thread look at its fetch queues again; older libraries wait a second otherwise.
  void wake_fetcher(std::span<const PartitionOffset> positions) override {
    const auto now = Steady::now();
    if (has_fetch_queue_backoff() || positions.empty() || now - last_wake_ < kWakeInterval) return;
    last_wake_ = now;
    const auto& at = positions[wakes_++ % positions.size()].at;
    const ListHandle list = make_list(1);
    rd_kafka_topic_partition_list_add(list.get(), terminated(*at.topic).c_str(), at.partition)->offset = RD_KAFKA_OFFSET_END;
    rd_kafka_offsets_for_times(client_.get(), list.get(), 0);  // times out at once, on purpose
  }

  void rejoin() override {
    rejoining_ = true;
    rd_kafka_unsubscribe(client_.get());
    if (data_->empty() && leaving_.empty()) subscribe_again();
  }

  void begin_close() override {
    if (closing_) return;
    closing_ = true;
    close_queue();
  }

 private:
  Result<void> subscribe_now() {
    const ListHandle list = make_list(topics_.size());
    for (const auto& topic : topics_) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto code = rd_kafka_subscribe(client_.get(), list.get())) return client_error("subscribe", code);
    return {};
  }

  void subscribe_again() {
    if (!std::exchange(rejoining_, false) || closing_) return;
    if (auto done = subscribe_now(); !done) trouble_.push_back({std::move(done).error(), true});
  }

  void refresh_pattern() {
    const auto now = Steady::now();
    if (!pattern_ || closing_ || now < next_refresh_) return;
    auto topics = list_topics(client_.get(), kPatternTimeout);
    next_refresh_ = now + (topics && !topics_.empty() ? refresh_ : kPatternRetry);
    if (!topics) return tell({std::move(topics).error()});
    auto found = matching(*pattern_, std::move(*topics));
    if (found == topics_ || found.empty()) return;
    topics_ = std::move(found);
    if (auto done = subscribe_now(); !done) trouble_.push_back({std::move(done).error(), true});
  }

  std::optional<ConsumerEvent> translate(rd_kafka_event_t& event) {
    switch (rd_kafka_event_type(&event)) {
      case RD_KAFKA_EVENT_REBALANCE: return rebalance(event);
      case RD_KAFKA_EVENT_OFFSET_COMMIT: return committed(event);
      case RD_KAFKA_EVENT_ERROR: return failure(event);
      case RD_KAFKA_EVENT_LOG: return log_line(event);
      case RD_KAFKA_EVENT_FETCH:
        return ClientTrouble{Error("records arrived on the event queue of the consumer; they would be lost"), true};
      default: return std::nullopt;
    }
  }

  std::optional<ConsumerEvent> rebalance(rd_kafka_event_t& event) {
    std::vector<TopicPartition> partitions = partitions_of(rd_kafka_event_topic_partition_list(&event));
    if (rd_kafka_event_error(&event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      // Answered at once, so that the group never waits for a database; what is fetched comes with start_fetching.
      const ListHandle nothing = make_list(1);
      if (auto done = assign(*nothing); !done) return ClientTrouble{std::move(done).error(), true};
      return Assigned{std::move(partitions)};
    }
    leaving_ = partitions;
    return Revoked{std::move(partitions), rd_kafka_assignment_lost(client_.get()) != 0};
  }

  std::optional<ConsumerEvent> committed(rd_kafka_event_t& event) {
    CommitDone done;
    if (const auto* list = rd_kafka_event_topic_partition_list(&event))
      for (int n = 0; n < list->cnt; ++n)
        done.offsets.push_back({{names_.intern(list->elems[n].topic), list->elems[n].partition}, list->elems[n].offset});
    const auto code = rd_kafka_event_error(&event);
    if (code && code != RD_KAFKA_RESP_ERR__NO_OFFSET) done.error = client_error("commit", code);
    return done;
  }

  std::optional<ConsumerEvent> failure(rd_kafka_event_t& event) {
    const auto code = rd_kafka_event_error(&event);
    if (rd_kafka_event_error_is_fatal(&event) || code == RD_KAFKA_RESP_ERR__FATAL) {
      std::array<char, 512> why{};
      rd_kafka_fatal_error(client_.get(), why.data(), why.size());
      return ClientTrouble{Error("the Kafka client gave up: " + std::string(why.data())), true};
    }
    ClientTrouble one{client_error("Kafka", code)};
    if (const char* text = rd_kafka_event_error_string(&event)) one.error = Error::transient("Kafka: " + std::string(text));
    one.ends_task = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    if (one.ends_task) return one;
    return said_lately(code) ? std::nullopt : std::optional<ConsumerEvent>(std::move(one));
  }

  std::optional<ConsumerEvent> log_line(rd_kafka_event_t& event) {
    const char *facility = nullptr, *text = nullptr;
    int level = 7;
    rd_kafka_event_log(&event, &facility, &text, &level);
    log_.line(level <= 4 ? LogLevel::warn : LogLevel::debug, std::string(facility ? facility : "") + ": " + (text ? text : ""));
    return std::nullopt;
  }

  bool said_lately(rd_kafka_resp_err_t code) {
    const auto now = Steady::now();
    for (auto& [known, when] : said_)
      if (known == code) {
        if (now - when < kTroubleInterval) return true;
        when = now;
        return false;
      }
    said_.emplace_back(code, now);
    return false;
  }

  void tell(ClientTrouble one) { trouble_.push_back(std::move(one)); }

  Result<std::int64_t> reset_offset(const char* topic, std::int32_t partition, Steady::time_point deadline) {
    const bool first = reset_ == "earliest" || reset_ == "smallest" || reset_ == "beginning";
    if (!first && reset_ != "latest" && reset_ != "largest" && reset_ != "end")
      return Error("topic " + std::string(topic) + ", partition " + std::to_string(partition) +
                   ": no committed offset, and auto.offset.reset is none");
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Steady::now());
    std::int64_t low = 0, high = 0;
    const auto code = rd_kafka_query_watermark_offsets(client_.get(), topic, partition, &low, &high,
                                                       static_cast<int>(std::max<Milliseconds::rep>(left.count(), 1)));
    if (code) return client_error("offsets of topic " + std::string(topic) + ", partition " + std::to_string(partition), code);
    return first ? low : high;
  }

  [[nodiscard]] bool incremental() const {
    const char* const protocol = rd_kafka_rebalance_protocol(client_.get());
    return protocol != nullptr && std::string_view(protocol) == "COOPERATIVE";
  }

  Result<void> assign(const rd_kafka_topic_partition_list_t& list) {
    if (!incremental()) {
      if (const auto code = rd_kafka_assign(client_.get(), &list)) return client_error("assign", code);
      return {};
    }
    const ErrorHandle error(rd_kafka_incremental_assign(client_.get(), &list));
    if (error) return client_error("assign", rd_kafka_error_code(error.get()));
    return {};
  }

  void warn_on(rd_kafka_error_t* raw, std::string_view what) {
    const ErrorHandle error(raw);
    if (error) log_.warn("{}: {}", what, rd_kafka_error_string(error.get()));
  }

  void close_queue() { warn_on(rd_kafka_consumer_close_queue(client_.get(), events_.get()), "close"); }

  [[nodiscard]] ListHandle list_of(std::span<const TopicPartition> partitions) const {
    ListHandle list = make_list(partitions.size());
    for (const auto& at : partitions) rd_kafka_topic_partition_list_add(list.get(), terminated(*at.topic).c_str(), at.partition);
    return list;
  }

  [[nodiscard]] std::vector<TopicPartition> partitions_of(const rd_kafka_topic_partition_list_t* list) {
    std::vector<TopicPartition> partitions;
    for (int n = 0; list && n < list->cnt; ++n) partitions.push_back({names_.intern(list->elems[n].topic), list->elems[n].partition});
    return partitions;
  }

  ClientHandle client_;
  TopicNames& names_;
  Logger log_;
  std::string reset_;
  Milliseconds refresh_;
  QueueHandle events_;
  std::unique_ptr<DataQueue> data_;
  std::vector<std::string> topics_;
  std::optional<std::regex> pattern_;
  Steady::time_point next_refresh_{};
  Steady::time_point last_wake_{};
  std::size_t wakes_ = 0;
  std::vector<TopicPartition> leaving_;
  std::vector<ClientTrouble> trouble_;
  std::vector<CommitDone> refused_commits_;
  std::vector<std::pair<rd_kafka_resp_err_t, Steady::time_point>> said_;
  bool rejoining_ = false;
  bool closing_ = false;
  bool closed_ = false;
};

}  // namespace

Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options) {
  ConfHandle conf(rd_kafka_conf_new());
  std::array<char, 512> why{};
  for (const auto& [key, value] : options.properties)
    if (value && rd_kafka_conf_set(conf.get(), key.c_str(), value->c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK)
      return Error("Kafka client property " + key + ": " + (key.find("password") == key.npos ? why.data() : "not allowed"));
  rd_kafka_conf_set(conf.get(), "log.queue", "true", nullptr, 0);
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_OFFSET_COMMIT |
                                           RD_KAFKA_EVENT_LOG);
  ClientHandle client(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), why.data(), why.size()));
  if (!client) return Error("Kafka client: " + std::string(why.data()));
  (void)conf.release();  // the client owns it now
  rd_kafka_poll_set_consumer(client.get());
  return std::unique_ptr<Consumer>(std::make_unique<GroupConsumer>(std::move(client), options));
}

}  // namespace sinkway::kafka
