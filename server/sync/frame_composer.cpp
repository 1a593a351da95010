#include "server/sync/frame_composer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace coterie {

FramePtr FrameComposer::compose(const std::vector<Part>& parts) {
  if (parts.empty()) return nullptr;
  if (parts.size() == 1) {
    if (const BatchPtr* batch = std::get_if<BatchPtr>(&parts.front())) return (*batch)->frame();
  }
  const bool only_batches = std::all_of(
      parts.begin(), parts.end(), [](const Part& part) { return std::holds_alternative<BatchPtr>(part); });
  return only_batches ? compose_shared(parts) : compose_mixed(parts);
}

void FrameComposer::end_turn() {
  last_of_.clear();
  last_.reset();
}

FramePtr FrameComposer::compose_mixed(const std::vector<Part>& parts) {
  FrameBuilder builder;
  run_.clear();
  for (const Part& part : parts) {
    if (const BatchPtr* batch = std::get_if<BatchPtr>(&part)) {
      run_.push_back({batch->get(), {}});
      continue;
    }
    if (const PersonalPart* personal = std::get_if<PersonalPart>(&part)) {
      run_.push_back({personal->batch.get(), personal->subscriptions});
      continue;
    }
    add_run(builder);
    builder.add(std::get<PrivatePart>(part).text);
  }
  add_run(builder);
  return builder.finish();
}

FramePtr FrameComposer::compose_shared(const std::vector<Part>& parts) {
  if (was_composed_of(parts)) return last_;
  run_.clear();
  last_of_.clear();
  const RoomBatch* largest = nullptr;
  for (const Part& part : parts) {
    const BatchPtr& batch = std::get<BatchPtr>(part);
    run_.push_back({batch.get(), {}});
    last_of_.push_back(batch);
    if (!largest || batch->pieces().size() > largest->pieces().size()) largest = batch.get();
  }
  merge_run();
  if (taken_.size() == largest->pieces().size()) {
    last_ = largest->frame();  // the others said nothing that it did not say
    return last_;
  }
  FrameBuilder builder;
  std::size_t bytes = 0;
  for (const Taken& taken : taken_) bytes += taken.text.size() + 1;
  builder.reserve(bytes);
  for (const Taken& taken : taken_) add_taken(builder, taken);
  last_ = builder.finish();
  return last_;
}

bool FrameComposer::was_composed_of(const std::vector<Part>& parts) const {
  return last_ && std::equal(parts.begin(), parts.end(), last_of_.begin(), last_of_.end(),
                             [](const Part& part, const BatchPtr& batch) {
                               return std::get<BatchPtr>(part) == batch;
                             });
}

void FrameComposer::add_run(FrameBuilder& builder) {
  if (run_.size() == 1 && !run_.front().batch->personal()) {
    builder.add(run_.front().batch->frame()->payload());
  } else if (!run_.empty()) {
    merge_run();
    for (const Taken& taken : taken_) add_taken(builder, taken);
  }
  run_.clear();
}

void FrameComposer::add_taken(FrameBuilder& builder, const Taken& taken) {
  if (taken.membership == Membership::stays) {
    builder.add(taken.text);
  } else {
    builder.add(membership_head(taken.membership), taken.subscriptions, taken.text);
  }
}

// An event stands once, whichever rooms tell it; what it did to filters follows it.
void FrameComposer::merge_run() {
  const auto before = [](const Taken& a, const Taken& b) {
    if (a.ordinal != b.ordinal) return a.ordinal < b.ordinal;
    return a.membership == Membership::stays && b.membership != Membership::stays;
  };
  taken_.clear();
  std::size_t first_end = 0;
  for (const Source& source : run_) {
    for (const RoomBatch::Piece& piece : source.batch->pieces())
      taken_.push_back({piece.ordinal, piece.membership, source.subscriptions, source.batch->text(piece)});
    if (first_end == 0) first_end = taken_.size();
  }
  if (run_.size() == 2) {
    const auto middle = std::next(taken_.begin(), static_cast<std::ptrdiff_t>(first_end));
    merged_.clear();
    std::merge(taken_.begin(), middle, middle, taken_.end(), std::back_inserter(merged_), before);
    taken_.swap(merged_);
  } else {
    std::sort(taken_.begin(), taken_.end(), before);
  }
  const auto same = [](const Taken& a, const Taken& b) {
    return a.ordinal == b.ordinal && a.membership == Membership::stays && b.membership == Membership::stays;
  };
  taken_.erase(std::unique(taken_.begin(), taken_.end(), same), taken_.end());
}

}  // namespace coterie
