// The limit that the worker is held against: prebuilt COPY BINARY buffers, one connection, 50,000 rows a transaction.
//
//   raw_copy POSTGRES-URI TABLE ROWS [merge|scattered]
//
// merge: the rows go through a temporary table and INSERT ... ON CONFLICT (id) DO UPDATE instead, the statements that an
// upsert of keys that exist is made of.
// scattered: the ids come in the order of the weather producer's --scattered, and each transaction's in the order of its keys: what a server
// can do at best with keys in no order.
//
// It prints one line of JSON: rows and seconds between the first and the last commit, as the bench measures the worker.
#include <libpq-fe.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "tools/weather-producer/weather.hpp"

namespace {

constexpr std::int64_t kRows = 50'000;

void put16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, static_cast<std::uint16_t>(value >> 16));
  put16(out, static_cast<std::uint16_t>(value));
}
void put64(std::string& out, std::uint64_t value) {
  put32(out, static_cast<std::uint32_t>(value >> 32));
  put32(out, static_cast<std::uint32_t>(value));
}
void put_text(std::string& out, std::string_view text) {
  put32(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}
void put_fixed(std::string& out, std::uint64_t bits) {
  put32(out, 8);
  put64(out, bits);
}

std::vector<std::int64_t> in_turn(std::int64_t first, std::int64_t rows) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(rows));
  std::iota(ids.begin(), ids.end(), first);
  return ids;
}

std::vector<std::int64_t> scattered(std::int64_t first, std::int64_t rows, std::int64_t all) {
  std::vector<std::int64_t> ids = in_turn(first, rows);
  for (std::int64_t& id : ids) id = sinkway::weather::scattered(id, all);
  std::sort(ids.begin(), ids.end(), [](std::int64_t a, std::int64_t b) { return std::to_string(a) < std::to_string(b); });
  return ids;
}

std::string prebuilt(const std::vector<std::int64_t>& ids) {
  std::string out("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  for (const std::int64_t n : ids) {
    put16(out, 5);
    put_text(out, "A_" + std::to_string(n));
    put_text(out, n % 2 ? "Miami-Dade" : "Alachua");
    put_fixed(out, std::bit_cast<std::uint64_t>(9.0 + static_cast<double>(n % 865) / 10));
    put_fixed(out, std::bit_cast<std::uint64_t>(54.8 + static_cast<double>(n % 359) / 10));
    put_fixed(out, static_cast<std::uint64_t>(820'454'400'000'000 + n * 100'000));
  }
  put16(out, 0xffff);
  return out;
}

void must(PGconn* connection, bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "raw_copy: %s: %s", what, PQerrorMessage(connection));
  std::exit(1);
}

void run(PGconn* connection, const char* statement, ExecStatusType expected) {
  PGresult* const result = PQexec(connection, statement);
  must(connection, PQresultStatus(result) == expected, statement);
  PQclear(result);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view how = argc == 5 ? argv[4] : "";
  if (argc != 4 && how != "merge" && how != "scattered") {
    std::fprintf(stderr, "usage: raw_copy POSTGRES-URI TABLE ROWS [merge|scattered]\n");
    return 2;
  }
  const std::string table = argv[2];
  const bool merges = how == "merge";
  const std::int64_t rows = std::atoll(argv[3]);
  std::vector<std::string> buffers;
  for (std::int64_t first = 0; first < rows; first += kRows) {
    const std::int64_t count = std::min(kRows, rows - first);
    buffers.push_back(prebuilt(how == "scattered" ? scattered(first, count, rows) : in_turn(first, count)));
  }
  PGconn* const connection = PQconnectdb(argv[1]);
  must(connection, PQstatus(connection) == CONNECTION_OK, "connect");
  if (merges)
    run(connection, ("CREATE TEMPORARY TABLE staging ON COMMIT DELETE ROWS AS TABLE " + table + " WITH NO DATA").c_str(),
        PGRES_COMMAND_OK);
  const std::string copy = "COPY " + (merges ? "staging" : table) + " FROM STDIN (FORMAT binary)";
  const std::string merge = "INSERT INTO " + table + " AS t SELECT * FROM staging ON CONFLICT (id) DO UPDATE SET location = "
                            "excluded.location, temperature = excluded.temperature, humidity = excluded.humidity, tm = excluded.tm";
  std::chrono::steady_clock::time_point first_commit;
  for (std::size_t n = 0; n < buffers.size(); ++n) {
    run(connection, "BEGIN", PGRES_COMMAND_OK);
    run(connection, copy.c_str(), PGRES_COPY_IN);
    for (std::size_t at = 0; at < buffers[n].size(); at += 65'536) {
      const int size = static_cast<int>(std::min<std::size_t>(65'536, buffers[n].size() - at));
      must(connection, PQputCopyData(connection, buffers[n].data() + at, size) == 1, "COPY data");
    }
    must(connection, PQputCopyEnd(connection, nullptr) == 1, "COPY end");
    while (PGresult* const result = PQgetResult(connection)) {
      must(connection, PQresultStatus(result) == PGRES_COMMAND_OK, "COPY");
      PQclear(result);
    }
    if (merges) run(connection, merge.c_str(), PGRES_COMMAND_OK);
    run(connection, "COMMIT", PGRES_COMMAND_OK);
    if (n == 0) first_commit = std::chrono::steady_clock::now();
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - first_commit;
  std::printf("{\"rows\": %lld, \"seconds\": %.6f}\n", static_cast<long long>(rows - std::min(kRows, rows)), seconds.count());
  PQfinish(connection);
}
