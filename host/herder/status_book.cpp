#include "host/herder/status_book.hpp"

#include <utility>

namespace sinkway::herder {

void StatusBook::set(ConnectorStatus status) {
  auto pages = pages_.lock();
  std::string name = status.name;
  pages->statuses.insert_or_assign(std::move(name), std::move(status));
}

void StatusBook::forget(const std::string& connector) { pages_.lock()->statuses.erase(connector); }

std::optional<ConnectorStatus> StatusBook::status(const std::string& connector) const {
  auto pages = pages_.lock();
  const auto found = pages->statuses.find(connector);
  return found == pages->statuses.end() ? std::nullopt : std::optional(found->second);
}

std::vector<ConnectorStatus> StatusBook::all() const {
  auto pages = pages_.lock();
  std::vector<ConnectorStatus> statuses;
  for (const auto& [name, status] : pages->statuses) statuses.push_back(status);
  return statuses;
}

void StatusBook::count_attempt(Kind kind) { ++counts(*pages_.lock(), kind).attempts; }

void StatusBook::count_end(Kind kind, bool success) {
  auto pages = pages_.lock();
  StartCounts& found = counts(*pages, kind);
  ++(success ? found.successes : found.failures);
}

StartCounts StatusBook::starts(Kind kind) const { return counts(*pages_.lock(), kind); }

}  // namespace sinkway::herder
