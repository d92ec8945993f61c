// errors.tolerance: what a connector does about records that cannot be delivered.
#pragma once

namespace sinkway::errors {

// none: the first one ends the task; all: each one is counted and left out (KIP-298).
enum class Tolerance { none, all };

}  // namespace sinkway::errors
