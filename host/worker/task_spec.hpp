// A task's configuration turned into what the task engine needs.
#pragma once

#include "host/base/result.hpp"
#include "host/task/task.hpp"
#include "host/worker/worker_port.hpp"
#include "host/worker/worker_settings.hpp"

namespace sinkway::worker {

// Which class and which settings convert keys, values or headers: the connector's class with the connector's settings
// alone, or, when it names none, the worker's class with the worker's settings alone (runtime-semantics 3.1). `role` is
// key, value or header.
struct ConverterChoice {
  std::string class_name;
  ConfigMap settings;  // without their prefix
};
[[nodiscard]] ConverterChoice choose_converter(std::string_view role, const ConfigMap& connector,
                                               const WorkerSettings& settings);

// Everything resolved and checked that can be before a thread starts; `running` tasks share the memory. Errors say
// which key is wrong.
[[nodiscard]] Result<task::TaskSpec> make_task_spec(const TaskStart& start, const plugin::Manifest& plugin,
                                                    std::size_t running,
                                                    const WorkerSettings& settings);

}  // namespace sinkway::worker
