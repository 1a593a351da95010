// What is hidden cannot be asked about either.
#include "tests/rights/rights_person.hpp"

namespace coterie::testing {
namespace {

std::shared_ptr<const AccessRules> hidden_secret() {
  AccessOfType access;
  for (const AccessAction action : {AccessAction::read, AccessAction::create, AccessAction::update})
    access.grants[static_cast<std::size_t>(action)] = {{{"*"}, std::nullopt, 0}};
  FieldRule rule;
  rule.path = path_of("secret");
  rule.readers = std::vector<std::string>{"red"};
  access.fields.push_back(std::move(rule));
  auto rules = std::make_shared<AccessRules>();
  rules->add("Tent", std::move(access));
  return rules;
}

TEST_CASE("Rights: a hidden field in a filter, sort, guard, where or edit is forbidden [law 8]") {
  WorldOptions options;
  options.access = hidden_secret();
  ServiceWorld world(options);
  Person root(world, "root", Roles({"admin"}));
  Person ann(world, "ann", Roles({"blue"}));
  root.ask(
      R"("type":"mutate","mutationId":"1","ops":[{"op":"create","entityType":"Tent","entityId":"a","data":{"secret":1}}])");

  for (
      const std::string request :
      {R"("type":"list","entityType":"Tent","filter":{"secret":1})",
       R"("type":"list","entityType":"Tent","sort":"secret")",
       R"("type":"subscribe","subscription":1,"entityType":"Tent","filter":{"$not":{"secret":1}})",
       R"("type":"mutate","mutationId":"2","ops":[{"op":"update","entityType":"Tent","entityId":"a","guard":{"secret":1},"set":{"note":"x"}}])",
       R"("type":"mutate","mutationId":"3","ops":[{"op":"update","entityType":"Tent","where":{"secret":1},"increment":{"n":1}}])",
       R"("type":"mutate","mutationId":"4","ops":[{"op":"update","entityType":"Tent","where":{"n":1},"sort":"-secret","increment":{"n":1}}])",
       R"("type":"mutate","mutationId":"5","ops":[{"op":"update","entityType":"Tent","entityId":"a","baseVersion":1,"unset":["secret"]}])",
       R"("type":"mutate","mutationId":"6","ops":[{"op":"create","entityType":"Tent","data":{"secret":2}}])"}) {
    INFO(request);
    CHECK(text_of(ann.ask(request), "code") == "forbidden");
  }
  CHECK(text_of(root.ask(R"("type":"list","entityType":"Tent","filter":{"secret":1})"), "type") ==
        "entities");
}

}  // namespace
}  // namespace coterie::testing
