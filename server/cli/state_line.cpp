#include "server/cli/state_line.hpp"

#include "protocol/json.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kStateColumns = 80;

std::string place_of(const json::object& message) {
  const std::string id = text_member(message, "entityId");
  return printable(text_member(message, "entityType") + (id.empty() ? "" : "/" + id));
}

// By name where there is one.
std::string person(const json::object& who, const Style& style) {
  const std::string name = text_member(who, "name");
  return style.paint(Colour::yellow, printable(name.empty() ? text_member(who, "userId") : name));
}

std::string holder_of(const json::object& lock, const Style& style) {
  const json::object* holder = object_member(lock, "holder");
  return holder ? person(*holder, style) : "somebody";
}

std::string place_of(const json::object& lock, const Style& style) {
  const std::string field = text_member(lock, "field");
  return field.empty() ? "the record" : style.paint(Colour::bold, printable(field));
}

std::string for_how_long(const json::object& lock) {
  return " for " + std::to_string((number_member(lock, "ttlMs") + 999) / 1000) + " s";
}

std::string lock_text(const json::object& lock, const Style& style) {
  const std::string state = text_member(lock, "state");
  const std::string who = holder_of(lock, style);
  const std::string what = place_of(lock, style);
  if (state == "acquired" || state.empty()) return who + " has locked " + what + for_how_long(lock);
  if (state == "released") return who + " has unlocked " + what;
  if (state == "expired") return "the lock of " + who + " on " + what + " has run out";
  if (state == "taken") return who + " has taken the lock on " + what;
  return who + ": " + printable(state) + " " + what;
}

std::string json_text(const json::object& message, std::string_view member) {
  const json::value* value = message.if_contains({member.data(), member.size()});
  return value ? shorten(printable(to_json_text(*value)), kStateColumns) : std::string();
}

std::string presence_text(const json::object& push, const Style& style) {
  std::string text;
  const auto add = [&](std::string_view list, bool leaves) {
    const json::array* entries = array_member(push, list);
    if (!entries) return;
    for (const json::value& entry : *entries) {
      if (!entry.is_object()) continue;
      const json::object& one = entry.get_object();
      text += (text.empty() ? "" : ", ") + person(one, style);
      text += leaves ? " has left" : " " + json_text(one, "state");
    }
  };
  add("joins", false);
  add("updates", false);
  add("leaves", true);
  return text;
}

std::string head(std::string_view word, const std::string& name, const Style& style) {
  const std::string where = name.empty() ? "" : style.paint(Colour::cyan, name) + "  ";
  return style.paint(Colour::dim, std::string(word)) + "  " + where;
}

}  // namespace

std::optional<std::string> state_line(const json::object& push, const Style& style) {
  const std::string type = text_member(push, "type");
  if (type == "lock") return head("lock", place_of(push), style) + lock_text(push, style);
  if (type == "presence") return head("here", place_of(push), style) + presence_text(push, style);
  if (type == "signal") {
    return head("says", place_of(push), style) +
           style.paint(Colour::yellow, printable(text_member(push, "userId"))) + " " +
           printable(text_member(push, "name")) + " " + json_text(push, "data");
  }
  return std::nullopt;
}

std::vector<std::string> state_lines(const json::object& snapshot, const Style& style, std::size_t most) {
  std::vector<std::string> lines;
  const auto each = [&](std::string_view list, auto write) {
    const json::array* entries = array_member(snapshot, list);
    if (!entries) return;
    std::size_t shown = 0;
    for (const json::value& entry : *entries) {
      if (!entry.is_object()) continue;
      if (shown++ == most) {
        lines.push_back("  ... " + std::to_string(entries->size() - most) + " more");
        return;
      }
      lines.push_back("  " + write(entry.get_object()));
    }
  };
  each("locks", [&](const json::object& lock) {
    return head("lock", place_of(lock), style) + lock_text(lock, style);
  });
  each("presence", [&](const json::object& present) {
    const std::string id = printable(text_member(present, "entityId"));
    return head("here", id, style) + person(present, style) + " " + json_text(present, "state");
  });
  return lines;
}

}  // namespace coterie
