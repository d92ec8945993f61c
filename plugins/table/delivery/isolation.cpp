#include "plugins/table/delivery/isolation.hpp"

#include <algorithm>

namespace sinkway::table {
namespace {

// After a failure: big enough to stay cheap, small enough that the next failure costs little.
constexpr std::size_t kPieceRows = 1000;

}  // namespace

Isolation::Isolation(std::span<const std::size_t> group_sizes) {
  for (std::size_t group = 0; group < group_sizes.size(); ++group) {
    if (group_sizes[group] > 0) pieces_.push_back({group, 0, group_sizes[group]});
  }
}

Isolation::Isolation(const std::vector<Piece>& refused) {
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
  if (pieces_.empty()) return std::nullopt;
  current_ = pieces_.front();
  pieces_.pop_front();
  return current_;
}

std::optional<std::size_t> Isolation::failed(std::optional<std::size_t> row) {
  const auto [group, begin, end] = current_;
  if (!row && end - begin == 1) row = 0;
  if (row && *row < end - begin) {
    const std::size_t bad = begin + *row;
    put_back(group, bad + 1, end);
    put_back(group, begin, bad);
    return bad;
  }
  if (end - begin > kPieceRows) {
    put_back(group, begin, end);
  } else {
    const std::size_t middle = begin + (end - begin) / 2;
    put_back(group, middle, end);
    put_back(group, begin, middle);
  }
  return std::nullopt;
}

void Isolation::put_back(std::size_t group, std::size_t begin, std::size_t end) {
  // From the back, so that the front of the list stays in the order of the rows.
  while (end > begin) {
    const std::size_t from = begin + (end - begin - 1) / kPieceRows * kPieceRows;
    pieces_.push_front({group, from, end});
    end = from;
  }
}

}  // namespace sinkway::table
