// Values, records and batches with C++ manners: views over the ABI's structs that own nothing and cost nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/sdk/cpp/config.hpp"

namespace sinkway::sdk {

// One value. Valid as long as the batch it came from. The readers look at no tag: ask tag() first. [writer-thread]
class ValueView {
 public:
  ValueView(const sinkway_value& value) : value_(&value) {}  // NOLINT: implicit on purpose

  [[nodiscard]] int tag() const { return value_->tag; }
  // The field is not there: what the target does by default is right. Differs from null.
  [[nodiscard]] bool is_absent() const { return value_->tag == SINKWAY_ABSENT; }
  [[nodiscard]] bool is_null() const { return value_->tag == SINKWAY_NULL; }
  // The producer sent nothing; the default of the schema stands here.
  [[nodiscard]] bool is_default() const { return (value_->flags & SINKWAY_FLAG_DEFAULT_FILLED) != 0; }

  [[nodiscard]] bool boolean() const { return value_->as.integer != 0; }
  // int8 to int64, date, times and timestamps.
  [[nodiscard]] std::int64_t integer() const { return value_->as.integer; }
  [[nodiscard]] double number() const { return value_->as.number; }
  // UTF-8, checked by the host.
  [[nodiscard]] std::string_view text() const { return {value_->as.text, value_->length}; }
  // Of bytes; of a decimal its unscaled integer, two's complement, big-endian.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {value_->as.bytes, value_->length}; }
  [[nodiscard]] int scale() const { return value_->scale; }

  // Elements of an array; keys and values of a map in turns.
  [[nodiscard]] std::span<const sinkway_value> items() const {
    return {value_->as.items, std::size_t{value_->length} * (value_->tag == SINKWAY_MAP ? 2 : 1)};
  }
  // Of a struct. The address of a shape is stable for the life of the task: look a field up once per shape, not once per record.
  [[nodiscard]] const sinkway_shape& shape() const { return *value_->as.object->shape; }
  [[nodiscard]] std::span<const sinkway_value> fields() const { return {value_->as.object->values, shape().field_count}; }
  // The field of that name; nothing when the struct has none.
  [[nodiscard]] std::optional<ValueView> field(std::string_view name) const;

  [[nodiscard]] const sinkway_value& raw() const { return *value_; }

 private:
  const sinkway_value* value_;
};

[[nodiscard]] inline std::span<const sinkway_string> names_of(const sinkway_shape& shape) {
  return {shape.names, shape.field_count};
}

// Where a field stands in structs of this shape; nothing when they have none.
[[nodiscard]] inline std::optional<std::size_t> position_of(const sinkway_shape& shape, std::string_view name) {
  for (std::size_t i = 0; i < shape.field_count; ++i)
    if (view(shape.names[i]) == name) return i;
  return std::nullopt;
}

inline std::optional<ValueView> ValueView::field(std::string_view name) const {
  const auto position = position_of(shape(), name);
  return position ? std::optional<ValueView>(fields()[*position]) : std::nullopt;
}

// One record. Valid until the put that received it returns.
class RecordView {
 public:
  RecordView(const sinkway_record& record) : record_(&record) {}  // NOLINT: implicit on purpose

  [[nodiscard]] std::string_view topic() const { return view(*record_->topic); }
  [[nodiscard]] std::string_view original_topic() const { return view(*record_->original_topic); }
  [[nodiscard]] std::int32_t partition() const { return record_->partition; }
  [[nodiscard]] std::int32_t original_partition() const { return record_->original_partition; }
  [[nodiscard]] std::int64_t offset() const { return record_->offset; }
  // Milliseconds since 1970-01-01T00:00:00Z.
  [[nodiscard]] std::optional<std::int64_t> timestamp() const {
    return record_->timestamp_type == 0 ? std::nullopt : std::optional(record_->timestamp);
  }
  [[nodiscard]] ValueView key() const { return record_->key; }
  [[nodiscard]] ValueView value() const { return record_->value; }
  [[nodiscard]] const sinkway_schema* key_schema() const { return record_->key_schema; }      // null: schemaless
  [[nodiscard]] const sinkway_schema* value_schema() const { return record_->value_schema; }  // null: schemaless
  [[nodiscard]] std::span<const sinkway_header> headers() const { return {record_->headers, record_->header_count}; }
  // Key and value as Kafka held them; null: not kept, see SinkTask::wants_raw_records.
  [[nodiscard]] const sinkway_raw* raw_bytes() const { return record_->raw; }
  [[nodiscard]] const sinkway_record& raw() const { return *record_; }

 private:
  const sinkway_record* record_;
};

// An array whose elements may be longer than this SDK knows: steps by the stride that the host tells.
template <typename Element, typename View = const Element&>
class StridedView {
 public:
  class Iterator {
   public:
    using value_type = std::remove_cvref_t<View>;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;
    using reference = View;
    using pointer = void;
    Iterator() = default;
    Iterator(const std::byte* at, std::size_t stride) : at_(at), stride_(stride) {}
    View operator*() const { return *static_cast<const Element*>(static_cast<const void*>(at_)); }
    Iterator& operator++() { return at_ += stride_, *this; }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const std::byte* at_ = nullptr;
    std::size_t stride_ = 0;
  };

  StridedView(const Element* first, std::size_t count, std::size_t stride)
      : first_(static_cast<const std::byte*>(static_cast<const void*>(first))), count_(count), stride_(stride) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] View operator[](std::size_t index) const { return *Iterator(first_ + index * stride_, stride_); }
  [[nodiscard]] Iterator begin() const { return {first_, stride_}; }
  [[nodiscard]] Iterator end() const { return {first_ + count_ * stride_, stride_}; }

 private:
  const std::byte* first_;
  std::size_t count_;
  std::size_t stride_;
};

// The records of one put: for (const RecordView record : batch). May have positions and no records. Valid until put returns.
class BatchView : public StridedView<sinkway_record, RecordView> {
 public:
  explicit BatchView(const sinkway_batch& batch)
      : StridedView(batch.records, batch.record_count, batch.record_size), batch_(&batch) {}

  // The same number when the same batch is put again.
  [[nodiscard]] std::uint64_t sequence() const { return batch_->sequence; }
  // One for each partition that the batch covers.
  [[nodiscard]] StridedView<sinkway_position> positions() const {
    return {batch_->positions, batch_->position_count, batch_->position_size};
  }
  // Records that are in none of these because they could not be converted: told by the host already. None of a host before 1.5.
  [[nodiscard]] StridedView<sinkway_unconverted> unconverted() const {
    if (batch_->struct_size < sizeof(sinkway_batch)) return {nullptr, 0, 0};
    return {batch_->unconverted, batch_->unconverted_count, batch_->unconverted_size};
  }
  [[nodiscard]] const sinkway_batch& raw() const { return *batch_; }

 private:
  const sinkway_batch* batch_;
};

}  // namespace sinkway::sdk
