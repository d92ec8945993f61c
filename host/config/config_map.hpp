// Ordered string to string, as users write it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinkway {

// A configuration: keys in the order in which they were written, each once; a later value replaces an earlier one in its place.
// A value may be null (JSON null), which is not the same as a missing key.
class ConfigMap {
 public:
  using Entry = std::pair<std::string, std::optional<std::string>>;

  ConfigMap() = default;
  ConfigMap(std::initializer_list<std::pair<std::string, std::string>> entries) {
    for (const auto& [key, value] : entries) set(key, value);
  }

  void set(std::string_view key, std::optional<std::string> value) {
    for (auto& entry : entries_)
      if (entry.first == key) {
        entry.second = std::move(value);
        return;
      }
    entries_.emplace_back(std::string(key), std::move(value));
  }
  // True if the key was there.
  bool erase(std::string_view key) {
    return std::erase_if(entries_, [&](const Entry& entry) { return entry.first == key; }) > 0;
  }
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  // The text of a key; nothing when it is missing or null.
  [[nodiscard]] std::optional<std::string> get(std::string_view key) const {
    const auto* value = find(key);
    return value ? *value : std::nullopt;
  }
  [[nodiscard]] std::string get_or(std::string_view key, std::string_view otherwise) const {
    return get(key).value_or(std::string(otherwise));
  }
  // The entries whose key begins with `prefix`, the prefix taken off.
  [[nodiscard]] ConfigMap with_prefix(std::string_view prefix) const {
    ConfigMap found;
    for (const auto& [key, value] : entries_)
      if (key.size() > prefix.size() && key.starts_with(prefix)) found.set(std::string_view(key).substr(prefix.size()), value);
    return found;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }
  bool operator==(const ConfigMap&) const = default;

 private:
  [[nodiscard]] const std::optional<std::string>* find(std::string_view key) const {
    for (const auto& entry : entries_)
      if (entry.first == key) return &entry.second;
    return nullptr;
  }
  std::vector<Entry> entries_;
};

}  // namespace sinkway
