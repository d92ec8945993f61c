#include "plugins/table/statements/row_writers.hpp"

#include <algorithm>
#include <span>

#include "plugins/table/rows/fetch_ahead.hpp"
#include "plugins/table/statements/sql.hpp"

namespace sinkway::table {
namespace {

constexpr std::size_t kChunk = 64 << 10;  // sent and waited for as a whole: libpq would keep the batch otherwise

// The worker wants the task's thread back: the server throws away what it has of the COPY.
Written broken_off(Connection& connection, Written written) {
  written.reply = connection.copy_end("the worker broke it off");
  return written;
}

}  // namespace

std::optional<std::size_t> Written::row_of_line(std::size_t begin, std::optional<std::size_t> line) const {
  if (!line || *line == 0) return std::nullopt;
  std::size_t row = begin + *line - 1;
  for (const std::size_t left_out : skipped) {
    if (left_out > row) break;
    ++row;
  }
  return row;
}

std::string RowWriters::copy_text(const RowGroup& group, Writer writer) {
  if (writer == Writer::arrays) return "";
  return copy_sql(*group.table, *group.binding,
                  writer == Writer::copy_binary ? CopyFormat::binary : CopyFormat::text);
}

Written RowWriters::write(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end,
                          Writer writer) {
  const Binding& binding = *group.binding;
  if (writer == Writer::arrays)
    return arrays(connection, group, binding, begin, end, unnest_sql(*group.table, binding));
  return copy(connection, group, binding, begin, end,
              writer == Writer::copy_binary ? CopyFormat::binary : CopyFormat::text, {group.table->name, copy_text(group, writer)});
}

Written RowWriters::copy(Connection& connection, const RowGroup& group, const Binding& binding, std::size_t begin,
                         std::size_t end, CopyFormat format, CopyInto into) {
  Written written{connection.copy_begin(into.sql), {}, {}};
  if (!written.reply.ok()) return written;
  chunk_.clear();
  chunk_.put(copy_header(format));
  RowFault fault;
  const std::span<const Row> rows = std::span(group.rows).first(end);
  for (std::size_t n = begin; n < end; ++n) {
    fetch_ahead(rows, n);
    if (!append_row(binding, rows[n], format, chunk_, fault)) {
      written.faults.push_back(fault);
      written.skipped.push_back(n);
    }
    if (chunk_.size() < kChunk) continue;
    if (!connection.copy_data(chunk_.bytes())) return broken_off(connection, std::move(written));
    chunk_.clear();
  }
  chunk_.put(copy_trailer(format));
  if (!connection.copy_data(chunk_.bytes())) return broken_off(connection, std::move(written));
  written.reply = connection.copy_end();
  if (!written.reply.ok()) written.copy = copy_place(written.reply.field(PG_DIAG_CONTEXT), into.relation);
  return written;
}

Written RowWriters::arrays(Connection& connection, const RowGroup& group, const Binding& binding, std::size_t begin,
                           std::size_t end, const std::string& sql) {
  Written written{Reply(nullptr), {}, {}};
  RowFault fault;
  arrays_.begin(binding);
  for (std::size_t n = begin; n < end; ++n)
    if (!arrays_.append(group.rows[n], fault)) {
      written.faults.push_back(fault);
      written.skipped.push_back(n);
    }
  if (arrays_.rows() == 0) {
    written.reply = Reply::good();  // nothing is left to write, and the transaction goes on
    return written;
  }
  arrays_.end();
  std::vector<Parameter> parameters;
  for (std::size_t n = 0; n < arrays_.columns(); ++n) parameters.push_back({arrays_.array(n), 0, true});
  written.reply = connection.run(sql, parameters);
  return written;
}

}  // namespace sinkway::table
