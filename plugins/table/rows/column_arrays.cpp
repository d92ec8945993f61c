#include "plugins/table/rows/column_arrays.hpp"

#include <algorithm>

#include "plugins/table/rows/field.hpp"

namespace sinkway::table {
namespace {

// Where things stand in the header of an array: dimensions, null flag, element type, size of the dimension, its lower
// bound (array_send in PostgreSQL's arrayfuncs.c).
constexpr std::size_t kNullFlagAt = 4, kSizeAt = 12;

std::uint32_t element_type(const ColumnType& type) {
  const bool as_text = type.encoding == Encoding::text || type.encoding == Encoding::text_only ||
                       type.encoding == Encoding::array;
  return as_text ? oid::kText : type.type;
}

}  // namespace

void ColumnArrays::begin(const Binding& binding) {
  binding_ = &binding;
  rows_ = 0;
  arrays_.resize(std::max(arrays_.size(), binding.columns.size()));
  has_null_.assign(binding.columns.size(), false);
  for (std::size_t n = 0; n < binding.columns.size(); ++n) {
    arrays_[n].clear();
    arrays_[n].put32(1);
    arrays_[n].put32(0);
    arrays_[n].put32(element_type(binding.columns[n].type));
    arrays_[n].put32(0);
    arrays_[n].put32(1);
  }
  take_types();
}

void ColumnArrays::take_types() {
  starts_.assign(binding_->columns.size(), 0);
  types_.clear();
  literals_.clear();
  for (const BoundColumn& bound : binding_->columns) {
    types_.push_back(&bound.type);
    if (bound.type.encoding != Encoding::array) continue;
    types_.back() = &literals_.emplace_back(bound.type);
    literals_.back().encoding = Encoding::text_only;
  }
}

bool ColumnArrays::append(const Row& row, RowFault& fault) {
  sinkway_value scratch;
  const ColumnType* const* type = types_.data();
  std::size_t* start = starts_.data();
  ByteBuffer* array = arrays_.data();
  std::size_t n = 0;
  for (const BoundColumn& bound : binding_->columns) {
    const sinkway_value& value = value_of(*binding_, bound, row, scratch);
    *start++ = array->size();
    const Fault found = put_field(value, **type++, *array++);
    if (found != Fault::none) [[unlikely]] {
      for (std::size_t undone = 0; undone <= n; ++undone) arrays_[undone].truncate(starts_[undone]);
      fault = {row.index, bound.column->name, found, is_fatal(found, bound.type)};
      return false;
    }
    if (is_null(value)) has_null_[n] = true;
    ++n;
  }
  ++rows_;
  return true;
}

void ColumnArrays::end() {
  for (std::size_t n = 0; n < binding_->columns.size(); ++n) {
    // A policy may have put NULL somewhere; the server does not mind the flag where there is none.
    const bool may_have_null = has_null_[n] || binding_->columns[n].type.policies != nullptr;
    arrays_[n].set32(kNullFlagAt, may_have_null ? 1 : 0);
    arrays_[n].set32(kSizeAt, static_cast<std::uint32_t>(rows_));
  }
}

}  // namespace sinkway::table
