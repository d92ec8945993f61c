// Another session at the same rows: what a sink meets where it is not alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/postgres_client.hpp"

namespace sinkway::test {

// Holds a lock of the table `weather` until the sink waits for it, or a moment has passed without that, and then does what its
// kind is. Joined by its destructor. For one thread.
class RivalSession {
 public:
  enum class Kind {
    lets_go,      // of the row, after the sink has waited
    updates,      // the row with its own values: a transaction with a snapshot from before it cannot go on
    wants_more,   // a second row, which the sink may have: a deadlock
    has_table,    // not a row but the whole table, for longer than the sink will wait for it
  };

  // `application`: the name of the sink's sessions.
  RivalSession(const std::string& uri, std::string application)
      : client_(uri), observer_(uri), application_(std::move(application)) {
    client_.run("SET deadlock_timeout = '1h'");  // the sink is the one to find it
  }
  RivalSession(const RivalSession&) = delete;
  RivalSession& operator=(const RivalSession&) = delete;
  ~RivalSession() { join(); }

  // Has its lock when it returns.
  void begin(Kind kind, std::int64_t row, std::int64_t other) {
    join();
    if (kind == Kind::wants_more && other > row) std::swap(row, other);  // a sink goes by key: it has the lesser one first
    const std::string where = " WHERE id = " + std::to_string(row);
    client_.run("BEGIN");
    client_.run(kind == Kind::has_table ? "LOCK TABLE weather"
                : kind == Kind::updates ? "UPDATE weather SET tm = tm" + where
                                        : "SELECT FROM weather" + where + " FOR UPDATE");
    thread_ = std::thread([this, kind, other] { go_on(kind, other); });
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  static constexpr std::chrono::milliseconds kMoment{150};
  static constexpr std::chrono::milliseconds kTooLong{400};

  void go_on(Kind kind, std::int64_t other) {
    try {
      await_sink(kMoment, true);
      if (kind == Kind::wants_more) client_.run("SELECT FROM weather WHERE id = " + std::to_string(other) + " FOR UPDATE");
      if (kind == Kind::has_table) await_sink(kTooLong, false);
      client_.run("COMMIT");
    } catch (const std::exception&) {
      client_.run("ROLLBACK");
    }
  }
  // Until a session of the sink waits for a lock, or no longer does.
  void await_sink(std::chrono::milliseconds at_most, bool waits) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    const std::string waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + application_ +
                                "' AND wait_event_type = 'Lock'";
    while (std::chrono::steady_clock::now() < end && (observer_.number(waiting) > 0) != waits) std::this_thread::yield();
  }

  PostgresClient client_;
  PostgresClient observer_;
  std::string application_;
  std::thread thread_;
};

}  // namespace sinkway::test
