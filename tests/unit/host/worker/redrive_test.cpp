#include "host/worker/redrive.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <memory>

#include "host/convert/csv.hpp"
#include "tests/support/scripted_plugin.hpp"
#include "tests/support/text_converter.hpp"
#include "tests/support/value_text.hpp"

namespace sinkway::worker {
namespace {

using Refused = std::vector<std::pair<std::size_t, std::string>>;
using Calls = std::vector<std::string>;

template <typename Made>
Result<std::unique_ptr<convert::Converter>> made(std::unique_ptr<Made> converter) {
  return std::unique_ptr<convert::Converter>(std::move(converter));
}

// Keys are text; values are lines of CSV whose columns the sink names.
class RedriveOfPage : public testing::Test {
 protected:
  RedriveOfPage() {
    manifest_.descriptor = plugin.descriptor();
    spec.connector = "c";
    spec.plugin = &manifest_;
    spec.make_key_converter = [] { return made(std::make_unique<test::TextConverter>()); };
    spec.make_value_converter = [] { return made(std::make_unique<convert::CsvConverter>(ConfigMap())); };
    plugin.on_put = [this](const sinkway_batch& batch) {
      for (std::size_t n = 0; n < batch.record_count; ++n) values.push_back(test::text_of_value(batch.records[n].value));
      return std::nullopt;
    };
  }
  static KeptMessage line(const std::string& topic, std::int64_t offset, const std::string& value) {
    KeptMessage message;
    message.topic = topic;
    message.offset = offset;
    message.value = value;
    return message;
  }

  test::ScriptedDatabase database;
  test::ScriptedPlugin plugin{database, false};
  task::TaskSpec spec;
  task::CancelSignal cancel;
  std::vector<std::string> values;  // that were put

 private:
  plugin::Manifest manifest_;
};

TEST_F(RedriveOfPage, gives_the_converter_the_columns_of_the_sink_as_a_running_task_does) {
  plugin.columns = {{"weather", {{"id", SINKWAY_INT64}, {"dry", SINKWAY_BOOL}, {"note", SINKWAY_STRING}}}};
  const Redriven redriven = redrive(spec, {line("weather", 3, "7,true,8")}, cancel);
  EXPECT_TRUE(redriven.outcome.ok()) << redriven.outcome.text();
  EXPECT_EQ(redriven.refused, Refused{});
  EXPECT_EQ(values, std::vector<std::string>{R"({id: 7, dry: true, note: "8"})"});
  EXPECT_EQ(plugin.calls(), (Calls{"start", "put 1", "stop", "destroy"})) << "no partition is opened";
}

TEST_F(RedriveOfPage, knows_no_columns_when_its_topics_have_different_ones) {
  plugin.columns = {{"weather", {{"id", SINKWAY_INT64}}}, {"tides", {{"height", SINKWAY_FLOAT64}}}};
  const Redriven redriven = redrive(spec, {line("weather", 3, "7"), line("tides", 4, "1.5")}, cancel);
  ASSERT_EQ(redriven.refused.size(), 2U);
  EXPECT_NE(redriven.refused[0].second.find("nothing names the columns"), std::string::npos);
  EXPECT_EQ(plugin.calls(), (Calls{"start", "stop", "destroy"}));
  plugin.columns["tides"] = plugin.columns["weather"];
  EXPECT_EQ(redrive(spec, {line("weather", 3, "7"), line("tides", 4, "8")}, cancel).refused, Refused{});
  EXPECT_EQ(values, (std::vector<std::string>{"{id: 7}", "{id: 8}"}));
}

TEST_F(RedriveOfPage, refuses_by_position_what_cannot_be_converted_or_is_rejected_and_puts_the_rest) {
  spec.make_value_converter = [] { return made(std::make_unique<test::TextConverter>()); };
  const Redriven redriven = redrive(spec, {line("t", 0, "bad"), line("t", 1, "a"), line("t", 2, "reject"), line("t", 3, "b")}, cancel);
  EXPECT_TRUE(redriven.outcome.ok()) << redriven.outcome.text();
  EXPECT_EQ(redriven.refused, (Refused{{0, "byte 0: not a good beginning"}, {2, "rejected"}}));
  EXPECT_EQ(database.size(), 2U);
}

TEST_F(RedriveOfPage, asks_the_plugin_to_return_when_it_is_cancelled) {
  bool was_asked = false;
  spec.make_value_converter = [] { return made(std::make_unique<test::TextConverter>()); };
  plugin.on_cancel = [&] { was_asked = true; };
  plugin.on_put = [&](const sinkway_batch&) {
    cancel.raise(task::CancelSignal::kForEver);
    EXPECT_EQ(plugin.host()->is_cancelled(plugin.host()), 1);
    pollfd readable{plugin.host()->cancel_descriptor(plugin.host()), POLLIN, 0};
    EXPECT_EQ(poll(&readable, 1, 0), 1);
    return test::ScriptedAnswer{SINKWAY_RETRIABLE};
  };
  EXPECT_EQ(redrive(spec, {line("weather", 3, "7")}, cancel).outcome.code, plugin::OutcomeCode::retriable);
  EXPECT_TRUE(was_asked);
}

TEST_F(RedriveOfPage, puts_nothing_into_a_task_that_does_not_start) {
  plugin.on_start = [] { return test::ScriptedAnswer{SINKWAY_FATAL, "dlq.table is not set"}; };
  const Redriven redriven = redrive(spec, {line("weather", 3, "7")}, cancel);
  EXPECT_EQ(redriven.outcome.code, plugin::OutcomeCode::fatal);
  EXPECT_EQ(redriven.outcome.reason, "dlq.table is not set");
  EXPECT_EQ(redriven.refused, Refused{});
  EXPECT_EQ(plugin.calls(), (Calls{"start", "stop", "destroy"}));
}

}  // namespace
}  // namespace sinkway::worker
