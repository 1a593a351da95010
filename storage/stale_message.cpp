// The sentence of a conflict, in the words of those who meet it.
#include <algorithm>
#include <string>
#include <vector>

#include "storage/stale.hpp"

namespace coterie {
namespace {

constexpr std::size_t kMostNamed = 2;

// "price", "price and note", "price, note and 3 more".
std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  const std::size_t shown = std::min(names.size(), kMostNamed);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += names.size() == shown ? " and " : ", ";
    text += names[i];
  }
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// The newest first; "You" where the reader has been busy elsewhere.
std::string authors(const StaleSentence& about) {
  std::vector<std::string> names;
  for (auto event = about.since.rbegin(); event != about.since.rend(); ++event) {
    const bool own = event->user_id == about.reader;
    if (own && !names.empty() && names.front() == "You") continue;
    add_once(names, own ? (names.empty() ? "You" : "you") : event->user_id.value());
  }
  return list_of(names);
}

// The fields in question: those that clash; where none does, those that others changed.
std::string fields_of(const std::vector<std::pair<FieldPath, FieldVerdict>>& fields) {
  std::vector<std::string> clashing;
  std::vector<std::string> changed;
  for (const auto& [path, verdict] : fields) {
    if (verdict == FieldVerdict::clash) clashing.push_back(path.text());
    const bool by_others =
        verdict == FieldVerdict::theirs || verdict == FieldVerdict::same || verdict == FieldVerdict::combined;
    if (by_others) changed.push_back(path.text());
  }
  const std::string text = list_of(clashing.empty() ? changed : clashing);
  return text.empty() ? "it" : text;
}

}  // namespace

std::string ago(Timestamp then, Timestamp now) {
  using namespace std::chrono;
  const auto some = [](std::int64_t count, const char* unit) {
    return std::to_string(count) + ' ' + unit + (count == 1 ? " ago" : "s ago");
  };
  const auto passed = now - then;
  if (passed < 10s) return "just now";
  if (passed < 1min) return some(duration_cast<seconds>(passed).count(), "second");
  if (passed < 1h) return some(duration_cast<minutes>(passed).count(), "minute");
  if (passed < days{1}) return some(duration_cast<hours>(passed).count(), "hour");
  return some(duration_cast<days>(passed).count(), "day");
}

std::string stale_message(const StaleSentence& about,
                          const std::vector<std::pair<FieldPath, FieldVerdict>>& fields) {
  // A deletion that the author knew of has nothing since.
  const std::string who = about.since.empty() ? about.current.updated_by.value() : authors(about);
  const std::string when = ago(about.current.updated_at, about.now);
  if (about.deleted) {
    return about.current.updated_by.value() + " deleted it " + when + ". Restore it first, or let it go.";
  }
  const std::string what = who + " changed " + fields_of(fields) + ' ' + when + ". ";
  if (about.operation == OperationKind::remove) return what + "Delete it all the same, or keep it.";
  return what + "Take theirs, keep yours, or merge.";
}

}  // namespace coterie
