// The one connection of a task to its database: cancellable, reconnecting, with its session set up the same way each
// time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/table/options/table_options.hpp"
#include "plugins/table/server/reply.hpp"
#include "plugins/table/server/wire.hpp"

namespace sinkway::table {

// One parameter of a statement. `type`: OID of its PostgreSQL type, 0 when the server may decide; `binary`: in the
// type's binary form.
struct Parameter {
  std::string_view bytes;
  std::uint32_t type = 0;
  bool binary = false;
};

// Owns a Wire. Statements run one at a time; a failed one leaves its transaction to be rolled back by the caller.
// Throws WireLost and WireCancelled (wire.hpp) from every member that talks. All members [writer-thread].
class Connection {
 public:
  // `cancel_descriptor` of the host: when it becomes readable, the running statement is broken off.
  Connection(const TableOptions& options, int cancel_descriptor);

  // Connects, looks whether a pooler stands in between, and sets the session up unless the connection stands already.
  void open();
  void close() noexcept;
  [[nodiscard]] bool is_open() const { return wire_.is_open(); }
  // Whether some connection of this task has worked within the last minute: a server that refuses logins now is
  // probably restarting.
  [[nodiscard]] bool has_worked_lately() const;
  // A pooler stands in between: said by the options, or found when connecting. Then every transaction may have another
  // server process, with another session.
  [[nodiscard]] bool is_pooled() const { return options_.connection.pooled || found_pooler_; }

  // How long the server takes to answer the simplest question, as it was when the connection was opened.
  [[nodiscard]] std::chrono::microseconds round_trip() const { return round_trip_; }

  // Statements without parameters, separated by ";". One transaction of their own unless they hold BEGIN or one is
  // open.
  [[nodiscard]] Reply run(const std::string& sql, OnCancel on_cancel = OnCancel::interrupt);
  // One statement with parameters. Planned once a connection, unless behind a pooler; of very many statements only the first ones.
  [[nodiscard]] Reply run(const std::string& sql, std::span<const Parameter> parameters,
                          OnCancel on_cancel = OnCancel::interrupt);
  // Plans a statement for later; an ok answer at once when it is planned already, and behind a pooler.
  [[nodiscard]] Reply prepare(const std::string& sql, std::span<const std::uint32_t> types);
  // What the server makes of a statement without running it: the types of its parameters, or why it takes it not. In a
  // transaction of its own, so that a pooler keeps both halves of the question together.
  [[nodiscard]] Reply describe(const std::string& sql);
  // BEGIN with everything that must hold inside: immediate constraints (no surprise at COMMIT), and the session's
  // settings when a pooler may have given us another session. With `first`, a statement with text
  // parameters, and `copy`, one that starts a COPY, all goes out in one round trip: on a busy machine each of them costs
  // a wait for the processor. The answer is that of `first`, or the first error before it; that of `copy` waits for
  // copy_begin with the same text.
  [[nodiscard]] Reply begin(const std::string& first = "", std::span<const Parameter> parameters = {},
                            const std::string& copy = "");
  // COMMIT. With `last`, a statement with text parameters that fails where the transaction must not be committed, in the same round
  // trip. Once it was sent only the server knows whether it is committed.
  [[nodiscard]] Reply commit(const std::string& last = "", std::span<const Parameter> parameters = {});
  // Ends a transaction whatever its state; closes the connection when that fails. Never throws.
  void rollback() noexcept;

  // What is done while the server is waited for, when `descriptor` becomes readable, and again until it answers true; it neither uses
  // the connection nor throws. For the life of the object.
  class Meanwhile {
   public:
    Meanwhile(Connection& connection, int descriptor, std::function<bool()> work) : wire_(connection.wire_) {
      wire_.meanwhile(descriptor, std::move(work));
    }
    ~Meanwhile() { wire_.meanwhile(-1, nullptr); }
    Meanwhile(const Meanwhile&) = delete;
    Meanwhile& operator=(const Meanwhile&) = delete;

   private:
    Wire& wire_;
  };

  // COPY ... FROM STDIN. Data goes out in chunks, each of which is waited for, so that no more than one lies in memory.
  // False: the host has cancelled; call copy_end with a reason.
  [[nodiscard]] Reply copy_begin(const std::string& sql);
  [[nodiscard]] bool copy_data(std::span<const char> chunk);
  // `failure` not null: the server throws the rows away and answers an error (57014).
  [[nodiscard]] Reply copy_end(const char* failure = nullptr);

 private:
  friend class Pipeline;

  // A COPY that was started together with its transaction, and what the server said to it.
  struct StartedCopy {
    std::string sql;
    Reply reply;
  };

  [[nodiscard]] Reply send_prepared(const std::string& sql, std::span<const Parameter> parameters, OnCancel on_cancel);
  // The name of a prepared statement; an error answer: none.
  [[nodiscard]] const std::string* prepared(const std::string& sql, std::span<const Parameter> parameters,
                                            OnCancel on_cancel, Reply& reply);
  // The statement with its parameters as literals: planned once a connection, unless behind a pooler. Nothing: `reply`
  // says why.
  [[nodiscard]] std::optional<std::string> inlined(const std::string& sql, std::span<const Parameter> parameters,
                                                   Reply& reply);
  [[nodiscard]] std::string literal(std::string_view text);
  // Takes the answers of the statements `before` the COPY and returns the last; that of the COPY is kept for copy_begin.
  [[nodiscard]] Reply begun_with(const std::string& copy, std::size_t before);
  [[nodiscard]] Reply answer(OnCancel on_cancel);

  // Whether another process answers than the one that greeted us: the process number that a pooler tells is its own.
  [[nodiscard]] bool sees_pooler();

  TableOptions options_;
  Wire wire_;
  bool found_pooler_ = false;
  bool read_only_ = false;  // a statement was refused because of it
  std::chrono::microseconds round_trip_{0};
  std::map<std::string, std::string> prepared_;  // statements of this connection: text to name
  std::optional<StartedCopy> started_copy_;
  std::optional<std::chrono::steady_clock::time_point> last_worked_;
};

}  // namespace sinkway::table
