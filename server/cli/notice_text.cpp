#include "server/cli/notice_text.hpp"

#include "protocol/json.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// "Booking/42 v20"; without a record nothing.
std::string record_of(const json::object& notification) {
  const std::string type = text_member(notification, "entityType");
  if (type.empty()) return {};
  std::string out = printable(type + "/" + text_member(notification, "entityId"));
  if (const std::uint64_t version = number_member(notification, "version"))
    out += " v" + std::to_string(version);
  return out;
}

std::string fields_of(const json::object& notification) {
  std::string fields;
  if (const json::array* paths = array_member(notification, "fields")) {
    for (const json::value& path : *paths) fields += (fields.empty() ? "" : ", ") + brief(&path);
  }
  return fields.empty() ? std::string() : " (" + fields + ")";
}

std::string what_happened(const json::object& notification) {
  const std::string kind = text_member(notification, "kind");
  const std::string who = printable(text_member(notification, "userId"));
  const json::object* details = object_member(notification, "details");
  const std::string conflict =
      "conflict " + std::to_string(details ? number_member(*details, "conflictId") : 0);
  if (kind == "overwritten") return who + " wrote over what you had changed" + fields_of(notification);
  if (kind == "lockTaken") return who + " took your lock" + fields_of(notification);
  if (kind == "conflictAssigned") return who + " asks you to decide " + conflict;
  if (kind == "conflictDecided") {
    const std::string how = details ? text_member(*details, "resolution") : "";
    return who + " decided your " + conflict + " (" + printable(how) + ")";
  }
  return printable(to_json_text(notification));  // of a later server
}

}  // namespace

std::string notification_text(const json::object& notification) {
  const std::string record = record_of(notification);
  return record.empty() ? what_happened(notification) : record + ": " + what_happened(notification);
}

std::string time_left(std::uint64_t ms) {
  const std::uint64_t seconds = (ms + 999) / 1000;
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 2 * 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 2 * 24 * 3600) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / (24 * 3600)) + " days";
}

std::string announcement_text(const json::object& announcement, const Style& style) {
  const std::string number = std::to_string(number_member(announcement, "announcementId"));
  const json::value* withdrawn = announcement.if_contains("withdrawn");
  if (withdrawn != nullptr && *withdrawn == true) return "announcement " + number + " is withdrawn";
  const bool warning = text_member(announcement, "severity") == "warning";
  return style.paint(warning ? Colour::red : Colour::green, warning ? "warning" : "announcement") + " " +
         number + " from " + style.paint(Colour::yellow, printable(text_member(announcement, "userId"))) +
         ": " + printable(text_member(announcement, "text")) +
         style.paint(Colour::dim, " (for " + time_left(number_member(announcement, "ttlMs")) + ")");
}

}  // namespace coterie
