#include "storage/decide_inbox.hpp"

#include <algorithm>
#include <utility>

#include "storage/decide_access.hpp"
#include "storage/inbox_draft.hpp"

namespace coterie {
namespace {

Error refused(ErrorCode code, std::string message, std::string member) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.member = std::move(member);
  return error;
}

class Decider {
 public:
  Decider(const DecideContext& context, Draft& draft)
      : context_(context), draft_(draft), inbox_(draft.inbox()) {}

  InboxOutcome operator()(const AssignConflict& request);
  InboxOutcome operator()(const MarkRead& request);
  InboxOutcome operator()(const Announce& request);
  InboxOutcome operator()(const Withdraw& request);

 private:
  InboxOutcome kept(const Result<void>& done, InboxOutcome outcome);
  Result<bool> sees_record(const EntityKey& key);
  bool administers() const {
    return context_.access == nullptr || context_.access->is_open(context_.author.roles);
  }
  Result<void> tell_assignee(const ConflictEntry& entry);

  const DecideContext& context_;
  Draft& draft_;
  InboxDraft inbox_;
};

// The layer joins the group where all of it could be done.
InboxOutcome Decider::kept(const Result<void>& done, InboxOutcome outcome) {
  if (!done) {
    draft_.drop();
    return done.error();
  }
  draft_.keep();
  return outcome;
}

Result<bool> Decider::sees_record(const EntityKey& key) {
  const auto access = access_of(context_, key.type);
  if (!access || access->to(AccessAction::read).is_all()) return true;
  const Result<const Head*> head = draft_.head(key);
  if (!head) return head.error();
  return *head != nullptr ? sees(access.get(), draft_, **head) : Result<bool>(false);
}

Result<void> Decider::tell_assignee(const ConflictEntry& entry) {
  if (!entry.assignee || *entry.assignee == context_.author.user) return {};
  Notification notice;
  notice.kind = NotificationKind::conflict_assigned;
  notice.key = entry.key;
  notice.user_id = context_.author.user;
  notice.timestamp = context_.now;
  notice.details = {{"conflictId", entry.id.value()}};
  return inbox_.notify(*entry.assignee, std::move(notice));
}

InboxOutcome Decider::operator()(const AssignConflict& request) {
  Result<std::optional<StoredConflict>> found = inbox_.conflict(request.id);
  if (!found) return found.error();
  const Result<bool> seen = *found ? sees_record((*found)->entry.key) : Result<bool>(false);
  if (!seen) return seen.error();
  if (!*seen || (*found)->entry.state != ConflictState::open) {
    return refused(ErrorCode::not_found, "No such conflict is open; it may have been decided meanwhile.",
                   "conflictId");
  }
  StoredConflict conflict = std::move(**found);
  if (conflict.entry.assignee == request.assignee) return Assigned{request.id, request.assignee};
  conflict.entry.assignee = request.assignee;
  Result<void> done = inbox_.number_change();
  if (done) done = tell_assignee(conflict.entry);
  inbox_.change_conflict(std::move(conflict));
  return kept(done, Assigned{request.id, request.assignee});
}

InboxOutcome Decider::operator()(const MarkRead& request) {
  const Result<void> done =
      inbox_.mark_read(NotificationsRead{context_.author.user, request.ids, request.up_to, context_.now});
  return kept(done, MarkedRead{});
}

InboxOutcome Decider::operator()(const Announce& request) {
  if (!administers()) return refused(ErrorCode::forbidden, "Only an administrator announces.", "");
  const Result<std::vector<Announcement>> live = inbox_.announcements(context_.now);
  if (!live) return live.error();
  if (live->size() >= context_.inbox.announcements) {
    return refused(ErrorCode::limit,
                   "At most " + std::to_string(context_.inbox.announcements) +
                       " announcements stand at a time; withdraw one, or wait until one expires.",
                   "text");
  }
  Announcement announcement;
  announcement.text = request.text;
  announcement.severity = request.severity;
  announcement.user_id = context_.author.user;
  announcement.timestamp = context_.now;
  announcement.expires_at = context_.now + request.ttl;
  const Result<AnnouncementId> id = inbox_.announce(std::move(announcement));
  if (!id) return kept(id.error(), {});
  return kept({}, Announced{*id, request.ttl});
}

InboxOutcome Decider::operator()(const Withdraw& request) {
  if (!administers())
    return refused(ErrorCode::forbidden, "Only an administrator takes announcements back.", "");
  const Result<std::vector<Announcement>> live = inbox_.announcements(context_.now);
  if (!live) return live.error();
  const bool there =
      std::any_of(live->begin(), live->end(), [&](const Announcement& one) { return one.id == request.id; });
  if (!there) {
    return refused(ErrorCode::not_found,
                   "There is no such announcement; it may have expired, or been withdrawn.",
                   "announcementId");
  }
  return kept(inbox_.withdraw(request.id), Withdrawn{request.id});
}

}  // namespace

InboxOutcome decide(const InboxChange& change, const DecideContext& context, Draft& draft) {
  return std::visit(Decider(context, draft), change);
}

}  // namespace coterie
