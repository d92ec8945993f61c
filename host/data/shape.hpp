// Interned field names of structs that look alike: a sink binds fields to columns once per shape, not once per record.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "host/data/value.hpp"

namespace sinkway {

// The shapes of one task. Equal names in equal order with the same schema pointer share one Shape at a stable address
// until the table is destroyed. Filled by the reader thread; a Shape is immutable once returned, so the writer thread
// may read it.
class ShapeTable {
 public:
  // At most `limit` exact shapes of schemaless data; see superset(). Those of schemas are as many as whoever reads schemas allows.
  explicit ShapeTable(std::size_t limit = 1024);
  ~ShapeTable();
  ShapeTable(const ShapeTable&) = delete;
  ShapeTable& operator=(const ShapeTable&) = delete;

  // The shape of exactly these names. Null when the limit is reached and the shape is not known, for schemaless data only: then
  // use superset(). `schema` is null for schemaless data and must outlive the table.
  [[nodiscard]] const Shape* intern(std::span<const std::string_view> names, const Schema* schema);

  // The shape of exactly these names if it is known already; null: not known.
  [[nodiscard]] const Shape* find(std::span<const std::string_view> names, const Schema* schema) const;

  // A schemaless shape that has at least these names, possibly more and in another order: the caller sets fields that
  // it does not have to absent. Null when more than kMostFields different names were asked for.
  [[nodiscard]] const Shape* superset(std::span<const std::string_view> names);

  // The same for the objects that are a member of that name, apart from those of whole records and of other members. Null, and
  // null for ever after, when they had more than kMostMemberFields different names, which are data then; so, too, for
  // more than kMostMembers members.
  [[nodiscard]] const Shape* superset_of_member(std::string_view member, std::span<const std::string_view> names);

  // Position of a name in a shape; -1: not there.
  [[nodiscard]] static int position(const Shape& shape, std::string_view name);

  // Exact shapes of schemaless data.
  [[nodiscard]] std::size_t size() const;
  static constexpr std::size_t kMostFields = 1600;  // PostgreSQL's own limit of columns in a table
  static constexpr std::size_t kMostMemberFields = 256;
  static constexpr std::size_t kMostMembers = 64;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sinkway
