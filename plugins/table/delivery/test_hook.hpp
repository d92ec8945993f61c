// A place where a test can freeze the worker: right before a transaction begins, the window in which a zombie is born.
#pragma once

#ifdef SINKWAY_TEST_HOOKS
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>
#endif

namespace sinkway::table {

// In builds with the Meson option `test_hooks` only: while the file that SINKWAY_TEST_FREEZE_BEFORE_BEGIN names exists,
// leaves a file of that name with ".frozen" behind it and stops the process (SIGSTOP) until somebody continues it. Else
// nothing. [writer-thread]
inline void freeze_before_begin() {
#ifdef SINKWAY_TEST_HOOKS
  const char* path = std::getenv("SINKWAY_TEST_FREEZE_BEFORE_BEGIN");
  if (path == nullptr || access(path, F_OK) != 0) return;
  const std::string mark = std::string(path) + ".frozen";
  if (std::FILE* file = std::fopen(mark.c_str(), "w")) std::fclose(file);
  std::raise(SIGSTOP);
#endif
}

}  // namespace sinkway::table
