#include "plugins/table/delivery/batch_rows.hpp"

namespace sinkway::table {
namespace {

// The reader's core wrote the records: their fields are fetched this many records ahead, or each would be waited for
// while the server has nothing to do.
constexpr std::size_t kFetchAhead = 16;

// The value of a record whose fields are about to be looked at. Not a function that fetches: g++ takes a call to one for
// a call without effect.
const sinkway_struct* fields_of(const sdk::BatchView& batch, std::size_t index) {
  if (index >= batch.size()) return nullptr;
  const sinkway_value& value = batch[index].raw().value;
  return value.tag == SINKWAY_STRUCT ? value.as.object : nullptr;
}

// A tombstone deletes where that is asked for.
Row row_of(const sinkway_record& record, std::size_t index, const WriteRules& rules) {
  Row row = plain_row(record, index);
  if (rules.deletes && record.value.tag <= SINKWAY_NULL) row.operation = Operation::remove;
  return row;
}

[[noreturn]] void throw_no_key(const Target& target) {
  throw TableChanged("rows of table " + target.name + " cannot be told apart: no key is bound to columns of it",
                     "name the columns of a unique index in pk.fields, and with pk.mode where they come from; or give "
                     "the table a primary key whose columns the records have",
                     "table.no_key");
}

}  // namespace

void BatchRows::fill(const sdk::BatchView& batch, const PositionBook* book, Targets& targets, ErrantRows& errant) {
  index_.clear();
  targets_.clear();
  last_binding_ = nullptr;
  used_ = skipped_ = folded_ = 0;
  const bool keyed = rules_.keyed();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    __builtin_prefetch(fields_of(batch, i + kFetchAhead));
    const sinkway_record& record = batch[i].raw();
    if (errant.contains(i)) continue;
    if (book != nullptr && book->is_applied(record)) {
      ++skipped_;
      continue;
    }
    Target& target = targets.of(record.topic);
    const Row row = row_of(record, i, rules_);
    RowFault fault;
    const Binding* binding = nullptr;
    try {
      binding = target.binder.bind(row, fault);
    } catch (const BindingError& error) {
      throw TableChanged(error.what(), error.hint(), "table.binding");
    }
    if (binding == nullptr) {
      errant.refuse(i, refusal_of(fault, target.name));
      continue;
    }
    if (keyed && rules_.mode != InsertMode::insert_ignore && binding->identity.empty()) throw_no_key(target);
    if (keyed)
      keyed_[&target].push_back({row, binding});
    else
      group_for(target, binding).rows.push_back(row);
  }
  if (keyed) fold();
  for (std::size_t group = 0; group < used_; ++group) (void)sort_by_key(groups_[group]);
}

void BatchRows::fold() {
  for (auto& [target, rows] : keyed_) {
    if (rows.empty()) continue;
    Folded folded = key_fold_.fold(rows, target->table, rules_);
    folded_ += folded.needless.size();
    for (RowGroup& group : folded.groups) {
      if (used_ == groups_.size()) groups_.emplace_back();
      groups_[used_++] = std::move(group);
      targets_.push_back(target);
    }
    rows.clear();
  }
}

RowGroup& BatchRows::group_for(Target& target, const Binding* binding) {
  if (binding == last_binding_) return groups_[last_group_];
  const auto [found, is_new] = index_.emplace(binding, used_);
  if (is_new) {
    if (used_ == groups_.size()) groups_.emplace_back();
    RowGroup& group = groups_[used_++];
    group.table = &target.table;
    group.binding = binding;
    group.rows.clear();
    group.operation = Operation::put;
    group.fold_on_server = false;
    targets_.push_back(&target);
  }
  last_binding_ = binding;
  last_group_ = found->second;
  return groups_[last_group_];
}

void BatchRows::drop(const ErrantRows& errant) {
  for (std::size_t group = 0; group < used_; ++group) {
    std::erase_if(groups_[group].rows, [&](const Row& row) { return errant.contains(row.index); });
  }
}

}  // namespace sinkway::table
