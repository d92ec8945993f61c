// The plan by which bad rows are found and their neighbours saved: pure, no server.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace sinkway::table {

// Rows that are written by one statement: [begin, end) of a group, in the order of writing.
struct Piece {
  std::size_t group = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] bool operator==(const Piece&) const = default;
};

// Pieces still to be written, in the order of the rows. Usage:
//
//   Isolation isolation(sizes);                       // one whole piece for each group
//   bad = isolation.begin_after(group, row);          // when it is known already that the group as a whole is refused
//   while (auto piece = isolation.next())             // SAVEPOINT, write
//     if (failed) bad = isolation.failed(line);       // ROLLBACK TO; `bad` set: that row is left out
//
// The server names the line (COPY): the piece is split at that row. It does not: pieces of at most 1,000 rows, then
// halves. How many rows a piece may have follows what happens: fewer after a failure, which makes the rows behind the bad
// one be sent again, and more after a piece of that size was accepted, since each piece costs its round trips. Nothing is
// sent twice that was accepted.
class Isolation {
 public:
  explicit Isolation(std::span<const std::size_t> group_sizes);
  // These pieces, which are known to be refused as a whole.
  explicit Isolation(const std::vector<Piece>& refused);

  // Begins with the knowledge that this whole group was refused, as `failed` says it.
  std::optional<std::size_t> begin_after(std::size_t group, std::optional<std::size_t> row);
  // Takes the next piece; nothing: all is written.
  [[nodiscard]] std::optional<Piece> next();
  // The piece taken last comes again: nothing was found out about it.
  void again();
  // The piece taken last was refused because of its row number `row` (from 0, inside the piece), or of some row.
  // Answers the position of the bad row inside its group once it is known.
  std::optional<std::size_t> failed(std::optional<std::size_t> row);
  // The piece taken last was refused because of rows among its `suspects` last ones: those are tried one by one.
  void failed_at_end(std::size_t suspects);

 private:
  void put_back(std::size_t group, std::size_t begin, std::size_t end);

  std::deque<Piece> pieces_;
  Piece current_;
  std::size_t most_;         // rows of the next piece
  bool accepted_ = false;    // the piece taken last, unless `failed` follows
};

}  // namespace sinkway::table
