// sinkway: a native worker for Kafka Connect's sink connectors.
#include <malloc.h>
#include <signal.h>

#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "host/app/options.hpp"
#include "host/app/wiring.hpp"

namespace {

int run(const std::vector<std::string>& arguments) {
  const auto parsed = sinkway::app::parse_options(arguments);
  if (const auto* answer = std::get_if<sinkway::app::Answer>(&parsed)) {
    std::fputs(answer->text.c_str(), answer->code == 0 ? stdout : stderr);
    return answer->code;
  }
  return sinkway::app::run_worker(std::get<sinkway::app::WorkerOptions>(parsed));
}

}  // namespace

int main(int count, char** arguments) {
  // Batches of up to 16 MB come and go all the time: they are to be kept, not mapped and unmapped each time.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sinkway: %s\n", error.what());
    return sinkway::app::kStartError;
  }
}
