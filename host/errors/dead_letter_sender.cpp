#include "host/errors/dead_letter_sender.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "host/base/backoff.hpp"
#include "host/base/mailbox.hpp"
#include "host/base/synchronized.hpp"
#include "host/base/wakeup.hpp"
#include "host/kafka/admin.hpp"
#include "host/kafka/reporting_producer.hpp"

namespace sinkway::errors {
namespace {

constexpr Milliseconds kAdminTime{2'000};  // for one question: the end of a task waits for it
constexpr Milliseconds kPatience{1'000};   // for letters under way when the worker ends
constexpr Milliseconds kFirstDelay{100};
constexpr Milliseconds kMostDelay{10'000};
constexpr Milliseconds kLongestSleep{60'000};
constexpr Milliseconds kTellEvery{10'000};  // of what fails for one topic
constexpr Milliseconds kFullDelay{20};  // while the producer's queue has no room

using SharedProducer = std::shared_ptr<kafka::ReportingProducer>;

// A letter on its way. Its address is the tag of its record.
struct Flight {
  std::string topic;
  DeadLetter letter;
  DeadLetterQueue::Heard heard;
  SharedProducer producer;
  Backoff backoff{kFirstDelay, kMostDelay, 1};
  Instant due = Instant::min();
};

using FlightPtr = std::unique_ptr<Flight>;

Result<bool> produce(Flight& flight) {
  const DeadLetter& letter = flight.letter;
  std::vector<kafka::MessageHeader> headers;
  headers.reserve(letter.headers.size());
  for (const auto& [name, value] : letter.headers) headers.push_back({name, value});
  return flight.producer->produce({.topic = flight.topic,
                                   .key = letter.key,
                                   .value = letter.value,
                                   .timestamp = std::max<std::int64_t>(letter.timestamp, 0),
                                   .headers = headers},
                                  &flight);
}

}  // namespace

struct DeadLetterSender::State {
  explicit State(const Logger& logger) : log(logger) {}

  SharedProducer producer(const ConfigMap& properties, std::optional<Error>& error);
  void post(FlightPtr flight);
  void run();
  void step();
  // When to come again, unless something wakes the thread before.
  Instant send_due(Instant now);
  void report(void* tag, const std::optional<Error>& error);
  // When it is sent again; never: it is refused for good.
  [[nodiscard]] Instant failed(FlightPtr flight, const Error& error);
  // When to come again for what is not told yet.
  Instant tell_untaken(Instant now);

  struct Made {
    ConfigMap properties;
    std::weak_ptr<kafka::ReportingProducer> producer;
  };

  // Tries of letters that failed since the log told of any.
  struct Untaken {
    std::size_t tries = 0;
    std::string why;  // of the last one
    Instant due = Instant::min();
  };

  Logger log;
  Wakeup wakeup;
  Mailbox<FlightPtr> posted{[this] { wakeup.notify(); }};
  Synchronized<std::vector<Made>> producers;
  std::atomic<bool> ended{false};
  std::deque<FlightPtr> waiting;                         // to be produced; of the thread, as the next
  std::unordered_map<const void*, FlightPtr> in_flight;  // by tag: librdkafka has them
  std::map<std::string, Untaken> untaken;                // by topic
  std::thread thread;
  std::once_flag started;
};

SharedProducer DeadLetterSender::State::producer(const ConfigMap& properties, std::optional<Error>& error) {
  auto list = producers.lock();
  std::erase_if(*list, [](const Made& one) { return one.producer.expired(); });
  for (const Made& one : *list)
    if (auto living = one.producer.lock(); living && one.properties == properties && !living->is_dead()) return living;
  auto made = kafka::ReportingProducer::make(properties, wakeup.descriptor());
  if (!made) {
    error = std::move(made).error();
    return nullptr;
  }
  SharedProducer shared = std::move(*made);
  list->push_back({properties, shared});
  return shared;
}

void DeadLetterSender::State::post(FlightPtr flight) {
  if (ended) return;
  std::call_once(started, [this] { thread = std::thread([this] { run(); }); });
  posted.post(std::move(flight));
}

void DeadLetterSender::State::run() {
  while (!ended) step();
  const Instant deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline && !(waiting.empty() && in_flight.empty() && posted.empty()))
    step();
  if (const auto left = waiting.size() + in_flight.size(); left > 0)
    log.warn("{} dead letters are not acknowledged as the worker ends; their records are read again", left);
  in_flight.clear();
  waiting.clear();
}

void DeadLetterSender::State::step() {
  wakeup.clear();
  for (FlightPtr& one : posted.take_all()) waiting.push_back(std::move(one));
  std::vector<SharedProducer> living;
  producers.with([&](const std::vector<Made>& list) {
    for (const Made& one : list)
      if (auto producer = one.producer.lock()) living.push_back(std::move(producer));
  });
  for (const SharedProducer& one : living)
    one->serve([this](void* tag, const std::optional<Error>& error) { report(tag, error); });
  living.clear();
  const Instant now = std::chrono::steady_clock::now();
  Instant next = send_due(now);
  next = std::min(next, tell_untaken(now));
  wakeup.wait(ended ? std::min<std::chrono::nanoseconds>(next - now, kFullDelay) : next - now);
}

// A producer whose queue is full holds up its own letters only, which keep their order.
Instant DeadLetterSender::State::send_due(Instant now) {
  Instant next = now + kLongestSleep;
  std::vector<const kafka::ReportingProducer*> full;
  for (std::size_t left = waiting.size(); left > 0; --left) {
    FlightPtr flight = std::move(waiting.front());
    waiting.pop_front();
    const bool has_room = std::find(full.begin(), full.end(), flight->producer.get()) == full.end();
    if (!has_room || flight->due > now) {
      next = std::min(next, has_room ? flight->due : now + kFullDelay);
      waiting.push_back(std::move(flight));
      continue;
    }
    const void* const tag = flight.get();
    const auto taken = produce(*flight);
    if (!taken) {
      next = std::min(next, failed(std::move(flight), taken.error()));
    } else if (*taken) {
      in_flight.emplace(tag, std::move(flight));
    } else {
      full.push_back(flight->producer.get());
      next = std::min(next, now + kFullDelay);
      waiting.push_back(std::move(flight));
    }
  }
  return next;
}

void DeadLetterSender::State::report(void* tag, const std::optional<Error>& error) {
  auto node = in_flight.extract(tag);
  if (node.empty()) return;
  FlightPtr flight = std::move(node.mapped());
  if (!error) return flight->heard(error);
  (void)failed(std::move(flight), *error);
}

Instant DeadLetterSender::State::failed(FlightPtr flight, const Error& error) {
  flight->heard(error);
  if (!error.retriable()) return Instant::max();
  Untaken& told = untaken[flight->topic];
  ++told.tries;
  told.why = error.text();
  const Instant due = std::chrono::steady_clock::now() + flight->backoff.next();
  flight->due = due;
  waiting.push_back(std::move(flight));
  return due;
}

// An outage is a line now and then, however many letters wait for its end.
Instant DeadLetterSender::State::tell_untaken(Instant now) {
  Instant next = Instant::max();
  for (auto& [topic, one] : untaken) {
    if (one.tries == 0) continue;
    if (now >= one.due) {
      log.warn("tries to send dead letters that failed: {}; each letter is sent again: {}", one.tries, one.why);
      one = {0, {}, now + kTellEvery};
    } else {
      next = std::min(next, one.due);
    }
  }
  return next;
}

class DeadLetterSender::Queue final : public DeadLetterQueue {
 public:
  Queue(std::shared_ptr<State> state, Address address) : state_(std::move(state)), address_(std::move(address)) {}

  const std::string& topic() const override { return address_.topic; }

  // KIP-298: looked for, made with one partition when it is not there, whoever else makes it meanwhile.
  Result<void> prepare() override {
    std::optional<Error> failure;
    auto producer = state_->producer(address_.producer, failure);
    if (!producer) return std::move(*failure).at(place());
    *producer_.lock() = producer;
    if (auto done = find_or_make_topic(); !done) return std::move(done).error().at(place());
    producer->learn(address_.topic, kAdminTime);
    return {};
  }

  void send(DeadLetter letter, Heard heard) override {
    auto flight = std::make_unique<Flight>();
    flight->topic = address_.topic;
    flight->letter = std::move(letter);
    flight->heard = std::move(heard);
    flight->producer = producer_.copy();
    if (!flight->producer) return flight->heard(Error("the dead letter queue was not prepared"));
    state_->post(std::move(flight));
  }

 private:
  [[nodiscard]] Result<void> find_or_make_topic() {
    auto admin = kafka::Admin::make(address_.admin);
    if (!admin) return std::move(admin).error();
    const auto topics = (*admin)->topics(kAdminTime);
    if (!topics) return topics.error();
    if (std::find(topics->begin(), topics->end(), address_.topic) != topics->end()) return {};
    const auto created = (*admin)->create_topic(address_.topic, 1, address_.replication_factor, kAdminTime);
    if (!created)
      return Error(created.error())
          .with_hint("see errors.deadletterqueue.topic.name and errors.deadletterqueue.topic.replication.factor");
    if (*created) state_->log.info("made the dead letter queue topic {}", address_.topic);
    return {};
  }
  [[nodiscard]] std::string place() const { return "dead letter queue topic " + address_.topic; }

  std::shared_ptr<State> state_;
  Address address_;
  Synchronized<SharedProducer> producer_;
};

DeadLetterSender::DeadLetterSender(const Logger& log) : state_(std::make_shared<State>(log)) {}

DeadLetterSender::~DeadLetterSender() {
  state_->ended = true;
  state_->wakeup.notify();
  if (state_->thread.joinable()) state_->thread.join();
}

std::unique_ptr<DeadLetterQueue> DeadLetterSender::queue(Address address) {
  return std::make_unique<Queue>(state_, std::move(address));
}

}  // namespace sinkway::errors
