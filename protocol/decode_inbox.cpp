// The requests of the conflict inbox, of notifications and of announcements.

#include <charconv>

#include "protocol/decode.hpp"
#include "protocol/decode_parts.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

template <class Id>
Id needed_id(ObjectReader& in, std::string_view name) {
  return Id(in.needed_integer(name, 1, kMostInteger));
}

// The number that the page before ended with, as its answer wrote it.
template <class Id>
std::optional<Id> take_cursor(ObjectReader& in) {
  const std::optional<std::string> text = in.text("cursor");
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, failed] = std::from_chars(text->data(), end, number);
  if (failed != std::errc() || rest != end || number == 0 || number > kMostInteger) {
    in.fail(
        bad_request("the cursor is not of this list; ask for the first page, without a cursor", "cursor"));
    return std::nullopt;
  }
  return Id(number);
}

std::optional<UserId> user_of(ObjectReader& in, const json::value& value, std::string_view name) {
  if (value.is_string() && is_label(text_of(value))) return UserId(std::string(text_of(value)));
  in.fail(bad_name("a user's id is 1 to 64 printable characters", name));
  return std::nullopt;
}

MutationId take_mutation_id(ObjectReader& in) {
  std::string id = in.needed_text("mutationId");
  if (in.ok() && !is_mutation_id(id)) {
    in.fail(bad_name("a mutationId is 1 to 64 printable ASCII characters without space", "mutationId"));
  }
  return MutationId(std::move(id));
}

Error bad_resolution() {
  return bad_request(
      R"(a resolution is "use-mine", "use-theirs", "merge", or an object with `set` and `unset`)",
      "resolution");
}

// What is written in place of the change: read as the update that it becomes, whose record and version are
// the conflict's.
void take_fields(ObjectReader& in, json::object fields, const WireLimits& limits, Resolution& resolution) {
  resolution.kind = ResolutionKind::set;
  json::object update{{"op", "update"}, {"entityType", "Any"}, {"entityId", "any"}, {"baseVersion", 1}};
  for (auto& member : fields) {
    const std::string_view name(member.key().data(), member.key().size());
    if (name != "set" && name != "unset") {
      return in.fail(within("resolution", bad_request("a resolution's fields are `set` and `unset`", name)));
    }
    update.emplace(member.key(), std::move(member.value()));
  }
  Result<Operation> operation = decode_operation(std::move(update), limits);
  if (!operation) return in.fail(within("resolution", operation.error()));
  if (operation->set.empty() && operation->unset.empty()) return in.fail(bad_resolution());
  resolution.set = std::move(operation->set);
  resolution.unset = std::move(operation->unset);
}

void take_resolution(ObjectReader& in, json::value& given, const WireLimits& limits, Resolution& resolution) {
  if (given.is_object()) return take_fields(in, std::move(given.get_object()), limits, resolution);
  if (!given.is_string()) return in.fail(bad_resolution());
  const std::optional<ResolutionKind> kind = resolution_from_text(text_of(given));
  if (!kind || *kind == ResolutionKind::set || *kind == ResolutionKind::resent)
    return in.fail(bad_resolution());
  resolution.kind = *kind;
}

}  // namespace

Result<ClientBody> decode_conflicts(ObjectReader& in, const WireLimits& limits) {
  ListConflicts list;
  if (const auto state = in.text("state")) {
    list.state = conflict_state_from_text(*state);
    if (!list.state) in.fail(bad_request("a conflict is open, decided or dismissed", "state"));
  }
  list.type = in.entity_type("entityType");
  list.id = in.entity_id("entityId");
  if (list.id && !list.type) in.fail(bad_request("`entityId` needs its `entityType`", "entityType"));
  if (const json::value* assignee = in.take("assignee")) list.assignee = user_of(in, *assignee, "assignee");
  list.limit = take_limit(in, limits);
  list.before = take_cursor<ConflictId>(in);
  if (auto error = in.finish("conflicts")) return *error;
  return ClientBody(std::move(list));
}

Result<ClientBody> decode_conflict(ObjectReader& in, const WireLimits&) {
  const ShowConflict show{needed_id<ConflictId>(in, "conflictId")};
  if (auto error = in.finish("conflict")) return *error;
  return ClientBody(show);
}

Result<ClientBody> decode_decide(ObjectReader& in, const WireLimits& limits) {
  DecideConflict decide;
  decide.id = needed_id<ConflictId>(in, "conflictId");
  decide.mutation_id = take_mutation_id(in);
  if (const auto version = in.integer("baseVersion", 1, kMostInteger))
    decide.base_version = Version(*version);
  json::value* resolution = in.need("resolution");
  if (auto error = in.finish("decide")) return *error;

  json::object content{{"decide", decide.id.value()}, {"resolution", *resolution}};
  if (decide.base_version) content["baseVersion"] = decide.base_version->value();
  decide.content = hash_content(content);
  take_resolution(in, *resolution, limits, decide.resolution);
  if (auto error = in.finish_leniently()) return *error;
  if (!decide.base_version && decide.resolution.kind != ResolutionKind::use_theirs) {
    return request_error(ErrorCode::base_version_required,
                         "name the version of the record that was looked at as `baseVersion`, so that what "
                         "has changed meanwhile is noticed",
                         "baseVersion");
  }
  return ClientBody(std::move(decide));
}

Result<ClientBody> decode_assign(ObjectReader& in, const WireLimits&) {
  AssignConflict assign;
  assign.id = needed_id<ConflictId>(in, "conflictId");
  const json::value* assignee = in.need("assignee");
  if (assignee != nullptr && !assignee->is_null()) assign.assignee = user_of(in, *assignee, "assignee");
  if (auto error = in.finish("assign")) return *error;
  return ClientBody(std::move(assign));
}

Result<ClientBody> decode_notifications(ObjectReader& in, const WireLimits& limits) {
  ListNotifications list;
  list.unread = in.boolean("unread").value_or(true);
  list.limit = take_limit(in, limits);
  list.before = take_cursor<NotificationId>(in);
  if (auto error = in.finish("notifications")) return *error;
  return ClientBody(list);
}

Result<ClientBody> decode_mark_read(ObjectReader& in, const WireLimits&) {
  MarkRead mark;
  if (const auto up_to = in.integer("upTo", 1, kMostInteger)) mark.up_to = NotificationId(*up_to);
  if (const json::array* ids = in.array("notificationIds")) {
    if (ids->size() > kMaxMarkedAtOnce) {
      in.fail(too_large("at most " + std::to_string(kMaxMarkedAtOnce) + " at once; `upTo` marks all before",
                        "notificationIds"));
    }
    for (std::size_t i = 0; i < ids->size() && in.ok(); ++i) {
      const std::optional<std::uint64_t> id = integer_in((*ids)[i], 1, kMostInteger);
      if (!id)
        in.fail(bad_request("a notificationId is an integer, 1 or more", indexed("notificationIds", i)));
      mark.ids.push_back(NotificationId(id.value_or(0)));
    }
    if (mark.up_to)
      in.fail(bad_request("`upTo` stands in place of `notificationIds`, not beside it", "upTo"));
    if (ids->empty()) in.fail(bad_request("name at least one notification", "notificationIds"));
  } else if (!mark.up_to) {
    in.fail(bad_request("`notificationIds` is missing (or an `upTo` in its place)", "notificationIds"));
  }
  if (auto error = in.finish("markRead")) return *error;
  return ClientBody(std::move(mark));
}

Result<ClientBody> decode_announce(ObjectReader& in, const WireLimits&) {
  Announce announce;
  announce.text = in.needed_text("text");
  if (in.ok() && announce.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    in.fail(bad_request("an announcement says something", "text"));
  }
  if (announce.text.size() > kMaxAnnouncementBytes) {
    in.fail(
        too_large("an announcement has at most " + std::to_string(kMaxAnnouncementBytes) + " bytes", "text"));
  }
  if (const auto severity = in.text("severity")) {
    const std::optional<Severity> known = severity_from_text(*severity);
    if (!known) in.fail(bad_request("a severity is info or warning", "severity"));
    announce.severity = known.value_or(Severity::info);
  }
  const auto ttl = in.integer("ttlMs", static_cast<std::uint64_t>(kLeastAnnouncementTtl.count()),
                              static_cast<std::uint64_t>(kMostAnnouncementTtl.count()));
  if (ttl) announce.ttl = std::chrono::milliseconds(*ttl);
  if (auto error = in.finish("announce")) return *error;
  return ClientBody(std::move(announce));
}

Result<ClientBody> decode_withdraw(ObjectReader& in, const WireLimits&) {
  const Withdraw withdraw{needed_id<AnnouncementId>(in, "announcementId")};
  if (auto error = in.finish("withdraw")) return *error;
  return ClientBody(withdraw);
}

Result<ClientBody> decode_announcements(ObjectReader& in, const WireLimits&) {
  if (auto error = in.finish("announcements")) return *error;
  return ClientBody(ListAnnouncements{});
}

}  // namespace coterie
