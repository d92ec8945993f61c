#include "host/plugin/sink_task_proxy.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/fake_task_services.hpp"

namespace sinkway::plugin {
namespace {

sinkway_string text(std::string_view words) { return {words.data(), words.size()}; }

// A task in C whose functions do what the test says.
struct Scripted {
  sinkway_task face{};
  const sinkway_host* host = nullptr;
  std::function<void(sinkway_outcome&)> on_start = [](sinkway_outcome& outcome) { outcome.code = SINKWAY_OK; };
  std::function<void(std::span<sinkway_open_partition>, sinkway_outcome&)> on_open;
  std::function<void(const sinkway_batch&, sinkway_outcome&)> on_put;
  std::function<void(std::span<sinkway_position>, sinkway_outcome&)> on_pre_commit;
  std::function<const void*(std::string_view)> on_extension = [](std::string_view) { return nullptr; };
  int stops = 0, cancels = 0, destroys = 0;
  bool lost = false;
};

Scripted& of(sinkway_task* task) { return *static_cast<Scripted*>(task->plugin_data); }

sinkway_task* create(const sinkway_descriptor* descriptor, const sinkway_host* host);

class SinkTaskProxyTest : public ::testing::Test {
 protected:
  SinkTaskProxyTest() {
    script_.face = {sizeof(sinkway_task),
                    0,
                    &script_,
                    [](sinkway_task* task, sinkway_outcome* outcome) { of(task).on_start(*outcome); },
                    [](sinkway_task* task, sinkway_open_partition* first, std::size_t count, sinkway_outcome* outcome) {
                      of(task).on_open({first, count}, *outcome);
                    },
                    [](sinkway_task* task, const sinkway_batch* batch, sinkway_outcome* outcome) { of(task).on_put(*batch, *outcome); },
                    [](sinkway_task* task, sinkway_position* first, std::size_t count, sinkway_outcome* outcome) {
                      of(task).on_pre_commit({first, count}, *outcome);
                    },
                    [](sinkway_task* task, const sinkway_position*, std::size_t, std::int32_t lost, sinkway_outcome* outcome) {
                      of(task).lost = lost != 0;
                      outcome->code = SINKWAY_OK;
                    },
                    [](sinkway_task* task) { ++of(task).stops; },
                    [](sinkway_task* task) { ++of(task).cancels; },
                    [](sinkway_task* task) { ++of(task).destroys; },
                    [](sinkway_task* task, sinkway_string id) { return of(task).on_extension({id.data, id.size}); }};
    descriptor_.descriptor.name = text("a.SinkConnector");
    descriptor_.descriptor.create_task = create;
    descriptor_.script = &script_;
  }

  void make() {
    auto made = SinkTaskProxy::create(descriptor_.descriptor, services_);
    ASSERT_TRUE(made.ok()) << made.error().text();
    proxy_ = std::move(made).value();
  }

  Outcome put(std::size_t records, std::function<void(const sinkway_batch&, sinkway_outcome&)> body) {
    script_.on_put = std::move(body);
    batch_.records.assign(records, Record{});
    return proxy_->put(batch_.view());
  }

 public:
  struct Findable {
    sinkway_descriptor descriptor{};
    Scripted* script = nullptr;
  };

 protected:
  Scripted script_;
  Findable descriptor_;
  test::FakeTaskServices services_;
  Batch batch_;
  std::unique_ptr<SinkTaskProxy> proxy_;
};

sinkway_task* create(const sinkway_descriptor* descriptor, const sinkway_host* host) {
  Scripted* script = reinterpret_cast<const SinkTaskProxyTest::Findable*>(descriptor)->script;
  script->host = host;
  return &script->face;
}

bool says(const Outcome& outcome, std::string_view words) {
  return outcome.code == OutcomeCode::fatal && outcome.text().find(words) != std::string::npos &&
         outcome.text().find("a.SinkConnector") != std::string::npos;
}

TEST_F(SinkTaskProxyTest, AnOutcomeIsCopiedWhole) {
  make();
  const Outcome outcome = put(3, [](const sinkway_batch&, sinkway_outcome& told) {
    told = {sizeof(told), SINKWAY_DATA_ERROR, text("too long"), text("widen it"), text("table.too_long"), 250, 2};
  });
  EXPECT_EQ(outcome.code, OutcomeCode::data_error);
  EXPECT_EQ(outcome.text(), "too long (widen it)");
  EXPECT_EQ(outcome.error_id, "table.too_long");
  EXPECT_EQ(outcome.retry_after, Milliseconds(250));
  EXPECT_EQ(outcome.record_index, 2u);
}

TEST_F(SinkTaskProxyTest, EachCodeHasItsName) {
  make();
  const struct {
    int code;
    OutcomeCode name;
  } cases[] = {{SINKWAY_OK, OutcomeCode::ok},
               {SINKWAY_RETRIABLE, OutcomeCode::retriable},
               {SINKWAY_DATA_ERROR, OutcomeCode::data_error},
               {SINKWAY_FATAL, OutcomeCode::fatal},
               {SINKWAY_FENCED, OutcomeCode::fenced}};
  for (const auto& each : cases) {
    const Outcome outcome = put(0, [&](const sinkway_batch&, sinkway_outcome& told) { told.code = each.code; });
    EXPECT_EQ(outcome.code, each.name);
    EXPECT_EQ(outcome.reason.empty(), each.code == SINKWAY_OK) << "a failure always has a reason";
    EXPECT_EQ(outcome.record_index, std::nullopt);
    EXPECT_EQ(outcome.retry_after, std::nullopt);
  }
}

TEST_F(SinkTaskProxyTest, APutThatBreaksARuleIsFatalAndNamesThePlugin) {
  make();
  EXPECT_TRUE(says(put(1, [](const sinkway_batch&, sinkway_outcome&) {}), "without filling its outcome"));
  EXPECT_TRUE(says(put(1, [](const sinkway_batch&, sinkway_outcome& told) { told.code = 17; }), "unknown code 17"));
  EXPECT_TRUE(says(put(1, [](const sinkway_batch&, sinkway_outcome&) { throw 12; }), "an exception left it"));
  EXPECT_TRUE(says(put(2,
                       [](const sinkway_batch&, sinkway_outcome& told) {
                         told.code = SINKWAY_DATA_ERROR;
                         told.record_index = 2;
                       }),
                   "record 2 of 2"));
}

TEST_F(SinkTaskProxyTest, AFunctionThatIsMissingIsFatalWhenItIsNeeded) {
  script_.face.start = nullptr;
  script_.face.put = nullptr;
  script_.face.stop = nullptr;
  script_.face.cancel = nullptr;
  script_.face.get_extension = nullptr;
  make();
  EXPECT_TRUE(says(proxy_->start(), "in start: the function is NULL"));
  EXPECT_TRUE(says(proxy_->put(batch_.view()), "in put: the function is NULL"));
  proxy_->stop();
  proxy_->cancel();
  EXPECT_FALSE(proxy_->keeps_offsets());
  EXPECT_EQ(proxy_->schema_hint("t"), std::nullopt);
}

TEST_F(SinkTaskProxyTest, ATaskThatCannotBeMadeIsAnError) {
  const struct {
    std::string words;
    sinkway_task* (*create)(const sinkway_descriptor*, const sinkway_host*);
  } cases[] = {
      {"could not make a task", [](const sinkway_descriptor*, const sinkway_host*) -> sinkway_task* { return nullptr; }},
      {"an exception left it", [](const sinkway_descriptor*, const sinkway_host*) -> sinkway_task* { throw 1; }},
      {"shorter than the ABI's",
       [](const sinkway_descriptor*, const sinkway_host*) -> sinkway_task* {
         static sinkway_task shorter{};
         shorter.struct_size = 16;
         return &shorter;
       }},
      {"the function is NULL", nullptr},
  };
  for (const auto& each : cases) {
    descriptor_.descriptor.create_task = each.create;
    const auto made = SinkTaskProxy::create(descriptor_.descriptor, services_);
    ASSERT_FALSE(made.ok());
    EXPECT_NE(made.error().text().find(each.words), std::string::npos) << made.error().text();
  }
}

TEST_F(SinkTaskProxyTest, OpenMustAnswerAnOffsetForEachPartition) {
  make();
  const sinkway_string topic = text("weather");
  sinkway_open_partition partitions[] = {{&topic, 0, 0, 1, 5, 0, 0}, {&topic, 1, 0, 1, 6, 0, 0}};
  script_.on_open = [](std::span<sinkway_open_partition> opened, sinkway_outcome& told) {
    opened[0].next_offset = 50;
    told.code = SINKWAY_OK;
  };
  EXPECT_TRUE(says(proxy_->open(partitions), "no next offset for weather-1"));
  script_.on_open = [](std::span<sinkway_open_partition> opened, sinkway_outcome& told) {
    for (auto& each : opened) each.next_offset = each.host_start;
    told.code = SINKWAY_OK;
  };
  EXPECT_TRUE(proxy_->open(partitions).ok());
  EXPECT_EQ(partitions[1].next_offset, 6);
}

TEST_F(SinkTaskProxyTest, PreCommitLowersAndNeverRaises) {
  make();
  const sinkway_string topic = text("weather");
  const Position before[] = {{&topic, 0, 0, 1, 0, 10}, {&topic, 1, 0, 1, 0, 20}};
  std::vector<Position> positions(std::begin(before), std::end(before));
  script_.on_pre_commit = [](std::span<sinkway_position> asked, sinkway_outcome& told) {
    asked[0].next_offset = 7;
    asked[1].partition = 99;
    told.code = SINKWAY_OK;
  };
  EXPECT_TRUE(proxy_->pre_commit(positions).ok());
  EXPECT_EQ(positions[0].next_offset, 7);
  EXPECT_EQ(positions[1].partition, 1);
  script_.on_pre_commit = [](std::span<sinkway_position> asked, sinkway_outcome& told) {
    asked[1].next_offset = 21;
    told.code = SINKWAY_OK;
  };
  EXPECT_TRUE(says(proxy_->pre_commit(positions), "raised the position of weather-1"));
  EXPECT_EQ(positions[1].next_offset, 20);
}

TEST_F(SinkTaskProxyTest, TheHostServesThePluginDuringACall) {
  services_.settings = {{"a", "1"}, {"b", "2"}};
  make();
  const auto outcome = put(3, [&](const sinkway_batch&, sinkway_outcome& told) {
    const sinkway_host* host = script_.host;
    EXPECT_EQ(host->config_count(host), 2u);
    EXPECT_EQ(std::string_view(host->config_at(host, 1).value.data, host->config_at(host, 1).value.size), "2");
    const sinkway_errant errant{sizeof(errant), 0, 2, text("TASK_PUT"), text("x.y"), text("bad"), text("f")};
    EXPECT_EQ(host->report_errant(host, &errant), SINKWAY_ERRANT_ACCEPTED);
    host->request_commit(host);
    host->pause_partition(host, text("weather"), 4);
    EXPECT_EQ(host->is_current(host, text("weather"), 0, 1), 1);
    EXPECT_EQ(host->is_current(host, text("weather"), 0, 2), 0);
    sinkway_metric* metric = host->make_metric(host, SINKWAY_COUNTER, text("x_total"), text("X."), nullptr, 0);
    EXPECT_EQ(metric, host->make_metric(host, SINKWAY_COUNTER, text("x_total"), text("X."), nullptr, 0));
    EXPECT_NE(metric, host->make_metric(host, SINKWAY_GAUGE, text("x_total"), text("X."), nullptr, 0));
    EXPECT_EQ(host->make_metric(host, 77, text("x"), text("X."), nullptr, 0), nullptr);
    host->record_metric(host, metric, 1);
    const sinkway_pair labels[] = {{text("task"), text("not its own")}, {text("table"), text("t")}};
    host->record_metric(host, host->make_metric(host, SINKWAY_COUNTER, text("y_total"), text("Y."), labels, 2), 2);
    host->log(host, SINKWAY_LOG_INFO, text("hello"), nullptr, 0);
    EXPECT_EQ(host->get_extension(host, text("no")), nullptr);
    told.code = SINKWAY_OK;
  });
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(services_.sink.sum("x_total{connector=weather,task=0}"), 1);
  EXPECT_EQ(services_.sink.sum("y_total{connector=weather,task=0,table=t}"), 2);
  ASSERT_EQ(services_.errants.size(), 1u);
  EXPECT_EQ(services_.errants[0].first, 2u);
  EXPECT_EQ(services_.commit_requests, 1);
  EXPECT_EQ(services_.paused.size(), 1u);
}

TEST_F(SinkTaskProxyTest, TheHostTellsWhatIsNextDuringACallAndOnlyThen) {
  make();
  const sinkway_batch next{};
  services_.next = &next;
  const auto* told_of = static_cast<const sinkway_next_batch*>(script_.host->get_extension(script_.host, text(SINKWAY_EXT_NEXT_BATCH)));
  ASSERT_NE(told_of, nullptr);
  EXPECT_EQ(told_of->of(script_.host), nullptr);
  EXPECT_EQ(told_of->descriptor(script_.host), -1);
  const auto outcome = put(1, [&](const sinkway_batch&, sinkway_outcome& told) {
    EXPECT_EQ(told_of->of(script_.host), &next);
    EXPECT_EQ(told_of->descriptor(script_.host), services_.next_descriptor);
    told.code = SINKWAY_OK;
  });
  EXPECT_TRUE(outcome.ok());
}

TEST_F(SinkTaskProxyTest, AReportThatIsWrongIsRefused) {
  make();
  const auto outcome = put(3, [&](const sinkway_batch&, sinkway_outcome& told) {
    const sinkway_errant beyond{sizeof(beyond), 0, 3, text("TASK_PUT"), {}, text("bad"), {}};
    const sinkway_errant shorter{4, 0, 0, text("TASK_PUT"), {}, text("bad"), {}};
    EXPECT_EQ(script_.host->report_errant(script_.host, &beyond), SINKWAY_ERRANT_INTOLERANT);
    EXPECT_EQ(script_.host->report_errant(script_.host, &shorter), SINKWAY_ERRANT_INTOLERANT);
    EXPECT_EQ(script_.host->report_errant(script_.host, nullptr), SINKWAY_ERRANT_INTOLERANT);
    told.code = SINKWAY_OK;
  });
  EXPECT_TRUE(outcome.ok());
  EXPECT_TRUE(services_.errants.empty());
}

TEST_F(SinkTaskProxyTest, CallsToTheHostFromOutsideAreRefused) {
  services_.settings = {{"a", "1"}};
  make();
  const sinkway_host* host = script_.host;
  EXPECT_EQ(host->config_count(host), 0u) << "no call of the host is running";
  host->request_commit(host);
  const auto outcome = put(1, [&](const sinkway_batch&, sinkway_outcome& told) {
    std::thread([&] { host->request_commit(host); }).join();
    std::thread([&] { EXPECT_EQ(host->is_cancelled(host), 0); }).join();  // [any-thread]
    told.code = SINKWAY_OK;
  });
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(services_.commit_requests, 0);
}

TEST_F(SinkTaskProxyTest, ExtensionsAreReadWhenTheyAreWhole) {
  static const sinkway_exactly_once active{sizeof(sinkway_exactly_once), 1};
  static const sinkway_exactly_once shorter{4, 1};
  static const sinkway_raw_records raw{sizeof(sinkway_raw_records), 1};
  static const sinkway_headers headers{sizeof(sinkway_headers), 0};
  static const sinkway_hint_column columns[] = {{text("tm"), SINKWAY_TIMESTAMP_US, {}}, {text("odd"), 200, {}}};
  static const sinkway_schema_hint_source source{sizeof(source), 0, [](sinkway_task*, sinkway_string topic, sinkway_schema_hint* hint) {
                                                   if (std::string_view(topic.data, topic.size) != "weather") return 0;
                                                   hint->ignores_unmatched = 1;
                                                   hint->columns = columns;
                                                   hint->column_count = 2;
                                                   return 1;
                                                 }};
  make();
  EXPECT_FALSE(proxy_->keeps_offsets());
  EXPECT_FALSE(proxy_->wants_raw_records());
  EXPECT_TRUE(proxy_->wants_headers());
  script_.on_extension = [](std::string_view) { return &shorter; };
  EXPECT_FALSE(proxy_->keeps_offsets());
  EXPECT_FALSE(proxy_->wants_raw_records());
  EXPECT_TRUE(proxy_->wants_headers());
  script_.on_extension = [](std::string_view id) {
    return id == SINKWAY_EXT_EXACTLY_ONCE  ? static_cast<const void*>(&active)
           : id == SINKWAY_EXT_RAW_RECORDS ? static_cast<const void*>(&raw)
           : id == SINKWAY_EXT_HEADERS     ? static_cast<const void*>(&headers)
                                           : &source;
  };
  EXPECT_TRUE(proxy_->keeps_offsets());
  EXPECT_TRUE(proxy_->wants_raw_records());
  EXPECT_FALSE(proxy_->wants_headers());
  EXPECT_FALSE(proxy_->schema_hint("other"));
  const auto hint = proxy_->schema_hint("weather");
  ASSERT_TRUE(hint);
  EXPECT_TRUE(hint->ignores_unmatched);
  ASSERT_EQ(hint->columns.size(), 2u);
  EXPECT_EQ(hint->columns[0].second, Tag::timestamp_us);
  EXPECT_EQ(hint->columns[1].second, Tag::string) << "a tag that this worker does not know";
}

TEST_F(SinkTaskProxyTest, TheEndIsToldOnce) {
  make();
  EXPECT_TRUE(proxy_->start().ok());
  EXPECT_TRUE(proxy_->close({}, true).ok());
  EXPECT_TRUE(script_.lost);
  proxy_->cancel();
  proxy_->stop();
  proxy_.reset();
  EXPECT_EQ(script_.cancels, 1);
  EXPECT_EQ(script_.stops, 1);
  EXPECT_EQ(script_.destroys, 1);
}

}  // namespace
}  // namespace sinkway::plugin
