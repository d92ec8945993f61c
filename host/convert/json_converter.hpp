// org.apache.kafka.connect.json.JsonConverter, in its reading direction.
#pragma once

#include <cstddef>
#include <memory>

#include "host/config/config_def.hpp"
#include "host/config/config_map.hpp"
#include "host/convert/converter.hpp"
#include "host/convert/json_flat.hpp"
#include "host/convert/schema_envelope.hpp"

namespace sinkway::convert {

// JSON with schemas (an envelope each record) or without. Without: flat objects go the fast way, everything else the
// thorough one; both give the same values. No bytes are null in both modes, an empty text only without schemas.
// [reader-thread]
class JsonConverter final : public Converter {
 public:
  struct Options {
    bool schemas = true;
    bool null_is_default = true;
    std::size_t max_depth = 64;
    bool fast_way = true;  // off: for the tests that hold both ways together
  };
  explicit JsonConverter(const Options& options);

  [[nodiscard]] static ConfigDef definition();
  // From a config that was held against definition().
  [[nodiscard]] static Options options_of(const ConfigMap& config);

  Result<Converted> convert(std::string_view topic, std::optional<std::string_view> bytes,
                            const Target& target) override;
  void hint(std::span<const HintColumn> columns, bool may_skip) override;

 private:
  Options options_;
  FlatScanner flat_;
  JsonReader reader_;
  JsonValues values_;
  std::unique_ptr<SchemaEnvelope> envelope_;  // null: without schemas
};

}  // namespace sinkway::convert
