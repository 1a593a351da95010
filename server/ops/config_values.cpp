#include "server/ops/config_values.hpp"

#include <algorithm>
#include <utility>

#include "server/ops/duration_text.hpp"
#include "server/ops/nearest_word.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostText = 500;

std::string all_of(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

void ConfigValues::refuse_unknown(const std::string& place, std::string_view what, std::string_view given,
                                  const Words& known) {
  std::string text = "This ";
  text.append(what).append(" is not known; ");
  const std::string near = nearest_word(given, known);
  refuse(place,
         near.empty() ? text + "known are " + all_of(known) + '.' : text + "did you mean " + near + '?');
}

void ConfigValues::check_names(const json::object& members, const std::string& place, const Words& known,
                               std::string_view what) {
  for (const auto& member : members) {
    const std::string name(member.key());
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    refuse_unknown(member_place(place, name), what, name, known);
  }
}

const json::object* ConfigValues::as_table(const json::value& value, const std::string& place,
                                           std::size_t most) {
  const json::object* const members = value.if_object();
  if (members == nullptr) refuse(place, "This must be a table.");
  return members != nullptr && fits(members->size(), most, place, "table") ? members : nullptr;
}

const json::object* ConfigValues::table(const json::object& parent, const std::string& place,
                                        std::string_view name, std::size_t most) {
  const json::value* const found = parent.if_contains(name);
  return found == nullptr ? nullptr : as_table(*found, member_place(place, name), most);
}

const json::array* ConfigValues::list(const json::value& value, const std::string& place, std::size_t most) {
  const json::array* const items = value.if_array();
  if (items == nullptr) refuse(place, "This must be a list, in brackets.");
  return items != nullptr && fits(items->size(), most, place, "list") ? items : nullptr;
}

bool ConfigValues::fits(std::size_t count, std::size_t most, const std::string& place, const char* what) {
  if (count > most)
    refuse(place, std::string("This ") + what + " may hold " + std::to_string(most) + " at most.");
  return count <= most;
}

std::optional<std::string> ConfigValues::text(const json::value& value, const std::string& place,
                                              std::string_view form) {
  if (!value.is_string()) {
    refuse(place, std::string("This must be ").append(form) + '.');
  } else if (value.get_string().size() > kMostText) {
    refuse(place, "This text may have 500 bytes at most.");
  } else {
    return std::string(value.get_string());
  }
  return std::nullopt;
}

std::optional<std::string> ConfigValues::text(const json::object& parent, const std::string& place,
                                              std::string_view name) {
  const json::value* const found = parent.if_contains(name);
  return found == nullptr ? std::nullopt : text(*found, member_place(place, name));
}

std::optional<std::int64_t> ConfigValues::whole(const json::value& value, const std::string& place,
                                                std::int64_t least, std::int64_t most) {
  const std::int64_t* const number = value.if_int64();
  if (number != nullptr && *number >= least && *number <= most) return *number;
  std::string text = "This must be a whole number";
  text += most == std::numeric_limits<std::int64_t>::max()
              ? ", " + std::to_string(least) + " or more."
              : " from " + std::to_string(least) + " to " + std::to_string(most) + '.';
  refuse(place, text);
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> ConfigValues::duration(const json::value& value,
                                                                const std::string& place,
                                                                const DurationRange& range) {
  const std::optional<std::string> written = text(value, place);
  if (!written) return std::nullopt;
  const auto read = duration_from_text(*written);
  if (read && *read >= range.least && *read <= range.most) return read;
  refuse(place, std::string("This must be a number and a unit, s, m, h, d or w, ") + range.text + '.');
  return std::nullopt;
}

std::optional<FieldPath> ConfigValues::field_path(std::string_view written, const std::string& place) {
  Result<FieldPath> parsed = FieldPath::parse(written);
  if (parsed) return std::move(*parsed);
  refuse(place, "This is not the path of a field: " + parsed.error().message);
  return std::nullopt;
}

}  // namespace coterie
