#include "host/herder/redrive.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace sinkway::herder {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPage = 500;
constexpr std::size_t kMostReasons = 100;
constexpr int kMostPagesGone = 10;  // pages in a row whose letters somebody else took

plugin::Outcome wrong(const std::string& what) {
  plugin::Outcome outcome;
  outcome.code = plugin::OutcomeCode::data_error;
  outcome.reason = what;
  return outcome;
}

// The hex form of bytea; nothing: null.
std::optional<std::string> bytes_of(const Json& text) {
  if (!text.is_string()) return std::nullopt;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  const auto& hex = text.get_ref<const std::string&>();
  std::string bytes;
  for (std::size_t n = 0; n + 1 < hex.size(); n += 2) bytes += static_cast<char>(digit(hex[n]) * 16 + digit(hex[n + 1]));
  return bytes;
}

// [[name, hex digits of the value or null], ...]
std::vector<std::pair<std::string, std::optional<std::string>>> headers_of(const Json& list) {
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  for (const Json& one : list) headers.emplace_back(one.at(0).get<std::string>(), bytes_of(one.at(1)));
  return headers;
}

std::vector<worker::KeptMessage> messages_of(const Json& page) {
  std::vector<worker::KeptMessage> messages;
  for (const Json& one : page.at("letters"))
    messages.push_back({one.at("topic"), one.at("partition"), one.at("offset"), one.at("timestamp"), bytes_of(one.at("key")),
                        bytes_of(one.at("value")), headers_of(one.value("headers", Json::array()))});
  return messages;
}

class Redrive {
 public:
  Redrive(const RedriveTarget& target, task::CancelSignal& cancel) : target_(target), cancel_(cancel) {}

  plugin::QueryAnswer run(Json filter) {
    const auto& [worker, plugin, name, config] = target_;
    std::size_t left = filter.value("limit", std::size_t{1'000});
    const bool dry = filter.value("dry_run", false);
    int gone = 0;
    while (left > 0) {
      if (cancel_.raised()) return {cut_short(), ""};
      filter["limit"] = std::min(left, kPage);
      const plugin::QueryAnswer answer = worker.query(plugin, name, config, "_letters", false, filter.dump());
      if (!answer.outcome.ok()) return answer;
      const auto messages = messages_of(Json::parse(answer.json));
      if (messages.empty()) break;
      if (!dry) {
        const worker::Redriven redriven = worker.redrive(plugin, name, config, messages, cancel_);
        if (redriven.outcome.error_id == "table.letters_gone" && ++gone < kMostPagesGone) continue;
        if (!redriven.outcome.ok()) return {cancel_.raised() ? cut_short() : redriven.outcome, ""};
        gone = 0;
        note(messages, redriven);
      }
      tried_ += messages.size();
      left -= messages.size();
      const worker::KeptMessage& last = messages.back();
      filter["after"] = {{"topic", last.topic}, {"partition", last.partition}, {"offset", last.offset}};
    }
    return {{}, told(dry)};
  }

 private:
  void note(const std::vector<worker::KeptMessage>& messages, const worker::Redriven& redriven) {
    rejected_ += redriven.refused.size();
    for (const auto& [place, reason] : redriven.refused) {
      if (reasons_.size() >= kMostReasons) return;
      const worker::KeptMessage& one = messages[place];
      reasons_.push_back({{"topic", one.topic}, {"partition", one.partition}, {"offset", one.offset}, {"reason", reason}});
    }
  }
  // No answer with numbers alone: it would read as if no letter were left.
  [[nodiscard]] plugin::Outcome cut_short() const {
    plugin::Outcome outcome;
    outcome.code = plugin::OutcomeCode::fatal;
    outcome.reason = fmt::format("The redrive ended before its time, with {} letter(s) tried and {} of them rejected again", tried_,
                                 rejected_);
    outcome.hint = "the worker is stopping, or the connector was deleted";
    return outcome;
  }
  [[nodiscard]] std::string told(bool dry) const {
    Json answer{{"dry_run", dry}, {"tried", tried_}};
    answer["written"] = dry ? 0 : tried_ - rejected_;
    answer["rejected"] = rejected_;
    answer["reasons"] = reasons_;
    return answer.dump();
  }

  const RedriveTarget& target_;
  task::CancelSignal& cancel_;
  std::size_t tried_ = 0, rejected_ = 0;
  Json reasons_ = Json::array();
};

}  // namespace

plugin::QueryAnswer redrive(const RedriveTarget& target, const std::string& argument, task::CancelSignal& cancel) {
  Json filter = Json::parse(argument, nullptr, false);
  if (!filter.is_object()) return {wrong("the body must be a JSON object"), ""};
  // What is nested takes stack for each level when it is handed on.
  for (const auto& [name, value] : filter.items())
    if (value.is_structured()) return {wrong(name + " must be a text, a number, true or false"), ""};
  if (const auto limit = filter.find("limit"); limit != filter.end() && (!limit->is_number_unsigned() || limit->get<std::size_t>() == 0))
    return {wrong("limit must be a number of letters, 1 or more"), ""};
  if (const auto dry = filter.find("dry_run"); dry != filter.end() && !dry->is_boolean())
    return {wrong("dry_run must be true or false"), ""};
  try {
    return Redrive(target, cancel).run(std::move(filter));
  } catch (const Json::exception&) {
    plugin::Outcome outcome;
    outcome.code = plugin::OutcomeCode::retriable;
    outcome.reason = "the plugin's letters are not what they should be";
    return {outcome, ""};
  }
}

}  // namespace sinkway::herder
