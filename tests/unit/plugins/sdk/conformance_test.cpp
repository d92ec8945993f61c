#include "plugins/sdk/testing/conformance.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

#include "plugins/sdk/cpp/export.hpp"
#include "plugins/sdk/testing/isolated.hpp"

namespace sinkway::sdk::testing {
namespace {

// The one rule that the task breaks.
enum class Sin {
  none, silent_failure, tells_a_value, tells_the_password, raises_a_position, accepts_refused_reports, reports_nothing_there,
  uses_the_host_late, leaks_memory, leaks_a_descriptor, refuses_empty_batches, forgets_next_offset, indexes_without_stride,
  never_returns, crashes, refuses_to_start, tells_raw_bytes,
} sin = Sin::none;

constexpr auto kOptions = option_table({
    {.name = "word", .type = SINKWAY_TYPE_PASSWORD, .documentation = "A secret."},
});

class SinfulTask final : public SinkTask {
 public:
  ~SinfulTask() override {
    if (sin == Sin::leaks_memory) (void)new std::string(100'000, 'x');
    if (sin == Sin::leaks_a_descriptor) (void)::dup(0);
  }
  void start(const Config& config) override {
    if (sin == Sin::refuses_to_start) throw FatalError("never");
    if (sin == Sin::tells_the_password) host().info("starting with " + config.find("word").value_or(""));
  }
  void open(std::span<OpenPartition> partitions) override {
    for (auto& each : partitions)
      if (sin == Sin::forgets_next_offset) each.next_offset = -1;
  }
  void put(const BatchView& batch) override {
    switch (sin) {
      case Sin::silent_failure: throw RetriableError("");
      case Sin::tells_a_value:
        if (!batch.empty()) throw DataError(0, "cannot write " + text_of(batch[0].value()));
        break;
      case Sin::accepts_refused_reports:
        if (!batch.empty()) (void)host().report_errant({.reason = "bad"});
        break;
      case Sin::reports_nothing_there: (void)host().report_errant({.record_index = batch.size(), .reason = "bad"}); break;
      case Sin::refuses_empty_batches:
        if (batch.empty()) throw FatalError("nothing to do");
        break;
      case Sin::indexes_without_stride:
        for (std::size_t i = 0; i < batch.size(); ++i)
          if (view(*batch.raw().records[i].topic) != "conformance") throw std::runtime_error("unreachable");
        break;
      case Sin::never_returns:
        while (true) ::pause();
      case Sin::crashes: std::abort();
      case Sin::tells_raw_bytes:
        for (const RecordView record : batch)
          if (record.raw_bytes()->value.data != nullptr) throw DataError(0, "cannot keep " + std::string(view(record.raw_bytes()->value)));
        break;
      default: break;
    }
  }
  void pre_commit(std::span<Position> positions) override {
    for (auto& each : positions)
      if (sin == Sin::raises_a_position) ++each.next_offset;
  }
  bool wants_raw_records() const override { return sin == Sin::tells_raw_bytes; }
  void stop() override {
    if (sin == Sin::uses_the_host_late) std::thread([this] { host().request_commit(); }).join();
  }

 private:
  // The first text in a value, wherever it stands.
  static std::string text_of(ValueView value) {
    if (value.tag() == SINKWAY_STRING) return std::string(value.text());
    if (value.tag() == SINKWAY_STRUCT)
      for (const ValueView field : value.fields())
        if (field.tag() == SINKWAY_STRING) return std::string(field.text());
    return "";
  }
};

constexpr sinkway_descriptor kSinful =
    sink<SinfulTask>({.name = "a.SinfulSinkConnector", .version = "1", .documentation = "Sins.", .options = kOptions});

std::string faults_of(Sin committed, const sinkway_descriptor& descriptor = kSinful) {
  sin = committed;
  return conformance_faults({.descriptor = &descriptor, .config = {{"word", std::string(kPasswordSecret)}}});
}

TEST(Conformance, APluginWithoutFaultPasses) { EXPECT_EQ(faults_of(Sin::none), ""); }

TEST(Conformance, EachSinIsFound) {
  const struct {
    Sin sin;
    std::string words;
  } cases[] = {
      {Sin::silent_failure, "put failed without a reason"},
      {Sin::tells_a_value, "holds a value of a record"},
      {Sin::tells_raw_bytes, "holds a value of a record"},
      {Sin::tells_the_password, "a log line holds a password"},
      {Sin::raises_a_position, "pre_commit raised a position"},
      {Sin::accepts_refused_reports, "put answered OK although the host had refused"},
      {Sin::reports_nothing_there, "report_errant of a record that the batch does not have"},
      {Sin::uses_the_host_late, "request_commit outside of a call, or from another thread"},
      {Sin::leaks_a_descriptor, "no leaks: descriptors are left open"},
      {Sin::refuses_empty_batches, "empty put: a batch of nothing was refused"},
      {Sin::forgets_next_offset, "open left next_offset or epoch unfilled"},
      {Sin::refuses_to_start, "start does not work with this configuration: never"},
  };
  for (const auto& each : cases) {
    const std::string faults = faults_of(each.sin);
    EXPECT_NE(faults.find(each.words), std::string::npos) << each.words << " | " << faults;
  }
}

TEST(Conformance, LeakedMemoryIsFoundWhereTheAllocatorCounts) {
  if (mallinfo2().uordblks == 0) GTEST_SKIP() << "the allocator of a sanitizer counts by itself";
  EXPECT_NE(faults_of(Sin::leaks_memory).find("no leaks: "), std::string::npos);
}

TEST(Conformance, APluginThatCrashesOrHangsIsNamedAndTheRunGoesOn) {
  const auto ending_of = [](Sin committed, std::chrono::milliseconds patience) {
    return run_isolated(patience, [&] { return faults_of(committed); });
  };
  const Ending crashed = ending_of(Sin::crashes, std::chrono::seconds(60));
  EXPECT_FALSE(crashed.returned);
  EXPECT_NE(crashed.text.find("crashed"), std::string::npos) << crashed.text;
  const Ending hung = ending_of(Sin::never_returns, std::chrono::milliseconds(100));
  EXPECT_FALSE(hung.returned);
  EXPECT_NE(hung.text.find("did not return within 100 ms"), std::string::npos) << hung.text;
  const Ending lost = ending_of(Sin::indexes_without_stride, std::chrono::seconds(60));
  EXPECT_FALSE(lost.returned && lost.text.empty()) << "whoever ignores the stride reads rubbish";
  EXPECT_TRUE(ending_of(Sin::none, std::chrono::seconds(60)).returned);
}

TEST(Conformance, EachFaultOfAManifestIsFound) {
  const struct {
    std::string words;
    void (*spoil)(sinkway_descriptor&, sinkway_option&);
  } cases[] = {
      {"no name", [](sinkway_descriptor& descriptor, sinkway_option&) { descriptor.name = {}; }},
      {"no version", [](sinkway_descriptor& descriptor, sinkway_option&) { descriptor.version = {}; }},
      {"has no documentation", [](sinkway_descriptor&, sinkway_option& option) { option.documentation = {}; }},
      {"has an unknown type", [](sinkway_descriptor&, sinkway_option& option) { option.type = 99; }},
      {"is required and has a default",
       [](sinkway_descriptor&, sinkway_option& option) {
         option.required = 1;
         option.default_value = lend("x");
       }},
      {"allows nothing", [](sinkway_descriptor&, sinkway_option& option) { option.check = SINKWAY_CHECK_ONE_OF; }},
      {"has an empty range",
       [](sinkway_descriptor&, sinkway_option& option) {
         option.check = SINKWAY_CHECK_RANGE;
         option.minimum = 2;
         option.maximum = 1;
       }},
  };
  for (const auto& each : cases) {
    sinkway_descriptor descriptor = kSinful;
    sinkway_option option = kOptions[0];
    descriptor.options = &option;
    each.spoil(descriptor, option);
    Faults faults;
    check_manifest({.descriptor = &descriptor, .config = {}}, faults);
    ASSERT_EQ(faults.size(), 1u) << each.words;
    EXPECT_NE(faults[0].find(each.words), std::string::npos) << faults[0];
  }
}

}  // namespace
}  // namespace sinkway::sdk::testing
