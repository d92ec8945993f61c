#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "plugins/sdk/testing/conformance.hpp"

extern "C" const sinkway_entry sinkway_plugin;

namespace sinkway::file {
namespace {

namespace fs = std::filesystem;
using sdk::testing::Answer;
using sdk::testing::Faults;
using sdk::testing::SampleBatch;
using sdk::testing::Subject;
using sdk::testing::TaskUnderTest;
using sdk::testing::text_value;
using sdk::testing::value_of;

class FileSinkTest : public ::testing::Test {
 protected:
  FileSinkTest() { fs::create_directories(folder_); }
  ~FileSinkTest() override {
    fs::remove_all(folder_);
    EXPECT_TRUE(faults_.empty()) << faults_.front();
  }
  Subject subject(const fs::path& file) const {
    return {.descriptor = sinkway_plugin.descriptor_at(0), .config = {{"file", file.string()}}};
  }
  std::string contents() const {
    std::ostringstream text;
    text << std::ifstream(file_).rdbuf();
    return text.str();
  }

  fs::path folder_ = fs::temp_directory_path() / ("sinkway-file-sink-" + std::to_string(getpid()));
  fs::path file_ = folder_ / "out.txt";
  Faults faults_;
};

TEST_F(FileSinkTest, EachValueIsALineAndAFileThatExistsIsAppendedTo) {
  std::ofstream(file_) << "before\n";
  const Subject about = subject(file_);
  TaskUnderTest task(about, faults_);
  ASSERT_TRUE(task.start().ok());
  SampleBatch batch;
  batch.add("t", 0, 0, text_value("first"));
  batch.add("t", 0, 1, value_of(SINKWAY_NULL));
  batch.add("t", 0, 2, value_of(SINKWAY_INT32, 12));
  EXPECT_TRUE(task.put(batch.view()).ok());
  EXPECT_EQ(contents(), "before\nfirst\nnull\n12\n");
  EXPECT_TRUE(task.pre_commit({}).ok());
  task.stop();
}

TEST_F(FileSinkTest, AFileThatCannotBeOpenedIsFatalAndNamed) {
  const Subject about = subject(folder_ / "missing" / "out.txt");
  TaskUnderTest task(about, faults_);
  const Answer answer = task.start();
  EXPECT_EQ(answer.code, SINKWAY_FATAL);
  EXPECT_NE(answer.reason.find("missing/out.txt: No such file or directory"), std::string::npos) << answer.reason;
}

TEST_F(FileSinkTest, AFullDiskIsRetriable) {
  const Subject about = subject("/dev/full");
  TaskUnderTest task(about, faults_);
  ASSERT_TRUE(task.start().ok());
  SampleBatch batch;
  batch.add("t", 0, 0, text_value("x"));
  const Answer answer = task.put(batch.view());
  EXPECT_EQ(answer.code, SINKWAY_RETRIABLE);
  EXPECT_NE(answer.reason.find("No space left on device"), std::string::npos) << answer.reason;
}

TEST_F(FileSinkTest, ASlowReaderDoesNotKeepTheHostWaiting) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  const Subject about = subject(pipe);
  TaskUnderTest task(about, faults_);
  ASSERT_TRUE(task.start().ok());
  SampleBatch batch;
  batch.add("t", 0, 0, text_value(batch.keep(std::string(1'000'000, 'x'))));
  std::thread canceller([&] { task.host().cancel(); });
  const Answer answer = task.put(batch.view());
  canceller.join();
  EXPECT_EQ(answer.code, SINKWAY_RETRIABLE) << "nobody reads the pipe, and it holds less than the batch";
  ::close(reader);
}

TEST_F(FileSinkTest, WithoutAFileTheStandardOutputIsUsed) {
  const int kept = ::dup(STDOUT_FILENO);
  const int replacement = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::dup2(replacement, STDOUT_FILENO);
  {
    const Subject about{.descriptor = sinkway_plugin.descriptor_at(0), .config = {}};
    TaskUnderTest task(about, faults_);
    EXPECT_TRUE(task.start().ok());
    SampleBatch batch;
    batch.add("t", 0, 0, text_value("out"));
    EXPECT_TRUE(task.put(batch.view()).ok());
  }
  ::dup2(kept, STDOUT_FILENO);
  ::close(kept);
  ::close(replacement);
  EXPECT_EQ(contents(), "out\n");
}

TEST_F(FileSinkTest, KeepsEveryRule) { EXPECT_EQ(sdk::testing::conformance_faults(subject(file_)), ""); }

TEST_F(FileSinkTest, AnswersToTheNamesThatUsersWrite) {
  const sinkway_descriptor& descriptor = *sinkway_plugin.descriptor_at(0);
  EXPECT_EQ(sdk::view(descriptor.name), "org.apache.kafka.connect.file.FileStreamSinkConnector");
  ASSERT_EQ(descriptor.option_count, 1u);
  EXPECT_EQ(sdk::view(descriptor.options[0].name), "file");
}

}  // namespace
}  // namespace sinkway::file
