// Which shape a schemaless JSON object gets.
#pragma once

#include <span>
#include <string_view>

#include "host/convert/converter.hpp"

namespace sinkway::convert {

// Objects inside a record take at most so many exact shapes of the task's table: one that uses names as data ({"user-1":
// ...}) must not use up the shapes of whole records.
inline constexpr std::size_t kMostNestedShapes = 512;

// A record or schema of more names is refused: they would be kept for the life of the task, and a table has 1,600 columns at most.
inline constexpr std::size_t kMostNames = 4'096;

// The shape of a whole record with these names, each once; it may hold more names and in another order when the task
// has seen very many shapes already (ShapeTable::superset). Null: too many names, in it or
// different ones in all. [reader-thread]
[[nodiscard]] const Shape* record_shape(std::span<const std::string_view> names, ShapeTable& shapes);

// The shape of an object inside a record, the member of that name; it may hold more names and in another order, as above. Null:
// its names are data (ShapeTable::superset_of_member), the object is better a MAP.
[[nodiscard]] const Shape* nested_shape(std::string_view member, std::span<const std::string_view> names, ShapeTable& shapes);

// The error of a record whose record_shape() is null.
[[nodiscard]] Error too_many_names();

// False when a name comes twice.
[[nodiscard]] bool all_different(std::span<const std::string_view> names);

}  // namespace sinkway::convert
