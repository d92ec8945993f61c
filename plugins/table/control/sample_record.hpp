// A record that a person tells as JSON, as the host would hand it over.
#pragma once

#include <cstddef>
#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"

namespace sinkway::table {

// {"key": ..., "value": ..., "headers": {...}, "partition": n, "offset": n, "timestamp": ms}: what is left out is null,
// nothing or 0. Key and value are plain JSON, read as the JSON converter reads it (whole numbers are INT64, others
// FLOAT64), or {"schema": ..., "payload": ...} as Connect's JSON converter writes it. Owns all that it lends; stays where it
// is. [connector-thread]
class SampleRecord {
 public:
  using Json = nlohmann::ordered_json;
  // Throws std::invalid_argument, whose text names what cannot be read and holds no value.
  SampleRecord(const Json& told, std::string topic);
  SampleRecord(const SampleRecord&) = delete;
  SampleRecord& operator=(const SampleRecord&) = delete;

  [[nodiscard]] const sinkway_record& record() const { return record_; }

 private:
  // A value and, where it comes with one, its schema.
  struct Read {
    sinkway_value value{};
    const sinkway_schema* schema = nullptr;
  };

  [[nodiscard]] Read read(const Json& told);
  [[nodiscard]] const sinkway_schema& schema_of(const Json& told);
  [[nodiscard]] sinkway_value plain(const Json& told);
  [[nodiscard]] sinkway_value declared(const Json& told, const sinkway_schema& schema);
  [[nodiscard]] sinkway_value declared_struct(const Json& told, const sinkway_schema& schema);
  [[nodiscard]] sinkway_value text(int tag, std::string bytes);
  [[nodiscard]] sinkway_value list(int tag, std::vector<sinkway_value> items);
  [[nodiscard]] sinkway_value object(std::vector<std::string> names, const std::vector<sinkway_value>& values,
                                     const sinkway_schema* schema);
  [[nodiscard]] sinkway_string lent(std::string kept) {
    const std::string& one = texts_.emplace_back(std::move(kept));
    return {one.data(), one.size()};
  }

  std::deque<std::string> texts_;
  std::deque<std::vector<sinkway_string>> names_;
  std::deque<sinkway_shape> shapes_;
  std::deque<std::vector<sinkway_value>> items_;
  std::deque<std::vector<std::byte>> structs_;
  std::deque<sinkway_schema> schemas_;
  std::deque<std::vector<const sinkway_schema*>> fields_;
  std::deque<sinkway_value> defaults_;
  std::vector<sinkway_header> headers_;
  sinkway_string topic_{};
  sinkway_record record_{};
};

}  // namespace sinkway::table
