#include "host/data/shape.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "host/data/arena.hpp"

namespace sinkway {

namespace {

constexpr std::uint64_t kMixer = 0x9E3779B97F4A7C15U;

// Order matters: the same names in another order are another shape.
std::uint64_t hash_of(std::span<const std::string_view> names, const Schema* schema) {
  std::uint64_t hash = std::hash<const void*>{}(schema) * kMixer;
  for (const auto name : names) hash = (hash ^ std::hash<std::string_view>{}(name)) * kMixer + 1;
  return hash;
}

bool is_shape_of(const Shape& shape, std::span<const std::string_view> names, const Schema* schema) {
  if (shape.schema != schema || shape.field_count != names.size()) return false;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (view(shape.names[i]) != names[i]) return false;
  return true;
}

}  // namespace

struct ShapeTable::State {
  std::size_t limit;
  Arena texts;
  std::deque<Shape> shapes;
  std::unordered_multimap<std::uint64_t, const Shape*> by_hash;
  std::size_t schemaless = 0;  // of them

  // The union of all names asked of a superset, in the order of first sight. Its memory is reserved once, so that a
  // shape that lends a beginning of it stays valid while it grows.
  struct Union {
    explicit Union(std::size_t most) : limit(most) {}
    std::size_t limit;
    std::span<sinkway_string> all_names;
    std::unordered_set<std::string_view> known_names;
    const Shape* widest = nullptr;
  };
  Union of_records{kMostFields};
  std::unordered_map<std::string, std::optional<Union>> of_members;  // nothing: their names are data

  const Shape* add(const sinkway_string* names, std::size_t count, const Schema* schema) {
    const auto fields = static_cast<std::uint32_t>(count);
    return &shapes.emplace_back(Shape{sizeof(Shape), fields, names, schema, shapes.size() + 1});
  }
  const Shape* superset(Union& all, std::span<const std::string_view> names);
};

ShapeTable::ShapeTable(std::size_t limit) : state_(std::make_unique<State>()) { state_->limit = limit; }
ShapeTable::~ShapeTable() = default;

const Shape* ShapeTable::find(std::span<const std::string_view> names, const Schema* schema) const {
  const auto [first, last] = state_->by_hash.equal_range(hash_of(names, schema));
  for (auto at = first; at != last; ++at)
    if (is_shape_of(*at->second, names, schema)) return at->second;
  return nullptr;
}

const Shape* ShapeTable::intern(std::span<const std::string_view> names, const Schema* schema) {
  if (const Shape* const known = find(names, schema)) return known;
  if (schema == nullptr && state_->schemaless == state_->limit) return nullptr;
  state_->schemaless += schema == nullptr ? 1 : 0;
  const auto kept = state_->texts.array<sinkway_string>(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) kept[i] = lend(state_->texts.copy(names[i]));
  const Shape* const shape = state_->add(kept.data(), names.size(), schema);
  state_->by_hash.emplace(hash_of(names, schema), shape);
  return shape;
}

const Shape* ShapeTable::State::superset(Union& all, std::span<const std::string_view> names) {
  if (all.all_names.empty()) all.all_names = texts.array<sinkway_string>(all.limit);
  std::unordered_set<std::string_view> missing;
  for (const auto name : names)
    if (!all.known_names.contains(name)) missing.insert(name);
  if (all.known_names.size() + missing.size() > all.limit) return nullptr;
  if (all.widest != nullptr && missing.empty()) return all.widest;
  for (const auto name : names) {
    if (all.known_names.contains(name)) continue;
    const std::string_view kept = texts.copy(name);
    all.all_names[all.known_names.size()] = lend(kept);
    all.known_names.insert(kept);
  }
  all.widest = add(all.all_names.data(), all.known_names.size(), nullptr);
  return all.widest;
}

const Shape* ShapeTable::superset(std::span<const std::string_view> names) { return state_->superset(state_->of_records, names); }

const Shape* ShapeTable::superset_of_member(std::string_view member, std::span<const std::string_view> names) {
  auto& members = state_->of_members;
  auto found = members.find(std::string(member));
  if (found == members.end()) {
    if (members.size() == kMostMembers) return nullptr;
    found = members.emplace(member, State::Union(kMostMemberFields)).first;
  }
  if (!found->second) return nullptr;
  const Shape* const shape = state_->superset(*found->second, names);
  if (shape == nullptr) found->second.reset();
  return shape;
}

int ShapeTable::position(const Shape& shape, std::string_view name) {
  for (std::uint32_t i = 0; i < shape.field_count; ++i)
    if (view(shape.names[i]) == name) return static_cast<int>(i);
  return -1;
}

std::size_t ShapeTable::size() const { return state_->schemaless; }

}  // namespace sinkway
