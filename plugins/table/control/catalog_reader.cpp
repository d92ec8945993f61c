#include "plugins/table/control/catalog_reader.hpp"

#include <nlohmann/json.hpp>

#include "plugins/table/control/catalog_sql.hpp"
#include "plugins/table/server/array_text.hpp"

namespace sinkway::table {
namespace {

std::string text(const pqxx::row& row, int column) {
  const auto field = row[static_cast<pqxx::row::size_type>(column)];
  return field.is_null() ? std::string() : std::string(field.c_str());
}

bool flag(const pqxx::row& row, int column) { return text(row, column) == "t"; }
std::uint32_t oid_of(const pqxx::row& row,
                     int column) { return static_cast<std::uint32_t>(std::stoul(text(row, column))); }

TableKind kind_of(const std::string& relkind) {
  if (relkind == "r") return TableKind::table;
  if (relkind == "p") return TableKind::partitioned;
  if (relkind == "v") return TableKind::view;
  return relkind == "f" ? TableKind::foreign : TableKind::other;
}

Identity identity_of(const std::string& attidentity) {
  if (attidentity == "a") return Identity::always;
  return attidentity == "d" ? Identity::by_default : Identity::none;
}

// By the type under all domains; a domain over a base type stays a domain.
TypeClass class_of(bool is_domain, const std::string& typtype, const std::string& typcategory) {
  if (typtype == "e") return TypeClass::enumeration;
  if (typcategory == "A") return TypeClass::array;
  if (typtype == "c") return TypeClass::composite;
  if (typtype == "r" || typtype == "m") return TypeClass::range;
  if (typtype != "b") return TypeClass::other;
  return is_domain ? TypeClass::domain : TypeClass::base;
}

Column column_of(const pqxx::row& row) {
  Column column;
  column.name = text(row, 0);
  column.type = oid_of(row, 1);
  column.not_null = flag(row, 2);
  column.has_default = flag(row, 3);
  column.identity = identity_of(text(row, 4));
  column.generated = !text(row, 5).empty();
  column.base_type = oid_of(row, 7);
  column.typmod = std::stoi(text(row, 8));
  column.type_class = class_of(flag(row, 6), text(row, 9), text(row, 10));
  column.type_name = text(row, 11);
  if (!text(row, 12).empty()) {
    column.element_type = oid_of(row, 12);
    column.element_class = class_of(text(row, 13) == "d", text(row, 13) == "d" ? "b" : text(row, 13), text(row, 14));
    column.element_name = text(row, 15);
  }
  if (const std::string names = text(row, 16); !names.empty())
    column.attributes = nlohmann::json::parse(names).get<std::vector<std::string>>();
  column.collation = text(row, 17);
  column.deterministic = column.collation.empty();
  column.rounded_type = text(row, 18);
  column.base_name = text(row, 19);
  column.own_collation = text(row, 20);
  return column;
}

std::optional<FoundTable> find_one(const ControlConnection::Ask& ask, const TableName& name) {
  const pqxx::result found = ask(catalog_sql::kTables, {name.name, name.schema});
  if (found.empty() || (!flag(found[0], 7) && found.size() > 1)) return std::nullopt;
  const pqxx::row row = found[0];
  FoundTable answer;
  answer.table.oid = oid_of(row, 0);
  answer.table.schema = text(row, 1);
  answer.table.name = text(row, 2);
  answer.table.kind = kind_of(text(row, 3));
  answer.table.has_rules = flag(row, 4);
  answer.table.row_security = flag(row, 5);
  answer.may_insert = flag(row, 6);
  answer.table.has_deferrable = flag(row, 8);
  const std::string oid = text(row, 0);
  for (const auto& column : ask(catalog_sql::kColumns,
                                           {oid})) answer.table.columns.push_back(column_of(column));
  for (const auto& key : ask(catalog_sql::kPrimaryKey, {oid})) answer.table.primary_key.push_back(text(key,
                                                                                                                  0));
  std::string last;
  for (const auto& key : ask(catalog_sql::kUniqueKeys, {oid})) {
    if (text(key, 0) != last) answer.table.unique_keys.emplace_back();
    last = text(key, 0);
    answer.table.unique_keys.back().push_back(text(key, 1));
  }
  for (const auto& other : ask(catalog_sql::kReferences, {oid}))
    answer.table.references.push_back(oid_of(other, 0));
  return answer;
}

}  // namespace

std::optional<FoundTable> find_table(const ControlConnection::Ask& ask, const std::vector<TableName>& candidates) {
  for (const TableName& candidate : candidates) {
    if (auto found = find_one(ask, candidate)) return found;
  }
  return std::nullopt;
}

std::optional<FoundTable> find_table(ControlConnection& connection, const std::vector<TableName>& candidates) {
  return find_table([&](std::string_view statement,
                        const std::vector<std::string_view>& texts) { return connection.ask(statement, texts); },
                    candidates);
}

std::vector<Column> read_types(ControlConnection& connection, const std::vector<std::uint32_t>& types) {
  const std::string list = array_text(types, [](std::uint32_t type) { return std::to_string(type); });
  std::vector<Column> columns;
  for (const auto& row : connection.ask(catalog_sql::kTypes, {list})) columns.push_back(column_of(row));
  return columns;
}

}  // namespace sinkway::table
