#include "plugins/table/delivery/isolation.hpp"

#include <algorithm>
#include <limits>

namespace sinkway::table {
namespace {

// The least that a piece shrinks to before it is halved: big enough to stay cheap, small enough that the next failure
// costs little. The most that it grows to again.
constexpr std::size_t kFewRows = 1'000, kManyRows = 16'000;

}  // namespace

Isolation::Isolation(std::span<const std::size_t> group_sizes) : most_(std::numeric_limits<std::size_t>::max()) {
  for (std::size_t group = 0; group < group_sizes.size(); ++group) {
    if (group_sizes[group] > 0) pieces_.push_back({group, 0, group_sizes[group]});
  }
}

Isolation::Isolation(const std::vector<Piece>& refused) : most_(kFewRows) {
  for (auto piece = refused.rbegin(); piece != refused.rend(); ++piece) put_back(piece->group, piece->begin, piece->end);
}

std::optional<std::size_t> Isolation::begin_after(std::size_t group, std::optional<std::size_t> row) {
  std::deque<Piece> before;
  while (!pieces_.empty() && pieces_.front().group < group) {
    before.push_back(pieces_.front());
    pieces_.pop_front();
  }
  if (pieces_.empty() || pieces_.front().group != group) {
    pieces_.insert(pieces_.begin(), before.begin(), before.end());
    return std::nullopt;
  }
  (void)next();
  const auto bad = failed(row);
  pieces_.insert(pieces_.begin(), before.begin(), before.end());
  return bad;
}

std::optional<Piece> Isolation::next() {
  if (accepted_ && current_.size() >= most_) most_ = std::max(most_, std::min(most_ * 2, kManyRows));
  if (pieces_.empty()) return std::nullopt;
  current_ = pieces_.front();
  pieces_.pop_front();
  if (current_.size() > most_) {
    pieces_.push_front({current_.group, current_.begin + most_, current_.end});
    current_.end = current_.begin + most_;
  }
  accepted_ = true;
  return current_;
}

void Isolation::again() {
  accepted_ = false;
  pieces_.push_front(current_);
}

std::optional<std::size_t> Isolation::failed(std::optional<std::size_t> row) {
  accepted_ = false;
  const auto [group, begin, end] = current_;
  if (!row && end - begin == 1) row = 0;
  if (row && *row < end - begin) {
    most_ = std::clamp(most_ / 2, kFewRows, kManyRows);
    const std::size_t bad = begin + *row;
    put_back(group, bad + 1, end);
    put_back(group, begin, bad);
    return bad;
  }
  most_ = kFewRows;
  const std::size_t middle = end - begin > kFewRows ? end : begin + (end - begin) / 2;
  put_back(group, middle, end);
  put_back(group, begin, middle);
  return std::nullopt;
}

void Isolation::failed_at_end(std::size_t suspects) {
  accepted_ = false;
  const auto [group, begin, end] = current_;
  for (std::size_t row = end; row > end - suspects; --row) put_back(group, row - 1, row);
  put_back(group, begin, end - suspects);
}

void Isolation::put_back(std::size_t group, std::size_t begin, std::size_t end) {
  if (begin < end) pieces_.push_front({group, begin, end});
}

}  // namespace sinkway::table
