// Rules in words: which grant decides, where it stands, and rules that come as JSON.
#include "protocol/access_verdict.hpp"

#include <doctest/doctest.h>

#include "server/ops/access_file.hpp"
#include "tests/support/json.hpp"

using namespace coterie;
using coterie::testing::object_of;

namespace {

constexpr std::string_view kRules = R"({
  "roles": {"customer": [], "sales": [], "boss": ["sales"]},
  "access": {
    "Booking": {
      "read": ["sales", {"role": "customer", "where": {"customer": "$user.id"}}],
      "update": {"role": "sales", "where": {"status": "open"}},
      "delete": "boss",
      "fields": {"margin": {"read": "boss"}, "discount": {"update": "boss"}}},
    "*": {"read": "boss"}}})";

RulesRead good(std::string_view text) {
  auto read = read_access(object_of(text));
  REQUIRE_MESSAGE(read.has_value(), read.error().message);
  return *read;
}
Error refused(std::string_view text) {
  const auto read = read_access(object_of(text));
  REQUIRE(read.has_error());
  return read.error();
}

struct Caller {
  RulesRead read = good(kRules);
  AccessJudge judge;
  Caller(const char* user, const char* role, std::optional<JudgedRecord> record = {})
      : judge(read.rules.get(), UserId{user}, Roles({role}), std::move(record)) {}
  std::string of(const char* type, AccessAction action) const {
    const AccessVerdict verdict = judge.judge(EntityType{type}, action);
    return std::string(to_text(verdict.allowed)) + ": " + verdict.why;
  }
};

}  // namespace

TEST_CASE("Verdict: names the grant that decides by its place, where there is no line") {
  const Caller boss("bob", "boss");
  CHECK(boss.of("Booking", AccessAction::read) == "yes: access.Booking.read[0], role sales");
  CHECK(boss.of("Booking", AccessAction::remove) == "yes: access.Booking.delete, role boss");
  CHECK(boss.of("Rota", AccessAction::read) == "yes: access.\"*\".read, role boss");
  CHECK(boss.of("Booking", AccessAction::lock) ==
        "where: access.Booking.update, role sales where {\"status\":\"open\"} (nothing is said of it: as "
        "update)");
  CHECK(boss.of("Booking", AccessAction::create) == "no: no grant to these roles");
  CHECK(Caller("root", "admin").of("Rota", AccessAction::take_out) == "yes: the role admin may everything");
}

TEST_CASE("Verdict: a record is judged, with or without what is around its data") {
  const Caller own("ann", "customer", judged_record(object_of(R"({"customer": "ann"})")));
  const Caller other(
      "ann", "customer",
      judged_record(object_of(R"({"entityId": "1", "version": 2, "data": {"customer": "ben"}})")));
  CHECK(own.of("Booking", AccessAction::read).starts_with("yes: access.Booking.read[1], role customer"));
  CHECK(other.of("Booking", AccessAction::read).starts_with("no: access.Booking.read[1]"));
  CHECK(other.of("Booking", AccessAction::update).starts_with("no: may not read it"));
}

TEST_CASE("Verdict: tells which fields are hidden and which are read-only, and by which rule") {
  const Caller sales("sam", "sales");
  const auto fields = sales.judge.fields(EntityType{"Booking"});
  REQUIRE(fields.size() == 2);
  for (const VeiledField& field : fields) {
    CHECK(field.hidden == (field.field == "margin"));
    CHECK(field.why == "access.Booking.fields." + field.field);
  }
  CHECK(Caller("bob", "boss").judge.fields(EntityType{"Booking"}).empty());
}

TEST_CASE("Verdict: without rules everyone may everything") {
  const AccessJudge judge(nullptr, UserId{"ann"}, Roles());
  CHECK(judge.judge(EntityType{"Booking"}, AccessAction::remove).allowed == Allowed::yes);
}

TEST_CASE("Access as JSON: a mistake is told with its place and the nearest name") {
  const Error key = refused(R"({"access": {"Booking": {"raed": "sales"}}})");
  CHECK(key.member == "access.Booking.raed");
  CHECK(key.message == "This key is not known; did you mean read?");
  const Error role = refused(R"({"roles": {"sales": []}, "access": {"Booking": {"read": ["slaes"]}}})");
  CHECK(role.member == "access.Booking.read[0]");
  CHECK(role.message.find("did you mean sales?") != std::string::npos);
  CHECK(refused(R"({"acess": {}})").member == "acess");
  CHECK(refused(R"({"roles": {}})").member == "access");
  CHECK(refused(R"({"access": null, "roles": {}})").member == "roles");
  CHECK(refused(R"({"access": []})").member == "access");
}

TEST_CASE("Access as JSON: none has to be said, and says the same as no section; empty denies all") {
  const RulesRead none = good(R"({"access": null})");
  CHECK(none.rules == nullptr);
  CHECK(none.source.empty());
  CHECK(none.hash == read_access_source("")->hash);
  CHECK(good(R"({"access": {}})").rules != nullptr);
}

TEST_CASE("Access as JSON: what is kept reads back the same, and the order of its members does not count") {
  const RulesRead read = good(kRules);
  const RulesRead again = *read_access_source(read.source);
  CHECK(again.source == read.source);
  CHECK(again.hash == read.hash);
  CHECK(again.rules->fingerprint(Roles({"boss"})) == read.rules->fingerprint(Roles({"boss"})));
  CHECK(good(R"({"access": {"A": {"read": "x", "create": "y"}}})").hash ==
        good(R"({"access": {"A": {"create": "y", "read": "x"}}})").hash);
  CHECK(good(R"({"access": {"A": {"read": "x"}}})").hash != good(R"({"access": {"A": {"read": "y"}}})").hash);
}

TEST_CASE("Access file: a number that the protocol cannot hold is refused before it is kept") {
  const auto file =
      parse_config("[access.A]\nread = {role = \"a\", where = {x = 9223372036854775807}}\n", "coterie.toml");
  REQUIRE(file.has_value());
  CHECK(read_access(*file).has_error());
}
