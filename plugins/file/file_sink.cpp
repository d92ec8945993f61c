// The teaching plugin: Kafka Connect's FileStreamSink, one line for the value of each record.
//
// A plugin is a shared library with one exported symbol. This file is all that it takes: a table of options, a class that
// derives from SinkTask, and one macro at the end.

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "plugins/file/java_text.hpp"
#include "plugins/sdk/cpp/export.hpp"

namespace sinkway::file {
namespace {

// The table drives parsing, the answer of /config/validate, the documentation and the forms of user interfaces.
constexpr auto kOptions = sdk::option_table({
    {.name = "file",
     .type = SINKWAY_TYPE_STRING,
     .importance = SINKWAY_IMPORTANCE_HIGH,
     .width = SINKWAY_WIDTH_NONE,
     .documentation = "Destination filename. If not specified, the standard output will be used"},
});

constexpr std::array kAliases{sdk::lend("io.sinkway.file.FileSinkConnector")};

// What was written before a call failed is written again with the next try: this sink delivers at least once.
class FileSinkTask final : public sdk::SinkTask {
 public:
  ~FileSinkTask() override { stop(); }

  // A file that cannot be opened will not open itself: fatal, and the hint says what to change.
  void start(const sdk::Config& config) override {
    const auto path = config.find("file");
    file_ = path ? ::open(path->c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : ::dup(STDOUT_FILENO);
    if (file_ < 0)
      throw sdk::FatalError("cannot open " + path.value_or("the standard output") + ": " + std::strerror(errno),
                            {.hint = "give a file that the worker may write to in the option file", .error_id = "file.open"});
    struct stat about {};
    is_plain_file_ = ::fstat(file_, &about) == 0 && S_ISREG(about.st_mode);
    host().info("writing", {{"file", path.value_or("standard output")}});
  }

  void put(const sdk::BatchView& batch) override {
    lines_.clear();
    for (const sdk::RecordView record : batch) {
      append_java_text(lines_, record.value());
      lines_ += '\n';
    }
    write_all(lines_);
  }

  // Positions that come here are told to Kafka next: what they cover must survive a crash of the machine.
  void pre_commit(std::span<sdk::Position> /*positions*/) override {
    if (is_plain_file_ && ::fdatasync(file_) != 0) throw failed("saving");
  }

  void stop() override {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

 private:
  // A pipe takes at least this much without waiting when poll() has called it writable (PIPE_BUF of Linux).
  static constexpr std::size_t kPipePiece = 4096;

  void write_all(std::string_view rest) const {
    while (!rest.empty()) {
      if (!is_plain_file_) wait_until_writable();
      const auto piece = is_plain_file_ ? rest : rest.substr(0, kPipePiece);
      const auto written = ::write(file_, piece.data(), piece.size());
      if (written < 0 && errno != EINTR) throw failed("writing");
      if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  // Whoever waits must also listen to the host, which wants the call back when partitions are about to leave.
  void wait_until_writable() const {
    std::array<pollfd, 2> waited{pollfd{file_, POLLOUT, 0}, pollfd{host().cancel_descriptor(), POLLIN, 0}};
    while (::poll(waited.data(), waited.size(), -1) < 0 && errno == EINTR) {
    }
    if (waited[1].revents != 0) throw sdk::RetriableError("interrupted while waiting for the reader of the output");
  }

  // A full disk is emptied by a person, not by a restart of the task: try again until then.
  [[nodiscard]] static sdk::RetriableError failed(std::string_view what) {
    return sdk::RetriableError(std::string(what) + " the output failed: " + std::strerror(errno),
                               {.hint = "free space or repair the target of the option file", .error_id = "file.write"});
  }

  int file_ = -1;
  bool is_plain_file_ = false;
  std::string lines_;  // kept, so that the memory is reused
};

}  // namespace
}  // namespace sinkway::file

SINKWAY_EXPORT_SINKS(sinkway::sdk::sink<sinkway::file::FileSinkTask>({
    .name = "org.apache.kafka.connect.file.FileStreamSinkConnector",
    .aliases = sinkway::file::kAliases,
    .version = "0.1.0",
    .documentation = "Writes the value of each record as a line of a file, or to the standard output.",
    .options = sinkway::file::kOptions,
}))
