#include "host/worker/task_spec.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "host/convert/converter_set.hpp"
#include "host/kafka/client_config.hpp"
#include "host/worker/dead_letter_config.hpp"
#include "host/worker/task_memory.hpp"

namespace sinkway::worker {
namespace {

// A number that the connector's definition has already accepted, else what holds without it.
std::int64_t number_or(const ConfigMap& config, std::string_view key, std::int64_t otherwise) {
  const auto text = config.get(key);
  if (!text) return otherwise;
  const std::string_view digits = trimmed(*text);
  std::int64_t number = otherwise;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() ? number : otherwise;
}

bool says(const ConfigMap& config, std::string_view key, std::string_view value) {
  const auto text = config.get(key);
  return text && trimmed(*text) == value;
}

bool is_true(const ConfigMap& config, const std::string& key) {
  ConfigKey flag;
  flag.name = key;
  flag.type = ConfigType::boolean;
  const auto parsed = parse_value(flag, config.get_or(key, "false"));
  return parsed && *parsed == "true";
}

using MakeConverter = std::function<Result<std::unique_ptr<convert::Converter>>()>;

// Tried once now, so that a wrong setting fails the start with its reason.
Result<MakeConverter> converter_maker(std::string_view role, convert::Role kind, const ConfigMap& connector,
                                      const WorkerSettings& settings) {
  const ConverterChoice choice = choose_converter(role, connector, settings);
  auto tried = convert::make_converter(choice.class_name, kind, choice.settings);
  if (!tried) return std::move(tried).error().at(std::string(role) + ".converter");
  return MakeConverter([choice, kind] { return convert::make_converter(choice.class_name, kind, choice.settings); });
}

Result<void> set_converters(task::TaskSpec& spec, const ConfigMap& connector, const WorkerSettings& settings) {
  auto key = converter_maker("key", convert::Role::key, connector, settings);
  if (!key) return std::move(key).error();
  auto value = converter_maker("value", convert::Role::value, connector, settings);
  if (!value) return std::move(value).error();
  auto header = converter_maker("header", convert::Role::header, connector, settings);
  if (!header) return std::move(header).error();
  spec.make_key_converter = std::move(*key);
  spec.make_value_converter = std::move(*value);
  spec.make_header_converter = std::move(*header);
  const auto class_of = [&](std::string_view role) {
    const auto* found = convert::find_converter(choose_converter(role, connector, settings).class_name);
    return found ? found->name : std::string();
  };
  spec.key_class = class_of("key");
  spec.value_class = class_of("value");
  spec.header_class = class_of("header");
  return {};
}

// What becomes of records that cannot be delivered: errors.*
Result<void> set_errors(task::TaskSpec& spec, const ConfigMap& connector, const WorkerSettings& settings) {
  spec.tolerate_all = says(connector, "errors.tolerance", "all");
  spec.log_errors = is_true(connector, "errors.log.enable");
  spec.log_places = is_true(connector, "errors.log.include.messages");
  spec.retries.timeout = Milliseconds(number_or(connector, "errors.retry.timeout", spec.retries.timeout.count()));
  spec.retries.delay_max =
      Milliseconds(number_or(connector, "errors.retry.delay.max.ms", spec.retries.delay_max.count()));
  if (dead_letter_topic(connector).empty() || !settings.dead_letters) return {};
  auto address = dead_letter_address(connector, settings, spec.log);
  if (!address) return std::move(address).error();
  spec.dead_letters.queue = settings.dead_letters->queue(std::move(*address));
  spec.dead_letters.context_headers = is_true(connector, "errors.deadletterqueue.context.headers.enable");
  return {};
}

// `of_plugin`: a plugin that keeps positions of its own says with `delivery` what records it must not see, and with
// `offsets.start` where a partition begins that it has no position for.
Result<void> set_consumer(task::TaskSpec& spec, const ConfigMap& connector, const ConfigMap& of_plugin,
                          std::size_t queue_bytes, const WorkerSettings& settings) {
  // What belongs to transactions that were aborted must not become part of one that is committed.
  const bool exactly_once = says(of_plugin, "delivery", "exactly_once");
  const kafka::SinkConsumerConfig config{.connector = spec.connector,
                                         .task = spec.index,
                                         .bootstrap_servers = settings.properties.get_or("bootstrap.servers", ""),
                                         .exactly_once = exactly_once,
                                         .queue_bytes = queue_bytes,
                                         .worker = settings.properties.with_prefix("consumer."),
                                         .overrides = connector.with_prefix("consumer.override.")};
  auto properties = kafka::sink_consumer_properties(config, spec.log);
  if (!properties) return std::move(properties).error();
  spec.max_poll_interval = Milliseconds(number_or(*properties, "max.poll.interval.ms", 300'000));
  spec.make_consumer = [properties = std::move(*properties), start = of_plugin.get_or("offsets.start", ""),
                        log = spec.log](int event_descriptor, TopicNames& names) {
    return kafka::make_consumer({.properties = properties, .start = start, .event_descriptor = event_descriptor,
                                 .names = &names, .log = log});
  };
  return {};
}

task::BatchLimits limits_of(const ConfigMap& connector, const ConfigMap& of_plugin, std::size_t batch_bytes) {
  task::BatchLimits limits;
  limits.rows = static_cast<std::size_t>(std::max<std::int64_t>(number_or(of_plugin, "batch.size", 50'000), 1));
  limits.bytes = static_cast<std::size_t>(number_or(connector, "sinkway.batch.bytes",
                                                    static_cast<std::int64_t>(batch_bytes)));
  limits.linger = Milliseconds(number_or(connector, "sinkway.batch.linger.ms", limits.linger.count()));
  limits.min_linger = std::min(limits.min_linger, limits.linger);
  return limits;
}

void set_plain_values(task::TaskSpec& spec, const TaskStart& start, const ConfigMap& connector,
                      const WorkerSettings& settings) {
  spec.topics = topics_of(connector);
  spec.topics_regex = std::string(trimmed(connector.get_or("topics.regex", "")));
  spec.commit_interval = settings.commit_interval;
  spec.shutdown_timeout = settings.shutdown_timeout;
  spec.start_paused = start.paused;
  spec.metrics = settings.metrics;
  spec.clock = settings.clock;
}

}  // namespace

ConverterChoice choose_converter(std::string_view role, const ConfigMap& connector, const WorkerSettings& settings) {
  const std::string key = std::string(role) + ".converter";
  if (const auto own = connector.get(key)) return {std::string(trimmed(*own)), connector.with_prefix(key + ".")};
  const auto& worker = settings.converters;
  return {role == "key" ? worker.key : role == "value" ? worker.value : worker.header,
          settings.properties.with_prefix(key + ".")};
}

Result<task::TaskSpec> make_task_spec(const TaskStart& start, const plugin::Manifest& plugin, std::size_t running,
                                      const WorkerSettings& settings) {
  auto connector = settings.providers->resolve(start.connector);
  if (!connector) return std::move(connector).error();
  auto config = settings.providers->resolve(start.config);
  if (!config) return std::move(config).error();
  task::TaskSpec spec;
  spec.connector = start.key.connector;
  spec.index = start.key.task;
  spec.plugin = &plugin;
  spec.log = settings.log.named("task").with("connector", spec.connector).with("task", std::to_string(spec.index));
  set_plain_values(spec, start, *connector, settings);
  if (auto done = set_converters(spec, *connector, settings); !done) return std::move(done).error();
  if (auto done = set_errors(spec, *connector, settings); !done) return std::move(done).error();
  const ConfigMap of_plugin = resolved(plugin.definition, *config);
  const TaskMemory memory = memory_of_task(settings.memory_budget, std::max(running, start.tasks));
  if (auto done = set_consumer(spec, *connector, of_plugin, memory.queue_bytes, settings); !done)
    return std::move(done).error();
  spec.limits = limits_of(*connector, of_plugin, memory.batch_bytes);
  spec.config = std::move(*config);
  return spec;
}

}  // namespace sinkway::worker
