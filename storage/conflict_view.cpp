#include "storage/conflict_view.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "protocol/decode.hpp"
#include "protocol/json.hpp"
#include "protocol/time_text.hpp"
#include "storage/offer.hpp"
#include "storage/read_access.hpp"
#include "storage/stale.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max() / 2;

Error damaged() {
  Error error;
  error.code = ErrorCode::unavailable;
  error.message =
      "This conflict was stored in a way that cannot be read any more; it can be dismissed by "
      "use-theirs.";
  return error;
}

std::optional<json::object> document(const json::object& body, const char* name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  return value->get_object();
}

std::uint64_t number(const json::object& body, const char* name) {
  const json::value* value = body.if_contains(name);
  return value != nullptr && value->is_int64() ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

std::string text(const json::object& body, const char* name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

std::optional<FieldVerdict> verdict_from_text(const json::value& value) {
  if (!value.is_string()) return std::nullopt;
  for (const auto verdict :
       {FieldVerdict::yours, FieldVerdict::theirs, FieldVerdict::same, FieldVerdict::clash}) {
    if (to_text(verdict) == std::string_view(value.get_string())) return verdict;
  }
  return std::nullopt;
}

Result<void> read_fields(const json::object& body, Conflict& conflict) {
  const json::value* fields = body.if_contains("fields");
  if (fields == nullptr || !fields->is_object()) return damaged();
  for (const auto& member : fields->get_object()) {
    Result<FieldPath> path = FieldPath::parse(member.key());
    const std::optional<FieldVerdict> verdict = verdict_from_text(member.value());
    if (!path || !verdict) return damaged();
    conflict.fields.emplace_back(std::move(*path), *verdict);
  }
  return {};
}

Result<void> read_authors(const json::object& body, Conflict& conflict) {
  const json::value* authors = body.if_contains("changedBy");
  if (authors == nullptr || !authors->is_array()) return damaged();
  for (const json::value& author : authors->get_array()) {
    if (!author.is_object()) return damaged();
    const auto at = timestamp_from_text(text(author.get_object(), "timestamp"));
    if (!at) return damaged();
    conflict.changed_by.push_back(
        {Version{number(author.get_object(), "version")}, UserId{text(author.get_object(), "userId")}, *at});
  }
  return {};
}

// As the viewer may see it. What was done besides, and with fields that are hidden now, only its author
// knows.
void cut_shown(ConflictShown& shown, const Viewer& viewer, bool sees_base) {
  if (!viewer.access) return;
  if (!sees_base) hide_base(shown.conflict);
  const bool own = shown.entry.user_id == viewer.user;
  if (!own && !viewer.access->sees_all()) shown.ops = "[]";
  if (!viewer.access->veil) return;
  viewer.access->veil->cut(shown.conflict);
  shown.entry.fields = viewer.access->veil->cut_paths(shown.entry.fields);
  if (shown.entry.state != ConflictState::open) shown.conflict.message = "This conflict is decided.";
}

// The text of the operations within the stored request.
Result<std::string> ops_of(const StoredConflict& stored) {
  Result<json::value> request = parse_json(stored.request, {kAnySize, kMaxMessageDepth, kAnySize});
  const json::value* ops =
      request && request->is_object() ? request->get_object().if_contains("ops") : nullptr;
  if (ops == nullptr) return damaged();
  return to_json_text(*ops);
}

}  // namespace

Result<Mutation> mutation_of(const StoredConflict& stored) {
  WireLimits any;  // its sizes were checked when it came, and the record's will be where it is written
  any.entity_bytes = kAnySize;
  any.operations = kAnySize;
  DecodeResult decoded = decode(stored.request, any, kAnySize);
  if (!decoded) return damaged();
  Mutate* const mutate = std::get_if<Mutate>(&decoded->body);
  if (mutate == nullptr) return damaged();
  return std::move(mutate->mutation);
}

Result<Conflict> conflict_of(const StoredConflict& stored) {
  const Result<json::object> body = parse_stored_object(stored.body);
  if (!body) return damaged();
  Conflict conflict;
  conflict.mutation_id = stored.entry.mutation_id;
  conflict.key = stored.entry.key;
  conflict.base_version = stored.entry.base_version;
  conflict.op_index = number(*body, "opIndex");
  conflict.message = text(*body, "message");
  conflict.current_version = Version{number(*body, "currentVersion")};
  conflict.base = document(*body, "base");
  conflict.base_unavailable = body->contains("baseUnavailable");
  conflict.current = document(*body, "current");
  conflict.yours = document(*body, "yours");
  conflict.merged = document(*body, "merged");
  if (Result<void> done = read_fields(*body, conflict); !done) return done.error();
  if (Result<void> done = read_authors(*body, conflict); !done) return done.error();
  return conflict;
}

void hide_base(Conflict& conflict) {
  conflict.base.reset();
  conflict.yours.reset();
  conflict.merged.reset();
  conflict.fields.clear();
  conflict.base_unavailable = true;
}

Result<Conflict> conflict_now(const StoredConflict& stored, const RecordNow& record, const Viewer& viewer,
                              const TypeRules& rules) {
  Result<Conflict> read = conflict_of(stored);
  if (!read) return read;
  Conflict& conflict = *read;
  const Result<Mutation> mutation = mutation_of(stored);
  if (!mutation) return mutation.error();
  if (conflict.op_index >= mutation->operations.size()) return damaged();

  conflict.current.reset();
  conflict.merged.reset();
  conflict.fields.clear();
  if (record.head == nullptr) {
    conflict.message = "Nothing is left of the record; there is nothing to decide. Dismiss it.";
    return read;
  }
  const Head& head = *record.head;
  conflict.current_version = head.meta.version;
  if (!head.deleted) conflict.current = head.data;
  if (conflict.base && !head.deleted) {
    Offer offer =
        make_offer(mutation->operations[conflict.op_index], *conflict.base, head.data, rules.clashes);
    conflict.fields = std::move(offer.merge.fields);
    conflict.merged = std::move(offer.merge.merged);
  }
  if (!record.since.empty()) conflict.changed_by = authors_of(record.since);
  auto named = conflict.fields;
  if (viewer.access && viewer.access->veil) {
    std::erase_if(named, [&](const auto& field) { return viewer.access->veil->hides(field.first); });
  }
  conflict.message = stale_message(
      StaleSentence{viewer.user, viewer.now, stored.entry.operation, head.meta, head.deleted, record.since},
      named);
  return read;
}

Result<std::optional<ConflictShown>> show_conflict(Reader& reader, ConflictId id, const Viewer& viewer,
                                                   const TypeTable& types) {
  Result<std::optional<StoredConflict>> stored = reader.inbox().conflict(id);
  if (!stored) return stored.error();
  if (!*stored) return std::nullopt;
  ConflictShown shown;
  shown.entry = (*stored)->entry;
  const EntityKey& key = shown.entry.key;
  const Result<bool> seen = sees_now(viewer.access.get(), reader, key);
  if (!seen) return seen.error();
  if (!*seen) return std::nullopt;
  const Result<bool> sees_base = sees_at(viewer.access.get(), reader, key, shown.entry.base_version);
  if (!sees_base) return sees_base.error();
  Result<std::string> ops = ops_of(**stored);
  if (!ops) return ops.error();
  shown.ops = std::move(*ops);
  if (shown.entry.state != ConflictState::open) {
    Result<Conflict> then = conflict_of(**stored);
    if (!then) return then.error();
    shown.conflict = std::move(*then);
    cut_shown(shown, viewer, *sees_base);
    return shown;
  }
  RecordNow record;
  Result<std::vector<DataSyncEvent>> since =
      reader.events_since(shown.entry.key, shown.entry.base_version, kMaxLookBack);
  if (!since) return since.error();
  record.since = std::move(*since);
  // Read after them, the head may be newer than they tell, never older.
  const Result<std::optional<Head>> head = reader.head(shown.entry.key);
  if (!head) return head.error();
  if (*head) record.head = &**head;
  Result<Conflict> now = conflict_now(**stored, record, viewer, types.of(shown.entry.key.type));
  if (!now) return now.error();
  shown.conflict = std::move(*now);
  cut_shown(shown, viewer, *sees_base);
  return shown;
}

}  // namespace coterie
