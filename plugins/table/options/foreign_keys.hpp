// Keys of the other JDBC sinks that are not options here: what each of them becomes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/cpp/config.hpp"

namespace sinkway::table {

// A key of Confluent's, Aiven's or Debezium's sink. Plain data with static storage.
struct ForeignKey {
  std::string_view name;      // with a final * it stands for every key that begins so
  std::string_view fine;      // values that mean what is done here anyway, separated by commas; of them nothing is said
  bool refused = false;       // any other value would write something else than the user wants
  std::string_view sentence;  // goes on behind the key
};

// A key that the user wrote and that needs a word.
struct ForeignNote {
  std::string key;
  bool refused = false;  // the configuration is not valid with it; else a warning
  std::string text;      // goes on behind the key; never holds a value
};

// The table of them: the first line that fits a key counts.
[[nodiscard]] std::span<const ForeignKey> foreign_keys();

// One note for each key of the configuration that is no option here but known from another sink, in the order of the
// configuration. Pure. [any-thread]
[[nodiscard]] std::vector<ForeignNote> foreign_key_notes(const sdk::Config& config);

}  // namespace sinkway::table
