// The rules of access: who may do what, and how coterie.toml says it.
#include "protocol/access.hpp"

#include <doctest/doctest.h>

#include "server/ops/access_file.hpp"
#include "server/types_file.hpp"
#include "tests/support/json.hpp"

namespace coterie::testing {
namespace {

constexpr const char* kRules = R"(
[roles]
sales = []
stock = []
customer = []
manager = ["sales", "stock"]

[access.Booking]
read = ["sales", {role = "customer", where = {customer = "$user.id"}}]
create = "sales"
update = [{roles = ["sales"], where = '{"status": {"$ne": "closed"}}'}, "manager"]
delete = "manager"
export = "manager"

[access.Booking.fields]
margin = {read = ["manager"]}
status = {update = ["sales"]}
address.phone = {read = ["sales"]}

[access.Rota]
read = {role = "*", where = {team = {"$in" = "$user.roles"}}}
)";

std::shared_ptr<const AccessRules> good(std::string_view text) {
  const auto file = parse_config(text, "coterie.toml");
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  auto rules = read_access(*file);
  REQUIRE_MESSAGE(rules.has_value(), rules.error().message);
  return rules->rules;
}
std::shared_ptr<const TypeAccess> bound(const AccessRules& rules, const std::string& type,
                                        const std::string& user, std::vector<std::string> roles) {
  return rules.bind(EntityType{type}, AccessCaller{UserId{user}, Roles(std::move(roles))});
}
bool reads(const TypeAccess& access, std::string_view data) {
  return access.reads(EntityMeta{}, object_of(data));
}

TEST_CASE("Access: a grant is for its role, with its condition over the caller [law 8]") {
  const auto rules = good(kRules);

  const auto sales = bound(*rules, "Booking", "ann", {"sales"});
  const auto customer = bound(*rules, "Booking", "cho", {"customer"});
  const auto nobody = bound(*rules, "Booking", "eve", {});

  CHECK(sales->to(AccessAction::read).is_all());
  CHECK(reads(*customer, R"({"customer":"cho"})"));
  CHECK_FALSE(reads(*customer, R"({"customer":"ann"})"));
  CHECK(customer->to(AccessAction::create).is_none());
  CHECK(nobody->to(AccessAction::read).is_none());
}

TEST_CASE("Access: where there are rules, what none of them names is denied [law 8]") {
  const auto rules = good(kRules);

  const auto other = bound(*rules, "Invoice", "ann", {"sales", "manager"});

  for (std::size_t i = 0; i < kAccessActions; ++i) CHECK(other->reach[i].is_none());
  CHECK(AccessBook(rules).is_open(Roles({"admin"})));
  CHECK_FALSE(AccessBook(rules).is_open(Roles({"manager"})));
  CHECK(AccessBook().is_open(Roles()));
}

TEST_CASE("Access: a role brings those that it includes, and never that of the administrator [law 8]") {
  const auto rules = good(kRules);
  AccessRules sly;
  sly.include("manager", {"admin"});

  CHECK(bound(*rules, "Booking", "bob", {"manager"})->to(AccessAction::create).is_all());
  CHECK_FALSE(sly.with_included(Roles({"manager"})).has("admin"));
}

TEST_CASE("Access: what is not said of an action is as the action that it is a kind of") {
  const auto rules = good(kRules);

  const auto manager = bound(*rules, "Booking", "bob", {"manager"});
  const auto sales = bound(*rules, "Booking", "ann", {"sales"});

  CHECK(manager->to(AccessAction::lock).is_all());
  CHECK_FALSE(sales->to(AccessAction::lock).is_all());
  CHECK(sales->to(AccessAction::lock).admits(EntityMeta{}, object_of(R"({"status":"open"})")));
  CHECK(sales->to(AccessAction::presence).is_all());
  CHECK(manager->to(AccessAction::steal).is_none());
}

TEST_CASE("Access: fields are hidden or read-only for who is not named [law 8]") {
  const auto rules = good(kRules);

  const auto sales = bound(*rules, "Booking", "ann", {"sales"});
  const auto customer = bound(*rules, "Booking", "cho", {"customer"});
  auto shown = object_of(R"({"margin":5,"status":"open","address":{"phone":"1","city":"Bonn"}})");
  customer->veil->cut(shown);

  CHECK(shown == object_of(R"({"status":"open","address":{"city":"Bonn"}})"));
  CHECK(sales->veil->text() == "margin");
  CHECK(sales->untouchable->touched(path_of("status")) == nullptr);
  CHECK(customer->untouchable->touched(path_of("status")) != nullptr);
  CHECK(customer->untouchable->touched(path_of("address")) != nullptr);
  CHECK(customer->untouchable->touched(path_of("address.city")) == nullptr);
  CHECK(bound(*rules, "Booking", "bob", {"manager"})->veil == nullptr);
}

TEST_CASE("Access: the roles of the caller are a list to choose from") {
  const auto rules = good(kRules);

  CHECK(reads(*bound(*rules, "Rota", "ann", {"sales", "stock"}), R"({"team":"stock"})"));
  CHECK_FALSE(reads(*bound(*rules, "Rota", "ann", {"sales"}), R"({"team":"stock"})"));
  CHECK_FALSE(reads(*bound(*rules, "Rota", "ann", {}), R"({"team":null})"));
}

TEST_CASE("Access: the fingerprint is of the rules and the roles") {
  const auto rules = good(kRules);
  const auto same = good(kRules);
  const auto other = good("[access.Booking]\nread = \"sales\"\n");
  const Roles sales({"sales"});

  CHECK(rules->fingerprint(sales) == same->fingerprint(sales));
  CHECK(rules->fingerprint(sales) != rules->fingerprint(Roles({"stock"})));
  CHECK(rules->fingerprint(sales) != other->fingerprint(sales));
  CHECK(AccessBook(rules).fingerprint(Roles({"admin"})).empty());
}

TEST_CASE("Access: taking out everything asks for all of it, in every type") {
  const auto rules = good(
      "[access.A]\nread = \"boss\"\nexport = \"boss\"\n[access.\"*\"]\nread = \"*\"\nexport = \"boss\"\n");
  const auto fewer = good("[access.A]\nread = \"boss\"\nexport = \"boss\"\n");

  CHECK(rules->takes_out_all(AccessCaller{UserId{"ann"}, Roles({"boss"})}));
  CHECK_FALSE(rules->takes_out_all(AccessCaller{UserId{"ann"}, Roles({"clerk"})}));
  CHECK_FALSE(fewer->takes_out_all(AccessCaller{UserId{"ann"}, Roles({"boss"})}));
}

TEST_CASE("Access file: without the section everyone may everything; an empty one denies all") {
  const auto file = parse_config("[types.Booking]\nstrategy = \"merge\"\n", "coterie.toml");
  REQUIRE(file.has_value());

  CHECK(read_types(*file)->access.rules == nullptr);
  CHECK(read_types(*file)->access.source.empty());
  CHECK(good("[access]\n") != nullptr);
  CHECK(bound(*good("[access]\n"), "Booking", "ann", {"sales"})->to(AccessAction::read).is_none());
}

TEST_CASE("Veil: an event keeps its place where all that changed is hidden [law 1, law 8]") {
  const Veil veil({path_of("margin"), path_of("address.phone")});
  DataSyncEvent event;
  event.operation = EventOperation::update;
  event.set = R"({"margin":5,"address":{"phone":"1","city":"Bonn"},"address.phone":"2"})";
  event.unset = R"(["margin.low","note"])";
  event.old = R"({"margin":4})";

  veil.cut(event);

  CHECK(event.set == R"({"address":{"city":"Bonn"}})");
  CHECK(event.unset == R"(["note"])");
  CHECK(event.old == "{}");
}

}  // namespace
}  // namespace coterie::testing
