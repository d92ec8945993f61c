// A value as Java's toString() spells it: what FileStreamSink has always written.
#pragma once

#include <string>

#include "plugins/sdk/cpp/record.hpp"

namespace sinkway::file {

// Appends the text of a value: null; true; 12; 0.1 and 1.0E10 as Double.toString; text as it is; decimals in plain notation;
// [1, 2] for lists, {a=1, b=2} for maps and schemaless objects, Struct{a=1,b=2} without the fields that are null. Where Java prints
// what nobody can use, this differs: bytes are hexadecimal digits (an address in Java), dates and times ISO 8601 in UTC (Date's own
// words in the zone of the machine).
void append_java_text(std::string& line, sdk::ValueView value);

}  // namespace sinkway::file
