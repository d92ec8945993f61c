// A plugin in C++ that lets an exception cross the ABI while it is read.
#include <cstdint>
#include <stdexcept>

#include "plugins/sdk/abi/sinkway_sink.h"

namespace {

std::int32_t init() { return 1; }
void deinit() {}
std::size_t count() { return 1; }
const sinkway_descriptor* at(std::size_t) { throw std::runtime_error("thrown on purpose"); }

}  // namespace

extern "C" {
__attribute__((visibility("default"))) extern const sinkway_entry sinkway_plugin;
const sinkway_entry sinkway_plugin = {sizeof(sinkway_entry), SINKWAY_ABI_MAJOR, SINKWAY_ABI_MINOR, init, deinit, count, at};
}
