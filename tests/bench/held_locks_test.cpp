// What the load harness believes of locks, and what it must object to.
#include "bench/load/held_locks.hpp"

#include <doctest/doctest.h>

using load::HeldLocks;
using load::Holding;

namespace {

const Holding kAnn{"ann", "s1", 7};
const Holding kBen{"ben", "s2", 8};
Holding under(Holding by, std::uint64_t fence) {
  by.fence = fence;
  return by;
}

}  // namespace

TEST_CASE("Load: places overlap where they are the same, within one another, or the whole record") {
  CHECK(load::overlap("price", "price"));
  CHECK(load::overlap("address", "address.city"));
  CHECK(load::overlap("address.city", ""));
  CHECK_FALSE(load::overlap("address", "addresses"));
  CHECK_FALSE(load::overlap("address.city", "address.street"));
}

TEST_CASE("Load: locks that follow one another are nothing to object to") {
  HeldLocks locks;

  CHECK_FALSE(locks.acquired("r", "price", kAnn));
  CHECK_FALSE(locks.acquired("r", "note", kBen));
  CHECK_FALSE(locks.edited("r", "price", kAnn));
  CHECK_FALSE(locks.ended("r", "price", 7));
  CHECK_FALSE(locks.acquired("r", "price", under(kBen, 9)));

  CHECK(locks.holds("r", "price", 9));
  CHECK(locks.all().at("r").size() == 2);
}

TEST_CASE("Load: two holders of one place are noticed, above and below it too") {
  for (const char* place : {"address.city", "address", ""}) {
    HeldLocks locks;
    CHECK_FALSE(locks.acquired("r", "address.city", kAnn));

    CHECK(locks.acquired("r", place, kBen).has_value());
  }
}

TEST_CASE("Load: a fence that does not grow is noticed, after the lock has ended and been shown anew too") {
  HeldLocks locks;
  CHECK_FALSE(locks.acquired("r", "price", under(kAnn, 9)));
  CHECK_FALSE(locks.ended("r", "price", 9));
  CHECK(locks.acquired("r", "price", under(kBen, 9)).has_value());

  HeldLocks shown;
  shown.show("r", {{"price", under(kAnn, 9)}});
  shown.show_all({});
  CHECK(shown.acquired("r", "price", under(kBen, 8)).has_value());
}

TEST_CASE("Load: a lock is taken over under its fence by its own user, and by nobody else") {
  HeldLocks locks;
  CHECK_FALSE(locks.acquired("r", "price", kAnn));

  CHECK_FALSE(locks.acquired("r", "price", {"ann", "s9", 7}));
  CHECK(locks.acquired("r", "price", {"ben", "s2", 7}).has_value());
}

TEST_CASE("Load: the end of a lock that nobody holds is noticed") {
  HeldLocks locks;
  CHECK_FALSE(locks.acquired("r", "price", kAnn));

  CHECK(locks.ended("r", "price", 6).has_value());
  CHECK(locks.ended("r", "note", 7).has_value());
  CHECK_FALSE(locks.ended("r", "price", 7));
  CHECK(locks.ended("r", "price", 7).has_value());
}

TEST_CASE("Load: locks shown to who joins are held against those the stream told, of a record or of all") {
  HeldLocks locks;
  CHECK_FALSE(locks.acquired("r", "price", kAnn));
  CHECK_FALSE(locks.acquired("q", "note", kBen));

  CHECK(locks.shows("", {{"r", {{"price", kAnn}}}, {"q", {{"note", kBen}}}}));
  CHECK(locks.shows("r", {{"r", {{"price", kAnn}}}}));
  CHECK(locks.shows("p", {}));
  CHECK_FALSE(locks.shows("", {{"r", {{"price", kAnn}}}}));
  CHECK_FALSE(locks.shows("r", {}));
  CHECK_FALSE(locks.shows("r", {{"r", {{"price", under(kAnn, 6)}}}}));
}

TEST_CASE("Load: an edit of what another holds is noticed, with a fence or without") {
  HeldLocks locks;
  CHECK_FALSE(locks.acquired("r", "address", kAnn));

  CHECK(locks.edited("r", "address.city", under(kBen, 0)).has_value());
  CHECK(locks.edited("r", "", under(kBen, 0)).has_value());
  CHECK(locks.edited("r", "address", kBen).has_value());
  CHECK_FALSE(locks.edited("r", "note", under(kBen, 0)));
  CHECK_FALSE(locks.edited("r", "address.city", {"ann", "s9", 7}));  // another session of hers, by the fence
}

TEST_CASE("Load: an edit under a fence that is over is noticed, though nobody holds the place") {
  HeldLocks locks;
  CHECK_FALSE(locks.acquired("r", "price", kAnn));
  CHECK_FALSE(locks.ended("r", "price", 7));

  CHECK(locks.edited("r", "price", kAnn).has_value());
  CHECK_FALSE(locks.edited("r", "price", under(kAnn, 0)));
}
