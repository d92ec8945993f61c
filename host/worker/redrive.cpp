#include "host/worker/redrive.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <set>

#include "host/data/topic_names.hpp"
#include "host/task/conversion.hpp"
#include "host/task/hint_book.hpp"

namespace sinkway::worker {
namespace {

// What the task may ask for: it has no partitions, no consumer, and every record may be rejected again.
class LoneServices final : public plugin::TaskServices {
 public:
  LoneServices(const task::TaskSpec& spec, const task::CancelSignal& cancel) : spec_(spec), cancel_(cancel), config_(spec.config) {
    config_.set(kRedriveKey, "true");
  }

  [[nodiscard]] const std::string& connector() const override { return spec_.connector; }
  // No task of the connector has this number.
  [[nodiscard]] int task() const override { return std::numeric_limits<int>::max(); }
  [[nodiscard]] const ConfigMap& config() const override { return config_; }
  [[nodiscard]] const Logger& log() const override { return spec_.log; }
  [[nodiscard]] MetricSink& metrics() override { return metrics_; }
  [[nodiscard]] bool report_errant(const plugin::ErrantReport& told) override {
    const auto known = std::find_if(reported.begin(), reported.end(), [&](const auto& one) { return one.first == told.record_index; });
    const std::string place = told.field.empty() ? "" : "column " + std::string(told.field) + ": ";
    if (known == reported.end()) reported.emplace_back(told.record_index, place + std::string(told.reason));
    return true;
  }
  [[nodiscard]] bool flush_errant(Milliseconds) override { return true; }
  [[nodiscard]] const sinkway_batch* next_batch() override { return nullptr; }
  [[nodiscard]] int next_batch_descriptor() const override { return -1; }
  void request_commit() override {}
  void pause_partition(std::string_view, std::int32_t) override {}
  void resume_partition(std::string_view, std::int32_t) override {}
  [[nodiscard]] int cancel_descriptor() const override { return cancel_.descriptor(); }
  [[nodiscard]] bool is_cancelled() const override { return cancel_.raised(); }
  [[nodiscard]] bool is_current(std::string_view, std::int32_t, std::uint64_t) const override { return false; }

  std::vector<std::pair<std::size_t, std::string>> reported;  // by position in the batch

 private:
  const task::TaskSpec& spec_;
  const task::CancelSignal& cancel_;
  ConfigMap config_;
  NullMetricSink metrics_;
};

std::optional<std::string_view> lent(const std::optional<std::string>& bytes) {
  return bytes ? std::optional<std::string_view>(*bytes) : std::nullopt;
}

// The batch of the messages that can be converted.
class Letters {
 public:
  [[nodiscard]] Result<void> begin(const task::TaskSpec& spec) {
    auto key = spec.make_key_converter();
    if (!key) return std::move(key).error();
    auto value = spec.make_value_converter();
    if (!value) return std::move(value).error();
    key_ = std::move(*key);
    value_ = std::move(*value);
    if (!spec.make_header_converter) return {};
    auto header = spec.make_header_converter();
    if (!header) return std::move(header).error();
    header_ = std::move(*header);
    return {};
  }

  [[nodiscard]] convert::Converter& value_converter() { return *value_; }

  [[nodiscard]] Result<void> add(const KeptMessage& kept) {
    std::vector<kafka::MessageHeader> headers;
    for (const auto& [name, value] : kept.headers) headers.push_back({name, lent(value)});
    const kafka::Message message{{names_.intern(kept.topic), kept.partition}, kept.offset, kept.timestamp, kept.timestamp < 0 ? 0 : 1,
                                 lent(kept.key), lent(kept.value), headers};
    Record record{};
    if (auto bad = task::convert_message({*key_, *value_, header_.get()}, message, batch.arena, shapes_, true, record))
      return std::move(bad->error);
    batch.records.push_back(record);
    return {};
  }

  Batch batch;

 private:
  TopicNames names_;
  ShapeTable shapes_;
  std::unique_ptr<convert::Converter> key_, value_, header_;
};

plugin::Outcome failed(const Error& error) {
  plugin::Outcome outcome;
  outcome.code = plugin::OutcomeCode::fatal;
  outcome.reason = error.text();
  return outcome;
}

// What the sink has for the topics of the messages. A running task asks for it after open; this one opens nothing.
task::HintBook hints_for(plugin::SinkTaskProxy& task, const std::vector<KeptMessage>& messages) {
  std::set<std::string_view> topics;
  for (const KeptMessage& one : messages) topics.insert(one.topic);
  std::vector<task::TopicHint> hints;
  for (const std::string_view topic : topics)
    if (auto hint = task.schema_hint(topic)) hints.emplace_back(topic, std::move(*hint));
  task::HintBook book;
  book.learn(std::move(hints));
  return book;
}

// Starts the task first: converters need to know its columns.
Redriven put(plugin::SinkTaskProxy& task, const LoneServices& services, Letters& letters, const std::vector<KeptMessage>& messages) {
  Redriven redriven;
  redriven.outcome = task.start();
  if (!redriven.outcome.ok()) return redriven;
  hints_for(task, messages).tell(letters.value_converter());
  std::vector<std::size_t> places;  // of the records of the batch among the messages
  for (std::size_t n = 0; n < messages.size(); ++n) {
    if (auto added = letters.add(messages[n]); !added)
      redriven.refused.emplace_back(n, added.error().text());
    else
      places.push_back(n);
  }
  if (places.empty()) return redriven;
  redriven.outcome = task.put(letters.batch.view());
  for (const auto& [record, reason] : services.reported) redriven.refused.emplace_back(places[record], reason);
  return redriven;
}

Redriven unchanged(const Error& error) {
  Redriven redriven;
  redriven.outcome = failed(error);
  return redriven;
}

}  // namespace

Redriven redrive(const task::TaskSpec& spec, const std::vector<KeptMessage>& messages, task::CancelSignal& cancel) {
  Letters letters;
  if (auto begun = letters.begin(spec); !begun) return unchanged(begun.error());
  LoneServices services(spec, cancel);
  auto task = plugin::SinkTaskProxy::create(*spec.plugin->descriptor, services);
  if (!task) return unchanged(task.error());
  cancel.set_hook([&] { (*task)->cancel(); });
  Redriven redriven = put(**task, services, letters, messages);
  cancel.set_hook(nullptr);
  (*task)->stop();
  return redriven;
}

}  // namespace sinkway::worker
