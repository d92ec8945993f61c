// Fuzzes what people and programs write to the worker: files of properties, JSON configurations, request targets, listeners.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/config/json_config.hpp"
#include "host/config/properties_file.hpp"
#include "rest-api/message.hpp"
#include "rest-api/server.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sinkway;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_properties(text);
  (void)parse_json_config(text);
  (void)parse_json_connector(text, true);
  (void)parse_json_connector(text, false);
  if (const auto target = rest::parse_target(text))
    for (const std::string& segment : target->segments)
      if (segment.empty()) std::abort();  // a path with an empty segment is refused
  (void)rest::parse_int(text);
  (void)rest::accepts_json(text);
  (void)rest::is_json(text);
  (void)rest::parse_listener(std::string(text));
  return 0;
}
