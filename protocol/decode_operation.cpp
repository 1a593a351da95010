// One operation of a mutation: which members its kind takes, and what stands in them.

#include <algorithm>
#include <array>

#include "protocol/decode.hpp"
#include "protocol/decode_parts.hpp"
#include "protocol/names.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// One member that holds paths and what to do there, as {"path": value}. Errors name `set.address.city`.
class PathMember {
 public:
  PathMember(ObjectReader& in, std::string_view name) : in_(in), name_(name), object_(in.object(name)) {}

  // Calls read(path, value) for each; read returns an error or nothing.
  template <class Read>
  void each(Read read) {
    if (object_ == nullptr) return;
    for (auto& member : *object_) {
      const std::string_view text(member.key().data(), member.key().size());
      Result<FieldPath> path = FieldPath::parse(text);
      if (!path) {
        Error error = path.error();
        error.member = shown(text);
        return in_.fail(within(name_, std::move(error)));
      }
      if (std::optional<Error> error = read(std::move(*path), member.value())) {
        return in_.fail(within(name_, within(text, std::move(*error))));
      }
    }
  }
  std::size_t size() const { return object_ == nullptr ? 0 : object_->size(); }

 private:
  ObjectReader& in_;
  std::string_view name_;
  json::object* object_;
};

// What is left of a document's depth below a path. A path has at least one step and at most kMaxDepth.
std::size_t depth_below(const FieldPath& path) {
  return kMaxDepth - std::min(kMaxDepth, path.steps().size());
}

void take_set(ObjectReader& in, std::vector<FieldValue>& set) {
  PathMember members(in, "set");
  set.reserve(members.size());
  members.each([&](FieldPath path, json::value& value) -> std::optional<Error> {
    if (auto error = check_value(value, depth_below(path))) return error;
    set.push_back({std::move(path), std::move(value)});
    return std::nullopt;
  });
}

void take_unset(ObjectReader& in, std::vector<FieldPath>& unset) {
  const json::array* list = in.array("unset");
  if (list == nullptr) return;
  unset.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = indexed("unset", i);
    if (!(*list)[i].is_string()) return in.fail(bad_request("a path is a text", place));
    Result<FieldPath> path = FieldPath::parse(text_of((*list)[i]));
    if (!path) {
      Error error = path.error();
      error.member = place;
      return in.fail(std::move(error));
    }
    unset.push_back(std::move(*path));
  }
}

void take_increment(ObjectReader& in, std::vector<FieldValue>& increment) {
  PathMember(in, "increment").each([&](FieldPath path, json::value& value) -> std::optional<Error> {
    if (!value.is_number()) return bad_request("an increment is a number");
    increment.push_back({std::move(path), std::move(value)});
    return std::nullopt;
  });
}

void take_lists(ObjectReader& in, std::string_view name, std::vector<FieldList>& lists) {
  PathMember(in, name).each([&](FieldPath path, json::value& value) -> std::optional<Error> {
    if (!value.is_array()) return bad_request("a list of items is needed here");
    if (auto error = check_value(value, depth_below(path))) return error;
    lists.push_back({std::move(path), std::move(value.get_array())});
    return std::nullopt;
  });
}

void take_stamps(ObjectReader& in, std::vector<FieldStamp>& stamps) {
  PathMember(in, "stamp").each([&](FieldPath path, json::value& value) -> std::optional<Error> {
    if (value.is_string() && text_of(value) == "$user.id") {
      stamps.push_back({std::move(path), Stamp::user_id});
    } else if (value.is_string() && text_of(value) == "$now") {
      stamps.push_back({std::move(path), Stamp::now});
    } else {
      return bad_request("a stamp is \"$user.id\" or \"$now\"");
    }
    return std::nullopt;
  });
}

void take_numbers(ObjectReader& in, std::vector<FieldNumber>& numbers) {
  PathMember(in, "number").each([&](FieldPath path, json::value& value) -> std::optional<Error> {
    if (!value.is_string()) return bad_request("a number takes the name of a sequence");
    if (!is_label(text_of(value))) return bad_name("a sequence's name is 1 to 64 printable characters");
    numbers.push_back({std::move(path), std::string(text_of(value))});
    return std::nullopt;
  });
}

void take_strategy(ObjectReader& in, std::optional<Strategy>& strategy) {
  const std::optional<std::string> text = in.text("strategy");
  if (!text) return;
  strategy = strategy_from_text(*text);
  if (!strategy) in.fail(bad_request("a strategy is reject, merge or latest-wins", "strategy"));
}

void take_return(ObjectReader& in, ReturnDocument& wanted) {
  const std::optional<std::string> text = in.text("return");
  if (!text) return;
  if (*text == "before") {
    wanted = ReturnDocument::before;
  } else if (*text == "after") {
    wanted = ReturnDocument::after;
  } else {
    in.fail(bad_request("`return` is before or after", "return"));
  }
}

void take_version(ObjectReader& in, std::string_view name, std::optional<Version>& version) {
  if (const auto number = in.integer(name, 1, kMostInteger)) version = Version(*number);
}

// Whether one path of the operation is another, or its parent. In the order of their steps a path stands
// right before those below it, so that neighbours are enough to look at.
std::optional<Error> check_overlaps(const Operation& operation) {
  std::vector<const FieldPath*> paths;
  for (const FieldValue& field : operation.set) paths.push_back(&field.path);
  for (const FieldPath& path : operation.unset) paths.push_back(&path);
  for (const FieldValue& field : operation.increment) paths.push_back(&field.path);
  for (const FieldList& field : operation.append) paths.push_back(&field.path);
  for (const FieldList& field : operation.remove) paths.push_back(&field.path);
  for (const FieldStamp& field : operation.stamp) paths.push_back(&field.path);
  for (const FieldNumber& field : operation.number) paths.push_back(&field.path);
  if (paths.size() < 2) return std::nullopt;
  std::sort(paths.begin(), paths.end(),
            [](const FieldPath* a, const FieldPath* b) { return a->steps() < b->steps(); });
  for (std::size_t i = 1; i < paths.size(); ++i) {
    if (!paths[i - 1]->overlaps(*paths[i])) continue;
    return bad_request(quoted(paths[i - 1]->text()) + " and " + quoted(paths[i]->text()) +
                           " overlap; an operation names each place once",
                       paths[i]->text());
  }
  return std::nullopt;
}

void read_create(ObjectReader& in, const WireLimits& limits, Operation& operation) {
  operation.entity_id = in.entity_id("entityId");
  json::object* data = in.needed_object("data");
  if (data != nullptr && in.ok()) {
    if (auto error = check_members(*data, kMaxDepth)) return in.fail(within("data", std::move(*error)));
    if (to_json_text(*data).size() > limits.entity_bytes) {
      in.fail(too_large("an entity has at most " + std::to_string(limits.entity_bytes) + " bytes", "data"));
    }
    operation.data = std::move(*data);
  }
  take_stamps(in, operation.stamp);
  take_numbers(in, operation.number);
}

// Which entity an update is for: the one named, or the first that `where` finds.
void read_target(ObjectReader& in, Operation& operation) {
  operation.entity_id = in.entity_id("entityId");
  operation.where = take_filter(in, "where");
  operation.sort = take_sort(in);
  if (operation.entity_id && operation.where) {
    in.fail(bad_request("`where` stands in place of `entityId`, not beside it", "where"));
  }
  if (!operation.entity_id && !operation.where) {
    in.fail(bad_request("`entityId` is missing (or a `where` in its place)", "entityId"));
  }
  if (operation.entity_id && !operation.sort.text().empty()) {
    in.fail(bad_request("`sort` goes with `where`", "sort"));
  }
}

void read_update(ObjectReader& in, Operation& operation) {
  read_target(in, operation);
  take_set(in, operation.set);
  take_unset(in, operation.unset);
  take_increment(in, operation.increment);
  take_lists(in, "append", operation.append);
  take_lists(in, "remove", operation.remove);
  take_stamps(in, operation.stamp);
  take_numbers(in, operation.number);
}

bool changes_something(const Operation& operation) {
  return !operation.set.empty() || !operation.unset.empty() || !operation.increment.empty() ||
         !operation.append.empty() || !operation.remove.empty() || !operation.stamp.empty() ||
         !operation.number.empty();
}

// The members that an entity which stands already has in common, whatever is done to it.
void read_common(ObjectReader& in, Operation& operation) {
  take_version(in, "baseVersion", operation.base_version);
  operation.guard = take_filter(in, "guard");
  if (operation.guard && operation.guard->empty()) operation.guard.reset();  // an empty guard is none
}

bool needs_base_version(const Operation& operation) {
  switch (operation.kind) {
    case OperationKind::create:
      return false;
    case OperationKind::remove:
    case OperationKind::restore:
      return true;
    case OperationKind::update:
      break;
  }
  return !operation.unset.empty() || (!operation.set.empty() && !operation.guard);
}

std::optional<Error> check_whole(const Operation& operation) {
  if (auto error = check_overlaps(operation)) return error;
  if (!operation.base_version && needs_base_version(operation)) {
    return request_error(
        ErrorCode::base_version_required,
        "name the version that this rests on as `baseVersion`, so that a stale change is noticed",
        "baseVersion");
  }
  const bool checks_only = operation.kind == OperationKind::update && !changes_something(operation);
  if (checks_only && !operation.base_version && !operation.guard) {
    return bad_request("an update names a change, a `guard` or a `baseVersion`", "set");
  }
  return std::nullopt;
}

}  // namespace

Result<Operation> decode_operation(json::object object, const WireLimits& limits) {
  ObjectReader in(object);
  Operation operation;
  const std::string word = in.needed_text("op");
  if (!in.ok()) return *in.finish("");
  const std::optional<OperationKind> kind = operation_kind_from_text(word);
  if (!kind)
    return bad_request(quoted(word) + " is not an operation; known are create, update, delete, restore",
                       "op");
  operation.kind = *kind;
  if (auto type = in.entity_type("entityType")) {
    operation.entity_type = std::move(*type);
  } else {
    in.fail(bad_request("`entityType` is missing", "entityType"));
  }
  if (*kind == OperationKind::create) {
    read_create(in, limits, operation);
  } else {
    if (*kind == OperationKind::update) {
      read_update(in, operation);
    } else {
      operation.entity_id = in.entity_id("entityId");
      if (!operation.entity_id) in.fail(bad_request("`entityId` is missing", "entityId"));
      if (*kind == OperationKind::restore)
        operation.to_version = Version(in.needed_integer("toVersion", 1, kMostInteger));
    }
    read_common(in, operation);
    take_strategy(in, operation.strategy);
  }
  take_return(in, operation.return_document);
  operation.fences = take_fences(in);
  if (auto error = in.finish(word)) return *error;
  if (auto error = check_whole(operation)) return *error;
  return operation;
}

}  // namespace coterie
