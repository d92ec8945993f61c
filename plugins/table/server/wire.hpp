// One PGconn that never blocks its thread: every wait can be ended by the host or by a deadline.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinkway::table {

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ResultDeleter>;

// The connection does not stand (any more). Whatever was under way is unknown.
class WireLost : public std::runtime_error {
 public:
  // `sqlstate`: of a server that refused the connection; empty when it was not the server that spoke.
  WireLost(std::string sqlstate, const std::string& reason) : std::runtime_error(reason),
      sqlstate_(std::move(sqlstate)) {}
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

// The host wanted the call back, and what was under way was broken off.
class WireCancelled : public std::runtime_error {
 public:
  WireCancelled() : std::runtime_error("broken off because the worker asked for the task's thread") {}
};

// What happens to a wait when the host cancels.
enum class OnCancel {
  interrupt,  // the server is asked to break off the statement; its answer is awaited for a moment
  finish,     // the statement is left alone (COMMIT, ROLLBACK); its answer is awaited for a moment
};

struct WireSettings {
  std::vector<std::string> conninfos;  // one for each host, which is asked first in it; they hold the password: never print them
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds silence_limit{0};  // longest wait for one answer; 0: no limit
  int cancel_descriptor = -1;                  // of the host; never read, never closed
};

// The raw connection below `Connection`. Owns the PGconn and its socket. Throws WireLost and WireCancelled; the
// connection is closed before a WireLost leaves. All members [writer-thread]; DNS is the one thing that libpq does not
// do without blocking (PostgreSQL manual 34.1, PQconnectStartParams).
class Wire {
 public:
  explicit Wire(WireSettings settings) : settings_(std::move(settings)) {}

  // Connects; an old connection is closed first. A host that does not answer is left by libpq for the next one only when the system gives
  // it up (PostgreSQL manual 34.1, connect_timeout does not hold here): after a time-out every call begins with the next host.
  void connect();
  void close() noexcept { connection_.reset(); }
  [[nodiscard]] bool is_open() const { return connection_ != nullptr && PQstatus(connection_.get()) == CONNECTION_OK; }
  // Whether the server sees a transaction of ours, and whether a statement is still under way.
  [[nodiscard]] PGTransactionStatusType transaction_status() const { return PQtransactionStatus(connection_.get()); }
  // What is done while the server is waited for, when `descriptor` becomes readable, and again until it answers true; -1: nothing.
  // It neither uses the connection nor throws.
  void meanwhile(int descriptor, std::function<bool()> work);
  // For PQsend... and PQput... calls; never null while is_open().
  [[nodiscard]] PGconn* get() const { return connection_.get(); }

  // Throws WireLost when a PQsend... or PQput... call answered failure.
  void require(bool sent);
  // Waits until all that was queued has gone to the socket; takes in what the server says meanwhile. False: all is
  // gone, but the host has cancelled in between.
  [[nodiscard]] bool flush(OnCancel on_cancel);
  // The next result of the running statement; null after its last one.
  [[nodiscard]] ResultHandle next_result(OnCancel on_cancel);
  // Takes all results of the running statement and keeps the first error, else the last result.
  [[nodiscard]] ResultHandle finish(OnCancel on_cancel);

 private:
  struct ConnectionDeleter {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  void wait(bool writable, OnCancel on_cancel, Deadline& deadline, bool& cancelled);
  [[nodiscard]] Deadline silence_deadline() const;
  void ask_to_break_off() noexcept;
  [[noreturn]] void lost(const std::string& reason);
  [[noreturn]] void broke(ResultHandle last = nullptr);

  WireSettings settings_;
  std::size_t first_host_ = 0;
  std::unique_ptr<PGconn, ConnectionDeleter> connection_;
  int meanwhile_descriptor_ = -1;
  std::function<bool()> meanwhile_;
};

// A refused or broken connection in libpq's words: the SQLSTATE when a server gave one, and one line of text.
struct ConnectMessage {
  std::string sqlstate;
  std::string text;
};
// Reads PQerrorMessage of a connection with verbosity PQERRORS_VERBOSE. Pure. libpq names hosts and roles there, never
// passwords.
[[nodiscard]] ConnectMessage read_connect_message(std::string_view message);

}  // namespace sinkway::table
