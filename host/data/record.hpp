// A sink record: where it came from, key, value, headers. The layout is the ABI's own.
#pragma once

#include "host/data/value.hpp"

namespace sinkway {

using Record = sinkway_record;
using Header = sinkway_header;
using Position = sinkway_position;
using Unconverted = sinkway_unconverted;

// The ordinary life of a topic name: interned once a task, lent to every record by pointer.
using TopicName = const sinkway_string*;

}  // namespace sinkway
