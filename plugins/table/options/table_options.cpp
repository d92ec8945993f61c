#include "plugins/table/options/table_options.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/table/options/option_definitions.hpp"

namespace sinkway::table {
namespace {

using sdk::view;

// Values checked by their definitions, with the key beside each complaint.
class Reader {
 public:
  explicit Reader(const sdk::Config& config) : config_(config) {}

  [[nodiscard]] std::string text(std::string_view key) const {
    const std::string value = config_.find(key).value_or("");
    const sinkway_option& option = definition(key);
    if (value.empty() && option.required != 0) throw OptionError(std::string(key), "must be given");
    if (option.check == SINKWAY_CHECK_ONE_OF &&
        std::none_of(option.allowed, option.allowed + option.allowed_count,
                     [&](const auto& one) { return view(one) == value; })) {
      throw OptionError(std::string(key), "must be one of: " + joined(option));
    }
    return value;
  }

  [[nodiscard]] long long number(std::string_view key) const {
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

  // Elements without the empty ones that stray commas make.
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const {
    std::vector<std::string> elements = config_.find(key) ? config_.list(key) : std::vector<std::string>();
    std::erase(elements, std::string());
    return elements;
  }

  [[nodiscard]] std::chrono::milliseconds duration(std::string_view key) const {
    return std::chrono::milliseconds(number(key));
  }

  [[nodiscard]] bool flag(std::string_view key) const {
    std::string value = text(key);
    std::ranges::transform(value, value.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (value != "true" && value != "false") throw OptionError(std::string(key), "must be true or false");
    return value == "true";
  }

 private:
  static const sinkway_option& definition(std::string_view key) {
    return *std::ranges::find_if(table_option_definitions(),
                                 [&](const auto& option) { return view(option.name) == key; });
  }

  static std::string joined(const sinkway_option& option) {
    std::string list;
    for (std::size_t i = 0; i < option.allowed_count; ++i) list += (i == 0 ? "" : ", ") +
        std::string(view(option.allowed[i]));
    return list;
  }

  const sdk::Config& config_;
};

void read_connection(const Reader& reader, TableOptions& options) {
  options.connection = parse_connection_url(reader.text("connection.url"));
  if (std::string user = reader.text("connection.user"); !user.empty()) options.connection.set("user", std::move(user));
  if (std::string password = reader.text("connection.password"); !password.empty()) {
    options.connection.set("password", std::move(password));
  }
}

void read_insert_mode(const Reader& reader) {
  std::string mode = reader.text("insert.mode");
  std::ranges::transform(mode, mode.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (mode == "insert") return;
  throw OptionError("insert.mode",
                    "this version of the table sink writes with insert.mode=insert only; upsert, update and delete are "
                    "not "
                                   "available yet");
}

template <std::size_t kPolicy>
void read_policy(const Reader& reader, TableOptions& options) {
  const std::string_view key = kPolicyOptions[kPolicy];
  options.columns.policies[kPolicy] = parse_column_settings(key, reader.text(key));
}

// One step for each option, so that validation can go on behind a bad one.
using Step = void (*)(const Reader&, TableOptions&);
constexpr Step kSteps[] = {
    read_connection,
    [](const Reader& r, TableOptions& o) { o.connection.pooled |= r.flag("connection.pooled"); },
    [](const Reader& r, TableOptions& o) { o.lock_timeout = r.duration("lock.timeout.ms"); },
    [](const Reader& r, TableOptions& o) { o.statement_timeout = r.duration("statement.timeout.ms"); },
    [](const Reader& r, TableOptions& o) { o.idle_transaction_timeout = r.duration("idle.transaction.timeout.ms"); },
    [](const Reader& r, TableOptions&) { read_insert_mode(r); },
    [](const Reader& r, TableOptions& o) { o.batch_rows = static_cast<std::size_t>(r.number("batch.size")); },
    [](const Reader& r, TableOptions& o) { o.copy_min_rows = static_cast<std::size_t>(r.number("copy.min.rows")); },
    [](const Reader& r, TableOptions& o) {
      o.table_format = r.text("table.name.format");
      check_table_format("table.name.format", o.table_format);
    },
    [](const Reader& r, TableOptions& o) { o.pk_mode = r.text("pk.mode"); },
    [](const Reader& r, TableOptions& o) { o.pk_fields = r.list("pk.fields"); },
    [](const Reader& r, TableOptions& o) {
      o.delivery = r.text("delivery") == "exactly_once" ? Delivery::exactly_once : Delivery::at_least_once;
    },
    [](const Reader& r, TableOptions& o) { o.offsets_table = parse_table_name("offsets.table", r.text("offsets.table"));
      },
    [](const Reader& r, TableOptions& o) {
      o.columns.hints = parse_column_settings("type.hints", r.text("type.hints"));
    },
    [](const Reader& r, TableOptions& o) { o.columns.timestamp_fields = r.list("timestamp.fields.list"); },
    [](const Reader& r, TableOptions& o) { o.columns.time_zone = r.text("db.timezone"); },
    read_policy<0>,
    read_policy<1>,
    read_policy<2>,
    read_policy<3>,
    read_policy<4>,
    read_policy<5>,
};

}  // namespace

TableOptions read_table_options(const sdk::Config& config, std::string connector) {
  TableOptions options;
  options.connector = std::move(connector);
  const Reader reader(config);
  for (const Step step : kSteps) step(reader, options);
  if (options.connection.get("application_name").empty()) {
    options.connection.set("application_name", "sinkway " + options.connector);
  }
  return options;
}

std::vector<OptionError> check_table_options(const sdk::Config& config) {
  std::vector<OptionError> errors;
  TableOptions options;
  const Reader reader(config);
  for (const Step step : kSteps) {
    try {
      step(reader, options);
    } catch (const OptionError& error) {
      errors.push_back(error);
    }
  }
  return errors;
}

}  // namespace sinkway::table
