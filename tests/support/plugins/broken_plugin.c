/* Plugins that break a rule while they are loaded; the build defines which one: BROKEN_CRASHES, BROKEN_EXITS, ... */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "plugins/sdk/abi/sinkway_sink.h"

#ifdef BROKEN_MAJOR
enum { kMajor = SINKWAY_ABI_MAJOR + 1 };
#else
enum { kMajor = SINKWAY_ABI_MAJOR };
#endif

static int32_t init(void) {
#if defined(BROKEN_CRASHES)
  raise(SIGSEGV);
#elif defined(BROKEN_EXITS)
  _exit(0);
#elif defined(BROKEN_HANGS)
  for (;;) pause();
#elif defined(BROKEN_REFUSES)
  return 0;
#endif
  return 1;
}

static void deinit(void) {}
static size_t count(void) { return 0; }
static const sinkway_descriptor *at(size_t index) {
  (void)index;
  return NULL;
}

#ifdef BROKEN_NAMELESS
#define sinkway_plugin something_else
#endif
__attribute__((visibility("default"))) const sinkway_entry sinkway_plugin = {
    sizeof(sinkway_entry), kMajor, SINKWAY_ABI_MINOR, init, deinit, count, at};
