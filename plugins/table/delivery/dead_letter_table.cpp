#include "plugins/table/delivery/dead_letter_table.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/own_table.hpp"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/utf8_text.hpp"
#include "plugins/table/rows/value_text.hpp"
#include "plugins/table/server/array_text.hpp"

namespace sinkway::table {
namespace {

// What timestamptz can hold: to the end of the year 294276 (PostgreSQL manual 8.5), in milliseconds since 1970.
constexpr std::int64_t kLastMillisecond = 9'224'318'015'999'999;

std::string create_sql(std::string_view table) {
  return "CREATE TABLE IF NOT EXISTS " + std::string(table) +
         " (connector text NOT NULL, topic text NOT NULL, part int NOT NULL, record_offset bigint NOT NULL, "
         "record_time timestamptz, error_id text NOT NULL, reason text NOT NULL, column_name text, sqlstate text, "
         "constraint_name text, record_key bytea, record_value bytea, record_headers json, written timestamptz NOT NULL DEFAULT now())";
}

constexpr std::string_view kNoSuchTable = "42P01", kNoSuchColumn = "42703";

std::string insert_sql(const std::string& table, bool with_headers) {
  return "INSERT INTO " + table +
         " (connector, topic, part, record_offset, record_time, error_id, reason, column_name, sqlstate, "
         "constraint_name, record_key, record_value" + (with_headers ? ", record_headers" : "") +
         ") SELECT $1::text, t, p, o, to_timestamp(ms / 1000.0), i, r, c, s, n, k, v" + (with_headers ? ", h" : "") +
         " FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], "
         "$10::text[], $11::bytea[], $12::bytea[]" + (with_headers ? ", $13::json[]" : "") + ") l(t, p, o, ms, i, r, c, s, n, k, v" +
         (with_headers ? ", h)" : ")");
}

// connector, topics[], partitions[], offsets[] -> how many of them had no letter. A record rejected twice has two.
std::string take_sql(const std::string& table) {
  return "WITH wanted AS (SELECT DISTINCT * FROM unnest($2::text[], $3::int[], $4::bigint[]) w(t, p, o)), taken AS (DELETE "
         "FROM " + table + " d USING wanted WHERE d.connector = $1::text AND d.topic = t AND d.part = p AND d.record_offset = o "
         "RETURNING d.topic, d.part, d.record_offset) SELECT (SELECT count(*) FROM wanted) - count(DISTINCT (topic, part, "
         "record_offset)) FROM taken";
}

std::string digits(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

// The hex form of bytea (PostgreSQL manual 8.4.1).
std::string hex(std::string_view bytes) { return "\\x" + digits(bytes); }

// What any text column takes: names of fields and headers come from whoever sends records.
std::string storable(std::string_view text) {
  const bool is_good = is_utf8(text) && text.find('\0') == std::string_view::npos;
  return is_good ? std::string(text) : without_nul(with_replacements(text));
}

std::string json_of(std::span<const sinkway_raw_header> headers) {
  ByteBuffer out;
  out.put("[");
  for (const sinkway_raw_header& header : headers) {
    const std::string text = storable(sdk::view(header.name));
    sinkway_value name{};
    name.tag = SINKWAY_STRING;
    name.length = static_cast<std::uint32_t>(text.size());
    name.as.text = text.data();
    out.put(out.size() == 1 ? "[" : ",[");
    (void)print_json(name, out);
    out.put(header.value.data == nullptr ? ",null]" : ",\"" + digits(sdk::view(header.value)) + "\"]");
  }
  out.put("]");
  return std::string(out.view());
}

std::optional<std::string> or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

const char* const DeadLetterTable::kHasHeaders =
    "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = $1::text::regclass AND attname = 'record_headers' AND NOT attisdropped)";

DeadLetterTable::DeadLetterTable(const TableOptions& options, Connection& connection, sdk::Host host)
    : connector_(options.connector), wanted_(options.dead_letter_table), connection_(connection), host_(host) {}

OwnTablePlan DeadLetterTable::plan(const TableName& name) {
  return {.name = name,
          .what = "the table of dead letters",
          .option = "dlq.table",
          .error_id = "table.dead_letter_table",
          .otherwise = "leave dlq.table out",
          .needed = "INSERT",
          .columns = "connector, topic, part, record_offset, record_time, error_id, reason, column_name, sqlstate, constraint_name, record_key, "
                     "record_value",
          .create_sql = create_sql};
}

void DeadLetterTable::prepare() {
  if (!is_used()) return;
  table_ = find_or_make(connection_, plan(wanted_));
  const std::array parameters{Parameter{table_}};
  const Reply reply = connection_.run(kHasHeaders, parameters);
  if (!reply.ok()) throw_refusal(reply.sqlstate(), "reading the columns of " + table_, connection_.has_worked_lately());
  keeps_headers_ = reply.text(0, 0) == "t";
  if (!keeps_headers_)
    host_.warn("the table of dead letters has no column record_headers json: letters keep no headers", {{"table", table_}});
}

void DeadLetterTable::take(const sdk::BatchView& batch) {
  std::vector<const sinkway_record*> records;
  for (std::size_t n = 0; n < batch.size(); ++n) records.push_back(&batch[n].raw());
  const std::string topics = array_text(records, [](const auto* one) { return std::string(sdk::view(*one->original_topic)); });
  const std::string partitions = array_text(records, [](const auto* one) { return std::to_string(one->original_partition); });
  const std::string offsets = array_text(records, [](const auto* one) { return std::to_string(one->offset); });
  const std::array parameters{Parameter{connector_}, Parameter{topics}, Parameter{partitions}, Parameter{offsets}};
  const Reply reply = connection_.run(take_sql(table_), parameters);
  if (!reply.ok()) throw_refusal(reply.sqlstate(), "taking letters out of " + table_, connection_.has_worked_lately());
  if (reply.integer(0, 0) > 0)
    throw sdk::RetriableError("letters of the batch are not there any more", {.error_id = "table.letters_gone"});
}

void DeadLetterTable::add(const Origin& origin, const RowRefusal& refusal) {
  if (!is_used() || !places_.emplace(origin.topic, origin.partition, origin.offset).second) return;
  Letter& letter = letters_.emplace_back();
  letter.topic = origin.topic;
  letter.partition = origin.partition;
  letter.offset = origin.offset;
  letter.timestamp = origin.timestamp;
  letter.refusal = refusal;
  for (std::string* const told : {&letter.refusal.id, &letter.refusal.reason, &letter.refusal.column, &letter.refusal.constraint})
    *told = storable(*told);
  if (origin.raw == nullptr) return;
  const auto copy = [](const sinkway_string& bytes, bool& has, std::string& to) {
    has = bytes.data != nullptr;
    if (has) to.assign(bytes.data, bytes.size);
  };
  copy(origin.raw->key, letter.has_key, letter.key);
  copy(origin.raw->value, letter.has_value, letter.value);
  letter.headers = json_of(host_.raw_headers(*origin.raw));
}

Reply DeadLetterTable::write() {
  if (letters_.empty()) return Reply::good();
  const auto list = [&](auto value) { return array_text(letters_, value); };
  const auto bytes = [](bool has, const std::string& text) {
    return has ? std::optional(hex(text)) : std::nullopt;
  };
  const std::array lists{
      list([](const Letter& l) { return l.topic; }),
      list([](const Letter& l) { return std::to_string(l.partition); }),
      list([](const Letter& l) { return std::to_string(l.offset); }),
      list([](const Letter& l) {
        return l.timestamp < 0 || l.timestamp > kLastMillisecond ? std::nullopt : std::optional(std::to_string(l.timestamp));
      }),
      list([](const Letter& l) { return l.refusal.id; }),
      list([](const Letter& l) { return l.refusal.reason; }),
      list([](const Letter& l) { return or_null(l.refusal.column); }),
      list([](const Letter& l) { return or_null(l.refusal.sqlstate); }),
      list([](const Letter& l) { return or_null(l.refusal.constraint); }),
      list([&](const Letter& l) { return bytes(l.has_key, l.key); }),
      list([&](const Letter& l) { return bytes(l.has_value, l.value); }),
      list([](const Letter& l) { return l.headers; }),
  };
  std::vector<Parameter> parameters{{connector_}};
  for (const std::string& one : lists) parameters.push_back({one});
  if (!keeps_headers_) parameters.pop_back();
  Reply reply = connection_.run(insert_sql(table_, keeps_headers_), parameters);
  if (const std::string sqlstate = reply.sqlstate(); sqlstate == kNoSuchTable || sqlstate == kNoSuchColumn)
    throw sdk::FatalError("the table of dead letters " + table_ + (sqlstate == kNoSuchTable ? " is gone" : " has lost a column"),
                          {.hint = "bring back what dlq.table names, or name another one; after a restart a missing table is made",
                           .error_id = "table.dead_letter_table"});
  return reply;
}

void DeadLetterTable::closed(std::string_view topic, std::int32_t partition) {
  std::erase_if(letters_, [&](const Letter& one) { return one.topic == topic && one.partition == partition; });
  std::erase_if(places_, [&](const auto& place) { return std::get<0>(place) == topic && std::get<1>(place) == partition; });
}

}  // namespace sinkway::table
