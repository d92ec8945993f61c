// weather-producer: pushes simulated weather readings into a Kafka topic.
#include <fmt/format.h>
#include <getopt.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "host/kafka/admin.hpp"
#include "host/kafka/producer.hpp"
#include "tools/weather-producer/weather.hpp"

namespace {

using namespace sinkway;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kBatch = 500;

constexpr std::string_view kUsage =
    "usage: weather-producer BROKER TOPIC COUNT [options]\n"
    "       weather-producer BROKER TOPIC --batches N [options]\n"
    "\n"
    "Pushes COUNT simulated weather readings of the counties of Florida to TOPIC, key and ID A_n, and waits until Kafka\n"
    "has acknowledged all of them.\n"
    "\n"
    "  --rate N          at most N records a second, each sent at once (default: as fast as it goes)\n"
    "  --batches N       N batches of 500 records instead of COUNT, the classic run\n"
    "  --pause S         seconds between batches (default: 2)\n"
    "  --partitions N    create the topic with N partitions if it does not exist\n"
    "  --start N         the first id is A_N (default: 0)\n"
    "  --scattered       the ids in an order that jumps about, each once\n"
    "  --seed N          another sequence of readings (default: 1)\n"
    "  --csv             values as CSV lines: ID,LOCATION,TEMPERATURE,HUMIDITY,TM\n"
    "  --now             TM is the time of pushing, with microseconds\n"
    "  --bad-every N     every Nth record is one that no weather table takes\n"
    "  --raw             COUNT records whose value is standard input\n"
    "  --print           print the values, one a line, instead of pushing them\n"
    "  --help            this text\n";

struct Options {
  std::string broker, topic;
  std::int64_t count = 0;
  std::int64_t rate = 0;
  std::int64_t batches = 0;
  double pause = 2;
  int partitions = 0;
  std::int64_t start = 0;
  std::int64_t seed = 1;
  std::int64_t bad_every = 0;
  bool csv = false, now = false, scattered = false, raw = false, print = false;
};

[[noreturn]] void refuse(const std::string& why) {
  fmt::print(stderr, "weather-producer: {}\nTry 'weather-producer --help'.\n", why);
  std::exit(2);
}

template <typename Number>
Number number(std::string_view what, std::string_view text, Number least) {
  Number value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < least)
    refuse(fmt::format("{}: '{}' is not a number of at least {}", what, text, least));
  return value;
}

Options parse(int argc, char** argv) {
  enum { kRate = 1, kBatches, kPause, kPartitions, kStart, kSeed, kCsv, kNow, kBad, kScattered, kRaw, kPrint, kHelp };
  const option known[] = {{"rate", 1, nullptr, kRate},
                          {"batches", 1, nullptr, kBatches},
                          {"pause", 1, nullptr, kPause},
                          {"partitions", 1, nullptr, kPartitions},
                          {"start", 1, nullptr, kStart},
                          {"seed", 1, nullptr, kSeed},
                          {"csv", 0, nullptr, kCsv},
                          {"now", 0, nullptr, kNow},
                          {"bad-every", 1, nullptr, kBad},
                          {"scattered", 0, nullptr, kScattered},
                          {"raw", 0, nullptr, kRaw},
                          {"print", 0, nullptr, kPrint},
                          {"help", 0, nullptr, kHelp},
                          {nullptr, 0, nullptr, 0}};
  Options options;
  for (int which; (which = getopt_long(argc, argv, "h", known, nullptr)) != -1;) switch (which) {
      case kRate: options.rate = number<std::int64_t>("--rate", optarg, 1); break;
      case kBatches: options.batches = number<std::int64_t>("--batches", optarg, 1); break;
      case kPause: options.pause = number<double>("--pause", optarg, 0); break;
      case kPartitions: options.partitions = number<int>("--partitions", optarg, 1); break;
      case kStart: options.start = number<std::int64_t>("--start", optarg, 0); break;
      case kSeed: options.seed = number<std::int64_t>("--seed", optarg, 0); break;
      case kBad: options.bad_every = number<std::int64_t>("--bad-every", optarg, 1); break;
      case kCsv: options.csv = true; break;
      case kNow: options.now = true; break;
      case kScattered: options.scattered = true; break;
      case kRaw: options.raw = true; break;
      case kPrint: options.print = true; break;
      case kHelp:
      case 'h': std::cout << kUsage; std::exit(0);
      default: refuse("unknown option");
    }
  const int given = argc - optind;
  if (given != 3 && !(options.batches && given == 2)) refuse("BROKER TOPIC COUNT are needed");
  options.broker = argv[optind];
  options.topic = argv[optind + 1];
  options.count = options.batches ? options.batches * kBatch : number<std::int64_t>("COUNT", argv[optind + 2], 1);
  return options;
}

// The values of the records, one after the other.
class Values {
 public:
  explicit Values(const Options& options)
      : options_(options), station_(static_cast<std::uint64_t>(options.seed), options.start) {
    if (options.raw) value_.assign(std::istreambuf_iterator<char>(std::cin), {});
  }

  // Key and value, lent until the next call.
  std::pair<std::string_view, std::string_view> next() {
    const std::int64_t n = done_++;
    weather::Reading reading = options_.scattered
                                   ? station_.next(options_.start + weather::scattered(n, options_.count))
                                   : station_.next();
    key_ = reading.id;
    if (options_.raw) return {key_, value_};
    if (options_.now)
      reading.time = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    const auto precision = options_.now ? weather::Precision::microseconds : weather::Precision::tenths;
    value_.clear();
    if (options_.bad_every && (n + 1) % options_.bad_every == 0)
      weather::append_bad(value_, reading, (n + 1) / options_.bad_every);
    else if (options_.csv)
      weather::append_csv(value_, reading, precision);
    else
      weather::append_json(value_, reading, precision);
    return {key_, value_};
  }

 private:
  const Options& options_;
  weather::Station station_;
  std::int64_t done_ = 0;
  std::string key_, value_;
};

// Waits so that record n leaves when its time has come.
void keep_pace(const Options& options, Clock::time_point start, std::int64_t n) {
  if (options.rate) std::this_thread::sleep_until(start + std::chrono::nanoseconds(n * 1'000'000'000 / options.rate));
  if (options.batches && n > 0 && n % kBatch == 0)
    std::this_thread::sleep_for(std::chrono::duration<double>(options.pause));
}

Result<std::int64_t> push(const Options& options) {
  const ConfigMap common{{"bootstrap.servers", options.broker}, {"client.id", "weather-producer"}};
  if (options.partitions) {
    auto admin = kafka::Admin::make(common);
    if (!admin) return std::move(admin).error();
    auto created = (*admin)->create_topic(options.topic, options.partitions, 1, Milliseconds(30'000));
    if (!created) return std::move(created).error();
  }
  ConfigMap properties = common;
  properties.set("linger.ms", options.rate && options.rate < 20'000 ? "0" : "20");
  properties.set("batch.size", "1000000");
  properties.set("queue.buffering.max.messages", "1000000");
  auto producer = kafka::Producer::make(properties);
  if (!producer) return std::move(producer).error();
  Values values(options);
  const auto start = Clock::now();
  auto told = start;
  for (std::int64_t n = 0; n < options.count; ++n) {
    keep_pace(options, start, n);
    const auto [key, value] = values.next();
    if (auto done = (*producer)->produce({options.topic, -1, key, value, 0, {}}); !done) return std::move(done).error();
    if (isatty(STDERR_FILENO) && n % 1'024 == 0 && Clock::now() - told > std::chrono::milliseconds(200)) {
      told = Clock::now();
      fmt::print(stderr, "\r{} of {}", n, options.count);
    }
  }
  if (isatty(STDERR_FILENO)) fmt::print(stderr, "\r\033[K");
  if (auto done = (*producer)->flush(Milliseconds(120'000)); !done) return std::move(done).error();
  return static_cast<std::int64_t>((*producer)->acknowledged());
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  if (options.print) {
    Values values(options);
    for (std::int64_t n = 0; n < options.count; ++n) std::cout << values.next().second << '\n';
    return 0;
  }
  const auto pushed = push(options);
  if (!pushed) {
    fmt::print(stderr, "weather-producer: {}\n", pushed.error().text());
    return 1;
  }
  fmt::print("messages pushed: {}\n", *pushed);
}
