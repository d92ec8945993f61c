#include "plugins/table/statements/statement_writer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "plugins/table/rows/field.hpp"

namespace sinkway::table {
namespace {

constexpr std::size_t kLengthBytes = sizeof(std::uint32_t);
constexpr std::size_t kNowhere = ~std::size_t{0};

}  // namespace

std::vector<std::uint32_t> StatementWriter::types_of(const Table& parameters) {
  std::vector<std::uint32_t> types;
  for (const Column& one : parameters.columns) types.push_back(one.type);
  return types;
}

Reply StatementWriter::prepare(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end) {
  const auto first = group.rows.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = group.rows.begin() + static_cast<std::ptrdiff_t>(end);
  const auto has = [&](bool removes) {
    return std::any_of(first, last, [&](const Row& row) { return (row.operation == Operation::remove) == removes; });
  };
  const StatementRows& statements = *group.statements;
  Reply reply(nullptr);
  if (has(false)) reply = connection.prepare(rules_.put.text, types_of(*statements.put));
  if (!has(true) || (has(false) && !reply.ok())) return reply;
  return connection.prepare(rules_.remove.text, types_of(*statements.remove));
}

Written StatementWriter::write(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end) {
  Written written{Reply(nullptr), {}, {}, {}};
  if (begin == end) {
    written.reply = Reply::good();
    return written;
  }
  written.reply = prepare(connection, group, begin, end);
  if (!written.reply.ok()) return written;
  const StatementRows& statements = *group.statements;
  const std::vector<std::uint32_t> put_types = types_of(*statements.put);
  const std::vector<std::uint32_t> remove_types =
      statements.remove == nullptr ? std::vector<std::uint32_t>() : types_of(*statements.remove);
  const TypedSql put{rules_.put.text, put_types}, remove{rules_.remove.text, remove_types};
  last_binding_ = nullptr;
  Pipeline pipeline(connection);
  RowFault fault;
  for (std::size_t n = begin; n < end; ++n) {
    const Row& row = group.rows[n];
    const bool removes = row.operation == Operation::remove;
    if (!encode_row(*statements.bindings[row.index], removes ? *statements.remove : *statements.put, row, fault)) {
      written.faults.push_back(fault);
      written.skipped.push_back(n);
    } else if (!pipeline.send(removes ? remove : put, values_)) {
      break;
    }
  }
  Pipeline::End done = pipeline.finish();
  written.reply = std::move(done.reply);
  if (!written.reply.ok()) written.execution = done.done + 1;
  return written;
}

bool StatementWriter::encode_row(const Binding& binding, const Table& parameters, const Row& row, RowFault& fault) {
  if (&binding != last_binding_) note_unbound(binding, parameters);
  last_binding_ = &binding;
  const std::size_t count = parameters.columns.size();
  bytes_.clear();
  starts_.assign(count, kNowhere);
  values_.values.assign(count, nullptr);
  values_.lengths.assign(count, 0);
  values_.formats.assign(count, 1);
  sinkway_value scratch;
  for (const BoundColumn& bound : binding.columns) {
    const auto place = static_cast<std::size_t>(bound.column - parameters.columns.data());
    const std::size_t start = bytes_.size();
    const sinkway_value& value = value_of(binding, bound, row, scratch);
    if (is_field(bound.source) && unavailable_.is(value)) continue;  // NULL
    const Fault found = put_field(value, bound.type, bytes_);
    if (found != Fault::none) {
      fault = {row.index, bound.column->name, found, is_fatal(found, bound.type)};
      return false;
    }
    values_.formats[place] = bound.type.encoding == Encoding::text_only ? 0 : 1;
    if (is_null_field(bytes_.view(start))) continue;
    starts_[place] = start + kLengthBytes;
    values_.lengths[place] = static_cast<int>(bytes_.size() - starts_[place]);
    bytes_.put8(0);  // text ends so
  }
  for (std::size_t n = 0; n < count; ++n)
    if (starts_[n] != kNowhere) values_.values[n] = bytes_.data() + starts_[n];
  return true;
}

void StatementWriter::note_unbound(const Binding& binding, const Table& parameters) {
  for (const Column& parameter : parameters.columns) {
    const bool bound = std::any_of(binding.columns.begin(), binding.columns.end(),
                                   [&](const BoundColumn& one) { return one.column == &parameter; });
    if (!bound && unbound_.insert(parameter.name).second) new_unbound_.push_back(parameter.name);
  }
}

std::vector<std::string> StatementWriter::take_unbound() { return std::exchange(new_unbound_, {}); }

}  // namespace sinkway::table
