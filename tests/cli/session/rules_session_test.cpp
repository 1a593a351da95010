// coterie rules: of the file, and of those in force on a server's data.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/cli/session/program.hpp"
#include "tests/support/server_process.hpp"

namespace coterie {
namespace {

using test::Ended;

struct Files {
  test::TemporaryFolder folder{"cli-rules"};
  std::string config = (folder.path() / "my.toml").string();
  std::string data = (folder.path() / "data").string();

  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = (folder.path() / name).string();
    std::ofstream(path, std::ios::trunc) << text;
    return path;
  }
  Ended rules(std::vector<std::string> words) const {
    words.insert(words.begin(), "rules");
    words.insert(words.end(), {"--config", config});
    return test::run(folder.path(), std::move(words));
  }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* kRules = R"([roles]
customer = []
sales = []
[access.Booking]
read = ["sales", {role = "customer", where = {customer = "$user.id"}}]
update = "sales"
[access.Booking.fields]
margin = {read = ["admin"]}
)";

}  // namespace

TEST_CASE("Rules command: lists the rules of the file with their lines") {
  Files files;
  files.write("my.toml", kRules);

  const Ended listed = files.rules({"list"});

  CHECK(listed.exit_code == 0);
  for (const char* part : {"customer where {\"customer\":\"$user.id\"}", "line 5", "line 6", "seen by admin",
                           "These are the rules of the file; --data DIR"}) {
    CHECK_MESSAGE(holds(listed.out, part), part << " in " << listed.out);
  }
  CHECK_FALSE(holds(files.rules({"list", "Rota"}).out, "customer where"));
  files.write("my.toml", "[access.Booking]\nraed = \"a\"\n");
  const Ended wrong = files.rules({"list"});
  CHECK(wrong.exit_code == 1);
  CHECK(holds(wrong.err, "my.toml:2: access.Booking.raed: This key is not known; did you mean read?"));
}

TEST_CASE("Rules command: tells what somebody may do and why, and by its exit code whether all is allowed") {
  Files files;
  files.write("my.toml", kRules);
  const std::string own = files.write("own.json", R"({"customer": "ann"})");
  const std::string other =
      files.write("other.json", R"({"entityType": "Booking", "entityId": "1", "data": {"customer": "ben"}})");
  const auto check = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"check", "Booking", "--role", "customer", "--user", "ann"});
    return files.rules(std::move(more));
  };

  const Ended where = check({"--action", "read"});
  CHECK(where.exit_code == 4);
  CHECK(holds(where.out, "where    line 5, role customer where"));
  CHECK(check({"--action", "read", "--record", own}).exit_code == 0);
  const Ended not_own = check({"--action", "read", "--record", other});
  CHECK(not_own.exit_code == 4);
  CHECK(holds(not_own.out, "no       line 5"));
  const Ended all = check({});
  CHECK(holds(all.out, "no grant to these roles"));
  CHECK(holds(all.out, "margin    hidden"));
  CHECK(check({"--action", "raed"}).exit_code == 2);
  CHECK(files.rules({"check", "Booking", "--role", "admin"}).exit_code == 0);
}

TEST_CASE("Rules command: what is in force on a server's data, and that the file says something else") {
  Files files;
  files.write("my.toml", kRules);
  const std::string others = files.write("others.toml", "[access.Booking]\nread = \"stock\"\n");
  {
    test::ServerProcess server(files.data, {"--config", files.config});
    const Ended in_force = files.rules({"list", "--data", files.data});
    CHECK(in_force.exit_code == 0);
    CHECK(holds(in_force.out, "line 5"));
    CHECK(holds(in_force.out, "version 1, of the file, "));

    const Ended set = files.rules({"set", others, "--if-version", "1", "--data", files.data});
    CHECK_MESSAGE(set.exit_code == 0, set.err);
    CHECK(holds(set.out, "version 2, by cli"));
    const Ended late = files.rules({"set", others, "--if-version", "1", "--data", files.data});
    CHECK(late.exit_code == 3);
    CHECK(holds(late.err, "The rules have been changed since: version 2"));
    server.stop();
  }

  const Ended listed = files.rules({"list", "--data", files.data});
  CHECK(listed.exit_code == 0);
  CHECK(holds(listed.out, "access.Booking.read"));
  CHECK(holds(listed.out, "stock"));
  CHECK(holds(listed.out, "version 2, by cli"));
  CHECK(holds(listed.out, "The file says something else (version 1, of the file"));
  CHECK(files.rules({"check", "Booking", "--role", "stock", "--action", "read", "--data", files.data})
            .exit_code == 0);
  CHECK(files.rules({"check", "Booking", "--role", "sales", "--action", "read", "--data", files.data})
            .exit_code == 4);

  const Ended history = files.rules({"history", "--data", files.data});
  CHECK(history.exit_code == 0);
  CHECK(history.out.find("cli") < history.out.find("file"));

  // The log of a start says so as well.
  const test::ServerProcess again(files.data, {"--config", files.config});
  CHECK(holds(again.log(), "rules_file_overridden"));
}

TEST_CASE(
    "Rules command: a folder without a server's data is told so, and a file without rules changes none") {
  Files files;
  files.write("my.toml", kRules);
  CHECK(files.rules({"list", "--data", files.data}).exit_code == 1);
  CHECK(files.rules({"history", "--data", files.data}).exit_code == 1);
  { const test::ServerProcess server(files.data); }
  const std::string empty = files.write("empty.toml", "[roles]\n");
  const Ended set = files.rules({"set", empty, "--if-version", "1", "--data", files.data});
  CHECK(set.exit_code == 2);
  CHECK(holds(set.err, "has no [access]"));
  CHECK(holds(files.rules({"list", "--data", files.data}).out, "everyone who is signed in may everything"));
}

}  // namespace coterie
