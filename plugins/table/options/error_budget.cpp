#include "plugins/table/options/error_budget.hpp"

#include <charconv>

namespace sinkway::table {
namespace {

constexpr std::size_t kShareOf = 10'000;    // records that a share is taken of
constexpr std::size_t kShareFrom = 1'000;   // before so many a share says nothing

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::seconds> time_in(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto count = number_in<unsigned>(text.substr(0, text.size() - 1));
  if (!count || *count == 0) return std::nullopt;
  switch (text.back()) {
    case 's': return std::chrono::seconds(*count);
    case 'm': return std::chrono::minutes(*count);
    case 'h': return std::chrono::hours(*count);
    case 'd': return std::chrono::hours(24) * *count;
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<BudgetLimit> parse_budget(std::string_view text) {
  if (text.ends_with('%')) {
    const auto percent = number_in<double>(text.substr(0, text.size() - 1));
    if (!percent || !(*percent >= 0 && *percent <= 100)) return std::nullopt;
    return BudgetLimit{BudgetLimit::Kind::share, 0, *percent / 100, {}};
  }
  const std::size_t slash = text.find('/');
  const auto records = number_in<std::size_t>(text.substr(0, slash));
  if (!records) return std::nullopt;
  if (slash == std::string_view::npos) return BudgetLimit{BudgetLimit::Kind::total, *records, 0, {}};
  const auto time = time_in(text.substr(slash + 1));
  if (!time) return std::nullopt;
  return BudgetLimit{BudgetLimit::Kind::window, *records, 0, *time};
}

bool ErrorBudget::spend(std::size_t records, std::size_t errant, std::chrono::steady_clock::time_point now) {
  forget(now);
  const std::size_t all = records_ + records, bad = errant_ + errant;
  if (errant > 0) {
    if (limit_.kind != BudgetLimit::Kind::share && bad > limit_.records) return false;
    const bool tells = limit_.kind == BudgetLimit::Kind::share && all >= kShareFrom;
    if (tells && static_cast<double>(bad) > limit_.share * static_cast<double>(all)) return false;
  }
  // Batches without a bad row say something to a share only; a window of days would remember each of them.
  const bool counts = limit_.kind == BudgetLimit::Kind::share || (limit_.kind == BudgetLimit::Kind::window && errant > 0);
  if (counts) spent_.push_back({now, records, errant});
  records_ = all;
  errant_ = bad;
  return true;
}

void ErrorBudget::forget(std::chrono::steady_clock::time_point now) {
  const auto is_over = [&](const Spent& one) {
    return limit_.kind == BudgetLimit::Kind::window ? now - one.at >= limit_.time
                                                    : records_ - one.records >= kShareOf;
  };
  while (!spent_.empty() && is_over(spent_.front())) {
    records_ -= spent_.front().records;
    errant_ -= spent_.front().errant;
    spent_.pop_front();
  }
}

}  // namespace sinkway::table
