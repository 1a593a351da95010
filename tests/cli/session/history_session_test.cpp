// history, blame, restore, changes, readers and export --history, with the real program and a real server.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/cli/session/program.hpp"
#include "tests/support/server_process.hpp"

namespace coterie {
namespace {

using test::Ended;
using test::Program;

struct Session {
  test::TemporaryFolder folder{"cli-history"};
  std::string data = (folder.path() / "data").string();
  test::ServerProcess server{data};

  std::vector<std::string> arguments(std::vector<std::string> words, const std::string& user = "ann") const {
    words.insert(words.end(), {"--url", server.url(), "--user", user});
    return words;
  }
  Ended run(std::vector<std::string> words, const std::string& user = "ann") const {
    return test::run(folder.path(), arguments(std::move(words), user));
  }
  void edit_some() const {
    REQUIRE(run({"edit", "Vehicle/1", "--create", "Name=torino", "Horsepower=130"}).exit_code == 0);
    REQUIRE(run({"edit", "Vehicle/1", "Horsepower=200"}, "ben").exit_code == 0);
    REQUIRE(run({"edit", "Boat/7", "--create", "Name=dory"}).exit_code == 0);
  }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
auto lines_of(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace

TEST_CASE("Session: the history is told oldest first, of a record, a type, a user or everything") {
  Session session;
  session.edit_some();

  const Ended record = session.run({"history", "Vehicle/1"});
  CHECK(record.exit_code == 0);
  CHECK(lines_of(record.out) == 2);
  CHECK(record.out.find("Vehicle/1 v1") < record.out.find("Vehicle/1 v2  ben  Horsepower 130 -> 200"));
  CHECK(lines_of(session.run({"history", "Boat"}).out) == 1);
  CHECK(lines_of(session.run({"history"}).out) == 3);
  CHECK(lines_of(session.run({"history", "--by", "ben"}).out) == 1);
  CHECK(lines_of(session.run({"history", "--until", "2020-01-01"}).out) == 0);
  const Ended one = session.run({"history", "--limit", "1"});
  CHECK(holds(one.out, "Boat/7 v1"));
  CHECK(holds(one.out, "--limit 0 shows all"));
  CHECK(holds(session.run({"history", "Vehicle/1", "--json"}).out, R"("old":{"Horsepower":130})"));
  CHECK(session.run({"history", "no type"}).exit_code == 2);
}

TEST_CASE("Session: blame names who changed each field last, and restore brings a version back") {
  Session session;
  session.edit_some();

  const Ended blame = session.run({"blame", "Vehicle/1"});
  CHECK(blame.exit_code == 0);
  CHECK(holds(blame.out, "Horsepower"));
  CHECK(holds(blame.out, "ben"));
  CHECK(session.run({"blame", "Vehicle/2"}).exit_code == 1);
  CHECK(session.run({"blame", "Vehicle"}).exit_code == 2);

  CHECK(session.run({"edit", "Vehicle/1", "--delete"}).exit_code == 0);
  CHECK(session.run({"restore", "Vehicle/1", "--to", "1"}).exit_code == 0);
  const Ended now = session.run({"get", "Vehicle/1", "--json"});
  CHECK(holds(now.out, R"("Horsepower":130)"));
  CHECK(holds(now.out, R"("version":4)"));
  CHECK(session.run({"restore", "Vehicle/1"}).exit_code == 2);
}

TEST_CASE("Session: a named reader prints each change once, and goes on where it was [law 3]") {
  Session session;
  session.edit_some();

  const Ended first = session.run({"changes", "--reader", "books"});
  CHECK(first.exit_code == 0);
  CHECK(lines_of(first.out) == 3);
  CHECK(session.run({"changes", "--reader", "books"}).out.empty());
  Program follower(session.folder.path(), session.arguments({"changes", "--reader", "books", "--follow"}));
  CHECK(session.run({"edit", "Boat/7", "Name=skiff"}).exit_code == 0);
  CHECK(follower.prints(R"("Name":"skiff")"));
  follower.signal(SIGINT);
  CHECK(follower.wait().exit_code == 0);

  CHECK(lines_of(session.run({"changes", "--reader", "boats", "--type", "Boat"}).out) == 2);
  const Ended readers = session.run({"readers"});
  CHECK(holds(readers.out, "boats"));
  CHECK(holds(readers.out, "books"));
  CHECK(session.run({"readers", "--forget", "boats"}).exit_code == 0);
  CHECK_FALSE(holds(session.run({"readers"}).out, "boats"));
  CHECK(session.run({"changes", "--reader", "a/b"}).exit_code == 2);
}

TEST_CASE("Session: the history is exported from a server and from its files alike") {
  Session session;
  session.edit_some();

  const Ended remote = session.run({"export", "--history"});
  CHECK(remote.exit_code == 0);
  CHECK(lines_of(remote.out) == 3);
  CHECK(holds(remote.out, R"("old":{"Horsepower":130})"));
  CHECK(lines_of(session.run({"export", "--history", "--type", "Vehicle"}).out) == 2);
  const std::string file = (session.folder.path() / "all.jsonl").string();
  const Ended local =
      test::run(session.folder.path(), {"export", "--history", "--data", session.data, "-o", file});
  CHECK(local.exit_code == 0);
  CHECK(holds(local.err, "3 events to"));
  std::ostringstream written;
  written << std::ifstream(file, std::ios::binary).rdbuf();
  CHECK(written.str() == remote.out);
  CHECK(session.run({"export"}).exit_code == 2);
  CHECK(session.run({"export", "--history", "--filter", "{}"}).exit_code == 2);
}

}  // namespace coterie
