// Executions that are sent without waiting for one another (PostgreSQL manual 34.5, Pipeline Mode).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// A statement and the types of its parameters, as both were prepared.
struct TypedSql {
  const std::string& text;
  std::span<const std::uint32_t> types;
};

// Values of one execution, as libpq takes them: null pointers are NULL; text ones end with a zero byte.
struct ExecutionValues {
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;  // 1: binary
};

// One run of executions inside an open transaction, in the order in which they are sent. They go out in chunks of some
// 32 KB, each with a sync point of its own; two chunks are under way at most, so memory stays bounded on both sides. After
// the first execution that fails the server skips what follows. Rows of answers are thrown away.
//
//   prepare(connection, sql);                    // before, for each statement; nothing is done behind a pooler
//   Pipeline pipeline(connection);
//   while (... && pipeline.send(sql, values)) {}  // false: no more
//   const auto end = pipeline.finish();
//
// A pipeline that is not finished leaves the connection to be closed by rollback(). Throws WireLost and WireCancelled.
// [writer-thread]
class Pipeline {
 public:
  explicit Pipeline(Connection& connection);
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // False: an execution has failed, or the host wants the call back.
  [[nodiscard]] bool send(const TypedSql& sql, const ExecutionValues& values);

  struct End {
    Reply reply;           // ok, or the answer of the first execution that failed
    std::size_t done = 0;  // executions before it
  };
  // Takes all answers and leaves pipeline mode.
  [[nodiscard]] End finish();

 private:
  void end_chunk();
  void take_chunk();

  Connection& connection_;
  std::size_t open_ = 0;           // executions since the last sync point
  std::size_t bytes_ = 0;          // of their values
  std::deque<std::size_t> chunks_;  // executions of the chunks under way
  std::size_t done_ = 0;
  Reply failed_{nullptr};
  bool has_failed_ = false;
  bool cancelled_ = false;
};

}  // namespace sinkway::table
