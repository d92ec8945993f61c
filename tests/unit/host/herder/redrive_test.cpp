#include "host/herder/redrive.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>

#include "tests/support/fake_worker_port.hpp"

namespace sinkway::herder {
namespace {

// A plugin with letters at the offsets 0, 1, 2 ...; a page is told as the table sink tells it.
class PagedWorker : public test::FakeWorkerPort {
 public:
  std::size_t letters = 0;
  plugin::QueryAnswer query(const plugin::Manifest& plugin, const std::string& name, const ConfigMap& config,
                            const std::string& question, bool changes, const std::string& argument) override {
    (void)FakeWorkerPort::query(plugin, name, config, question, changes, argument);
    if (!query_answer.outcome.ok()) return query_answer;
    std::string page;
    for (std::size_t n = 0; next < letters && n < page_rows; ++n, ++next)
      page += (page.empty() ? "" : ",") + (R"({"topic":"t","partition":0,"offset":)" + std::to_string(next)) +
              R"(,"timestamp":5,"key":null,"value":"7b7d"})";
    return {{}, "{\"letters\":[" + page + "]}"};
  }
  worker::Redriven redrive(const plugin::Manifest& plugin, const std::string& name, const ConfigMap& config,
                           const std::vector<worker::KeptMessage>& messages, task::CancelSignal& own) override {
    if (after_page) after_page();
    return FakeWorkerPort::redrive(plugin, name, config, messages, own);
  }
  std::size_t next = 0;
  std::size_t page_rows = 2;
  std::function<void()> after_page;
};

class RedriveTest : public testing::Test {
 protected:
  plugin::QueryAnswer run(const std::string& argument) { return redrive({worker, plugin, name, config}, argument, cancel); }
  PagedWorker worker;
  plugin::Manifest plugin;
  const std::string name = "c";
  const ConfigMap config;
  task::CancelSignal cancel;
};

TEST_F(RedriveTest, goes_page_by_page_behind_the_last_letter_until_there_is_none) {
  worker.letters = 3;
  EXPECT_EQ(run("{}").json, R"({"dry_run":false,"tried":3,"written":3,"rejected":0,"reasons":[]})");
  EXPECT_EQ(worker.take_calls(), (std::vector<std::string>{
                              R"(query c _letters {"limit":500})", "redrive c 0 1",
                              R"(query c _letters {"limit":500,"after":{"topic":"t","partition":0,"offset":1}})", "redrive c 2",
                              R"(query c _letters {"limit":500,"after":{"topic":"t","partition":0,"offset":2}})"}));
}

TEST_F(RedriveTest, stops_at_its_limit_and_only_counts_when_it_is_dry) {
  worker.letters = 10;
  EXPECT_EQ(run(R"({"limit":2,"dry_run":true,"topic":"t"})").json,
            R"({"dry_run":true,"tried":2,"written":0,"rejected":0,"reasons":[]})");
  EXPECT_EQ(worker.take_calls(), (std::vector<std::string>{R"(query c _letters {"limit":2,"dry_run":true,"topic":"t"})"}));
}

TEST_F(RedriveTest, tells_what_is_rejected_again_by_its_place) {
  worker.letters = 2;
  worker.redriven = {{{}, {{1, "column a: too long"}}}};
  EXPECT_EQ(run("{}").json, R"({"dry_run":false,"tried":2,"written":1,"rejected":1,"reasons":[{"topic":"t","partition":0,)"
                            R"("offset":1,"reason":"column a: too long"}]})");
}

TEST_F(RedriveTest, reads_a_page_again_whose_letters_somebody_else_took_but_not_for_ever) {
  worker.letters = 1'000;
  plugin::Outcome gone;
  gone.code = plugin::OutcomeCode::retriable;
  gone.error_id = "table.letters_gone";
  worker.redriven = {{gone, {}}, {{}, {}}};
  EXPECT_EQ(run(R"({"limit":2})").json, R"({"dry_run":false,"tried":2,"written":2,"rejected":0,"reasons":[]})");
  worker.redriven = {{gone, {}}};
  EXPECT_EQ(run(R"({"limit":2})").outcome.error_id, "table.letters_gone");
}

TEST_F(RedriveTest, ends_between_pages_when_it_is_stopped_and_tells_how_far_it_came) {
  worker.letters = 10;
  worker.redriven = {{{}, {{1, "column a: too long"}}}};
  worker.after_page = [&] { cancel.raise(task::CancelSignal::kForEver); };
  const plugin::QueryAnswer answer = run("{}");
  EXPECT_EQ(answer.outcome.code, plugin::OutcomeCode::fatal);
  EXPECT_EQ(answer.outcome.reason, "The redrive ended before its time, with 2 letter(s) tried and 1 of them rejected again");
  EXPECT_EQ(worker.take_calls(), (std::vector<std::string>{R"(query c _letters {"limit":500})", "redrive c 0 1"}));
}

TEST_F(RedriveTest, tells_how_far_it_came_when_a_page_was_broken_off) {
  worker.letters = 10;
  plugin::Outcome broken_off;
  broken_off.code = plugin::OutcomeCode::retriable;
  worker.redriven = {{{}, {}}, {broken_off, {}}};
  worker.after_page = [this, pages = 0]() mutable {
    if (++pages == 2) cancel.raise(task::CancelSignal::kForEver);
  };
  EXPECT_EQ(run("{}").outcome.reason, "The redrive ended before its time, with 2 letter(s) tried and 0 of them rejected again");
}

TEST_F(RedriveTest, says_what_stands_in_the_way) {
  for (const char* wrong : {"[]", R"({"limit":0})", R"({"limit":-1})", R"({"limit":"9"})", R"({"dry_run":1})", R"({"topic":["t"]})", R"({"after":{}})"})
    EXPECT_EQ(run(wrong).outcome.code, plugin::OutcomeCode::data_error) << wrong;
  constexpr std::size_t kLevels = 200'000;  // more than a stack has room for
  EXPECT_EQ(run(R"({"topic":)" + std::string(kLevels, '[') + std::string(kLevels, ']') + "}").outcome.code, plugin::OutcomeCode::data_error);
  EXPECT_TRUE(worker.take_calls().empty());
  worker.query_answer.outcome.code = plugin::OutcomeCode::fatal;
  worker.query_answer.outcome.reason = "dlq.table is not set";
  EXPECT_EQ(run("{}").outcome.reason, "dlq.table is not set");
}

}  // namespace
}  // namespace sinkway::herder
