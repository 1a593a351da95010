// Who changed each field last: nested paths, removed ones, whole objects, and what came back.
#include "storage/blame.hpp"

#include "tests/storage/rules.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

// "a.b:2 c:1 ?d": each field with its version; behind a question mark those that nobody is known for.
std::string blamed(Rules& rules) {
  const auto answer = blame(*rules.store, {EntityType{"Car"}, EntityId{"1"}}).value();
  if (!answer) return "nothing";
  std::string text;
  for (const FieldBlame& field : answer->fields) {
    text += (text.empty() ? "" : " ") + field.path.text() + ":" + std::to_string(field.version.value());
  }
  for (const FieldPath& path : answer->unknown) text += " ?" + path.text();
  return text;
}

void create(Rules& rules, const std::string& data) {
  rules.committed("ann", {R"({"op":"create","entityType":"Car","entityId":"1","data":)" + data + "}"});
}
void update(Rules& rules, const std::string& members) {
  rules.committed("ben",
                  {R"({"op":"update","entityType":"Car","entityId":"1","guard":{"$version":{"$gte":1}},)" +
                   members + "}"});
}

}  // namespace

TEST_CASE("Blame: each field goes to the newest version that touched it, a list as a whole") {
  Rules rules;
  create(rules, R"({"n":1,"list":[1],"address":{"city":"Bonn","zip":"53111","geo":{"x":1,"y":2}}})");
  CHECK(blamed(rules) == "address.city:1 address.geo.x:1 address.geo.y:1 address.zip:1 list:1 n:1");
  update(rules, R"("set":{"address.city":"Kiel","n":2})");
  update(rules, R"("append":{"list":[2]})");
  update(rules, R"("set":{"address.geo":{"x":5,"y":2}})");  // an object set as a whole; y stays what it was
  CHECK(blamed(rules) == "address.city:2 address.geo.x:4 address.geo.y:1 address.zip:1 list:3 n:2");
}

TEST_CASE("Blame: an object that was emptied goes to who took out the last of it") {
  Rules rules;
  create(rules, R"({"note":{"text":"x"},"addition":{}})");
  rules.committed(
      "ben", {R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"unset":["note.text"]})"});
  CHECK(blamed(rules) == "addition:1 note:2");
  update(rules, R"("set":{"note.title":"y"})");
  CHECK(blamed(rules) == "addition:1 note.title:3");
}

TEST_CASE("Blame: a new life of a record begins with its creation, and a deleted one has none") {
  Rules rules;
  create(rules, R"({"n":1})");
  update(rules, R"("set":{"n":2})");
  rules.committed("ben", {R"({"op":"delete","entityType":"Car","entityId":"1","baseVersion":2})"});
  CHECK(blamed(rules) == "nothing");
  rules.committed("ann",
                  {R"({"op":"restore","entityType":"Car","entityId":"1","baseVersion":3,"toVersion":1})"});
  CHECK(blamed(rules) == "n:4");
  const auto answer = blame(*rules.store, {EntityType{"Car"}, EntityId{"1"}}).value();
  CHECK(answer->fields[0].user_id == UserId{"ann"});
  CHECK(answer->fields[0].cause == Cause::restore);
}

TEST_CASE("Blame: a long history is walked page by page") {
  Rules rules;
  create(rules, R"({"n":0,"old":true})");
  for (int i = 0; i < 1200; ++i) update(rules, R"("increment":{"n":1})");
  CHECK(blamed(rules) == "n:1201 old:1");
}
