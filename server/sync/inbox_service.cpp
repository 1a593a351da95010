#include "server/sync/inbox_service.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "protocol/encode.hpp"
#include "server/sync/mutation_service.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/rights.hpp"
#include "server/sync/subscription_service.hpp"
#include "storage/conflict_view.hpp"

namespace coterie {
namespace {

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Error edits_full() {
  return refusal_for_now(ErrorCode::overloaded, "Too many edits wait to be decided; send it again shortly.",
                         std::chrono::milliseconds(250));
}

// The same alternatives, among others.
Answer to_answer(InboxOutcome outcome) {
  return std::visit([](auto&& alternative) { return Answer{std::move(alternative)}; }, std::move(outcome));
}

// Of conflicts, those whose records may be seen, and of them the fields that may.
Result<void> keep_seen(ConflictPage& page, const AccessOf& access_of, Reader& reader) {
  std::vector<ConflictEntry> kept;
  for (ConflictEntry& entry : page.conflicts) {
    const auto access = access_of(entry.key.type);
    const Result<bool> seen = sees_now(access.get(), reader, entry.key);
    if (!seen) return seen.error();
    if (!*seen) continue;
    if (access && access->veil) entry.fields = access->veil->cut_paths(entry.fields);
    kept.push_back(std::move(entry));
  }
  page.conflicts = std::move(kept);
  // How many there are besides is nobody's business who may not see them.
  page.open = static_cast<std::uint64_t>(
      std::count_if(page.conflicts.begin(), page.conflicts.end(),
                    [](const ConflictEntry& entry) { return entry.state == ConflictState::open; }));
  return {};
}

Result<bool> is_seen(Notification& notification, const AccessOf& access_of, Reader& reader) {
  if (!notification.key) return true;
  const auto access = access_of(notification.key->type);
  const Result<bool> seen = sees_now(access.get(), reader, *notification.key);
  if (seen && *seen && access && access->veil) access->veil->cut(notification.fields);
  return seen;
}

Result<void> keep_seen(NotificationPage& page, const AccessOf& access_of, Reader& reader) {
  std::vector<Notification> kept;
  for (Notification& one : page.notifications) {
    const Result<bool> seen = is_seen(one, access_of, reader);
    if (!seen) return seen.error();
    if (*seen) kept.push_back(std::move(one));
  }
  page.notifications = std::move(kept);
  return {};
}

}  // namespace

InboxService::InboxService(Sequencer& sequencer, QueryService& queries, MutationService& mutations,
                           SubscriptionService& subscriptions, RequesterTable& requesters, Metrics& metrics,
                           Log& log, Now now)
    : sequencer_(sequencer),
      queries_(queries),
      requesters_(requesters),
      metrics_(metrics),
      log_(log),
      now_(std::move(now)) {
  mutations.when_done([this](GroupOutcome& outcome) { group_done(outcome); });
  subscriptions.when_welcomed([this](Requester& session) { welcome(session); });
}

void InboxService::begin(std::vector<Announcement> announcements, std::uint64_t open_conflicts) {
  announcements_ = std::move(announcements);
  metrics_.conflicts_open(open_conflicts);
}

AccessOf InboxService::restrictions_of(const Requester& requester) const {
  if (rights_ == nullptr || rights_->is_open(requester.author())) return nullptr;
  return rights_->access_of(requester.author());
}

// ---- questions ----

void InboxService::handle(Requester& requester, RequestId id, ListConflicts request) {
  ConflictQuery query{request.state,        std::move(request.type), std::move(request.id),
                      request.assignee,     request.before,          queries_.page_limit(request.limit),
                      queries_.page_bytes()};
  queries_.ask(requester, id, "conflicts",
               [query = std::move(query), access_of = restrictions_of(requester)](Reader& reader) -> Answer {
                 Result<ConflictPage> page = reader.inbox().conflicts(query);
                 if (!page) return page.error();
                 if (access_of) {
                   if (Result<void> done = keep_seen(*page, access_of, reader); !done) return done.error();
                 }
                 return std::move(*page);
               });
}

void InboxService::handle(Requester& requester, RequestId id, ShowConflict request) {
  Viewer viewer{requester.author().user, now_()};
  queries_.ask(requester, id, "conflict",
               [request, viewer = std::move(viewer), types = types_,
                access_of = restrictions_of(requester)](Reader& reader) -> Answer {
                 Viewer looking = viewer;
                 if (access_of) {
                   const auto stored = reader.inbox().conflict(request.id);
                   if (!stored) return stored.error();
                   if (*stored) looking.access = access_of((*stored)->entry.key.type);
                 }
                 Result<std::optional<ConflictShown>> shown =
                     show_conflict(reader, request.id, looking, *types);
                 if (!shown) return shown.error();
                 if (!*shown)
                   return refusal(ErrorCode::not_found, "There is no such conflict.", "conflictId");
                 return std::move(**shown);
               });
}

void InboxService::handle(Requester& requester, RequestId id, ListNotifications request) {
  NotificationQuery query{requester.author().user, request.unread, request.before,
                          queries_.page_limit(request.limit), queries_.page_bytes()};
  queries_.ask(requester, id, "notifications",
               [query = std::move(query), access_of = restrictions_of(requester)](Reader& reader) -> Answer {
                 Result<NotificationPage> page = reader.inbox().notifications(query);
                 if (!page) return page.error();
                 if (access_of) {
                   if (Result<void> done = keep_seen(*page, access_of, reader); !done) return done.error();
                 }
                 return std::move(*page);
               });
}

void InboxService::handle(Requester& requester, RequestId id, ListAnnouncements) {
  requester.answer(id, Announcements{live()});
}

// ---- changes ----

void InboxService::handle(Requester& requester, RequestId id, DecideConflict request) {
  const Ticket ticket{requester.number(), id};
  if (sequencer_.submit(ConflictSubmission{ticket, requester.author(), std::move(request)})) return;
  metrics_.edit(to_text(ErrorCode::overloaded));
  requester.answer(id, edits_full());
}

void InboxService::handle(Requester& requester, RequestId id, AssignConflict request) {
  change(requester, id, std::move(request));
}
void InboxService::handle(Requester& requester, RequestId id, MarkRead request) {
  change(requester, id, std::move(request));
}
void InboxService::handle(Requester& requester, RequestId id, Announce request) {
  change(requester, id, std::move(request));
}
void InboxService::handle(Requester& requester, RequestId id, Withdraw request) {
  change(requester, id, request);
}

void InboxService::change(Requester& requester, RequestId id, InboxChange change) {
  const Ticket ticket{requester.number(), id};
  if (sequencer_.submit(InboxSubmission{ticket, requester.author(), std::move(change)})) return;
  requester.answer(id, edits_full());
}

// ---- what a group has done ----

void InboxService::group_done(GroupOutcome& outcome) {
  for (InboxDone& done : outcome.inbox_done) answer(done);
  if (outcome.open_conflicts) metrics_.conflicts_open(*outcome.open_conflicts);
  for (const StoredConflict& conflict : outcome.inbox.conflicts) note(conflict);
  for (const StoredNotification& stored : outcome.inbox.notifications) {
    metrics_.notification(to_text(stored.notification.kind));
    push(stored.user, stored.notification);
  }
  const Timestamp now = now_();
  for (Announcement& announcement : outcome.inbox.announcements) {
    log_.info("announced", {{"announcement", number(announcement.id.value())},
                            {"user", std::string_view(announcement.user_id.value())},
                            {"severity", to_text(announcement.severity)}});
    requesters_.notify_all(encode(ShownAnnouncement{announcement, announcement.expires_at - now}));
    announcements_.push_back(std::move(announcement));
  }
  for (const AnnouncementId id : outcome.inbox.withdrawn) {
    log_.info("withdrawn", {{"announcement", number(id.value())}});
    requesters_.notify_all(encode(WithdrawnAnnouncement{id}));
    std::erase_if(announcements_, [&](const Announcement& one) { return one.id == id; });
  }
}

// Whose rights are restricted is told once a reader has looked whether the record may be seen.
void InboxService::push(const UserId& user, const Notification& notification) {
  if (rights_ == nullptr) return requesters_.notify(user, encode(notification));
  for (Requester* session : requesters_.sessions_of(user)) {
    if (rights_->is_open(session->author())) {
      session->notify(encode(notification));
    } else {
      queries_.tell(*session, "notification",
                    [notification, access_of = rights_->access_of(session->author())](Reader& reader) {
                      Notification told = notification;
                      const Result<bool> seen = is_seen(told, access_of, reader);
                      return seen && *seen ? encode(told) : std::string();
                    });
    }
  }
}

void InboxService::answer(InboxDone& done) {
  if (Requester* requester = requesters_.find(done.ticket.requester))
    requester->answer(done.ticket.request, to_answer(std::move(done.outcome)));
}

void InboxService::note(const StoredConflict& conflict) {
  const ConflictEntry& entry = conflict.entry;
  if (const auto& decision = entry.decision) {
    log_.info("conflict_decided", {{"conflict", number(entry.id.value())},
                                   {"user", std::string_view(decision->by.value())},
                                   {"resolution", to_text(decision->resolution)}});
  } else if (entry.assignee || !conflict.added) {
    log_.info("conflict_assigned",
              {{"conflict", number(entry.id.value())},
               {"assignee", entry.assignee ? std::string_view(entry.assignee->value()) : ""}});
  } else {
    log_.info("conflict_stored", {{"conflict", number(entry.id.value())},
                                  {"user", std::string_view(entry.user_id.value())},
                                  {"type", std::string_view(entry.key.type.value())},
                                  {"id", std::string_view(entry.key.id.value())}});
  }
}

// ---- announcements that stand ----

std::vector<ShownAnnouncement> InboxService::live() {
  const Timestamp now = now_();
  std::erase_if(announcements_, [&](const Announcement& one) { return one.expires_at <= now; });
  std::vector<ShownAnnouncement> shown;
  for (const Announcement& one : announcements_) shown.push_back({one, one.expires_at - now});
  return shown;
}

void InboxService::welcome(Requester& session) {
  for (const ShownAnnouncement& one : live()) session.notify(encode(one));
}

}  // namespace coterie
