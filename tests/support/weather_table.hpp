// The weather table and its records, for tests and benchmarks of the table sink.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/rows/binder.hpp"
#include "plugins/table/server/catalog.hpp"
#include "tests/support/abi_values.hpp"

namespace sinkway::test {

inline table::Column column(std::string name, std::uint32_t type, std::string type_name, std::int32_t typmod = -1) {
  table::Column made;
  made.name = std::move(name);
  made.type = made.base_type = type;
  made.typmod = typmod;
  made.type_name = made.base_name = std::move(type_name);
  return made;
}

inline table::Table weather_table() {
  namespace oid = table::oid;
  table::Table made;
  made.schema = "public";
  made.name = "weather";
  made.columns = {column("id", oid::kVarchar, "character varying", 104),
                  column("location", oid::kVarchar, "character varying", 24),
                  column("temperature", oid::kFloat8, "double precision"),
                  column("humidity", oid::kFloat8, "double precision"),
                  column("tm", oid::kTimestamp, "timestamp without time zone")};
  return made;
}

inline const std::vector<std::string>& weather_fields() {
  static const std::vector<std::string> kFields = {"ID", "LOCATION", "TEMPERATURE", "HUMIDITY", "TM"};
  return kFields;
}

inline const sinkway_record* weather_record(ValueArena& arena, const sinkway_shape* shape, std::string_view id) {
  const sinkway_value value = arena.object(shape, {arena.text(id), arena.text("Miami-Dade"), float64_value(71.5),
                                                   float64_value(60.25), arena.text("2026-11-26 07:30:00.5")});
  return arena.record(null_value(), value);
}

}  // namespace sinkway::test
