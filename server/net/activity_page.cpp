#include "server/net/activity_page.hpp"

#include <charconv>
#include <utility>

namespace coterie {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string to_text(const ActivityPlace& place) {
  std::string text = "a";
  if (place.number) text += std::to_string(*place.number);
  text += "-s";
  if (place.seq) text += std::to_string(place.seq->value());
  return text;
}

std::optional<ActivityPlace> activity_place_from_text(const std::string& text) {
  ActivityPlace place;
  if (text.empty()) return place;
  const std::size_t dash = text.find("-s");
  if (text[0] != 'a' || dash == std::string::npos) return std::nullopt;
  const std::string_view number = std::string_view(text).substr(1, dash - 1);
  const std::string_view seq = std::string_view(text).substr(dash + 2);
  if (!number.empty()) place.number = number_of(number);
  if (!number.empty() && !place.number) return std::nullopt;
  const auto read = number_of(seq);
  if (!seq.empty() && !read) return std::nullopt;
  if (read) place.seq = Seq{*read};
  return place;
}

ActivityPage merge_activity(ActivityParts parts, const ActivityPlace& from, std::size_t limit) {
  ActivityPage page;
  ActivityPlace at = from;
  std::size_t row = 0;
  std::size_t event = 0;
  // Where one of the two has been read to its end but has more behind it, what is older of the other waits.
  const auto rows_dry = [&] { return row == parts.rows.size() && parts.more_rows; };
  const auto events_dry = [&] { return event == parts.events.size() && parts.next_event; };
  const auto within_commit = [&] {
    return event > 0 && event < parts.events.size() &&
           parts.events[event].seq == parts.events[event - 1].seq && !page.items.empty() &&
           std::holds_alternative<DataSyncEvent>(page.items.back());
  };
  while (within_commit() || (page.items.size() < limit && !rows_dry() && !events_dry())) {
    const bool has_row = row < parts.rows.size();
    const bool has_event = event < parts.events.size();
    if (!has_row && !has_event) break;
    const bool take_event = has_event && (within_commit() || !has_row ||
                                          parts.events[event].timestamp >= parts.rows[row].activity.at);
    if (take_event) {
      at.seq = parts.events[event].seq;
      page.items.emplace_back(std::move(parts.events[event++]));
    } else {
      at.number = parts.rows[row].number;
      page.items.emplace_back(std::move(parts.rows[row++]));
    }
  }
  if (events_dry() && !within_commit()) at.seq = parts.next_event;
  const bool more =
      row < parts.rows.size() || event < parts.events.size() || parts.more_rows || parts.next_event;
  if (more) page.next = at;
  return page;
}

}  // namespace coterie
