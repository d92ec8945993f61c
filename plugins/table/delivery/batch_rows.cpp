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

}  // namespace

void BatchRows::fill(const sdk::BatchView& batch, const PositionBook* book, Targets& targets, ErrantRows& errant) {
  index_.clear();
  targets_.clear();
  last_binding_ = nullptr;
  used_ = skipped_ = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    __builtin_prefetch(fields_of(batch, i + kFetchAhead));
    const sinkway_record& record = batch[i].raw();
    if (errant.contains(i)) continue;
    if (book != nullptr && book->is_applied(record)) {
      ++skipped_;
      continue;
    }
    Target& target = targets.of(record.topic);
    const Row row = plain_row(record, i);
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
    group_for(target, binding).rows.push_back(row);
  }
  for (std::size_t group = 0; group < used_; ++group) (void)sort_by_key(groups_[group]);
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
