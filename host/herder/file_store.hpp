// Connectors in one JSON file that is replaced as a whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/base/handle.hpp"
#include "host/herder/config_store.hpp"

namespace sinkway::herder {

// {"format": "sinkway-connectors", "version": 1, "connectors": [{"name", "target", "config"}]}, readable by its owner
// only: it may hold passwords. Written to a temporary file beside it, synced, renamed, and the folder synced. One
// worker at a time: a lock on "<path>.lock" is held as long as the store lives.
class FileStore final : public ConfigStore {
 public:
  // Makes the folder if it is missing. Error: no folder, no permission, or another worker holds the lock.
  [[nodiscard]] static Result<std::unique_ptr<FileStore>> open(const std::string& path);

  // Errors name the file: torn, not JSON, another format, or written by a newer version.
  [[nodiscard]] Result<std::vector<StoredConnector>> load() override;
  [[nodiscard]] Result<void> save(const std::vector<StoredConnector>& connectors) override;

 private:
  FileStore(std::string path, Descriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string path_;
  Descriptor lock_;
};

// The two halves without a file: pure.
[[nodiscard]] std::string print_connectors(const std::vector<StoredConnector>& connectors);
[[nodiscard]] Result<std::vector<StoredConnector>> parse_connectors(std::string_view text);

}  // namespace sinkway::herder
