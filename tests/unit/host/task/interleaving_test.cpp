// Thousands of random interleavings of two members, a group that moves partitions, a database that misbehaves.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/scripted_letters.hpp"
#include "tests/support/stepped_task.hpp"

namespace sinkway::task {
namespace {

using test::ScriptedAnswer;
using test::ScriptedPlace;

// One run from one seed. The oracle: an exactly-once sink holds each good record once, in order, and nothing else; with
// a dead letter queue each bad record is there at least once, before any position passes it (D6).
class Story {
 public:
  explicit Story(std::uint32_t seed, bool with_letters = false) : random_(seed + 1), with_letters_(with_letters) {
    for (std::size_t n = 0; n < 2; ++n) {
      plugins_.push_back(std::make_unique<test::ScriptedPlugin>(database_));
      plugins_.back()->on_put = [this](const sinkway_batch&) { return misbehave(); };
      plugins_.back()->on_open = [this] { return misbehave(); };
      plugins_.back()->on_pre_commit = [this] { return calm_ || chance(10) ? std::nullopt : retry(20); };
      members_.push_back(std::make_unique<test::SteppedTask>(broker_, *plugins_.back(), clock_));
      auto& spec = members_.back()->spec;
      spec.tolerate_all = true;
      spec.limits.rows = 1 + below(8);
      spec.max_poll_interval = Milliseconds(3'000);
      spec.commit_interval = Milliseconds(50);
      if (!with_letters) continue;
      spec.dead_letters = {letters_[n], true};
      spec.shutdown_timeout = Milliseconds(0);  // nobody here may wait by the real clock
      plugins_.back()->awaits_letters = true;
    }
  }

  void chaos(int steps) {
    for (int n = 0; n < steps; ++n) {
      act();
      if (chance(15)) answer_a_letter(*letters_[below(2)]);
      check_letters();
    }
  }

  // The dust settles; everything must arrive.
  void calm() {
    calm_ = true;
    for (auto& member : members_) member->post(ResumeAsked{});
    for (int round = 0; round < 3'000 && !delivered(); ++round) {
      give_out_the_rest();
      for (auto& member : members_) member->run(Milliseconds(100));
      for (auto& queue : letters_)
        while (!queue->sent.empty()) answer_a_letter(*queue);
      check_letters();
    }
  }

  [[nodiscard]] bool delivered() {
    for (std::int32_t partition = 0; partition < kPartitions; ++partition)
      if (database_.offsets({"weather", partition}) != good_[partition]) return false;
    return !with_letters_ || arrived_ == bad_;
  }
  void check(std::uint32_t seed) {
    for (std::int32_t partition = 0; partition < kPartitions; ++partition)
      EXPECT_EQ(database_.offsets({"weather", partition}), good_[partition]) << "seed " << seed << " partition " << partition;
    for (std::size_t n = 0; n < 2; ++n) {
      EXPECT_EQ(plugins_[n]->violations(), std::vector<std::string>{}) << "seed " << seed;
      EXPECT_EQ(members_[n]->status().trace, "") << "seed " << seed;
    }
    EXPECT_EQ(broker_.violations, std::vector<std::string>{}) << "seed " << seed;
    EXPECT_EQ(passed_over_, Places{}) << "seed " << seed;
    EXPECT_EQ(arrived_, with_letters_ ? bad_ : Places{}) << "seed " << seed;
  }

 private:
  static constexpr std::int32_t kPartitions = 3;
  using Places = std::set<std::pair<std::int32_t, std::int64_t>>;  // partition, offset

  // Kafka takes one of the letters, or not yet.
  void answer_a_letter(test::ScriptedLetters& queue) {
    if (queue.sent.empty()) return;
    const std::size_t n = below(queue.sent.size());
    if (!calm_ && chance(30)) return queue.settle(n, Error::transient("broker away"));
    std::map<std::string, std::string> told;
    for (const auto& [name, value] : queue.sent[n].letter.headers) told[name] = value.value_or("");
    arrived_.emplace(std::stoi(told.at("__connect.errors.partition")), std::stoll(told.at("__connect.errors.offset")));
    queue.settle(n);
    queue.sent.erase(queue.sent.begin() + static_cast<std::ptrdiff_t>(n));
  }
  void check_letters() {
    if (!with_letters_) return;
    for (const auto& bad : bad_)
      if (broker_.committed({"weather", bad.first}).value_or(0) > bad.second && !arrived_.contains(bad))
        passed_over_.insert(bad);
  }

  std::size_t below(std::size_t most) { return random_() % most; }
  bool chance(int percent) { return static_cast<int>(below(100)) < percent; }
  std::optional<ScriptedAnswer> retry(int percent) {
    if (!chance(percent)) return std::nullopt;
    return ScriptedAnswer{SINKWAY_RETRIABLE, "away", chance(50) ? static_cast<std::int64_t>(below(30)) : -1};
  }
  std::optional<ScriptedAnswer> misbehave() {
    if (calm_) return std::nullopt;
    auto answer = retry(25);
    if (answer) answer->works_first = chance(40);  // committed, the answer lost
    return answer;
  }

  void act() {
    test::SteppedTask& member = *members_[below(2)];
    const int what = static_cast<int>(below(100));
    if (what < 35) return member.step_reader();
    if (what < 65) return member.step_writer();
    if (what < 78) return clock_.advance(Milliseconds(static_cast<std::int64_t>(below(20))));
    if (what < 88) return produce();
    if (what < 93) return regroup();
    if (what < 94) return zombie();
    if (what < 96) return member.post(chance(50) ? ReaderMessage(PauseAsked{}) : ReaderMessage(ResumeAsked{}));
    if (what < 97) return kill(member);
    if (what < 98) return break_client(member);
    return clock_.advance(Milliseconds(static_cast<std::int64_t>(below(3'000))));
  }

  // What has not reached Kafka is gone with the process.
  void kill(test::SteppedTask& member) {
    letters_[&member == members_[0].get() ? 0 : 1]->sent.clear();
    member.kill();
  }

  void produce() {
    const auto partition = static_cast<std::int32_t>(below(kPartitions));
    const std::int64_t offset = broker_.end({"weather", partition});
    const int kind = static_cast<int>(below(10));
    if (kind == 0) return broker_.skip_offset("weather", partition);
    if (kind >= 1 && kind <= 3) bad_.emplace(partition, offset);
    if (kind == 1) return broker_.produce("weather", partition, "bad");
    if (kind == 2) return broker_.produce("weather", partition, "reject");
    if (kind == 3) return broker_.produce("weather", partition, "refuse");
    broker_.produce("weather", partition, "row");
    good_[partition].push_back(offset);
  }

  // The consumer of a member that has nothing more to answer to the group; null: it has none, or it has.
  test::ScriptedConsumer* idle(std::size_t n) {
    auto* const consumer = members_[n]->living_consumer();
    return consumer && consumer->quiet() ? consumer : nullptr;
  }
  bool has(std::size_t n, const ScriptedPlace& at) {
    auto* const consumer = members_[n]->living_consumer();
    return consumer && consumer->has(at);
  }

  // The group takes all partitions from a member, or gives it some of those that nobody has.
  void regroup() {
    const std::size_t n = below(2);
    auto* const consumer = idle(n);
    if (!consumer) return;
    if (consumer->assigned() > 0 && chance(70)) return chance(25) ? consumer->lose() : consumer->revoke(some_of(n));
    std::vector<ScriptedPlace> places;
    for (std::int32_t partition = 0; partition < kPartitions; ++partition)
      if (const ScriptedPlace at{"weather", partition}; !has(0, at) && !has(1, at) && chance(70)) places.push_back(at);
    if (!places.empty()) consumer->assign(places);
  }
  // Cooperative: one partition; eager: all of them.
  std::vector<ScriptedPlace> some_of(std::size_t n) {
    for (std::int32_t partition = 0; partition < kPartitions; ++partition)
      if (const ScriptedPlace at{"weather", partition}; has(n, at) && chance(30)) return {at};
    return {};
  }
  void give_out_the_rest() {
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
      const ScriptedPlace at{"weather", partition};
      const std::size_t n = below(2);
      auto* const consumer = idle(n);
      if (consumer && !has(0, at) && !has(1, at)) consumer->assign({at});
    }
  }
  // Gives a partition to a member although another still works on it.
  void zombie() {
    auto* const consumer = idle(below(2));
    const ScriptedPlace at{"weather", static_cast<std::int32_t>(below(kPartitions))};
    if (consumer && !consumer->has(at)) consumer->assign({at});
  }
  void break_client(test::SteppedTask& member) {
    if (auto* const consumer = member.living_consumer()) consumer->trouble({Error("client broke"), true});
  }

  std::minstd_rand random_;
  const bool with_letters_;
  const std::array<std::shared_ptr<test::ScriptedLetters>, 2> letters_{std::make_shared<test::ScriptedLetters>(),
                                                                       std::make_shared<test::ScriptedLetters>()};
  bool calm_ = false;
  test::VirtualClock clock_;
  test::ScriptedBroker broker_;
  test::ScriptedDatabase database_;
  std::vector<std::unique_ptr<test::ScriptedPlugin>> plugins_;
  std::vector<std::unique_ptr<test::SteppedTask>> members_;
  std::map<std::int32_t, std::vector<std::int64_t>> good_;
  Places bad_, arrived_, passed_over_;
};

TEST(Interleaving, D2_D3_D4_D7_NoRecordIsLostDoubledOrReordered) {
  for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
    Story story(seed);
    story.chaos(400);
    story.calm();
    story.check(seed);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Interleaving, D3_D6_NoBadRecordIsPassedOverBeforeItsLetterIsThere) {
  for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
    Story story(seed, true);
    story.chaos(400);
    story.calm();
    story.check(seed);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace sinkway::task
