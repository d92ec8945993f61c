#include "host/kafka/consumer.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include "host/base/handle.hpp"
#include "host/kafka/client_config.hpp"
#include "host/kafka/parting_clients.hpp"
#include "tests/support/mock_kafka.hpp"

namespace sinkway::kafka {
namespace {

using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

// A member of a group, driven as the task's reader drives it: it sleeps on the one descriptor only.
class Member : public MessageSink {
  Descriptor descriptor_;  // this and the names outlive the consumer
  TopicNames names_;

 public:
  Member(const std::string& bootstrap, const std::string& group, const ConfigMap& overrides = {},
         const std::string& start = "")
      : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    ConfigMap all{{"group.id", group},
                  {"session.timeout.ms", "4000"},
                  {"heartbeat.interval.ms", "200"},
                  {"max.poll.interval.ms", "6000"},
                  {"partition.assignment.strategy", "range"}};  // the mock broker aborts when a member names two
    for (const auto& [key, value] : overrides) all.set(key, value);
    auto properties = sink_consumer_properties(
        {.connector = "unit", .task = 0, .bootstrap_servers = bootstrap, .exactly_once = false, .worker = {},
         .overrides = all});
    if (!properties) throw std::runtime_error(properties.error().text());
    auto made = make_consumer({.properties = *properties, .start = start, .event_descriptor = descriptor_.get(), .names = &names_});
    if (!made) throw std::runtime_error(made.error().text());
    consumer = std::move(*made);
  }

  bool on_message(const Message& message) override {
    taken[message.at.partition].push_back(message.offset);
    return true;
  }

  // Serves events and, if `takes`, data, until `done` or the time is over.
  template <typename Done>
  bool serve_until(Done done, bool takes = true, std::chrono::milliseconds time = seconds(15)) {
    const auto deadline = Steady::now() + time;
    while (true) {
      std::uint64_t count = 0;
      (void)!read(descriptor_.get(), &count, sizeof count);
      while (consumer) {
        auto event = consumer->next_event();
        if (!event) break;
        std::visit([&](auto&& one) { on(std::move(one)); }, std::move(*event));
      }
      while (takes && consumer && consumer->take(1'000, *this) > 0) {}
      if (done()) return true;
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Steady::now()).count();
      if (left <= 0) return false;
      pollfd one{descriptor_.get(), POLLIN, 0};
      poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, 500)));
    }
  }
  bool join() {
    return serve_until([&] { return !assigned.empty(); });
  }
  Result<void> fetch_from_start() {
    auto starts = consumer->start_offsets({assigned.begin(), assigned.end()}, Milliseconds(5'000));
    if (!starts) return std::move(starts).error();
    return consumer->start_fetching(*starts);
  }
  [[nodiscard]] std::size_t count() const {
    std::size_t sum = 0;
    for (const auto& [partition, offsets] : taken) sum += offsets.size();
    return sum;
  }
  [[nodiscard]] bool without_gap() const {
    return std::all_of(taken.begin(), taken.end(), [](const auto& one) {
      const auto& [partition, offsets] = one;
      for (std::size_t n = 1; n < offsets.size(); ++n)
        if (offsets[n] != offsets[n - 1] + 1) return false;
      return true;
    });
  }

  std::unique_ptr<Consumer> consumer;
  std::vector<TopicPartition> assigned;
  std::map<std::int32_t, std::vector<std::int64_t>> taken;
  std::vector<CommitDone> commits;
  std::vector<ClientTrouble> troubles;
  int revocations = 0;
  bool lost = false;
  bool closed = false;

 private:
  void on(Assigned event) { assigned.insert(assigned.end(), event.partitions.begin(), event.partitions.end()); }
  void on(Revoked event) {
    ++revocations;
    lost = event.lost;
    for (const auto& at : event.partitions) std::erase(assigned, at);
    consumer->answer_revoked();
  }
  void on(CommitDone event) { commits.push_back(std::move(event)); }
  void on(ClientTrouble event) { troubles.push_back(std::move(event)); }
  void on(Closed) { closed = true; }

};

// The broker waits some seconds before it gives a new group its first assignment: the members of all tests join
// together.
class ConsumerTest : public ::testing::Test {
 protected:
  static constexpr const char* kNames[] = {"fetch", "commit", "close", "destroy", "rejoin", "unserved"};

  static void SetUpTestSuite() {
    mock_ = new testing::MockKafka();
    members_ = new std::map<std::string, std::unique_ptr<Member>>();
    mock_->create_topic("numbers", 4);
    for (std::int32_t partition = 0; partition < 4; ++partition) mock_->produce("numbers", partition, 1'000);
    for (const auto* name : kNames) add(name, {});
    add("pressure", {{"max.poll.interval.ms", "4000"}});
    add("cooperative", {{"partition.assignment.strategy", "cooperative-sticky"}});
    add("pattern", {}, "num[a-z]+");
    add("none", {{"auto.offset.reset", "none"}});
    add("latest", {{"auto.offset.reset", "latest"}});
    for (const auto* start : {"earliest", "latest", "500", "kafka", "db"}) add(start + std::string(" start"), {}, "", start);
    leaving_mock_ = new testing::MockKafka();
    leaving_mock_->create_topic("numbers", 4);
    away_ = new Member(leaving_mock_->bootstrap(), "connect-away");
    ASSERT_TRUE(away_->consumer->subscribe({"numbers"}, "").ok());
  }
  static void TearDownTestSuite() {
    delete members_;
    delete away_;
    delete mock_;
    delete leaving_mock_;
  }
  static void add(const std::string& name, const ConfigMap& overrides, const std::string& regex = "",
                  const std::string& start = "") {
    auto member = std::make_unique<Member>(mock_->bootstrap(), "connect-" + name, overrides, start);
    const std::vector<std::string> topics(regex.empty() ? 1 : 0, "numbers");
    ASSERT_TRUE(member->consumer->subscribe(topics, regex).ok());
    (void)member->serve_until([] { return true; });  // a pattern is looked up by next_event
    members_->emplace(name, std::move(member));
  }
  static Member& member(const std::string& name) { return *members_->at(name); }

  static testing::MockKafka* mock_;
  static testing::MockKafka* leaving_mock_;  // its broker goes away
  static Member* away_;
  static std::map<std::string, std::unique_ptr<Member>>* members_;
};

testing::MockKafka* ConsumerTest::mock_ = nullptr;
testing::MockKafka* ConsumerTest::leaving_mock_ = nullptr;
Member* ConsumerTest::away_ = nullptr;
std::map<std::string, std::unique_ptr<Member>>* ConsumerTest::members_ = nullptr;

TEST_F(ConsumerTest, NothingIsFetchedUntilItIsAskedForAndThenFromTheGivenOffsets) {
  Member& one = member("fetch");
  ASSERT_TRUE(one.join());
  ASSERT_EQ(one.assigned.size(), 4u);
  EXPECT_FALSE(one.serve_until([&] { return one.count() > 0; }, true, std::chrono::milliseconds(200)));
  std::vector<PartitionOffset> starts;
  for (const auto& at : one.assigned) starts.push_back({at, 10 * at.partition});
  ASSERT_TRUE(one.consumer->start_fetching(starts).ok());
  ASSERT_TRUE(one.serve_until([&] { return one.count() >= 4'000 - 60; }));
  EXPECT_TRUE(one.without_gap());
  for (const auto& at : one.assigned) {
    EXPECT_EQ(one.taken[at.partition].front(), 10 * at.partition);
    EXPECT_EQ(one.taken[at.partition].back(), 999);
  }
  ASSERT_TRUE(one.serve_until([&] {
    return std::all_of(one.assigned.begin(), one.assigned.end(), [&](const auto& at) {
      const auto marks = one.consumer->watermarks(at);
      return marks && marks->high == 1'000;
    });
  }));
  EXPECT_TRUE(one.troubles.empty());
}

TEST_F(ConsumerTest, DataThatNobodyTakesCostsNeitherMembershipNorRecords) {
  Member& one = member("pressure");
  ASSERT_TRUE(one.join());
  ASSERT_TRUE(one.fetch_from_start().ok());
  EXPECT_FALSE(one.serve_until([&] { return one.revocations > 0 || !one.troubles.empty(); }, false,
                               std::chrono::milliseconds(4'500)));
  ASSERT_TRUE(one.serve_until([&] { return one.count() >= 4'000; }));
  EXPECT_EQ(one.count(), 4'000u);
  EXPECT_TRUE(one.without_gap());
}

TEST_F(ConsumerTest, ACommitIsAnsweredAndIsWhereTheGroupStands) {
  Member& one = member("commit");
  ASSERT_TRUE(one.join());
  auto starts = one.consumer->start_offsets({one.assigned.begin(), one.assigned.end()}, Milliseconds(5'000));
  ASSERT_TRUE(starts.ok()) << starts.error().text();
  for (const auto& start : *starts) EXPECT_EQ(start.offset, 0);
  one.consumer->commit({});
  const PartitionOffset done[] = {{one.assigned[1], 77}, {one.assigned[2], 88}};
  one.consumer->commit(done);
  ASSERT_TRUE(one.serve_until([&] { return !one.commits.empty(); }));
  ASSERT_EQ(one.commits.size(), 1u);
  EXPECT_FALSE(one.commits[0].error.has_value()) << one.commits[0].error->text();
  ASSERT_EQ(one.commits[0].offsets.size(), 2u);
  EXPECT_EQ(one.commits[0].offsets[0].at, one.assigned[1]);
  EXPECT_EQ(one.commits[0].offsets[0].offset, 77);
  starts = one.consumer->start_offsets({one.assigned.begin(), one.assigned.end()}, Milliseconds(5'000));
  ASSERT_TRUE(starts.ok()) << starts.error().text();
  const std::int64_t wanted[] = {0, 77, 88, 0};
  for (std::size_t n = 0; n < 4; ++n) {
    EXPECT_EQ((*starts)[n].at, one.assigned[n]);
    EXPECT_EQ((*starts)[n].offset, wanted[n]);
  }
}

TEST_F(ConsumerTest, StartsAtTheEndOrSaysThatThereIsNoPosition) {
  Member& latest = member("latest");
  ASSERT_TRUE(latest.join());
  const auto ends = latest.consumer->start_offsets({latest.assigned.begin(), latest.assigned.end()},
                                                   Milliseconds(5'000));
  ASSERT_TRUE(ends.ok()) << ends.error().text();
  for (const auto& end : *ends) EXPECT_EQ(end.offset, 1'000);

  Member& none = member("none");
  ASSERT_TRUE(none.join());
  const auto start = none.consumer->start_offsets({none.assigned.begin(), none.assigned.end()}, Milliseconds(5'000));
  ASSERT_FALSE(start.ok());
  EXPECT_FALSE(start.error().retriable());
  EXPECT_NE(start.error().text().find("topic numbers, partition"), std::string::npos) << start.error().text();
  EXPECT_NE(start.error().text().find("auto.offset.reset"), std::string::npos);
}

TEST_F(ConsumerTest, BeginsWhereItIsToldWhateverTheGroupCommitted) {
  const std::pair<std::string, std::int64_t> cases[] = {{"earliest", 0}, {"latest", 1'000}, {"500", 500}, {"kafka", 77}, {"db", 0}};
  for (const auto& [start, wanted] : cases) {
    SCOPED_TRACE(start);
    Member& one = member(start + " start");
    ASSERT_TRUE(one.join());
    const PartitionOffset done[] = {{one.assigned[2], 77}};
    one.consumer->commit(done);
    ASSERT_TRUE(one.serve_until([&] { return !one.commits.empty(); }));
    const auto starts = one.consumer->start_offsets(std::span(one.assigned).subspan(2, 1), Milliseconds(5'000));
    ASSERT_TRUE(starts.ok()) << starts.error().text();
    EXPECT_EQ(starts->at(0).offset, wanted);
  }
}

TEST_F(ConsumerTest, APatternFindsItsTopics) {
  Member& one = member("pattern");
  ASSERT_TRUE(one.join());
  EXPECT_EQ(one.assigned.size(), 4u);
  Member other(mock_->bootstrap(), "connect-bad");
  EXPECT_FALSE(other.consumer->subscribe({}, "num[").ok());
}

TEST_F(ConsumerTest, ACooperativeMemberIsAssignedAndFetchesTheSameWay) {
  Member& one = member("cooperative");
  ASSERT_TRUE(one.join());
  ASSERT_TRUE(one.fetch_from_start().ok());
  ASSERT_TRUE(one.serve_until([&] { return one.count() >= 4'000; }));
  EXPECT_TRUE(one.without_gap());
  one.consumer->begin_close();
  EXPECT_TRUE(one.serve_until([&] { return one.closed; }));
  EXPECT_TRUE(one.assigned.empty());
}

TEST_F(ConsumerTest, CloseRevokesThenLeavesThenSaysSo) {
  Member& one = member("close");
  ASSERT_TRUE(one.join());
  ASSERT_TRUE(one.fetch_from_start().ok());
  ASSERT_TRUE(one.serve_until([&] { return one.count() > 0; }));
  one.consumer->begin_close();
  one.consumer->begin_close();
  const auto start = Steady::now();
  ASSERT_TRUE(one.serve_until([&] { return one.closed; }));
  EXPECT_EQ(one.revocations, 1);
  EXPECT_FALSE(one.lost);
  EXPECT_TRUE(one.assigned.empty());
  one.consumer.reset();
  EXPECT_LT(Steady::now() - start, seconds(3));
}

TEST_F(ConsumerTest, DestroyingNeverWaitsForAnybody) {
  const auto timed = [](Member& one) {
    const auto start = Steady::now();
    one.consumer.reset();
    return Steady::now() - start;
  };
  Member& fetching = member("destroy");
  ASSERT_TRUE(fetching.join());
  ASSERT_TRUE(fetching.fetch_from_start().ok());
  ASSERT_TRUE(fetching.serve_until([&] { return fetching.consumer->take(1, fetching) > 0; }, false));
  EXPECT_LT(timed(fetching), seconds(3)) << "with records taken and not handed over";
  EXPECT_LT(timed(member("unserved")), seconds(3)) << "with an assignment that nobody has heard of";
  Member fresh(mock_->bootstrap(), "connect-fresh");
  EXPECT_LT(timed(fresh), seconds(3)) << "never subscribed";
  Member joining(mock_->bootstrap(), "connect-joining");
  ASSERT_TRUE(joining.consumer->subscribe({"numbers"}, "").ok());
  EXPECT_LT(timed(joining), seconds(3)) << "while it joins";
  Member alone("127.0.0.1:1", "connect-alone");
  ASSERT_TRUE(alone.consumer->subscribe({"numbers"}, "").ok());
  ASSERT_TRUE(alone.serve_until([&] { return !alone.troubles.empty(); }));
  EXPECT_FALSE(alone.troubles[0].fatal || alone.troubles[0].ends_task);
  EXPECT_TRUE(alone.troubles[0].error.retriable());
  alone.consumer->begin_close();
  EXPECT_TRUE(alone.serve_until([&] { return alone.closed; })) << "no broker to say good-bye to";
  EXPECT_LT(timed(alone), seconds(3));
}

TEST_F(ConsumerTest, ABrokerThatIsGoneStopsNobodyFromEnding) {
  ASSERT_TRUE(away_->join());
  leaving_mock_->set_down(1);
  ASSERT_TRUE(away_->serve_until([&] { return !away_->troubles.empty(); }));
  EXPECT_FALSE(away_->troubles[0].fatal || away_->troubles[0].ends_task);
  const PartitionOffset position[] = {{away_->assigned[0], 5}};
  away_->consumer->commit(position);
  const auto start = Steady::now();
  away_->consumer->begin_close();
  (void)away_->serve_until([&] { return away_->closed; }, true, std::chrono::milliseconds(500));
  away_->consumer.reset();
  EXPECT_LT(Steady::now() - start, seconds(2));
  leaving_mock_->set_up(1);
  const auto deadline = Steady::now() + seconds(15);
  while (sweep_parting() > 0 && Steady::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(sweep_parting(), 0u) << "the broker is back";
}

TEST_F(ConsumerTest, AMemberThatRejoinsLosesItsPartitionsAndGetsThemAgain) {
  Member& one = member("rejoin");
  ASSERT_TRUE(one.join());
  one.consumer->rejoin();  // nothing is fetched yet: the plugin was fenced while it opened
  ASSERT_TRUE(one.serve_until([&] { return one.revocations == 1 && one.assigned.size() == 4; }));
  ASSERT_TRUE(one.fetch_from_start().ok());
  ASSERT_TRUE(one.serve_until([&] { return one.count() >= 4'000; }));
  one.taken.clear();
  one.consumer->rejoin();
  ASSERT_TRUE(one.serve_until([&] { return one.revocations == 2 && one.assigned.size() == 4; }));
  ASSERT_TRUE(one.fetch_from_start().ok());
  ASSERT_TRUE(one.serve_until([&] { return one.count() >= 4'000; }));
  EXPECT_EQ(one.count(), 4'000u);
  EXPECT_TRUE(one.without_gap());
}

TEST_F(ConsumerTest, TwoMembersShareThePartitionsOfAGroup) {
  Member& one = member("fetch");
  ASSERT_TRUE(one.join());
  ASSERT_TRUE(one.fetch_from_start().ok());
  Member two(mock_->bootstrap(), "connect-fetch");
  ASSERT_TRUE(two.consumer->subscribe({"numbers"}, "").ok());
  const auto deadline = Steady::now() + seconds(20);
  while ((one.assigned.size() != 2 || two.assigned.size() != 2) && Steady::now() < deadline) {
    (void)one.serve_until([] { return false; }, true, std::chrono::milliseconds(20));
    (void)two.serve_until([] { return false; }, true, std::chrono::milliseconds(20));
  }
  std::set<std::int32_t> all;
  for (const Member* both : {&one, &two})
    for (const auto& at : both->assigned) all.insert(at.partition);
  EXPECT_EQ(all, (std::set<std::int32_t>{0, 1, 2, 3}));
  EXPECT_EQ(one.assigned.size(), 2u);
  EXPECT_GE(one.revocations, 1);
  EXPECT_FALSE(one.lost);
  two.consumer->begin_close();
  EXPECT_TRUE(two.serve_until([&] { return two.closed; }));
}

// Such a client must not be destroyed by librdkafka before 2.3: it ends the process (its issue 4312).
TEST(Consumer, ACooperativeMemberMayGoBetweenJoiningAndItsFirstAssignment) {
  constexpr std::int16_t kSyncGroup = 14;
  constexpr std::size_t kRefusals = 20;
  testing::MockKafka mock;
  mock.create_topic("numbers", 1);
  for (std::size_t n = 0; n < kRefusals; ++n)
    ASSERT_FALSE(rd_kafka_mock_broker_push_request_error_rtts(mock.cluster(), 1, kSyncGroup, 1,
                                                              RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, 0));
  const auto refused = [&] {
    std::size_t left = 0;
    return !rd_kafka_mock_broker_error_stack_cnt(mock.cluster(), 1, kSyncGroup, &left) && left < kRefusals;
  };
  Member one(mock.bootstrap(), "connect-early", {{"partition.assignment.strategy", "cooperative-sticky"}});
  ASSERT_TRUE(one.consumer->subscribe({"numbers"}, "").ok());
  ASSERT_TRUE(one.serve_until(refused));
  EXPECT_TRUE(one.assigned.empty());
  const auto start = Steady::now();
  one.consumer.reset();
  EXPECT_LT(Steady::now() - start, seconds(3));
}

TEST(Consumer, PropertiesThatDoNotFitAreNamed) {
  TopicNames names;
  const auto unknown = make_consumer({.properties = {{"no.such", "1"}}, .names = &names});
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().text().find("no.such"), std::string::npos);
  const ConfigMap bad_key{{"ssl.key.pem", "s3cret"}, {"security.protocol", "ssl"}};
  const auto secret = make_consumer({.properties = bad_key, .names = &names});
  ASSERT_FALSE(secret.ok());
  EXPECT_EQ(secret.error().text().find("s3cret"), std::string::npos) << secret.error().text();
}

}  // namespace
}  // namespace sinkway::kafka
