// What a client submits: one or more operations that commit together or not at all, under an id used once.
// Thread: any; values.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/change.hpp"
#include "protocol/filter.hpp"
#include "protocol/json.hpp"
#include "protocol/lock_messages.hpp"
#include "protocol/sort.hpp"
#include "protocol/types.hpp"

namespace coterie {

enum class OperationKind { create, update, remove, restore };  // on the wire create, update, delete, restore
enum class Strategy { reject, merge, latest_wins };            // on the wire reject, merge, latest-wins
enum class Stamp { user_id, now };                             // $user.id, $now
enum class ReturnDocument { none, before, after };

std::string_view to_text(OperationKind kind);
std::string_view to_text(Strategy strategy);
std::optional<OperationKind> operation_kind_from_text(std::string_view text);
std::optional<Strategy> strategy_from_text(std::string_view text);

struct FieldList {  // for append and remove
  FieldPath path;
  boost::json::array items;
};
struct FieldStamp {
  FieldPath path;
  Stamp stamp{};
};
struct FieldNumber {
  FieldPath path;
  std::string sequence;
};

// One operation. Decoding has made sure that its members fit its kind, that no two paths overlap, and that
// base_version is there where the protocol asks for it.
struct Operation {
  OperationKind kind{};
  EntityType entity_type;
  std::optional<EntityId> entity_id;  // absent: a create that lets the server choose, or an update by `where`
  std::optional<Filter> where;        // update only, in place of entity_id
  Sort sort;                          // of where
  std::optional<Version> base_version;
  std::optional<Strategy> strategy;  // absent: the mutation's, then the type's default
  std::optional<Filter> guard;
  boost::json::object data;  // create
  std::vector<FieldValue> set;
  std::vector<FieldPath> unset;
  std::vector<FieldValue> increment;  // values are numbers
  std::vector<FieldList> append;
  std::vector<FieldList> remove;
  std::vector<FieldStamp> stamp;
  std::vector<FieldNumber> number;
  std::optional<Version> to_version;  // restore
  ReturnDocument return_document = ReturnDocument::none;
  std::vector<Fence> fences;  // of locks that it relies on; one no longer held ends it
};

struct Mutation {
  MutationId id;
  std::vector<Operation> operations;
  std::optional<Strategy> strategy;
  std::optional<Epoch> epoch;  // of the database the base versions are from
  ContentHash content;  // of operations, strategy and epoch as they came, whatever the order of members
  // `"onConflict": "store"`: the request as JSON, without that and the epoch, to be kept where it ends in a
  // conflict. Empty: a conflict is only answered.
  std::string to_store;
};

}  // namespace coterie
