// errors.deadletterqueue.*: where a connector's dead letters go, and with which clients.
#pragma once

#include "host/base/result.hpp"
#include "host/errors/dead_letter_sender.hpp"
#include "host/worker/worker_settings.hpp"

namespace sinkway::worker {

// The address of a connector that has a dead letter topic; `connector` is resolved. Later layers win
// (runtime-semantics 1.8): our defaults, the worker's producer.* or admin.*, the connector's producer.override.* or
// admin.override.*; the admin client also has all that the worker says of Kafka without a prefix. Errors say which
// property is wrong.
[[nodiscard]] Result<errors::DeadLetterSender::Address> dead_letter_address(const ConfigMap& connector,
                                                                            const WorkerSettings& settings,
                                                                            const Logger& log);

}  // namespace sinkway::worker
