// Where in a record's way an error happened, in Kafka Connect's words.
#pragma once

#include <string_view>

namespace sinkway::errors {

// The stages that this worker has, named as Connect's enum Stage names them (KIP-298).
enum class Stage { key_converter, value_converter, header_converter, task_put };

[[nodiscard]] constexpr std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::key_converter: return "KEY_CONVERTER";
    case Stage::value_converter: return "VALUE_CONVERTER";
    case Stage::header_converter: return "HEADER_CONVERTER";
    case Stage::task_put: return "TASK_PUT";
  }
  return "";
}

}  // namespace sinkway::errors
