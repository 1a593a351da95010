// watch, get and edit against a real server.
#include <doctest/doctest.h>
#include <signal.h>

#include "tests/cli/session/program.hpp"
#include "tests/support/server_process.hpp"

namespace coterie {
namespace {

using test::Ended;
using test::Program;

struct Session {
  test::TemporaryFolder folder{"cli-session"};
  test::ServerProcess server{folder.path() / "data"};

  std::vector<std::string> arguments(std::vector<std::string> words, const std::string& user) const {
    words.insert(words.end(), {"--url", server.url(), "--user", user});
    return words;
  }
  Ended run(std::vector<std::string> words, const std::string& user = "ann") const {
    return test::run(folder.path(), arguments(std::move(words), user));
  }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Session: an edit of one arrives at the other, with its old and its new value [law 3]") {
  Session session;
  REQUIRE(session.run({"edit", "Vehicle/1", "--create", "Name=torino", "Horsepower=130"}).exit_code == 0);
  Program watch(session.folder.path(),
                session.arguments({"watch", "Vehicle/1", "--count", "2", "--for", "20"}, "ben"));
  REQUIRE(watch.prints("Vehicle/1 v1"));

  CHECK(session.run({"edit", "Vehicle/1", "Horsepower=200"}).exit_code == 0);
  CHECK(session.run({"edit", "Vehicle/1", "--delete"}).exit_code == 0);

  const Ended watched = watch.wait();
  CHECK(watched.exit_code == 0);
  CHECK(holds(watched.out, "Vehicle/1 v2  ann  Horsepower 130 -> 200"));
  CHECK(holds(watched.out, "Vehicle/1 v3  ann  deleted"));
}

TEST_CASE("Session: a watch ends on Ctrl-C with 0, and one that saw too little with 1") {
  Session session;
  Program watch(session.folder.path(), session.arguments({"watch", "Vehicle"}, "ben"));
  REQUIRE(watch.prints("Vehicle: 0"));
  watch.signal(SIGINT);
  CHECK(watch.wait().exit_code == 0);

  CHECK(session.run({"watch", "Vehicle", "--count", "1", "--for", "0.3"}).exit_code == 1);
}

TEST_CASE("Session: a stale edit shows base, theirs and yours, and changes nothing [law 5]") {
  Session session;
  REQUIRE(session.run({"edit", "Vehicle/1", "--create", "Horsepower=130", "Origin=USA"}).exit_code == 0);
  REQUIRE(session.run({"edit", "Vehicle/1", "Horsepower=200"}).exit_code == 0);

  const Ended stale = session.run({"edit", "Vehicle/1", "Horsepower=180", "--base", "1"}, "ben");

  CHECK(stale.exit_code == 3);
  CHECK(holds(stale.out, "v2 by ann at "));
  CHECK(holds(stale.out, "Horsepower  130      200        180    both changed it"));
  CHECK(holds(session.run({"get", "Vehicle/1", "--json"}).out, "\"Horsepower\":200"));
}

TEST_CASE("Session: a conflict is decided for theirs, mine or both") {
  Session session;
  REQUIRE(session.run({"edit", "Vehicle/1", "--create", "Horsepower=130", "Origin=USA"}).exit_code == 0);
  REQUIRE(session.run({"edit", "Vehicle/1", "Horsepower=200"}).exit_code == 0);
  const auto decide = [&](const std::string& how) {
    return session.run(
        {"edit", "Vehicle/1", "Horsepower=180", "Origin=Japan", "--base", "1", "--on-conflict", how}, "ben");
  };

  CHECK(decide("theirs").exit_code == 0);
  CHECK(holds(session.run({"get", "Vehicle/1"}).out, "Vehicle/1 v2"));

  CHECK(decide("merge").exit_code == 0);
  const std::string merged = session.run({"get", "Vehicle/1", "--json"}).out;
  CHECK(holds(merged, "\"Horsepower\":200"));
  CHECK(holds(merged, "\"Origin\":\"Japan\""));

  CHECK(decide("mine").exit_code == 0);
  CHECK(holds(session.run({"get", "Vehicle/1", "--json"}).out, "\"Horsepower\":180"));
  CHECK(holds(session.run({"get", "Vehicle/1", "--version", "1", "--json"}).out, "\"Horsepower\":130"));
}

TEST_CASE("Session: strategies, guards, increments and repeats as the protocol has them [law 4]") {
  Session session;
  REQUIRE(session.run({"edit", "Stock/tent", "--create", "available=3", "note=x"}).exit_code == 0);
  const std::vector<std::string> take{"edit",          "Stock/tent", "--increment",
                                      "available=-2",  "--guard",    R"({"available":{"$gte":2}})",
                                      "--mutation-id", "take-1"};
  CHECK(session.run(take).exit_code == 0);
  CHECK(session.run(take).exit_code == 0);  // the same once more: the same answer, taken once
  auto more = take;
  more.back() = "take-2";
  const Ended refused = session.run(more);
  CHECK(refused.exit_code == 4);
  CHECK(holds(refused.err, "guard_failed"));
  CHECK(holds(session.run({"get", "Stock/tent", "--json"}).out, "\"available\":1"));

  CHECK(session.run({"edit", "Stock/tent", "note=y", "--base", "1", "--strategy", "merge"}).exit_code == 0);
  CHECK(session.run({"edit", "Stock/tent", "--delete"}).exit_code == 0);
  CHECK(session.run({"get", "Stock/tent"}).exit_code == 1);
  CHECK(session.run({"edit", "Stock/tent", "--restore", "1"}).exit_code == 0);
  CHECK(holds(session.run({"get", "Stock/tent", "--json"}).out, "\"version\":5,\"data\":{\"available\":3"));
}

TEST_CASE("Session: who asks wrongly, for nothing or nobody is told so, with a code of its own") {
  Session session;
  CHECK(session.run({"edit", "Vehicle/1"}).exit_code == 2);
  CHECK(session.run({"edit", "Vehicle", "a=1"}).exit_code == 2);
  CHECK(session.run({"get", "../x"}).exit_code == 2);
  CHECK(session.run({"edit", "Vehicle/9", "a=1"}).exit_code == 4);
  CHECK(session.run({"get", "Vehicle/9"}).exit_code == 1);

  const Ended nobody = test::run(session.folder.path(), {"get", "Vehicle/1", "--url", "http://127.0.0.1:1"});
  CHECK(nobody.exit_code == 5);
  CHECK(holds(nobody.err, "cannot reach http://127.0.0.1:1: connection refused. Is the server running?"));
  const Ended stranger = test::run(session.folder.path(),
                                   {"get", "Vehicle/1", "--url", session.server.url(), "--token", "forged"});
  CHECK(stranger.exit_code == 1);
  CHECK(holds(stranger.err, "did not let us in"));
}

}  // namespace coterie
