// Text, bytes and single numbers as Kafka's own serializers write them.
#pragma once

#include <iconv.h>

#include <string>

#include "host/base/handle.hpp"
#include "host/config/config_def.hpp"
#include "host/config/config_map.hpp"
#include "host/convert/converter.hpp"

namespace sinkway::convert {

// org.apache.kafka.connect.storage.StringConverter. Text in another encoding is translated by iconv(3), which knows the
// names that Java uses. Bytes that are no text are an error here; "replace" makes them U+FFFD, as Kafka Connect does.
// [reader-thread]
class StringConverter final : public Converter {
 public:
  [[nodiscard]] static ConfigDef definition();
  // From a config that was held against definition().
  explicit StringConverter(const ConfigMap& config);

  Result<Converted> convert(std::string_view topic, std::optional<std::string_view> bytes,
                            const Target& target) override;

 private:
  [[nodiscard]] Result<Converted> from_utf8(std::string_view bytes, const Target& target) const;
  [[nodiscard]] Result<Converted> from_other(std::string_view bytes, const Target& target) const;

  std::string encoding_;
  bool replace_ = false;
  Handle<void, ::iconv_close> translator_;  // null: the text is UTF-8 already
  Handle<void, ::iconv_close> unmarked_;    // of text without a byte order mark, where that is not the same
};

// org.apache.kafka.connect.converters.ByteArrayConverter: bytes as they are. [reader-thread]
class BytesConverter final : public Converter {
 public:
  Result<Converted> convert(std::string_view topic, std::optional<std::string_view> bytes,
                            const Target& target) override;
};

// The converters of org.apache.kafka.connect.converters for one number or boolean: big-endian, of exactly the length of
// the type; a boolean is one byte, 0 or 1 (KIP-959). [reader-thread]
class NumberConverter final : public Converter {
 public:
  // Boolean, int16, int32, int64, float32 or float64.
  explicit NumberConverter(Tag tag);

  Result<Converted> convert(std::string_view topic, std::optional<std::string_view> bytes,
                            const Target& target) override;

 private:
  Tag tag_;
  Schema schema_{};
};

}  // namespace sinkway::convert
