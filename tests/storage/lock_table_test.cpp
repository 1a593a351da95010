// The table of locks alone: places, leases, fences, steals and bounds, under a clock that the test sets.
#include "storage/lock_table.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

Author author(const std::string& user, const std::string& session) {
  return {UserId{user}, SessionId{session}, ClientId{"tab"}, user};
}
const Author kAnn = author("ann", "s-ann");
const Author kBen = author("ben", "s-ben");

LockPlace place(const std::string& field, const std::string& id = "42") {
  return {{EntityType{"Booking"}, EntityId{id}}, field.empty() ? FieldPath{} : path_of(field)};
}

struct Fixture {
  LockTable table;
  LockTable::Time now{};
  std::uint64_t last_fence = 0;

  LockOutcome ask(const Author& who, Lock request) {
    return table.lock(request, who, now, [this] { return Fence{++last_fence}; });
  }
  LockOutcome ask(const Author& who, const std::string& field) {
    return ask(who, Lock{place(field), {}, false, {}});
  }
  LockOutcome steal(const Author& who, const std::string& field) {
    return ask(who, Lock{place(field), {}, true, {}});
  }
  LockOutcome back(const Author& who, const std::string& field, Fence fence) {
    return ask(who, Lock{place(field), {}, false, fence});
  }
  Fence locked(const Author& who, const std::string& field) {
    const LockOutcome outcome = ask(who, field);
    REQUIRE(std::holds_alternative<Locked>(outcome));
    return std::get<Locked>(outcome).fence;
  }
  bool denied(const Author& who, const std::string& field) {
    return std::holds_alternative<Denied>(ask(who, field));
  }
  // "acquired price ann 1", in order.
  std::vector<std::string> told() {
    static const char* const words[] = {"acquired", "moved", "renewed", "released",
                                        "expired",  "taken", "lost"};
    std::vector<std::string> all;
    for (const LockChange& change : table.take_changes()) {
      std::string text = words[static_cast<int>(change.kind)];
      text += ' ' + change.lock.place.field.text() + ' ' + change.lock.holder.session.value() + ' ' +
              std::to_string(change.lock.fence.value());
      if (change.by) text += " by " + change.by->session.value();
      all.push_back(std::move(text));
    }
    return all;
  }
};
using Words = std::vector<std::string>;

ErrorCode code_of(const LockOutcome& outcome) {
  REQUIRE(std::holds_alternative<Error>(outcome));
  return std::get<Error>(outcome).code;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "Locks: a place conflicts with itself, what is above and below it, and the record") {
  locked(kAnn, "address.city");

  CHECK(denied(kBen, "address.city"));
  CHECK(denied(kBen, "address"));
  CHECK(denied(kBen, "address.city.name"));
  CHECK(denied(kBen, ""));
  CHECK_FALSE(denied(kBen, "address.zip"));
  CHECK_FALSE(denied(kBen, "address.cityName"));
  CHECK_FALSE(denied(kBen, "add"));
  CHECK_FALSE(std::holds_alternative<Denied>(ask(kBen, Lock{place("address", "43"), {}, false, {}})));
}

TEST_CASE_FIXTURE(Fixture, "Locks: the whole record conflicts with every field of it") {
  locked(kAnn, "");

  const LockOutcome outcome = ask(kBen, "price");

  REQUIRE(std::holds_alternative<Denied>(outcome));
  CHECK(std::get<Denied>(outcome).holder.user == UserId{"ann"});
  CHECK(std::get<Denied>(outcome).holder.name == "ann");
  CHECK(std::get<Denied>(outcome).field == FieldPath{});
  CHECK(std::get<Denied>(outcome).ttl == 30s);
}

TEST_CASE_FIXTURE(Fixture, "Locks: a session's own locks do not conflict, and the same place is a renewal") {
  const Fence first = locked(kAnn, "address");
  const Fence below = locked(kAnn, "address.city");
  now += 20s;

  const Fence again = locked(kAnn, "address");

  CHECK(below > first);
  CHECK(again == first);
  CHECK(table.size() == 2);
  table.take_changes();
  now += 15s;
  table.expire(now);
  CHECK(told() == Words{"expired address.city s-ann 2"});
  CHECK(table.find(first)->left(now) == 15s);
}

TEST_CASE_FIXTURE(Fixture,
                  "Locks: a lease ends by itself, at its time and not before, and the next fence is larger") {
  const Fence first = locked(kAnn, "price");
  now += 30s - 1ms;
  table.expire(now);
  CHECK(denied(kBen, "price"));
  CHECK(std::get<Denied>(ask(kBen, "price")).ttl == 1ms);
  CHECK(table.next_end() == now + 1ms);

  now += 1ms;
  table.expire(now);
  const Fence second = locked(kBen, "price");

  CHECK(second > first);
  CHECK(told() == Words{"acquired price s-ann 1", "expired price s-ann 1", "acquired price s-ben 2"});
}

TEST_CASE_FIXTURE(Fixture,
                  "Locks: an edit by its holder renews the lease, by no more than a change is worth") {
  const Fence fence = locked(kAnn, "price");
  table.take_changes();
  now += 500ms;
  table.used(fence, now);
  CHECK(told().empty());

  now += 20s;
  table.used(fence, now);
  CHECK(told() == Words{"renewed price s-ann 1"});
  now += 29s;
  table.expire(now);
  CHECK(table.find(fence) != nullptr);
  table.used(Fence{77}, now);  // of nothing that is held
  CHECK(told().empty());
}

TEST_CASE_FIXTURE(Fixture, "Locks: what a session takes over brings the locks that it meets, and no others") {
  const Author reloaded = author("ann", "s-new");
  locked(kAnn, "address");
  const Fence city = locked(kAnn, "address.city");
  const Fence zip = locked(kAnn, "address.zip");
  const Fence price = locked(kAnn, "price");
  table.take_changes();
  now += 10s;

  REQUIRE(std::holds_alternative<Locked>(back(reloaded, "address.city", city)));

  CHECK(told() == Words{"moved address.city s-new 2", "moved address s-new 1", "moved address.zip s-new 3"});
  CHECK(table.find(city)->left(now) == 30s);
  CHECK(table.find(zip)->left(now) == 20s);  // nobody has asked for it anew
  CHECK(table.find(price)->holder.session == SessionId{"s-ann"});
}

TEST_CASE_FIXTURE(Fixture, "Locks: whoever steals gets a larger fence, and each loser is told by whom") {
  locked(kAnn, "address.city");
  locked(kBen, "address.zip");
  const Author cem = author("cem", "s-cem");
  table.take_changes();

  const LockOutcome outcome = steal(cem, "address");

  CHECK(std::get<Locked>(outcome).fence == Fence{3});
  CHECK(told() == Words{"taken address.city s-ann 1 by s-cem", "taken address.zip s-ben 2 by s-cem",
                        "acquired address s-cem 3"});
  CHECK(code_of(table.unlock({place("address.city"), Fence{1}}, kAnn)) == ErrorCode::not_holder);
  CHECK(code_of(back(kAnn, "address.city", Fence{1})) == ErrorCode::not_holder);
}

TEST_CASE_FIXTURE(Fixture, "Locks: by its fence a lock is taken back in another session of the same user") {
  const Fence fence = locked(kAnn, "price");
  const Author reloaded = author("ann", "s-ann-2");
  CHECK(denied(reloaded, "price"));  // without it, she is told that she holds it elsewhere
  table.take_changes();

  const LockOutcome outcome = back(reloaded, "price", fence);

  CHECK(std::get<Locked>(outcome).fence == fence);
  CHECK(told() == Words{"moved price s-ann-2 1"});
  table.end_session(kAnn.session);
  CHECK(table.find(fence) != nullptr);
  CHECK(denied(kAnn, "price"));
}

TEST_CASE_FIXTURE(Fixture, "Locks: another's fence, an old one or one of another place is refused") {
  const Fence fence = locked(kAnn, "price");
  CHECK(code_of(back(kBen, "price", fence)) == ErrorCode::not_holder);
  CHECK(code_of(back(kAnn, "price", Fence{9})) == ErrorCode::not_holder);
  CHECK(code_of(back(kAnn, "note", fence)) == ErrorCode::not_holder);
  CHECK(code_of(table.unlock({place("price"), fence}, kBen)) == ErrorCode::not_holder);
  CHECK(code_of(table.unlock({place("price"), Fence{9}}, kAnn)) == ErrorCode::not_holder);

  CHECK(std::holds_alternative<Unlocked>(table.unlock({place("price"), fence}, kAnn)));

  CHECK(code_of(table.unlock({place("price"), fence}, kAnn)) == ErrorCode::not_holder);
  CHECK_FALSE(denied(kBen, "price"));
}

TEST_CASE_FIXTURE(Fixture,
                  "Locks: a session holds so many and no more, whichever way it comes to them [law 6]") {
  for (int i = 0; i < 64; ++i) locked(kAnn, "f" + std::to_string(i));
  CHECK(code_of(ask(kAnn, "one-more")) == ErrorCode::limit);
  CHECK(std::holds_alternative<Locked>(ask(kAnn, "f7")));  // a renewal is no other lock

  const Author other = author("ann", "s-ann-2");
  const Fence held = locked(other, "elsewhere");
  CHECK(code_of(back(kAnn, "elsewhere", held)) == ErrorCode::limit);
  CHECK(code_of(steal(kAnn, "elsewhere")) == ErrorCode::limit);
  CHECK(table.find(held)->holder.session == other.session);
}

TEST_CASE_FIXTURE(Fixture, "Locks: the end of a session, or of a record, frees what it held") {
  locked(kAnn, "price");
  locked(kAnn, "note");
  locked(kBen, "status");
  table.take_changes();

  table.end_session(kAnn.session);
  CHECK(told() == Words{"released price s-ann 1", "released note s-ann 2"});
  table.end_session(kAnn.session);
  CHECK(told().empty());
  table.end_record(place("").key);
  CHECK(told() == Words{"released status s-ben 3"});
  CHECK(table.empty());
  CHECK_FALSE(table.next_end());
}

TEST_CASE_FIXTURE(Fixture, "Locks: what a group did is taken back whole, with what it would have told") {
  const Fence price = locked(kAnn, "price");
  const Fence note = locked(kBen, "note");
  table.take_changes();

  table.begin();
  now += 5s;
  CHECK(std::holds_alternative<Unlocked>(table.unlock({place("price"), price}, kAnn)));
  steal(kAnn, "note");
  locked(kBen, "price");
  table.used(Fence{3}, now);
  table.undo();

  CHECK(told().empty());
  CHECK(table.size() == 2);
  CHECK(table.find(price)->holder.session == kAnn.session);
  CHECK(table.find(note)->holder.session == kBen.session);
  CHECK(table.find(price)->left(now) == 25s);
  CHECK(denied(kBen, "price"));
  table.begin();
  locked(kBen, "status");
  table.keep();
  CHECK(told() == Words{"acquired status s-ben 5"});
}

TEST_CASE_FIXTURE(Fixture,
                  "Locks: what may not be held any more is lost, by record, by user or everywhere [law 8]") {
  const auto none = [](const HeldLock&) { return false; };
  ask({kAnn.user, kAnn.session, kAnn.client, "ann", Roles({"sales"})}, "price");
  locked(kBen, "note");
  ask(kBen, Lock{place("note", "43"), {}, false, {}});
  table.take_changes();

  table.review(place("").key, [](const HeldLock& held) { return !held.roles.has("sales"); });
  CHECK(told() == Words{"lost price s-ann 1"});
  table.review(kAnn.user, Roles(), none);
  table.review(kBen.user, Roles({"boss"}), [](const HeldLock& held) { return held.roles.has("boss"); });
  CHECK(told().empty());
  table.begin();
  table.review(none);
  CHECK(told() == Words{"lost note s-ben 2", "lost note s-ben 3"});
  CHECK(table.empty());
  table.undo();
  CHECK(table.size() == 2);
}

// Whatever is asked, in whatever order, no place has two holders at a time, and fences only grow.
TEST_CASE("Locks: no field ever has two holders [law 6]") {
  const auto seed = static_cast<std::uint32_t>(coterie::testing::seed());
  MESSAGE("COTERIE_SEED=", seed);
  std::mt19937 random(seed);
  Fixture world;
  const std::vector<std::string> fields{"", "a", "a.b", "a.b.c", "a.d", "e", "e.f"};
  const std::vector<Author> people{author("ann", "1"), author("ann", "2"), author("ben", "3"),
                                   author("cem", "4")};
  std::uint64_t newest = 0;
  for (int step = 0; step < 20'000; ++step) {
    const Author& who = people[random() % people.size()];
    const std::string& field = fields[random() % fields.size()];
    const Fence some{1 + random() % (world.last_fence + 1)};
    const bool group = random() % 3 == 0;
    if (group) world.table.begin();
    switch (random() % 8) {
      case 0:
        world.steal(who, field);
        break;
      case 1:
        world.back(who, field, some);
        break;
      case 2:
        world.table.unlock({place(field), some}, who);
        break;
      case 3:
        world.table.end_session(who.session);
        break;
      case 4:
        world.now += std::chrono::seconds(random() % 20);
        world.table.expire(world.now);
        break;
      default:
        world.ask(who, field);
    }
    if (group) {
      if (random() % 2 == 0) {
        world.table.keep();
      } else {
        world.table.undo();
      }
    }
    for (const LockChange& change : world.table.take_changes()) {
      if (change.kind != LockChange::Kind::acquired) continue;
      REQUIRE(change.lock.fence.value() > newest);
      newest = change.lock.fence.value();
    }
    std::size_t counted = 0;
    for (const HeldLock* one : world.table.on(place(""))) {
      ++counted;
      REQUIRE(world.table.find(one->fence) == one);
      for (const HeldLock* other : world.table.on(one->place)) {
        REQUIRE(other->holder.session == one->holder.session);
      }
    }
    REQUIRE(counted == world.table.size());
  }
}
