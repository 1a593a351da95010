// The services without threads: every request is decided and read on a memory store before handle() returns.
// For tests of what stands in front of the services.
#pragma once

#include <string>

#include "server/sync/requester.hpp"
#include "storage/blame.hpp"
#include "storage/conflict_view.hpp"
#include "storage/decide.hpp"
#include "storage/decide_inbox.hpp"
#include "storage/draft.hpp"
#include "storage/memory_store.hpp"

namespace coterie {

class MemoryServices {
 public:
  void handle(Requester& requester, ClientMessage message) {
    std::visit([&](auto& body) { requester.answer(message.id, run(requester, body)); }, message.body);
  }

 private:
  static constexpr Timestamp kNow{std::chrono::milliseconds{1'795'406'400'000}};

  // Decides in a group of its own.
  template <class Request>
  Answer decide_alone(Requester& requester, const Request& request) {
    DecideContext context;
    context.author = requester.author();
    context.now = kNow;
    context.epoch = store_->position()->epoch;
    context.numbers = &numbers_;
    context.make_id = [this] { return EntityId{"made-" + std::to_string(++made_)}; };
    Draft draft(*store_, cache_, store_->position()->seq);
    auto decided = decide(request, context, draft);
    if (!draft.batch().empty()) {
      const Result<void> done = store_->commit(draft.batch());
      if (!done) return done.error();
      draft.committed();
    }
    const auto to_answer = [](auto& outcome) { return Answer(std::move(outcome)); };
    if constexpr (std::is_same_v<decltype(decided), Decision>) {
      return std::visit(to_answer, decided.outcome);
    } else {
      return std::visit(to_answer, decided);
    }
  }

  Answer run(Requester& requester, Mutate& request) { return decide_alone(requester, request.mutation); }
  Answer run(Requester& requester, DecideConflict& request) { return decide_alone(requester, request); }
  Answer run(Requester& requester, AssignConflict& request) {
    return decide_alone(requester, InboxChange{request});
  }
  Answer run(Requester& requester, Announce& request) {
    return decide_alone(requester, InboxChange{request});
  }
  Answer run(Requester& requester, Withdraw& request) {
    return decide_alone(requester, InboxChange{request});
  }
  Answer run(Requester& requester, MarkRead& request) {
    Answer answer = decide_alone(requester, InboxChange{request});
    if (auto* marked = std::get_if<MarkedRead>(&answer))
      marked->unread = store_->inbox().unread(requester.author().user).value();
    return answer;
  }

  Answer run(Requester&, ListConflicts& request) {
    return store_->inbox()
        .conflicts({request.state, request.type, request.id, request.assignee, request.before,
                    request.limit.value_or(50)})
        .value();
  }
  Answer run(Requester& requester, ShowConflict& request) {
    auto shown = show_conflict(*store_, request.id, {requester.author().user, kNow}, TypeTable());
    if (!shown) return shown.error();
    if (!*shown) return error(ErrorCode::not_found, "There is no such conflict.");
    return std::move(**shown);
  }
  Answer run(Requester& requester, ListNotifications& request) {
    return store_->inbox()
        .notifications({requester.author().user, request.unread, request.before, request.limit.value_or(50)})
        .value();
  }
  Answer run(Requester&, ListAnnouncements&) {
    Announcements answer;
    for (Announcement& one : store_->inbox().announcements(kNow).value())
      answer.announcements.push_back({one, one.expires_at - kNow});
    return answer;
  }

  Answer run(Requester&, Get& request) {
    auto found = request.version ? store_->get_at(request.key, *request.version) : store_->get(request.key);
    if (!found) return found.error();
    if (!*found) return error(ErrorCode::not_found, "There is no such record.");
    return EntityAnswer{std::move(**found), *store_->position()};
  }

  Answer run(Requester&, List& request) {
    ListQuery query;
    query.type = request.type;
    query.filter = request.filter;
    query.sort = request.sort;
    query.limit = request.limit.value_or(50);
    query.count = request.count;
    if (request.page) query.offset = (*request.page - 1) * query.limit;
    if (request.cursor) {
      auto place = decode_cursor(request.sort, *request.cursor);
      if (!place) return place.error();
      query.after = std::move(*place);
    }
    auto page = store_->list(query);
    if (!page) return page.error();
    Entities answer{std::move(page->entities), request.data, page->position, {}, page->total, {},
                    page->search_lag};
    if (page->next && !request.page) answer.cursor = encode_cursor(request.sort, *page->next);
    if (request.page && page->total) answer.page_count = (*page->total + query.limit - 1) / query.limit;
    return answer;
  }

  Answer run(Requester&, History& request) {
    auto page =
        store_->history({request.type, request.id, request.after, request.before, request.limit.value_or(50),
                         256 * 1024, request.user, request.since, request.until});
    if (!page) return page.error();
    return Events{std::move(page->events), page->next};
  }

  Answer run(Requester&, Blame& request) {
    auto answer = blame(*store_, request.key);
    if (!answer) return answer.error();
    if (!*answer) return error(ErrorCode::not_found, "There is no such record.");
    return std::move(**answer);
  }

  Answer run(Requester&, Ping&) { return PongAnswer{store_->position()->seq}; }

  template <class Other>
  Answer run(Requester&, Other&) {
    return error(ErrorCode::bad_request, "This needs a live connection.");
  }

  static Answer error(ErrorCode code, std::string message) {
    Error made;
    made.code = code;
    made.message = std::move(message);
    return made;
  }

  std::unique_ptr<Store> store_ = make_memory_store();
  HeadCache cache_{1024 * 1024};
  NumberFormats numbers_;
  int made_ = 0;
};

}  // namespace coterie
