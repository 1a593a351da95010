#include "server/sync/session_registry.hpp"

#include <doctest/doctest.h>

#include "tests/sync/recording_sink.hpp"
#include "tests/sync/samples.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

const SessionRegistry::Time kStart{};
const UserId kAnn{"ann"};
const UserId kBob{"bob"};

struct Fixture {
  int made = 0;
  SessionRegistry sessions{15s, [this] { return "random-" + std::to_string(++made); }};
  Hub hub{{}, Seq{0}, no_log()};
  RecordingSink first_sink, second_sink;
  Subscriber first{author_of("ann"), first_sink, hub, 1000};
  Subscriber second{author_of("ann"), second_sink, hub, 1000};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "SessionRegistry: a session outlives its connection by its grace, and no longer") {
  const OpenedSession opened = *sessions.open(kAnn, std::nullopt, kStart);
  CHECK_FALSE(opened.resumed);
  sessions.attach(opened.id, first);
  sessions.expire(kStart + 1h);
  CHECK(sessions.size() == 1);
  sessions.detach(opened.id, first, false, kStart + 1h);

  SUBCASE("back in time: the same session under a new secret") {
    sessions.expire(kStart + 1h + 14s);
    const OpenedSession back = *sessions.open(kAnn, opened.resume, kStart + 1h + 14s);
    CHECK(back.resumed);
    CHECK(back.id == opened.id);
    CHECK(back.resume != opened.resume);
    CHECK_FALSE(sessions.find(opened.resume));
    CHECK(sessions.find(back.resume)->session == opened.id);
  }
  SUBCASE("too late: a new one") {
    const OpenedSession back = *sessions.open(kAnn, opened.resume, kStart + 1h + 15s);
    CHECK_FALSE(back.resumed);
    CHECK(back.id != opened.id);
    CHECK(sessions.size() == 1);
  }
  SUBCASE("swept away") {
    sessions.expire(kStart + 1h + 15s);
    CHECK(sessions.size() == 0);
  }
}

TEST_CASE_FIXTURE(Fixture,
                  "SessionRegistry: another user's secret is refused, and nothing is touched [law 8]") {
  const OpenedSession opened = *sessions.open(kAnn, std::nullopt, kStart);
  sessions.attach(opened.id, first);

  const auto stolen = sessions.open(kBob, opened.resume, kStart);

  REQUIRE(stolen.has_error());
  CHECK(stolen.error().code == ErrorCode::unauthorized);
  CHECK_FALSE(first_sink.closed);
  CHECK(sessions.find(opened.resume));
  CHECK(sessions.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "SessionRegistry: an unknown secret is a new session") {
  const OpenedSession opened = *sessions.open(kAnn, "never given out", kStart);

  CHECK_FALSE(opened.resumed);
  CHECK_FALSE(sessions.find("never given out"));
}

TEST_CASE_FIXTURE(
    Fixture, "SessionRegistry: a new connection replaces its predecessor, whose end then changes nothing") {
  const OpenedSession opened = *sessions.open(kAnn, std::nullopt, kStart);
  sessions.attach(opened.id, first);

  const OpenedSession back = *sessions.open(kAnn, opened.resume, kStart);
  sessions.attach(back.id, second);
  CHECK(first_sink.closed == CloseCode::replaced);
  CHECK_FALSE(second_sink.closed);

  sessions.detach(opened.id, first, true, kStart);
  sessions.expire(kStart + 1h);
  CHECK(sessions.find(back.resume));
}

TEST_CASE_FIXTURE(Fixture, "SessionRegistry: a clean close ends the session at once") {
  const OpenedSession opened = *sessions.open(kAnn, std::nullopt, kStart);
  sessions.attach(opened.id, first);

  sessions.detach(opened.id, first, true, kStart);

  CHECK(sessions.size() == 0);
  CHECK_FALSE(sessions.open(kAnn, opened.resume, kStart)->resumed);
}

TEST_CASE_FIXTURE(Fixture,
                  "SessionRegistry: one that was opened and never attached goes with its grace [law 6]") {
  sessions.open(kAnn, std::nullopt, kStart);

  sessions.expire(kStart + 15s);

  CHECK(sessions.size() == 0);
}
