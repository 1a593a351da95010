// The rules at work in a test: mutations as a client writes them, decided on a store, one group each or many
// in one.
#pragma once

#include <doctest/doctest.h>

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/messages.hpp"
#include "storage/decide.hpp"
#include "storage/decide_inbox.hpp"
#include "storage/memory_store.hpp"

namespace coterie::testing {

// A mutation decoded from its operations as JSON, as it would come over the wire.
struct Wish {
  std::string ops;            // `{"op": ...}` or several joined by commas
  std::string id = {};        // empty: a fresh one
  std::string strategy = {};  // empty: none named
  std::string epoch = {};
  bool store = false;  // "onConflict": "store"
};
Mutation mutation_of(const Wish& wish);
// A request decoded from its line, as it would come over the wire.
ClientBody request_of(const std::string& line);

boost::json::object object_of(std::string_view text);

class Rules {
 public:
  Rules();

  // Decides and commits at once; within a group (begin_group) only decides.
  Decision decide_for(const std::string& user, const Wish& wish);
  Decision decide_for(const std::string& user, const Mutation& mutation);
  // Of the inbox: `decide` by its members as JSON (`"conflictId":1,...`); the other changes as they are.
  MutationOutcome decide_stored(const std::string& user, const std::string& members);
  InboxOutcome change(const std::string& user, const InboxChange& change);
  void begin_group();
  std::vector<DataSyncEvent> commit_group();

  // Each asserts that the mutation ended so.
  boost::json::object committed(const std::string& user, const Wish& wish);  // the answer's body
  Conflict conflict(const std::string& user, const Wish& wish);              // and that nothing has changed
  Rejected rejected(const std::string& user, const Wish& wish);              // and that nothing has changed

  Head head(const std::string& type, const std::string& id);
  std::string data(const std::string& type, const std::string& id);  // its text; "" where deleted or unknown
  std::vector<DataSyncEvent> log();
  std::string state();  // all there is, as text: entities, log and counters, of the store and the open group

  std::unique_ptr<Store> store;
  // Rules of a type; the store adopts them at once.
  void configure(const std::string& type, TypeRules rules);

  HeadCache cache{1 << 20};
  NumberFormats formats;
  DecideContext context;
  TypeTable types;

 private:
  template <class Request>
  auto decide_in_group(const std::string& user, const Request& request);
  std::unique_ptr<Draft> group_;
};

}  // namespace coterie::testing
