// coterie types, and the commands that heed coterie.toml.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/cli/session/program.hpp"
#include "tests/support/server_process.hpp"

namespace coterie {
namespace {

using test::Ended;

struct Files {
  test::TemporaryFolder folder{"cli-types"};
  std::string config = (folder.path() / "my.toml").string();

  void write(const std::string& text) const { std::ofstream(config, std::ios::trunc) << text; }
  Ended run(std::vector<std::string> words) const { return test::run(folder.path(), std::move(words)); }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* kGood = R"([serve]
readers = 3
[sequences]
order = "O-{number}"
[types.Booking]
strategy = "merge"
unique = ["number", ["vehicle", "day"]]
search = ["name"]
history = {age = "30d", versions = 10}
[types.Booking.fields]
stock = "sum"
)";

}  // namespace

TEST_CASE("Types: what is configured is shown, and a good file is called so") {
  Files files;
  files.write(kGood);

  const Ended shown = files.run({"types", "--config", files.config});
  const Ended checked = files.run({"types", "--check", "--config", files.config});

  CHECK(shown.exit_code == 0);
  for (const char* part : {"Booking", "merge where none is named", "stock: sum", "number", "vehicle and day",
                           "30 days", "10 versions", "order", "O-{number}"}) {
    CHECK_MESSAGE(holds(shown.out, part), part << " in " << shown.out);
  }
  CHECK(checked.exit_code == 0);
  CHECK(holds(checked.out, "is good (types: 1, sequences: 1)"));
}

TEST_CASE("Types: a file that is wrong anywhere is told with its line, by check and by the start") {
  struct Case {
    const char* text;
    const char* message;
  };
  Files files;
  for (const Case& each : {Case{"[serve]\nlog-levle = \"info\"\n",
                                ":2: serve.log-levle: This key is not known; did you mean log-level?"},
                           {"[serve]\nreaders = [[1]]\n", ":2: serve.readers: "},
                           {"[sevre]\n", ":1: sevre: This section is not known; did you mean serve?"},
                           {"[types.A]\nindex = 5\n", ":2: types.A.index: This must be a list, in brackets."},
                           {"[types.A\n", ":1: "}}) {
    CAPTURE(each.text);
    files.write(each.text);

    const Ended checked = files.run({"types", "--check", "--config", files.config});
    const Ended served = files.run({"serve", "--dev", "--data", (files.folder.path() / "data").string(),
                                    "--listen", "127.0.0.1:0", "--config", files.config});

    CHECK(checked.exit_code == 1);
    CHECK_MESSAGE(holds(checked.err, "my.toml" + std::string(each.message)), checked.err);
    CHECK(served.exit_code == 2);
    CHECK_MESSAGE(holds(served.err, "my.toml" + std::string(each.message)), served.err);
    CHECK_FALSE(std::filesystem::exists(files.folder.path() / "data"));
  }
  files.write("[serve]\nreaders = 99\n");
  CHECK(holds(files.run({"types", "--check", "--config", files.config}).err, "--readers"));
}

TEST_CASE("Types: a file that is named and not there is an error, one that is not named need not be there") {
  Files files;

  CHECK(files.run({"types", "--config", files.config}).exit_code != 0);
  const Ended nothing = files.run({"types"});

  CHECK(nothing.exit_code == 0);
  CHECK(holds(nothing.out, "every type has the defaults"));
  CHECK(files.run({"types", "--check"}).exit_code == 2);
}

TEST_CASE("Types: flags and the environment outweigh the file, which COTERIE_CONFIG names as well") {
  Files files;
  files.write("[serve]\nreaders = 3\nslow-ms = 7\nshutdown-ms = 500\n");
  setenv("COTERIE_CONFIG", files.config.c_str(), 1);
  setenv("COTERIE_SLOW_MS", "8", 1);
  std::string log;
  {
    test::ServerProcess server(files.folder.path() / "data", {"--shutdown-ms", "600"});
    log = server.log();
    server.stop();
  }
  unsetenv("COTERIE_CONFIG");
  unsetenv("COTERIE_SLOW_MS");

  CHECK(holds(log, "readers=3"));
  CHECK(holds(log, "slow_ms=8"));
  CHECK(holds(log, "shutdown_ms=600"));
}

TEST_CASE("Types: an import into a database holds its records to their rules") {
  Files files;
  const std::string data = (files.folder.path() / "data").string();
  const std::string rows = (files.folder.path() / "rows.jsonl").string();
  std::ofstream(rows) << "{\"$id\":\"1\",\"number\":\"A\"}\n{\"$id\":\"2\",\"number\":\"A\"}\n";
  files.write(kGood);

  const Ended refused =
      files.run({"import", rows, "--type", "Booking", "--data", data, "--config", files.config});
  const Ended unruled = files.run({"import", rows, "--type", "Booking", "--data", data});
  const Ended served =
      files.run({"serve", "--dev", "--data", data, "--listen", "127.0.0.1:0", "--config", files.config});

  CHECK(refused.exit_code == 1);
  CHECK(holds(refused.err, "Booking/2 was refused, number: Another record has this value already"));
  CHECK(unruled.exit_code == 0);
  CHECK(holds(unruled.err, "unique rule of Booking on number is not configured here"));
  CHECK(served.exit_code == 1);
  CHECK(holds(served.err, "\n  1 and 2"));
}

}  // namespace coterie
