#include "plugins/table/server/connection.hpp"

#include <list>

#include "plugins/table/server/connection_parameters.hpp"

namespace sinkway::table {
namespace {

// The server keeps each until the connection ends, and records of many forms or tables make many.
constexpr std::size_t kMostPrepared = 256;

constexpr std::chrono::minutes kLately{1};

// Parameters in the form that libpq wants them.
struct ParameterArrays {
  explicit ParameterArrays(std::span<const Parameter> parameters) {
    for (const Parameter& one : parameters) {
      types.push_back(one.type);
      values.push_back(one.bytes.data());
      lengths.push_back(static_cast<int>(one.bytes.size()));
      formats.push_back(one.binary ? 1 : 0);
      // Text goes as a C string; binary ones may hold any byte.
      if (!one.binary) values.back() = texts.emplace_back(one.bytes).c_str();
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(values.size()); }

  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  std::list<std::string> texts;  // addresses stay
};

}  // namespace

Connection::Connection(const TableOptions& options, int cancel_descriptor)
    : options_(options), wire_(data_wire(options, cancel_descriptor)) {}

bool Connection::has_worked_lately() const {
  return last_worked_ && std::chrono::steady_clock::now() - *last_worked_ < kLately;
}

void Connection::open() {
  if (wire_.is_open()) return;
  prepared_.clear();
  read_only_ = false;
  wire_.connect();
  found_pooler_ = sees_pooler();
  if (is_pooled()) return;
  if (Reply reply = run(session_settings(options_, false)); !reply.ok()) {
    const std::string sqlstate = reply.sqlstate();
    close();
    throw WireLost(sqlstate, "the settings of the session were refused: check session.settings, and currentSchema of connection.url");
  }
  if (!options_.init_sql.empty()) {
    if (Reply reply = run(options_.init_sql); !reply.ok()) {
      const std::string sqlstate = reply.sqlstate();
      close();
      throw WireLost(sqlstate, "init.sql was refused");
    }
  }
  // From PostgreSQL 14 a backend that waits for a lock notices that its client is gone. Not on every system: no matter
  // then.
  if (PQserverVersion(wire_.get()) >= 140000) (void)run("SET client_connection_check_interval='5s'");
}

bool Connection::sees_pooler() {
  const Reply reply = run("SELECT pg_backend_pid()");
  const auto asked = std::chrono::steady_clock::now();
  (void)run("SELECT 1");  // the first question pays for caches that are empty
  round_trip_ = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - asked);
  return reply.ok() && reply.integer(0, 0) != PQbackendPID(wire_.get());
}

Reply Connection::answer(OnCancel on_cancel) {
  (void)wire_.flush(on_cancel);
  Reply reply(wire_.finish(on_cancel));
  last_worked_ = std::chrono::steady_clock::now();
  if (reply.sqlstate() == "25006") read_only_ = true;
  return reply;
}

Reply Connection::run(const std::string& sql, OnCancel on_cancel) {
  wire_.require(wire_.is_open() && PQsendQuery(wire_.get(), sql.c_str()) == 1);
  return answer(on_cancel);
}

Reply Connection::run(const std::string& sql, std::span<const Parameter> parameters, OnCancel on_cancel) {
  wire_.require(wire_.is_open());
  const bool prepares = !is_pooled() && (prepared_.size() < kMostPrepared || prepared_.contains(sql));
  if (prepares) return send_prepared(sql, parameters, on_cancel);
  const ParameterArrays arrays(parameters);
  wire_.require(PQsendQueryParams(wire_.get(), sql.c_str(), arrays.count(), arrays.types.data(), arrays.values.data(),
                                  arrays.lengths.data(), arrays.formats.data(), 0) == 1);
  return answer(on_cancel);
}

Reply Connection::prepare(const std::string& sql, std::span<const std::uint32_t> types) {
  std::vector<Parameter> parameters;
  for (const std::uint32_t type : types) parameters.push_back({{}, type});
  Reply reply(nullptr);
  wire_.require(wire_.is_open());
  if (is_pooled() || prepared_.contains(sql)) return Reply::good();
  (void)prepared(sql, parameters, OnCancel::interrupt, reply);
  return reply;
}

Reply Connection::describe(const std::string& sql) {
  Reply reply = begin();
  if (!reply.ok()) return reply;
  wire_.require(PQsendPrepare(wire_.get(), "", sql.c_str(), 0, nullptr) == 1);
  reply = answer(OnCancel::interrupt);
  if (reply.ok()) {
    wire_.require(PQsendDescribePrepared(wire_.get(), "") == 1);
    reply = answer(OnCancel::interrupt);
  }
  rollback();
  return reply;
}

const std::string* Connection::prepared(const std::string& sql, std::span<const Parameter> parameters,
                                        OnCancel on_cancel, Reply& reply) {
  if (const auto known = prepared_.find(sql); known != prepared_.end()) return &known->second;
  const ParameterArrays arrays(parameters);
  const std::string name = "sinkway_" + std::to_string(prepared_.size());
  wire_.require(PQsendPrepare(wire_.get(), name.c_str(), sql.c_str(), arrays.count(), arrays.types.data()) == 1);
  reply = answer(on_cancel);
  return reply.ok() ? &prepared_.emplace(sql, name).first->second : nullptr;
}

Reply Connection::send_prepared(const std::string& sql, std::span<const Parameter> parameters, OnCancel on_cancel) {
  Reply reply(nullptr);
  const std::string* name = prepared(sql, parameters, on_cancel, reply);
  if (name == nullptr) return reply;
  const ParameterArrays arrays(parameters);
  wire_.require(PQsendQueryPrepared(wire_.get(), name->c_str(), arrays.count(), arrays.values.data(),
                                    arrays.lengths.data(), arrays.formats.data(), 0) == 1);
  return answer(on_cancel);
}

std::string Connection::literal(std::string_view text) {
  wire_.require(wire_.is_open());
  char* const quoted = PQescapeLiteral(wire_.get(), text.data(), text.size());
  wire_.require(quoted != nullptr);
  std::string copy(quoted);
  PQfreemem(quoted);
  return copy;
}

std::optional<std::string> Connection::inlined(const std::string& sql, std::span<const Parameter> parameters,
                                               Reply& reply) {
  if (!is_pooled()) {
    const std::string* name = prepared(sql, parameters, OnCancel::interrupt, reply);
    if (name == nullptr) return std::nullopt;
    std::string list;
    for (const Parameter& one : parameters) list += (list.empty() ? "" : ",") + literal(one.bytes);
    return "EXECUTE " + *name + "(" + list + ")";
  }
  std::string text;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    if (sql[at] != '$') {
      text += sql[at];
      continue;
    }
    std::size_t number = 0;
    while (at + 1 < sql.size() && sql[at + 1] >= '0' && sql[at + 1] <= '9')
      number = number * 10 + static_cast<std::size_t>(sql[++at] - '0');
    text += literal(parameters[number - 1].bytes);
  }
  return text;
}

Reply Connection::begin(const std::string& first, std::span<const Parameter> parameters, const std::string& copy) {
  std::string sql = "BEGIN;SET CONSTRAINTS ALL IMMEDIATE";
  if (is_pooled()) sql += ";" + session_settings(options_, true);
  started_copy_.reset();
  wire_.require(wire_.is_open());
  if (!first.empty()) {
    Reply refused(nullptr);
    const auto text = inlined(first, parameters, refused);
    if (!text) return refused;
    sql += ";" + *text;
  }
  // Behind a pooler the settings are statements too, so the answers could not be told apart.
  if (copy.empty() || is_pooled()) return run(sql);
  wire_.require(PQsendQuery(wire_.get(), (sql + ";" + copy).c_str()) == 1);
  return begun_with(copy, first.empty() ? 2 : 3);
}

Reply Connection::begun_with(const std::string& copy, std::size_t before) {
  (void)wire_.flush(OnCancel::interrupt);
  Reply begun(nullptr);
  for (std::size_t n = 0; ResultHandle result = wire_.next_result(OnCancel::interrupt); ++n) {
    const bool in_copy = PQresultStatus(result.get()) == PGRES_COPY_IN;
    if (n < before)
      begun = Reply(std::move(result));
    else
      started_copy_.emplace(StartedCopy{copy, Reply(std::move(result))});
    if (in_copy) break;  // else: up to the end, which an error brings at once
  }
  last_worked_ = std::chrono::steady_clock::now();
  return begun;
}

Reply Connection::copy_begin(const std::string& sql) {
  if (!started_copy_ || started_copy_->sql != sql) return run(sql);
  Reply reply = std::move(started_copy_->reply);
  started_copy_.reset();
  return reply;
}

Reply Connection::commit(const std::string& last, std::span<const Parameter> parameters) {
  if (last.empty()) return run("COMMIT", OnCancel::finish);
  Reply refused(nullptr);
  const auto text = inlined(last, parameters, refused);
  return text ? run(*text + ";COMMIT", OnCancel::finish) : std::move(refused);
}

void Connection::close() noexcept {
  started_copy_.reset();
  wire_.close();
}

void Connection::rollback() noexcept {
  started_copy_.reset();
  try {
    if (!is_open()) return;
    // a statement hangs: only the end of the connection ends it; a server that does not write may not be the primary any more
    if (read_only_ || wire_.transaction_status() == PQTRANS_ACTIVE) return close();
    if (wire_.transaction_status() != PQTRANS_IDLE && !run("ROLLBACK", OnCancel::finish).ok()) close();
  } catch (const std::exception&) {
    close();
  }
}

bool Connection::copy_data(std::span<const char> chunk) {
  while (true) {
    const int queued = PQputCopyData(wire_.get(), chunk.data(), static_cast<int>(chunk.size()));
    if (queued != 0) {
      wire_.require(queued == 1);
      return wire_.flush(OnCancel::interrupt);
    }
    if (!wire_.flush(OnCancel::interrupt)) return false;
  }
}

Reply Connection::copy_end(const char* failure) {
  int queued = PQputCopyEnd(wire_.get(), failure);
  while (queued == 0) {
    (void)wire_.flush(OnCancel::interrupt);
    queued = PQputCopyEnd(wire_.get(), failure);
  }
  wire_.require(queued == 1);
  return answer(OnCancel::interrupt);
}

}  // namespace sinkway::table
