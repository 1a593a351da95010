#include "server/sync/query_service.hpp"

#include <algorithm>
#include <utility>

#include "server/sync/refusal.hpp"
#include "server/sync/rights.hpp"
#include "storage/blame.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

constexpr std::size_t kPageEntities = 50;  // where the request names no limit

Error queries_full() {
  return refusal_for_now(ErrorCode::overloaded,
                         "Too many questions wait for the database; ask again shortly.",
                         std::chrono::milliseconds(1000));
}

Answer no_such_entity(const Get& request) {
  return refusal(ErrorCode::not_found, request.version
                                           ? "This version does not exist, or is not kept any more."
                                           : "No such entity.");
}

Answer read_entity(Reader& reader, const Get& request, const TypeAccess* access) {
  // The position first: what is read after it holds at least all up to it.
  Result<Position> position = reader.position();
  if (!position) return position.error();
  Result<std::optional<Entity>> entity =
      request.version ? reader.get_at(request.key, *request.version) : reader.get(request.key);
  if (!entity) return entity.error();
  if (!*entity) return no_such_entity(request);
  if (access != nullptr) {
    // Of a record that was read the text is at hand: it is judged by itself.
    const Result<boost::json::object> data = parse_stored_object((*entity)->data);
    if (!data) return data.error();
    if (!access->reads((*entity)->meta, *data)) return no_such_entity(request);
    if (access->veil) access->veil->cut(**entity);
  }
  return EntityAnswer{std::move(**entity), *position};
}

Answer read_list(Reader& reader, const ListQuery& query, bool data, bool by_number, const Veil* veil) {
  Result<Page> page = reader.list(query);
  if (!page) return page.error();
  if (veil != nullptr) {
    for (Entity& entity : page->entities) veil->cut(entity);
  }
  Entities answer;
  answer.entities = std::move(page->entities);
  answer.data = data;
  answer.position = page->position;
  if (page->next) answer.cursor = encode_cursor(query.sort, *page->next);
  answer.total = page->total;
  answer.search_lag = page->search_lag;
  if (by_number && page->total) answer.page_count = (*page->total + query.limit - 1) / query.limit;
  return answer;
}

}  // namespace

QueryService::QueryService(ReaderPool& readers, RequesterTable& requesters, Post post, WireLimits limits)
    : readers_(readers), requesters_(requesters), post_(std::move(post)), limits_(limits) {}

std::shared_ptr<const TypeAccess> QueryService::access_of(const Requester& requester,
                                                          const EntityType& type) const {
  return rights_ != nullptr ? rights_->of(requester.author(), type) : nullptr;
}

std::size_t QueryService::page_limit(std::optional<std::size_t> wanted) const {
  return std::clamp<std::size_t>(wanted.value_or(kPageEntities), 1, limits_.page_entities);
}

void QueryService::ask(Requester& requester, RequestId id, std::string what, Question question) {
  const std::uint64_t number = requester.number();
  const bool taken =
      readers_.ask(std::move(what), [this, number, id, question = std::move(question)](Reader* reader) {
        Answer answer = reader ? question(*reader) : Answer{queries_full()};
        post_([this, number, id, answer = std::move(answer)]() mutable {
          if (Requester* asker = requesters_.find(number)) asker->answer(id, std::move(answer));
        });
      });
  if (!taken) requester.answer(id, queries_full());
}

void QueryService::tell(const Requester& session, std::string what,
                        std::function<std::string(Reader&)> push) {
  (void)readers_.ask(std::move(what),
                     [this, number = session.number(), push = std::move(push)](Reader* reader) {
                       std::string message = reader != nullptr ? push(*reader) : std::string();
                       if (message.empty()) return;
                       post_([this, number, message = std::move(message)] {
                         if (Requester* told = requesters_.find(number)) told->notify(message);
                       });
                     });
}

void QueryService::get(Requester& requester, RequestId id, Get request) {
  std::string what = "get " + request.key.type.value();
  std::shared_ptr<const TypeAccess> access = access_of(requester, request.key.type);
  ask(requester, id, std::move(what),
      [access = std::move(access), request = std::move(request)](Reader& reader) {
        return read_entity(reader, request, access.get());
      });
}

bool QueryService::may_export(Requester& requester, RequestId id, const std::optional<EntityType>& type) {
  if (rights_ == nullptr || rights_->exports(requester.author(), type)) return true;
  requester.answer(
      id, refusal(ErrorCode::forbidden, "You may not export; that takes a right of its own.", "export"));
  return false;
}

void QueryService::note(const Requester& requester, const TakenOut& taken) const {
  if (note_) note_(requester.author(), taken);
}

void QueryService::list(Requester& requester, RequestId id, List request) {
  const std::shared_ptr<const TypeAccess> access = access_of(requester, request.type);
  const bool filtered = !request.filter.empty() || request.search.has_value();
  if (access) {
    if (auto error = rights_->objection(access.get(), request.type, &request.filter, request.sort,
                                        request.search.has_value())) {
      requester.answer(id, std::move(*error));
      return;
    }
    if (request.taken_out && !may_export(requester, id, request.type)) return;
    if (const Filter* rule = access->to(AccessAction::read).filter())
      request.filter = both(request.filter, *rule);
  }
  ListQuery query;
  query.type = request.type;
  query.filter = std::move(request.filter);
  query.sort = std::move(request.sort);
  query.limit = page_limit(request.limit);
  query.most_bytes = limits_.page_bytes;
  query.count = request.count;
  query.search = std::move(request.search);
  const bool by_number = request.page.has_value();
  if (by_number) {
    const std::size_t before = std::max<std::size_t>(*request.page, 1) - 1;
    if (before > static_cast<std::size_t>(kMaxInteger) / query.limit) {
      requester.answer(id, refusal(ErrorCode::bad_request, "There is no such page.", "page"));
      return;
    }
    query.offset = before * query.limit;
    query.count = true;
    // A numbered page that ended early would leave out records: it is bounded by their number alone.
    query.most_bytes = std::max(limits_.page_bytes, query.limit * limits_.entity_bytes);
  } else if (request.cursor) {
    Result<SortPlace> place = decode_cursor(query.sort, *request.cursor);
    if (!place) {
      requester.answer(id, place.error());
      return;
    }
    query.after = std::move(*place);
  }
  if (request.taken_out && !request.cursor && request.page.value_or(1) == 1)
    note(requester, {request.type.value(), filtered ? "records that pass a filter" : "all records"});
  std::string what = "list " + request.type.value();
  ask(requester, id, std::move(what),
      [query = std::move(query), data = request.data, by_number, veil = access ? access->veil : nullptr](
          Reader& reader) { return read_list(reader, query, data, by_number, veil.get()); });
}

void QueryService::history(Requester& requester, RequestId id, History request) {
  const auto access = request.type ? access_of(requester, *request.type) : nullptr;
  if (access && access->to(AccessAction::read).is_none()) {
    requester.answer(id,
                     refusal(ErrorCode::forbidden, "You may not read records of this type.", "entityType"));
    return;
  }
  if (request.taken_out && !may_export(requester, id, request.type)) return;
  if (request.taken_out && request.after.value_or(Seq{}) == Seq{} && !request.before)
    note(requester, {request.type ? request.type->value() : "everything", "the history"});
  const bool open = rights_ == nullptr || rights_->is_open(requester.author());
  AccessOf access_of = open ? AccessOf() : rights_->access_of(requester.author());
  HistoryQuery query;
  query.type = std::move(request.type);
  query.id = std::move(request.id);
  query.after = request.after;
  query.before = request.before;
  query.limit = page_limit(request.limit);
  query.most_bytes = limits_.page_bytes;
  query.user = std::move(request.user);
  query.since = request.since;
  query.until = request.until;
  ask(requester, id, "history",
      [query = std::move(query), access_of = std::move(access_of)](Reader& reader) -> Answer {
        Result<HistoryPage> page = reader.history(query);
        if (!page) return page.error();
        if (access_of) {
          if (Result<void> done = keep_seen(page->events, access_of, reader); !done) return done.error();
        }
        return Events{std::move(page->events), page->next};
      });
}

void QueryService::blame(Requester& requester, RequestId id, const Blame& request) {
  ask(requester, id, "blame " + request.key.type.value(),
      [key = request.key, access = access_of(requester, request.key.type)](Reader& reader) -> Answer {
        Result<std::optional<BlameAnswer>> answer = coterie::blame(reader, key);
        if (!answer) return answer.error();
        // Looked at last: what was read is no newer.
        const Result<bool> seen = *answer ? sees_now(access.get(), reader, key) : Result<bool>(false);
        if (!seen) return seen.error();
        if (*seen && access && access->veil) access->veil->cut(**answer);
        if (!*seen) return refusal(ErrorCode::not_found, "No such entity.");
        return std::move(**answer);
      });
}

}  // namespace coterie
