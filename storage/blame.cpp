#include "storage/blame.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "storage/stored_json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kPageEvents = 500;

// The fields that nobody has been found for yet: leaves by their dotted path. An object without members is a
// leaf; a list is one as a whole.
class Unclaimed {
 public:
  explicit Unclaimed(const json::object& document) {
    for (const auto& member : document) add(FieldPath().child(member.key()), member.value());
  }

  bool empty() const { return leaves_.empty(); }

  // The event is the last one that touched these: the path, all below it, and an empty object above it.
  void claim(const FieldPath& path, const DataSyncEvent& event, std::vector<FieldBlame>& out) {
    for (std::size_t dot = path.text().find('.'); dot != std::string::npos;
         dot = path.text().find('.', dot + 1)) {
      take(leaves_.find(path.text().substr(0, dot)), event, out);
    }
    take(leaves_.find(path.text()), event, out);
    const std::string below = path.text() + '.';
    for (auto leaf = leaves_.lower_bound(below); leaf != leaves_.end() && leaf->first.starts_with(below);) {
      leaf = take(leaf, event, out);
    }
  }
  void claim_all(const DataSyncEvent& event, std::vector<FieldBlame>& out) {
    for (auto leaf = leaves_.begin(); leaf != leaves_.end();) leaf = take(leaf, event, out);
  }
  std::vector<FieldPath> rest() const {
    std::vector<FieldPath> paths;
    for (const auto& [text, path] : leaves_) paths.push_back(path);
    return paths;
  }

 private:
  using Leaves = std::map<std::string, FieldPath>;

  void add(FieldPath path, const json::value& value) {
    const json::object* members = value.if_object();
    if (members == nullptr || members->empty()) {
      std::string text = path.text();
      leaves_.emplace(std::move(text), std::move(path));
      return;
    }
    for (const auto& member : *members) add(path.child(member.key()), member.value());
  }
  Leaves::iterator take(Leaves::iterator leaf, const DataSyncEvent& event, std::vector<FieldBlame>& out) {
    if (leaf == leaves_.end()) return leaf;
    out.push_back({std::move(leaf->second), event.version, event.user_id, event.timestamp, event.cause});
    return leaves_.erase(leaf);
  }

  Leaves leaves_;
};

FieldPath below(FieldPath path, const FieldPath& relative) {
  for (const std::string& step : relative.steps()) path = path.child(step);
  return path;
}

// Of an object that was set anew as a whole, only what it made different.
void claim_set(Unclaimed& fields, const FieldValue& field, const Change& change, const DataSyncEvent& event,
               std::vector<FieldBlame>& out) {
  const auto old = std::find_if(change.old.begin(), change.old.end(),
                                [&](const FieldValue& before) { return before.path == field.path; });
  if (old == change.old.end() || !old->value.is_object() || !field.value.is_object()) {
    return fields.claim(field.path, event, out);
  }
  const Change inner = difference(old->value.get_object(), field.value.get_object());
  for (const FieldValue& part : inner.set) fields.claim(below(field.path, part.path), event, out);
  for (const FieldPath& part : inner.unset) fields.claim(below(field.path, part), event, out);
}

Result<void> claim_event(Unclaimed& fields, const DataSyncEvent& event, std::vector<FieldBlame>& out) {
  if (event.operation != EventOperation::update) {
    fields.claim_all(event, out);
    return {};
  }
  const Result<Change> change = change_of(event);
  if (!change) return change.error();
  for (const FieldValue& field : change->set) claim_set(fields, field, *change, event, out);
  for (const FieldPath& path : change->unset) fields.claim(path, event, out);
  return {};
}

}  // namespace

Result<std::optional<BlameAnswer>> blame(Reader& reader, const EntityKey& key) {
  const Result<std::optional<Entity>> entity = reader.get(key);
  if (!entity) return entity.error();
  if (!*entity) return std::nullopt;
  const Result<json::object> document = parse_stored_object((*entity)->data);
  if (!document) return document.error();
  BlameAnswer answer;
  answer.key = key;
  answer.version = (*entity)->meta.version;
  Unclaimed fields(*document);
  HistoryQuery query;
  query.type = key.type;
  query.id = key.id;
  query.limit = kPageEvents;
  std::size_t walked = 0;
  while (!fields.empty() && walked < kMostBlamed) {
    const Result<HistoryPage> page = reader.history(query);
    if (!page) return page.error();
    for (const DataSyncEvent& event : page->events) {
      if (event.version > answer.version) continue;  // it went on meanwhile
      if (Result<void> done = claim_event(fields, event, answer.fields); !done) return done.error();
    }
    walked += page->events.size();
    if (!page->next) break;
    query.before = page->next;
  }
  answer.unknown = fields.rest();
  std::sort(answer.fields.begin(), answer.fields.end(),
            [](const FieldBlame& a, const FieldBlame& b) { return a.path < b.path; });
  return answer;
}

}  // namespace coterie
