#include "plugins/table/options/option_reader.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/table/options/connection_url.hpp"
#include "plugins/table/options/letter_case.hpp"
#include "plugins/table/options/option_definitions.hpp"

namespace sinkway::table {
namespace {

using sdk::view;

const sinkway_option& definition(std::string_view key) {
  return *std::ranges::find_if(table_option_definitions(),
                               [&](const auto& option) { return view(option.name) == key; });
}

std::string joined(const sinkway_option& option) {
  std::string list;
  for (std::size_t i = 0; i < option.allowed_count; ++i) list += (i == 0 ? "" : ", ") +
      std::string(view(option.allowed[i]));
  return list;
}

}  // namespace

std::string OptionReader::text(std::string_view key) const {
  const std::string value = config_.find(key).value_or("");
  const sinkway_option& option = definition(key);
  if (value.empty() && option.required != 0) throw OptionError(std::string(key), "must be given");
  if (option.check != SINKWAY_CHECK_ONE_OF_ANY_CASE) return value;
  for (std::size_t i = 0; i < option.allowed_count; ++i)
    if (is_same_word(view(option.allowed[i]), value)) return std::string(view(option.allowed[i]));
  throw OptionError(std::string(key), "must be one of: " + joined(option));
}

long long OptionReader::number(std::string_view key) const {
  const sinkway_option& option = definition(key);
  const std::string value = text(key);
  long long parsed = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (error != std::errc() || end != value.data() + value.size()) throw OptionError(std::string(key),
                                                                                    "must be a whole number");
  if (static_cast<double>(parsed) < option.minimum || static_cast<double>(parsed) > option.maximum) {
    throw OptionError(std::string(key), "must be a number from " +
                      std::to_string(static_cast<long long>(option.minimum)) + " to " +
                                            std::to_string(static_cast<long long>(option.maximum)));
  }
  return parsed;
}

bool OptionReader::flag(std::string_view key) const {
  const std::string value = lower(text(key));
  if (value != "true" && value != "false") throw OptionError(std::string(key), "must be true or false");
  return value == "true";
}

std::chrono::milliseconds OptionReader::duration(std::string_view key) const {
  return std::chrono::milliseconds(number(key));
}

std::vector<std::string> OptionReader::list(std::string_view key) const {
  std::vector<std::string> elements = config_.find(key) ? config_.list(key) : std::vector<std::string>();
  std::erase(elements, std::string());
  return elements;
}

// Without the blanks around it, as the host finds it.
std::string OptionReader::class_name() const {
  std::string name = foreign("connector.class");
  std::erase_if(name, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
  return name;
}

bool OptionReader::is_confluent() const { return class_name() == "io.confluent.connect.jdbc.JdbcSinkConnector"; }

bool OptionReader::is_debezium() const { return class_name() == "io.debezium.connector.jdbc.JdbcSinkConnector"; }

}  // namespace sinkway::table
