#include "plugins/table/server/wire.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "plugins/table/server/socket_wait.hpp"

namespace sinkway::table {
namespace {

using Clock = std::chrono::steady_clock;

// How long an answer is still awaited after the host has cancelled. A worker that stops counts in seconds.
constexpr std::chrono::milliseconds kGrace{1000};

void ignore_notice(void*, const PGresult*) {}  // notices of triggers may hold values; libpq would print them

bool is_code(std::string_view text) {
  return text.size() == 5 && std::ranges::all_of(text,
                                                 [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                                                   });
}

}  // namespace

ConnectMessage read_connect_message(std::string_view message) {
  ConnectMessage read;
  // With several hosts each leaves its lines; the last one that names an error is the one that counts.
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    const std::string_view line = message.substr(0, end);
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
    if (line.empty() || line.starts_with("LOCATION:")) continue;
    const std::size_t severity = line.find(":  ");
    const bool coded = severity != std::string_view::npos && line.size() > severity + 9 && line[severity + 8] == ':' &&
                       is_code(line.substr(severity + 3, 5));
    if (coded) {
      read.sqlstate = line.substr(severity + 3, 5);
      read.text = std::string(line.substr(0, severity + 2)) + std::string(line.substr(severity + 10));
    } else if (read.sqlstate.empty() && !line.starts_with("\t") && !line.starts_with("DETAIL:") &&
               !line.starts_with("HINT:")) {
      read.text = line;
    }
  }
  return read;
}

void Wire::connect() {
  connection_.reset(PQconnectStart(settings_.conninfos[first_host_].c_str()));
  if (connection_ == nullptr) throw WireLost("", "out of memory while connecting");
  PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);  // the only way to learn the SQLSTATE of a refusal
  PQsetNoticeReceiver(connection_.get(), ignore_notice, nullptr);
  const auto deadline = Clock::now() + settings_.connect_timeout;
  PostgresPollingStatusType step = PQstatus(connection_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED :
      PGRES_POLLING_WRITING;
  while (step != PGRES_POLLING_OK && step != PGRES_POLLING_FAILED) {
    const WaitFor what{step == PGRES_POLLING_READING, step == PGRES_POLLING_WRITING};
    switch (wait_on(PQsocket(connection_.get()), what, settings_.cancel_descriptor, deadline)) {
      case Woken::ready:
        step = PQconnectPoll(connection_.get());
        break;
      case Woken::cancelled:
        close();
        throw WireCancelled();
      case Woken::other:
      case Woken::timed_out:
        first_host_ = (first_host_ + 1) % settings_.conninfos.size();
        lost("no connection within " + std::to_string(settings_.connect_timeout.count() / 1000) + " s");
    }
  }
  if (step == PGRES_POLLING_FAILED || PQsetnonblocking(connection_.get(), 1) != 0) {
    ConnectMessage message = read_connect_message(PQerrorMessage(connection_.get()));
    close();
    throw WireLost(std::move(message.sqlstate), message.text);
  }
}

void Wire::meanwhile(int descriptor, std::function<bool()> work) {
  meanwhile_descriptor_ = descriptor;
  meanwhile_ = std::move(work);
}

void Wire::lost(const std::string& reason) {
  close();
  throw WireLost("", reason);
}

void Wire::broke(ResultHandle last) {
  // A server that says goodbye (57P01 and its kin) leaves a last result with its code; one that crashes leaves none.
  if (last == nullptr) last.reset(PQgetResult(connection_.get()));
  const char* code = last == nullptr ? nullptr : PQresultErrorField(last.get(), PG_DIAG_SQLSTATE);
  std::string sqlstate = code == nullptr ? "" : code;
  close();
  throw WireLost(std::move(sqlstate), "the connection to the database broke");
}

void Wire::require(bool sent) {
  if (!sent) lost("the connection to the database is gone");
}

Wire::Deadline Wire::silence_deadline() const {
  if (settings_.silence_limit.count() == 0) return std::nullopt;
  return Clock::now() + settings_.silence_limit;
}

void Wire::ask_to_break_off() noexcept {
  // PQcancel opens a connection of its own and waits for it; tcp_user_timeout of the conninfo bounds that wait.
  PGcancel* cancel = PQgetCancel(connection_.get());
  std::array<char, 256> reason{};
  if (cancel != nullptr) PQcancel(cancel, reason.data(), static_cast<int>(reason.size()));
  PQfreeCancel(cancel);
}

void Wire::wait(bool writable, OnCancel on_cancel, Deadline& deadline, bool& cancelled) {
  const int descriptor = cancelled ? -1 : settings_.cancel_descriptor;
  switch (wait_on(PQsocket(connection_.get()), {true, writable}, descriptor, deadline, meanwhile_descriptor_)) {
    case Woken::ready:
      if (PQconsumeInput(connection_.get()) != 1) broke();
      return;
    case Woken::cancelled:
      cancelled = true;
      deadline = Clock::now() + kGrace;
      if (on_cancel == OnCancel::interrupt) ask_to_break_off();
      return;
    case Woken::other:
      if (meanwhile_()) meanwhile(-1, nullptr);
      return;
    case Woken::timed_out:
      if (!cancelled) lost("the database has not answered for " +
                           std::to_string(settings_.silence_limit.count() / 1000) + " s");
      close();
      throw WireCancelled();
  }
}

bool Wire::flush(OnCancel on_cancel) {
  Deadline deadline = silence_deadline();
  bool cancelled = false;
  while (true) {
    const int left = PQflush(connection_.get());
    if (left == 0) return !cancelled;
    require(left == 1);
    wait(true, on_cancel, deadline, cancelled);
  }
}

ResultHandle Wire::next_result(OnCancel on_cancel) {
  Deadline deadline = silence_deadline();
  bool cancelled = false;
  while (PQisBusy(connection_.get()) == 1) wait(PQflush(connection_.get()) == 1, on_cancel, deadline, cancelled);
  ResultHandle result(PQgetResult(connection_.get()));
  if (PQstatus(connection_.get()) == CONNECTION_BAD) broke(std::move(result));
  return result;
}

ResultHandle Wire::finish(OnCancel on_cancel) {
  ResultHandle kept;
  while (ResultHandle result = next_result(on_cancel)) {
    const ExecStatusType status = PQresultStatus(result.get());
    const bool failed = kept != nullptr && PQresultStatus(kept.get()) == PGRES_FATAL_ERROR;
    if (!failed) kept = std::move(result);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) break;
  }
  return kept;
}

}  // namespace sinkway::table
