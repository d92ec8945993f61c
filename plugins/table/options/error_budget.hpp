// errors.budget: how many records may be errant before the task stops rather than go on losing them.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace sinkway::table {

// "1000": since the task started. "5%": of the last 10,000 records, once 1,000 were seen. "100/1h": within a time
// (s, m, h, d).
struct BudgetLimit {
  enum class Kind { total, share, window } kind = Kind::total;
  std::size_t records = 0;       // total, window
  double share = 0;              // 0 to 1
  std::chrono::seconds time{0};  // window
};
// Nothing: the text is none of these.
[[nodiscard]] std::optional<BudgetLimit> parse_budget(std::string_view text);

// Pure arithmetic over counts and a time that is passed in. [writer-thread]
class ErrorBudget {
 public:
  explicit ErrorBudget(BudgetLimit limit) : limit_(limit) {}

  // A batch of `records` records of which `errant` are to be left out. True: that is within the budget, and the batch
  // counts; false: it is not, and nothing has changed.
  [[nodiscard]] bool spend(std::size_t records, std::size_t errant, std::chrono::steady_clock::time_point now);

  // Batches that still count: what the budget keeps in memory.
  [[nodiscard]] std::size_t remembered() const { return spent_.size(); }

 private:
  struct Spent {
    std::chrono::steady_clock::time_point at;
    std::size_t records;
    std::size_t errant;
  };
  void forget(std::chrono::steady_clock::time_point now);

  BudgetLimit limit_;
  std::deque<Spent> spent_;  // what still counts, oldest first
  std::size_t records_ = 0;  // sums over spent_
  std::size_t errant_ = 0;
};

}  // namespace sinkway::table
