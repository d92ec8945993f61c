// The entry of a plugin: the one header that its main source includes.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include "plugins/sdk/cpp/connector_face.hpp"
#include "plugins/sdk/cpp/task_face.hpp"

namespace sinkway::sdk {

// What a class says of itself. All texts and lists must have static storage.
struct SinkClass {
  std::string_view name{};                    // dotted class name, e.g. io.sinkway.table.TableSinkConnector
  std::span<const sinkway_string> aliases{};  // other class names for it; the simple name needs no line
  std::string_view version{};
  std::string_view documentation{};
  std::span<const sinkway_option> options{};
};

// The descriptor of a class: `Task` derives from SinkTask, `Connector`, if there is one, from SinkConnector.
template <typename Task, typename Connector = void>
[[nodiscard]] constexpr sinkway_descriptor sink(const SinkClass& about) {
  static_assert(std::is_base_of_v<SinkTask, Task>);
  sinkway_descriptor made{};
  made.struct_size = sizeof(sinkway_descriptor);
  made.kind = SINKWAY_KIND_SINK;
  made.name = lend(about.name);
  made.aliases = about.aliases.data();
  made.alias_count = about.aliases.size();
  made.version = lend(about.version);
  made.documentation = lend(about.documentation);
  made.options = about.options.data();
  made.option_count = about.options.size();
  made.option_size = sizeof(sinkway_option);
  made.create_task = TaskFace::create<Task>;
  if constexpr (!std::is_void_v<Connector>) {
    static_assert(std::is_base_of_v<SinkConnector, Connector>);
    made.create_connector = ConnectorFace::create<Connector>;
  }
  return made;
}

}  // namespace sinkway::sdk

// Exports the classes of a plugin, once per shared library, outside of any namespace:
//   SINKWAY_EXPORT_SINKS(sinkway::sdk::sink<MyTask>({.name = "org.example.MySinkConnector", .version = "1.0.0"}))
#define SINKWAY_EXPORT_SINKS(...)                                                                                      \
  namespace sinkway::sdk::exported {                                                                                   \
  static constexpr auto kDescriptors = std::to_array<sinkway_descriptor>({__VA_ARGS__});                               \
  static std::int32_t init() { return 1; }                                                                             \
  static void deinit() {}                                                                                              \
  static std::size_t descriptor_count() { return kDescriptors.size(); }                                                \
  static const sinkway_descriptor* descriptor_at(std::size_t index) {                                                  \
    return index < kDescriptors.size() ? &kDescriptors[index] : nullptr;                                               \
  }                                                                                                                    \
  }                                                                                                                    \
  extern "C" {                                                                                                         \
  __attribute__((visibility("default"))) extern const sinkway_entry sinkway_plugin;                                    \
  const sinkway_entry sinkway_plugin = {sizeof(sinkway_entry),          SINKWAY_ABI_MAJOR,                             \
                                        SINKWAY_ABI_MINOR,              sinkway::sdk::exported::init,                  \
                                        sinkway::sdk::exported::deinit, sinkway::sdk::exported::descriptor_count,      \
                                        sinkway::sdk::exported::descriptor_at};                                        \
  }
