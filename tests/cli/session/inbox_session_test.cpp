// Conflicts, notifications and announcements on the command line, against a real server.
#include <doctest/doctest.h>

#include "tests/cli/session/program.hpp"
#include "tests/support/server_process.hpp"

namespace coterie {
namespace {

using test::Ended;
using test::Program;

struct Session {
  test::TemporaryFolder folder{"cli-inbox"};
  test::ServerProcess server{folder.path() / "data"};

  std::vector<std::string> arguments(std::vector<std::string> words, const std::string& user) const {
    words.insert(words.end(), {"--url", server.url(), "--user", user});
    return words;
  }
  Ended run(std::vector<std::string> words, const std::string& user = "ann") const {
    return test::run(folder.path(), arguments(std::move(words), user));
  }
  // Ann's horsepower stands at version 2; ben's late edit waits as the next conflict.
  Ended store_conflict(const std::string& id) const {
    return run({"edit", "Vehicle/1", "Horsepower=180", "Origin=Japan", "--base", "1", "--on-conflict",
                "store", "--mutation-id", id},
               "ben");
  }
  void begin() const {
    REQUIRE(run({"edit", "Vehicle/1", "--create", "Horsepower=130", "Origin=USA"}).exit_code == 0);
    REQUIRE(run({"edit", "Vehicle/1", "Horsepower=200"}).exit_code == 0);
    REQUIRE(store_conflict("late-1").exit_code == 3);
  }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Session: a conflict is kept, listed, shown, assigned and decided") {
  Session session;
  session.begin();
  const Ended again = session.store_conflict("late-1");
  CHECK(holds(again.out, "it waits as conflict 1: coterie conflicts decide 1"));

  const Ended list = session.run({"conflicts", "list"});
  CHECK(list.exit_code == 0);
  CHECK(holds(list.out, "id  record     of   change  since"));
  CHECK(holds(list.out, "Horsepower!, Origin  open"));
  CHECK(holds(list.out, "1 shown, 1 open in all"));
  const Ended shown = session.run({"conflicts", "show", "1"});
  CHECK(holds(shown.out, "conflict 1: update of ben at "));
  CHECK(holds(shown.out, "Horsepower  130      200        180    both changed it"));
  CHECK(holds(session.run({"conflicts", "assign", "1", "cid"}).out, "conflict 1 is for cid to decide"));
  CHECK(holds(session.run({"conflicts", "list", "Vehicle/1", "--assignee", "cid"}).out, "open, for cid"));

  const Ended decided = session.run({"conflicts", "decide", "1", "--use", "merge"}, "cid");
  CHECK(decided.exit_code == 0);
  CHECK(holds(decided.out, "decided: Vehicle/1 is now version 3"));
  const std::string record = session.run({"get", "Vehicle/1", "--json"}).out;
  CHECK(holds(record, "\"Horsepower\":200"));
  CHECK(holds(record, "\"Origin\":\"Japan\""));
  const Ended late = session.run({"conflicts", "decide", "1", "--use", "mine"}, "dan");
  CHECK(late.exit_code == 4);
  CHECK(holds(late.out, "decided by cid (merge)"));
  CHECK(holds(session.run({"conflicts", "list", "--state", "all"}).out, "0 open in all"));
}

TEST_CASE("Session: a conflict is decided by values, for the author, or dismissed") {
  Session session;
  session.begin();
  REQUIRE(session.store_conflict("late-2").exit_code == 3);
  REQUIRE(session.store_conflict("late-3").exit_code == 3);

  CHECK(session.run({"conflicts", "decide", "1"}).exit_code == 3);
  CHECK(session.run({"conflicts", "decide", "1", "--set", "Horsepower=190"}).exit_code == 0);
  CHECK(holds(session.run({"get", "Vehicle/1", "--json"}).out, "\"Horsepower\":190"));
  CHECK(session.run({"conflicts", "decide", "2", "--use", "mine"}).exit_code == 0);
  CHECK(holds(session.run({"get", "Vehicle/1", "--json"}).out, "\"Horsepower\":180"));
  const Ended dismissed = session.run({"conflicts", "decide", "3", "--use", "theirs"});
  CHECK(dismissed.exit_code == 0);
  CHECK(holds(dismissed.out, "conflict 3 is dismissed; the record stays as it is"));
  CHECK(holds(session.run({"get", "Vehicle/1"}).out, "Vehicle/1 v4"));

  const Ended told = session.run({"notifications"}, "ben");
  CHECK(holds(told.out, "Vehicle/1 v3: ann decided your conflict 1 (set)"));
  CHECK(holds(told.out, "3 unread"));
  CHECK(holds(session.run({"notifications", "--mark-read"}, "ben").out, "0 unread"));
  CHECK(session.run({"notifications"}, "ben").out == "0 unread\n");
  CHECK(holds(session.run({"notifications", "--all"}, "ben").out, "(dismissed)") == false);
  CHECK(holds(session.run({"notifications", "--all"}, "ben").out, "(read)"));
}

TEST_CASE("Session: who asks wrongly about conflicts is told so") {
  Session session;
  CHECK(session.run({"conflicts"}).exit_code == 2);
  CHECK(session.run({"conflicts", "show", "0"}).exit_code == 2);
  CHECK(session.run({"conflicts", "assign", "1"}).exit_code == 2);
  CHECK(session.run({"conflicts", "decide", "1", "--use", "yours"}).exit_code == 2);
  const Ended none = session.run({"conflicts", "show", "7"});
  CHECK(none.exit_code == 1);
  CHECK(holds(none.err, "There is no such conflict."));
}

TEST_CASE("Session: an announcement reaches whoever watches, and whoever begins to") {
  Session session;
  Program watch(session.folder.path(), session.arguments({"watch", "Vehicle", "--for", "30"}, "ben"));
  REQUIRE(watch.prints("Vehicle: 0 records"));

  const Ended made = session.run({"announce", "Back at noon.", "--for", "15m", "--warning"});
  CHECK(made.out == "announcement 1 stands for 15 min\n");
  CHECK(watch.prints("warning 1 from ann: Back at noon. (for 1"));
  Program later(session.folder.path(), session.arguments({"watch", "Vehicle", "--for", "30"}, "cid"));
  CHECK(later.prints("warning 1 from ann: Back at noon. (for 1"));

  CHECK(holds(session.run({"announce", "--list"}, "dan").out, "warning 1 from ann: Back at noon."));
  CHECK(session.run({"announce", "--withdraw", "1"}, "dan").out == "announcement 1 is withdrawn\n");
  CHECK(watch.prints("announcement 1 is withdrawn"));
  CHECK(session.run({"announce", "--list"}).out == "nothing is announced\n");
  CHECK(session.run({"announce", "--withdraw", "1"}).exit_code == 1);
  CHECK(session.run({"announce"}).exit_code == 2);
  CHECK(session.run({"announce", "x", "--for", "soon"}).exit_code == 2);
}

TEST_CASE("Session: a watcher reads in words that their change was written over, or their conflict decided") {
  Session session;
  session.begin();
  Program watch(session.folder.path(), session.arguments({"watch", "Vehicle/1", "--for", "30"}, "ben"));
  REQUIRE(watch.prints("Vehicle/1 v2"));

  CHECK(session.run({"conflicts", "decide", "1", "--use", "mine"}, "cid").exit_code == 0);
  CHECK(watch.prints("note  Vehicle/1 v3: cid decided your conflict 1 (use-mine)"));
}

}  // namespace coterie
