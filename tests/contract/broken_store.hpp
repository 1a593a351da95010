// Stores that are broken on purpose, one way each: the memory store behind a wrapper that spoils it. The
// contract must find every one of them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "storage/store.hpp"

namespace coterie::testing {

enum class Breakage {
  loses_an_event,
  shares_answers,
  forgets_answers,
  applies_half_a_batch,
  keeps_half_of_a_refused_batch,
  reads_stale,
  reorders_the_log,
  repeats_a_row,
  sorts_only_by_id,
  ignores_the_filter,
  lists_deleted,
  accepts_a_hole,
  gives_a_number_twice,
  skips_a_counter_alone,
  cuts_a_commit,
  forgets_old_values,
  resumes_from_anywhere,
  forgets_conflicts,
  forgets_decisions,
  shows_notifications_to_another,
  never_marks_as_read,
  keeps_what_is_withdrawn,
  forgets_who_holds_a_value,
  adopts_over_duplicates,
  tells_no_next,
  purges_past_the_limit,
  hides_its_holes,
  forgets_acknowledgements,
  searches_only_whole_words,
};
struct NamedBreakage {
  Breakage breakage;
  std::string_view name;
};
std::vector<NamedBreakage> all_breakages();

std::unique_ptr<Store> make_broken_store(Breakage breakage, std::uint64_t resume_events);

}  // namespace coterie::testing
