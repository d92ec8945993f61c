#include "plugins/table/options/foreign_keys.hpp"

#include <algorithm>

#include "plugins/table/options/letter_case.hpp"

namespace sinkway::table {
namespace {

using sdk::view;

constexpr bool kRefused = true;
constexpr std::string_view kRetries =
    "has no effect: a batch that trouble of the server stopped is put again until it is written, with growing pauses, "
    "and a bad row is never tried again";
constexpr std::string_view kSession =
    "has no effect: each task has one connection, which is made anew when it is lost";
constexpr std::string_view kQuotes =
    "must be the other sink's word for yes or no: no makes names lower case and looks for them so; they are quoted all the same";
constexpr std::string_view kNames =
    "is not known here: say it with table.name.format, topics.to.tables.mapping or table.name.regex";
constexpr std::string_view kColumnNames = "is not known here: say it with identifier.case or field.rename";
constexpr std::string_view kCredentials =
    "names Java code, which cannot be loaded: give connection.password as ${file:path:key}";
constexpr std::string_view kOtherDatabase = "has no effect: it is for another database than PostgreSQL";

constexpr ForeignKey kKeys[] = {
    // Confluent's, and Aiven's where they share them
    {"connection.attempts", "", false, kRetries},
    {"connection.backoff.ms", "", false, kRetries},
    {"max.retries", "", false, kRetries},
    {"retry.backoff.ms", "", false, kRetries},
    {"jdbc.credentials.provider.*", "", kRefused, kCredentials},
    {"dialect.name", "PostgreSqlDatabaseDialect", kRefused, "must be empty or PostgreSqlDatabaseDialect: only PostgreSQL is written to"},
    {"table.types", "", false, "has no effect: tables, partitioned tables, views and foreign tables are all found"},
    {"quote.sql.identifiers", "always,never", kRefused, kQuotes},
    {"sql.quote.identifiers", "true,false", kRefused, kQuotes},
    {"date.timezone", "", false, "has no effect: a date has no zone"},
    {"date.calendar.system", "proleptic_gregorian", false, "has no effect: dates are counted as PostgreSQL counts them, without a change of calendar"},
    {"timestamp.precision.mode", "microseconds,nanoseconds", kRefused, "must be microseconds or nanoseconds; type.hints says the unit of a single column, as in column:epoch_ms"},
    {"sql.complex.types.enable", "true", false, "has no effect: arrays, maps and structs are always written"},
    {"trim.sensitive.log", "true", false, "has no effect: values are never logged"},
    {"handle.tombstone", "false", kRefused, "is not known here: with envelope=auto, tombstones are passed over while delete.enabled is false"},
    // Debezium's
    {"flush.max.retries", "", false, kRetries},
    {"flush.retry.delay.ms", "", false, kRetries},
    {"connection.restart.on.errors", "true", false, kSession},
    {"connection.provider", "", false, kSession},
    {"connection.pool.*", "", false, kSession},
    {"hibernate.*", "", false, "has no effect: there is no Hibernate here"},
    {"quote.identifiers", "true,false", kRefused, kQuotes},
    {"use.reduction.buffer", "true", false, "has no effect: records of one key inside a batch are always folded where a key counts"},
    {"keyed.message.batch.mode", "deduplication", false, "has no effect: records of one key inside a batch are always folded"},
    {"dialect.postgres.unnest.insert.enabled", "true", false, "has no effect: arrays or COPY are chosen by the size of the batch, see copy.min.rows"},
    {"dialect.postgres.postgis.schema", "", false, "has no effect: types are those of the columns, wherever they live"},
    {"dialect.sqlserver.*", "", false, kOtherDatabase},
    {"dialect.starrocks.*", "", false, kOtherDatabase},
    {"mssql.*", "", false, kOtherDatabase},
    {"collection.table.format", "${table}", kRefused, kNames},
    {"collection.naming.*", "default,DefaultTableNamingStrategy,DefaultCollectionNamingStrategy", kRefused, kNames},
    {"table.naming.strategy", "DefaultTableNamingStrategy", kRefused, kNames},
    {"column.naming.*", "default,DefaultColumnNamingStrategy", kRefused, kColumnNames},
    {"column.propagate.source.type", "", false, "has no effect: it belongs to the source"},
    {"cloud.events.schema.name.pattern", "", false, "has no effect: CloudEvents are not unwrapped, nested=flatten makes columns of what they hold"},
    {"internal.enable.sces", "", false, "has no effect: dead letter queues need no switch"},
    // Confluent hands what else begins so to the JDBC driver
    {"connection.*", "", false, "has no effect: parameters of the connection belong into connection.url"},
};

bool fits(const ForeignKey& known, std::string_view key) {
  return known.name.ends_with('*') ? key.starts_with(known.name.substr(0, known.name.size() - 1)) : key == known.name;
}

bool is_option(const sdk::Config& config, std::string_view key) {
  return std::ranges::any_of(config.options(), [&](const sinkway_option& option) {
    return view(option.name) == key || std::any_of(option.aliases, option.aliases + option.alias_count,
                                                   [&](const sinkway_string& alias) { return view(alias) == key; });
  });
}

// An empty value asks for nothing; a class may be written with its package.
bool is_fine(const ForeignKey& known, std::string_view value) {
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  if (value.empty()) return true;
  const std::string_view simple = value.substr(value.rfind('.') + 1);  // npos + 1 is 0
  for (std::string_view rest = known.fine; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    if (is_same_word(one, value) || is_same_word(one, simple)) return true;
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  return false;
}

}  // namespace

std::span<const ForeignKey> foreign_keys() { return kKeys; }

std::vector<ForeignNote> foreign_key_notes(const sdk::Config& config) {
  std::vector<ForeignNote> notes;
  for (const auto& [key, value] : config.entries()) {
    const auto* const known = std::ranges::find_if(kKeys, [&](const ForeignKey& one) { return fits(one, key); });
    if (known == std::end(kKeys) || is_option(config, key) || is_fine(*known, value)) continue;
    notes.push_back({key, known->refused, std::string(known->sentence)});
  }
  return notes;
}

}  // namespace sinkway::table
