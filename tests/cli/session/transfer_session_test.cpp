// import and export, into files and into a real server.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/cli/session/program.hpp"
#include "tests/support/server_process.hpp"

namespace coterie {
namespace {

using test::Ended;

struct Files {
  test::TemporaryFolder folder{"cli-transfer"};
  std::string data = (folder.path() / "data").string();

  std::string write(const std::string& name, const std::string& content) const {
    const std::string path = (folder.path() / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder.path() / name, std::ios::binary).rdbuf();
    return text.str();
  }
  Ended run(std::vector<std::string> words) const { return test::run(folder.path(), std::move(words)); }
  std::string exported(const std::vector<std::string>& from) const {
    std::vector<std::string> words{"export", "--type", "Vehicle"};
    words.insert(words.end(), from.begin(), from.end());
    return run(words).out;
  }
};

std::string many_rows(int count) {
  std::string text;
  for (int at = 1; at <= count; ++at) {
    text += "{\"n\":" + std::to_string(at) + ",\"name\":\"vehicle " + std::to_string(at) + "\"}\n";
  }
  return text;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
auto lines_of(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace

TEST_CASE("Transfer: what is exported from one place is imported into another the same") {
  Files files;
  const std::string file = files.write(
      "a.jsonl", R"({"$id":"a","n":1.5,"t":"5","deep":{"x":[1,{"y":null}]},"id":"own","u":"é\u001b"})"
                 "\n"
                 R"({"$id":"b"})"
                 "\n");
  REQUIRE(files.run({"import", file, "--type", "Vehicle", "--data", files.data}).exit_code == 0);
  const std::string first = files.exported({"--data", files.data});
  CHECK(first == R"({"$id":"a","n":1.5,"t":"5","deep":{"x":[1,{"y":null}]},"id":"own","u":"é\u001b"})"
                 "\n"
                 R"({"$id":"b"})"
                 "\n");

  const std::string again = files.write("b.jsonl", first);
  const std::string other = (files.folder.path() / "other").string();
  REQUIRE(files.run({"import", again, "--type", "Vehicle", "--data", other}).exit_code == 0);
  CHECK(files.exported({"--data", other}) == first);

  REQUIRE(files.run({"export", "--type", "Vehicle", "--data", files.data, "-o", files.write("x.csv", "")})
              .exit_code == 0);
  CHECK(holds(files.read("x.csv"), "$id,n,t,deep.x,id,u"));
}

TEST_CASE("Transfer: a refused row leaves the database without a trace of the others") {
  Files files;
  const std::string file = files.write("a.csv", "id,n\na,1\nb\nc,3\n");

  const Ended ended = files.run({"import", file, "--type", "Vehicle", "--data", files.data});

  CHECK(ended.exit_code == 1);
  CHECK(holds(ended.err, "line 3: it has 1 cell, and the header names 2"));
  CHECK(files.exported({"--data", files.data}).empty());
  CHECK(files.run({"import", file, "--type", "Vehicle", "--data", files.data, "--skip-refused"}).exit_code ==
        0);
  CHECK(lines_of(files.exported({"--data", files.data})) == 2);
}

TEST_CASE("Transfer: a dry run makes nothing, not even the directory") {
  Files files;
  const std::string file = files.write("a.jsonl", many_rows(3));
  const Ended ended = files.run({"import", file, "--type", "Vehicle", "--data", files.data, "--dry-run"});
  CHECK(ended.exit_code == 0);
  CHECK(holds(ended.out, "3 to create"));
  CHECK_FALSE(std::filesystem::exists(files.data));
}

TEST_CASE("Transfer: into a running server, and not past it into its files") {
  Files files;
  const std::string file = files.write("a.jsonl", many_rows(1200));
  test::ServerProcess server(files.data);

  const Ended behind = files.run({"import", file, "--type", "Vehicle", "--data", files.data});
  CHECK(behind.exit_code == 1);
  CHECK(holds(behind.err, "--url"));

  const Ended ended = files.run({"import", file, "--type", "Vehicle", "--url", server.url()});
  CHECK(ended.exit_code == 0);
  CHECK(holds(ended.out, "1,200 created"));
  const std::string all = files.exported({"--url", server.url()});
  CHECK(lines_of(all) == 1200);
  CHECK(all.find("\"n\":1,") < all.find("\"n\":1200,"));

  const Ended again = files.run({"import", file, "--type", "Vehicle", "--url", server.url()});
  CHECK(again.exit_code == 0);
  CHECK(holds(again.out, "1,200 there already"));
  CHECK(files.run({"import", file, "--type", "Vehicle", "--url", "http://127.0.0.1:1"}).exit_code == 5);
}

TEST_CASE("Transfer: an export is in the activity log, from a server and from files, with who took what") {
  Files files;
  const std::string file = files.write("a.jsonl", many_rows(1200));
  REQUIRE(files.run({"import", file, "--type", "Vehicle", "--data", files.data}).exit_code == 0);
  const auto noted = [&] {
    return files.run({"audit", "list", "--kind", "exported", "--data", files.data, "--json"}).out;
  };
  // Without accounts there is no log, and none is made.
  CHECK(files.run({"export", "--type", "Vehicle", "--data", files.data, "--quiet"}).err.empty());
  CHECK_FALSE(std::filesystem::exists(std::filesystem::path(files.data) / "accounts.sqlite"));
  {
    test::ServerProcess server(files.data);
    CHECK(lines_of(files.run({"export", "--type", "Vehicle", "--url", server.url(), "--user", "ann"}).out) ==
          1200);
    CHECK(files.run({"export", "--history", "--url", server.url(), "--user", "ben"}).exit_code == 0);
    REQUIRE(server.stop() == 0);
  }
  const std::string remote = noted();
  CHECK(lines_of(remote) == 2);
  CHECK(holds(remote, R"("userId":"ann","subject":"Vehicle","detail":"all records","address":"127.0.0.1")"));
  CHECK(holds(remote, R"("userId":"ben","subject":"everything","detail":"the history")"));

  CHECK(
      files.run({"export", "--type", "Vehicle", "--data", files.data, "--filter", R"({"n":5})"}).exit_code ==
      0);
  CHECK(lines_of(noted()) == 3);
  CHECK(holds(noted(), R"("subject":"Vehicle","detail":"records that pass a filter")"));
  CHECK(files.run({"audit", "verify", "--data", files.data}).exit_code == 0);
}

TEST_CASE("Transfer: killed at any moment and run again, each row is there once [law 4]") {
  Files files;
  const std::string file = files.write("a.jsonl", many_rows(4000));
  test::ServerProcess server(files.data);
  const std::vector<std::string> words{"import", file, "--type", "Vehicle", "--url", server.url()};
  for (int round = 0; round < 4; ++round) {
    test::Program import(files.folder.path(), words);
    std::this_thread::sleep_for(std::chrono::milliseconds{60 + 90 * round});
    import.signal(SIGKILL);
    import.wait();
  }

  CHECK(files.run(words).exit_code == 0);

  const std::string all = files.exported({"--url", server.url()});
  CHECK(lines_of(all) == 4000);
  CHECK(holds(files
                  .run({"get", "Vehicle", "--url", server.url(), "--limit", "1", "--filter",
                        R"({"$version":{"$gt":1}})"})
                  .out,
              "0 of 0"));
}

TEST_CASE("Transfer: killed while it writes files, all rows are there or none") {
  Files files;
  const std::string file = files.write("a.jsonl", many_rows(4000));
  for (int round = 0; round < 5; ++round) {
    const std::string data = (files.folder.path() / ("round-" + std::to_string(round))).string();
    const std::vector<std::string> words{"import", file, "--type", "Vehicle", "--data", data};
    test::Program import(files.folder.path(), words);
    std::this_thread::sleep_for(std::chrono::milliseconds{100 + 250 * round});
    import.signal(SIGKILL);
    import.wait();
    const auto rows =
        std::filesystem::exists(data + "/coterie.db") ? lines_of(files.exported({"--data", data})) : 0;
    CAPTURE(rows);
    CHECK((rows == 0 || rows == 4000));
    CHECK(files.run(words).exit_code == 0);
    CHECK(lines_of(files.exported({"--data", data})) == 4000);
  }
}

}  // namespace coterie
