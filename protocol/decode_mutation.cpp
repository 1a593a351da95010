// `mutate`: the operations, the id that makes it happen once, and the hash of its content (Law 4).

#include <algorithm>

#include "protocol/decode.hpp"
#include "protocol/decode_parts.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

std::string place_of_operation(std::size_t index) { return indexed("ops", index); }

// One operation per entity. Those that the server names, or that `where` finds, are checked where they are
// decided.
std::optional<Error> check_once_per_entity(const std::vector<Operation>& operations) {
  if (operations.size() < 2) return std::nullopt;
  std::vector<std::size_t> named;
  named.reserve(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (operations[i].entity_id) named.push_back(i);
  }
  const auto key = [&](std::size_t i) {
    return std::tie(operations[i].entity_type, *operations[i].entity_id);
  };
  std::stable_sort(named.begin(), named.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  for (std::size_t i = 1; i < named.size(); ++i) {
    if (key(named[i - 1]) != key(named[i])) continue;
    return bad_request("a mutation holds one operation for each entity",
                       place_of_operation(named[i]) + ".entityId");
  }
  return std::nullopt;
}

// The request as it is kept with a conflict: what decode() reads again when it is decided. The epoch goes:
// its versions are of the history that the conflict was found in.
std::string request_text(std::string_view id, const json::object& parts) {
  std::string out = R"({"id":0,"type":"mutate","mutationId":)";
  write_json(out, id);
  for (const char* name : {"ops", "strategy"}) {
    const json::value* part = parts.if_contains(name);
    if (part == nullptr) continue;
    out += std::string(",\"") + name + "\":";
    write_json(out, *part);
  }
  out += '}';
  return out;
}

}  // namespace

Result<Mutation> make_mutation(MutationId id, std::vector<Operation> operations, ContentHash content) {
  if (operations.empty()) return bad_request("a mutation holds at least one operation", "ops");
  if (auto error = check_once_per_entity(operations)) return *error;
  Mutation mutation;
  mutation.id = std::move(id);
  mutation.operations = std::move(operations);
  mutation.content = content;
  return mutation;
}

Result<ClientBody> decode_mutate(ObjectReader& in, const WireLimits& limits) {
  std::string id = in.needed_text("mutationId");
  if (in.ok() && !is_mutation_id(id)) {
    in.fail(bad_name("a mutationId is 1 to 64 printable ASCII characters without space", "mutationId"));
  }
  json::value* ops = in.need("ops");
  json::value* strategy_given = in.take("strategy");
  json::value* epoch_given = in.take("epoch");
  const std::optional<std::string> on_conflict = in.text("onConflict");
  if (on_conflict && *on_conflict != "answer" && *on_conflict != "store") {
    in.fail(bad_request("`onConflict` is answer or store", "onConflict"));
  }
  if (auto error = in.finish("mutate")) return *error;

  // The content as it came, gathered into one object to hash it; the operations are then read out of it.
  json::value content(json::object_kind);
  json::object& parts = content.get_object();
  parts.reserve(3);
  parts.emplace("ops", std::move(*ops));
  if (strategy_given != nullptr) parts.emplace("strategy", std::move(*strategy_given));
  if (epoch_given != nullptr) parts.emplace("epoch", std::move(*epoch_given));
  const ContentHash hash = hash_content(content);
  std::string to_store = on_conflict == "store" ? request_text(id, parts) : std::string();

  ObjectReader gathered(parts);
  json::array* list = gathered.needed_array("ops");
  const std::optional<std::string> strategy = gathered.text("strategy");
  std::optional<std::string> epoch = gathered.text("epoch");
  if (auto error = gathered.finish_leniently()) return *error;
  if (list->size() > limits.operations) {
    return too_large("a mutation holds at most " + std::to_string(limits.operations) + " operations", "ops");
  }
  std::vector<Operation> operations;
  operations.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!(*list)[i].is_object()) return bad_request("an operation is an object", place_of_operation(i));
    Result<Operation> operation = decode_operation(std::move((*list)[i].get_object()), limits);
    if (!operation) return within(place_of_operation(i), operation.error());
    operations.push_back(std::move(*operation));
  }
  Result<Mutation> mutation = make_mutation(MutationId(std::move(id)), std::move(operations), hash);
  if (!mutation) return mutation.error();
  if (strategy) {
    mutation->strategy = strategy_from_text(*strategy);
    if (!mutation->strategy) return bad_request("a strategy is reject, merge or latest-wins", "strategy");
  }
  if (epoch) mutation->epoch = Epoch(std::move(*epoch));
  mutation->to_store = std::move(to_store);
  return ClientBody(Mutate{std::move(*mutation)});
}

}  // namespace coterie
