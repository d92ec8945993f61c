// Header values as Kafka Connect guesses them.
#pragma once

#include "host/convert/converter.hpp"

namespace sinkway::convert {

// org.apache.kafka.connect.storage.SimpleHeaderConverter, in its reading direction: text becomes what it looks like.
//
//   null true false                          null and booleans
//   2026-01-31                               DATE
//   12:30:00.000Z                            TIME_MS      (of exactly these lengths)
//   2026-01-31T12:30:00.000Z                 TIMESTAMP_MS
//   7 007 +7 1.0                             the smallest of INT8, INT16, INT32, INT64 that holds it; beyond, DECIMAL
//   1.5 1e-3                                 FLOAT32 if it is finite there, else FLOAT64, else DECIMAL: digits may be lost
//   [1, 2, "x"]   {"a": 1, "b": [true]}      ARRAY and MAP, their parts by the same rules, text in quotes
//   anything else, and what is cut or nested too deep    STRING: "x" with its quotes, [x] with its brackets
//   bytes that are not UTF-8                 BYTES
//
// Never an error. Users who need headers exactly as they are take StringConverter or ByteArrayConverter.
// [reader-thread]
class SimpleHeaderConverter final : public Converter {
 public:
  Result<Converted> convert(std::string_view topic, std::optional<std::string_view> bytes,
                            const Target& target) override;
  [[nodiscard]] bool may_refuse() const override { return false; }
};

}  // namespace sinkway::convert
