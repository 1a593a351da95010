// Accounts on disk: what is kept, what is refused, and what the activity log tells of it.
#include "storage/accounts/account_store.hpp"

#include <doctest/doctest.h>

#include "storage/sqlite/query.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace coterie;
using coterie::testing::TemporaryDirectory;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp kNow{std::chrono::milliseconds(1'780'000'000'000)};

Act act(std::string by = "root", Timestamp at = kNow) {
  return {UserId{std::move(by)}, {"10.0.0.7", "a browser"}, at};
}
UserId user(std::string name) { return UserId{std::move(name)}; }

UserChange with_roles(std::vector<std::string> roles) {
  UserChange change;
  change.roles = Roles(std::move(roles));
  return change;
}

struct World {
  World() : store(std::move(*AccountStore::open(directory.path()))) {
    change(store->add_user(user("root"), with_roles({"admin"}), act()));
    change(store->add_user(user("ann"), with_roles({"editor"}), act()));
    store->take_touched();
  }
  static UserAccount change(const UserChanged& changed) {
    if (const auto* error = std::get_if<Error>(&changed)) FAIL(error->message);
    REQUIRE(std::holds_alternative<UserAccount>(changed));
    return std::get<UserAccount>(changed);
  }
  SignIn sign_in(const std::string& id, Timestamp at = kNow) {
    return *store->sign_in(user("ann"), id, id + "-1", terms, act("ann", at));
  }
  TokenExchange exchange(const std::string& from, const std::string& to, Timestamp at) {
    return store->exchange(from, to, terms, act("", at));
  }
  std::vector<ActivityRow> activity(ActivityQuery query = {}) { return *store->activity().read(query); }

  TemporaryDirectory directory;
  std::unique_ptr<AccountStore> store;
  SignInTerms terms;
};

bool is_error(const UserChanged& changed, ErrorCode code) {
  const auto* error = std::get_if<Error>(&changed);
  return error != nullptr && error->code == code;
}

}  // namespace

TEST_CASE("Accounts: a user has a profile from the start, and each change is a version") {
  World world;
  const UserAccount ann = *world.store->users().find(user("ann")).value();
  CHECK(ann.version == Version{1});
  CHECK(ann.profile.name == "ann");
  CHECK(ann.profile.initials == "A");
  CHECK(ann.profile.colour.size() == 7);

  UserChange change;
  change.name = "Ann de Vries";
  const UserAccount renamed = World::change(world.store->change_user(user("ann"), change, Version{1}, act()));

  CHECK(renamed.version == Version{2});
  CHECK(renamed.profile.initials == "AV");
  const std::vector<UserVersion> versions = *world.store->users().versions(user("ann"));
  REQUIRE(versions.size() == 2);
  CHECK(versions[0].change == "name: Ann de Vries");
  CHECK(versions[1].account.profile.name == "ann");
}

TEST_CASE("Accounts: a change that rests on an old version changes nothing and shows the newest [law 5]") {
  World world;
  World::change(world.store->change_user(user("ann"), with_roles({"sales"}), Version{1}, act()));

  const UserChanged late = world.store->change_user(user("ann"), with_roles({"admin"}), Version{1}, act());

  REQUIRE(std::holds_alternative<Stale>(late));
  CHECK(std::get<Stale>(late).current.version == Version{2});
  CHECK((*world.store->users().find(user("ann")))->roles == Roles({"sales"}));
}

TEST_CASE("Accounts: the last administrator stays one") {
  World world;
  UserChange disable;
  disable.disabled = true;

  CHECK(is_error(world.store->change_user(user("root"), disable, {}, act()), ErrorCode::bad_request));
  CHECK(is_error(world.store->change_user(user("root"), with_roles({}), {}, act()), ErrorCode::bad_request));

  World::change(world.store->change_user(user("ann"), with_roles({"admin"}), {}, act()));
  World::change(world.store->change_user(user("root"), disable, {}, act()));
}

TEST_CASE("Accounts: what cannot be a user is refused, naming the member") {
  World world;
  const auto member = [&](const UserId& id, const UserChange& change) {
    const UserChanged changed = world.store->add_user(id, change, act());
    const auto* error = std::get_if<Error>(&changed);
    return error ? error->member : std::string("added");
  };
  UserChange colour;
  colour.colour = "red";
  UserChange initials;
  initials.initials = "ABCDE";
  CHECK(member(user(""), {}) == "username");
  CHECK(member(user("a\nb"), {}) == "username");
  CHECK(member(user("ann"), {}) == "username");
  CHECK(member(user("ben"), colour) == "colour");
  CHECK(member(user("ben"), initials) == "initials");
  CHECK(member(user("ben"), with_roles({"a\tb"})) == "roles");
  CHECK(world.activity().size() == 2);
}

TEST_CASE("Accounts: a refresh token is exchanged once, and for a moment gets the same successor [law 8]") {
  World world;
  world.sign_in("s");

  CHECK(std::holds_alternative<Exchanged>(world.exchange("s-1", "s-2", kNow + 60s)));
  CHECK(std::holds_alternative<Exchanged>(world.exchange("s-1", "s-2", kNow + 69s)));
  CHECK(std::holds_alternative<Exchanged>(world.exchange("s-2", "s-3", kNow + 80s)));
}

TEST_CASE("Accounts: an old refresh token that comes again ends its whole family, and is noted [law 8]") {
  World world;
  world.sign_in("s");
  world.exchange("s-1", "s-2", kNow + 60s);
  world.store->take_touched();

  CHECK(std::holds_alternative<Reused>(world.exchange("s-1", "s-2", kNow + 71s)));

  const AccountsTouched touched = world.store->take_touched();
  REQUIRE(touched.sign_ins.size() == 1);
  CHECK(!touched.sign_ins[0].lives(kNow + 71s));
  CHECK(std::holds_alternative<Error>(world.exchange("s-2", "s-3", kNow + 72s)));
  CHECK(world.activity()[0].activity.kind == ActivityKind::token_reused);
}

TEST_CASE("Accounts: an unknown, an expired and an idle token are refused alike") {
  World world;
  world.sign_in("s");
  world.terms.idle = std::chrono::hours(1);
  CHECK(std::holds_alternative<Error>(world.exchange("no such", "x", kNow)));
  CHECK(std::holds_alternative<Error>(world.exchange("s-1", "s-2", kNow + 2h)));
  world.terms.idle.reset();
  CHECK(std::holds_alternative<Error>(world.exchange("s-1", "s-2", kNow + world.terms.lives)));
  CHECK(std::holds_alternative<Exchanged>(world.exchange("s-1", "s-2", kNow + 2h)));
}

TEST_CASE("Accounts: disabling a user and a new password end what the user is signed in with") {
  World world;
  world.sign_in("s");
  world.sign_in("t");
  UserChange password;
  password.password = "a hash";
  World::change(world.store->change_user(user("ann"), password, {}, act("ann"), "t"));
  CHECK(world.store->sign_ins().living_of(user("ann"), kNow)->size() == 1);
  CHECK(world.activity()[0].activity.kind == ActivityKind::password_changed);

  UserChange disable;
  disable.disabled = true;
  World::change(world.store->change_user(user("ann"), disable, {}, act()));
  CHECK(world.store->sign_ins().living_of(user("ann"), kNow)->empty());
  CHECK(!world.store->sign_in(user("ann"), "u", "u-1", world.terms, act("ann")));
}

TEST_CASE("Accounts: the oldest sign-in ends where there are too many") {
  World world;
  world.terms.of_a_user = 3;
  for (int i = 0; i < 5; ++i) world.sign_in("s" + std::to_string(i), kNow + std::chrono::seconds(i));
  const std::vector<SignIn> living = *world.store->sign_ins().living_of(user("ann"), kNow + 10s);
  REQUIRE(living.size() == 3);
  CHECK(living[0].id == "s2");
}

TEST_CASE("Accounts: what ended or expired long ago is purged with its tokens") {
  World world;
  world.sign_in("s");
  world.sign_in("t");
  CHECK(*world.store->end_sign_in("s", ActivityKind::signed_out, "signed out", act("ann")));
  CHECK(!*world.store->end_sign_in("s", ActivityKind::signed_out, "signed out", act("ann")));
  CHECK(*world.store->purge(kNow + 1s) == 1);
  CHECK(*world.store->purge(kNow + world.terms.lives + 1s) == 1);
  CHECK(std::holds_alternative<Error>(world.exchange("t-1", "t-2", kNow)));
}

TEST_CASE("Activity: is found by user, kind and time, newest first") {
  World world;
  world.sign_in("s", kNow + 5s);
  ActivityQuery of_ann;
  of_ann.user = user("ann");
  CHECK(world.activity(of_ann).size() == 2);  // was added, signed in
  ActivityQuery added;
  added.kind = ActivityKind::user_added;
  added.limit = 1;
  REQUIRE(world.activity(added).size() == 1);
  added.before = world.activity(added)[0].number;
  CHECK(world.activity(added)[0].activity.subject == "root");
  ActivityQuery late;
  late.since = kNow + 1s;
  CHECK(world.activity(late).size() == 1);
  late.until = kNow + 5s;
  CHECK(world.activity(late).empty());
}

TEST_CASE("Activity: an altered row, a missing one and a log cut short are found") {
  World world;
  world.sign_in("s");
  const ActivityHead noted = world.store->activity().verify()->head;
  world.sign_in("t");
  CHECK(world.store->activity().verify(noted)->fault.empty());
  CHECK(world.store->activity().verify(ActivityHead{2, noted.hash})->fault == "Row 2 is not the one noted.");
  const auto after = [&](const char* damage) {
    auto database =
        std::move(*Database::open(world.directory.path() / AccountStore::kFile, Database::Mode::write));
    REQUIRE(database->run("BEGIN"));
    REQUIRE(database->run(damage));
    std::string fault = ActivityLog(*database).verify(noted)->fault;
    REQUIRE(database->run("ROLLBACK"));
    return fault;
  };
  CHECK(after("UPDATE activity SET user='eve' WHERE number=2").starts_with("Row 2 was altered"));
  CHECK(after("UPDATE activity SET kind='exported' WHERE number=3").starts_with("Row 3 was altered"));
  CHECK(after("DELETE FROM activity WHERE number=2") == "Row 2 is missing.");
  CHECK(after("DELETE FROM activity WHERE number=4").starts_with("Row 4 is missing"));
  CHECK(after("DELETE FROM activity WHERE number>=3; UPDATE activity_head SET number=2, "
              "hash=(SELECT hash FROM activity WHERE number=2)")
            .starts_with("Row 3 is missing"));
  CHECK(after("SELECT 1").empty());
}

TEST_CASE("Accounts: a change by another process is noticed, one's own is not") {
  World world;
  auto other = std::move(*AccountStore::open(world.directory.path()));
  CHECK_FALSE(*world.store->changed_elsewhere());
  world.sign_in("s");
  CHECK_FALSE(*world.store->changed_elsewhere());
  World::change(other->change_user(user("ann"), with_roles({"sales"}), {}, act("cli")));
  CHECK(*world.store->changed_elsewhere());
  CHECK_FALSE(*world.store->changed_elsewhere());
  CHECK((*world.store->users().find(user("ann")))->roles == Roles({"sales"}));
}
