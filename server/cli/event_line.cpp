#include "server/cli/event_line.hpp"

#include "protocol/change.hpp"
#include "protocol/json.hpp"
#include "server/cli/notice_text.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kValueColumns = 60;

const json::value* value_at(const json::object* document, std::string_view path) {
  if (!document) return nullptr;
  const auto parsed = FieldPath::parse(path);
  return parsed ? find(*document, *parsed) : nullptr;
}

std::string short_value(const json::value* value) { return shorten(brief(value), kValueColumns); }

std::string clock_of(const json::object& message) {
  const std::string timestamp = text_member(message, "timestamp");
  return timestamp.size() >= 19 ? printable(timestamp.substr(11, 8)) + "Z" : "--:--:--Z";
}

std::string name_of(const json::object& message) {
  return printable(text_member(message, "entityType") + "/" + text_member(message, "entityId"));
}

// "Horsepower 130 -> 200", or "Horsepower = 200" where the old value is not known.
std::string change_text(const json::object& event, const json::object* before, const Style& style) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  if (const json::object* set = object_member(event, "set")) {
    for (const auto& member : *set) {
      const std::string path = style.paint(Colour::bold, printable(member.key()));
      const std::string now = style.paint(Colour::green, short_value(&member.value()));
      const json::value* old = value_at(before, member.key());
      add(before ? path + " " + style.paint(Colour::red, short_value(old)) + " -> " + now
                 : path + " = " + now);
    }
  }
  if (const json::array* unset = array_member(event, "unset")) {
    for (const json::value& item : *unset) {
      if (!item.is_string()) continue;
      const json::value* old = value_at(before, item.get_string());
      add(style.paint(Colour::bold, printable(item.get_string())) +
          (before ? " " + style.paint(Colour::red, short_value(old)) : "") + " removed");
    }
  }
  return out.empty() ? "nothing that you may see" : out;
}

std::string summary_of(const json::object* data) {
  return data ? printable(to_json_text(*data)) : std::string("{}");
}

}  // namespace

void SeenRecords::put(const json::object& entity) {
  const std::string id = text_member(entity, "entityId");
  const json::object* data = object_member(entity, "data");
  if (!data || (records_.size() >= kMostRecords && !records_.contains(id))) return;
  records_[id] = {number_member(entity, "version"), *data};
}

void SeenRecords::move(const json::object& push) {
  if (text_member(push, "type") == "enter") return put(push);
  records_.erase(text_member(push, "entityId"));
}

void SeenRecords::apply(const json::object& event) {
  const std::string id = text_member(event, "entityId");
  const std::string operation = text_member(event, "operation");
  if (operation == "CREATE") return put(event);
  const auto found = records_.find(id);
  if (found == records_.end()) return;
  const std::uint64_t version = number_member(event, "version");
  if (version <= found->second.version) return;
  bool follows = operation == "UPDATE" && version == found->second.version + 1;
  Change change;
  if (const json::object* set = object_member(event, "set")) {
    for (const auto& member : *set) {
      auto path = FieldPath::parse(member.key());
      if (path) change.set.push_back({std::move(*path), member.value()});
      follows = follows && path.has_value();
    }
  }
  if (const json::array* unset = array_member(event, "unset")) {
    for (const json::value& item : *unset) {
      auto path =
          FieldPath::parse(item.is_string() ? std::string_view(item.get_string()) : std::string_view());
      if (path) change.unset.push_back(std::move(*path));
      follows = follows && path.has_value();
    }
  }
  if (!follows || !coterie::apply(found->second.data, change)) {
    records_.erase(found);
    return;
  }
  found->second.version = version;
}

const json::object* SeenRecords::data(const json::object& event) const {
  const auto found = records_.find(text_member(event, "entityId"));
  if (found == records_.end() || found->second.version + 1 != number_member(event, "version")) return nullptr;
  return &found->second.data;
}

std::string event_line(const json::object& event, const json::object* before, const Style& style) {
  const std::string operation = text_member(event, "operation");
  std::string what;
  if (operation == "CREATE") {
    what =
        style.paint(Colour::green, "created") + " " + shorten(summary_of(object_member(event, "data")), 200);
  } else if (operation == "DELETE") {
    what = style.paint(Colour::red, "deleted");
  } else if (operation == "UPDATE") {
    what = change_text(event, before, style);
  } else {
    what = "changed in a way this client does not know (" + printable(operation) + ")";
  }
  const std::string cause = text_member(event, "cause");
  if (!cause.empty() && cause != "user") what += style.paint(Colour::dim, " (" + printable(cause) + ")");
  return style.paint(Colour::dim, clock_of(event)) + "  " + style.paint(Colour::cyan, name_of(event)) + " v" +
         std::to_string(number_member(event, "version")) + "  " +
         style.paint(Colour::yellow, printable(text_member(event, "userId"))) + "  " + what;
}

std::string membership_line(const json::object& push, const Style& style) {
  const std::string name = style.paint(Colour::cyan, name_of(push));
  if (text_member(push, "type") == "gone") {
    return std::string(9, ' ') + "  " + name + "  " + style.paint(Colour::red, "gone") +
           " from what you may see";
  }
  const std::string time = text_member(push, "updatedAt");
  const std::string clock = time.size() >= 19 ? printable(time.substr(11, 8)) + "Z" : "--:--:--Z";
  const std::uint64_t version = number_member(push, "version");
  return style.paint(Colour::dim, clock) + "  " + name + " v" + std::to_string(version) + "  " +
         style.paint(Colour::yellow, printable(text_member(push, "updatedBy"))) + "  " +
         style.paint(Colour::green, version == 1 ? "created" : "came into view") + " " +
         shorten(summary_of(object_member(push, "data")), 200);
}

std::string push_line(const json::object& push, const Style& style) {
  const std::string type = text_member(push, "type");
  if (type == "notification") return style.paint(Colour::yellow, "note") + "  " + notification_text(push);
  if (type == "announcement") return announcement_text(push, style);
  if (type == "unsubscribed")
    return "the server ended the subscription: " + printable(text_member(push, "code"));
  if (type == "goodbye") return "the server says goodbye: " + printable(text_member(push, "reason"));
  return printable(to_json_text(push));
}

std::string record_line(const json::object& entity, const Style& style, std::size_t columns) {
  const std::string name = name_of(entity) + " v" + std::to_string(number_member(entity, "version"));
  const std::size_t left = columns > name.size() + 2 ? columns - name.size() - 2 : 20;
  return style.paint(Colour::cyan, name) + "  " + shorten(summary_of(object_member(entity, "data")), left);
}

}  // namespace coterie
