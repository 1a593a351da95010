// The program under TLS: the server with a certificate that comes and goes, and the tools that verify it.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "clients/cpp/http_client.hpp"
#include "tests/cli/session/program.hpp"
#include "tests/support/server_process.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/support/tls_transport.hpp"

namespace coterie {
namespace {

using test::CertificateFiles;
using test::CertificateForm;
using test::Ended;
using test::Program;
using test::ServerProcess;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Encrypted {
  explicit Encrypted(const CertificateForm& form = {})
      : files(test::make_certificate(folder.path(), "own", form)),
        server(folder.path() / "data", {"--tls-cert", files.certificate, "--tls-key", files.key}) {}

  std::string url() const { return "https://localhost:" + std::to_string(server.port()); }
  Ended run(std::vector<std::string> words, const std::string& url, const std::string& authority) {
    for (const std::string& word : {std::string("--url"), url, std::string("--user"), std::string("ann")})
      words.push_back(word);
    if (!authority.empty()) words.insert(words.end(), {"--ca", authority});
    return test::run(folder.path(), std::move(words));
  }
  Ended run(std::vector<std::string> words) { return run(std::move(words), url(), files.certificate); }
  // Until the log says it: a signal is heard in its own time.
  bool logs(const std::string& text) const {
    for (int i = 0; i < 200 && !holds(server.log(), text); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return holds(server.log(), text);
  }

  test::TemporaryFolder folder{"cli-tls"};
  CertificateFiles files;
  ServerProcess server;
};

}  // namespace

TEST_CASE("TLS: the tools watch, edit and read over https, with the authority that is named") {
  Encrypted it;
  CHECK(holds(it.server.url(), "https://127.0.0.1:"));
  Program watch(it.folder.path(),
                {"watch", "Note/1", "--url", it.url(), "--ca", it.files.certificate, "--user", "bob"});
  REQUIRE(watch.prints("Note/1"));

  const Ended edit = it.run({"edit", "Note/1", "text=hello", "--create"});
  CHECK_MESSAGE(edit.exit_code == 0, edit.err);
  CHECK(watch.prints("hello"));
  const Ended get =
      it.run({"get", "Note/1"}, "wss://127.0.0.1:" + std::to_string(it.server.port()), it.files.certificate);
  CHECK(holds(get.out, "hello"));

  HttpClient http(
      [&] {
        ServerUrl url = ServerUrl::parse(it.url()).value();
        url.authority_file = it.files.certificate;
        return url;
      }(),
      "dev:ann");
  CHECK(http.get("/api/v1/entities/Note/1").value().status == 200);
  CHECK(http.get("/healthz").value().status == 200);
}

TEST_CASE("TLS: a certificate that nobody vouches for, or another host's, is refused with what to do") {
  Encrypted it({.name = "coterie.example"});
  const Ended stranger = it.run({"get", "Note/1"}, it.url(), "");
  CHECK(stranger.exit_code != 0);
  CHECK_MESSAGE(holds(stranger.err, "--ca FILE"), stranger.err);

  const Ended other = it.run({"get", "Note/1"});  // asks for localhost
  CHECK(other.exit_code != 0);
  CHECK_MESSAGE(holds(other.err, "is not to be trusted"), other.err);

  const Ended no_file = it.run({"get", "Note/1"}, it.url(), "/nowhere.crt");
  CHECK(no_file.exit_code != 0);
  CHECK_MESSAGE(holds(no_file.err, "/nowhere.crt"), no_file.err);
}

TEST_CASE("TLS: who comes with the wrong scheme is told the right one") {
  Encrypted it;
  const Ended plain = it.run({"get", "Note/1"}, "http://localhost:" + std::to_string(it.server.port()), "");
  CHECK(plain.exit_code != 0);
  CHECK_MESSAGE(holds(plain.err, "speaks TLS"), plain.err);

  ServerProcess open(it.folder.path() / "open");
  const Ended secure =
      it.run({"get", "Note/1"}, "https://localhost:" + std::to_string(open.port()), it.files.certificate);
  CHECK(secure.exit_code != 0);
  CHECK_MESSAGE(holds(secure.err, "does not speak TLS"), secure.err);
}

TEST_CASE("TLS: SIGHUP puts the new certificate in force for those who come, a bad one never") {
  Encrypted it;
  const auto port = static_cast<std::uint16_t>(it.server.port());
  RawWebSocket before(port, {}, 0, test::tls_transport());
  before.hello("ann");

  std::ofstream(it.files.certificate, std::ios::trunc) << "nothing of the kind";
  ::kill(it.server.pid(), SIGHUP);
  CHECK(it.logs("event=certificate_refused"));
  CHECK(test::certificate_name(port) == "localhost");

  CertificateForm form;
  form.name = "new.example";
  form.ends = std::chrono::hours(48);
  test::make_certificate(it.folder.path(), "own", form);
  ::kill(it.server.pid(), SIGHUP);
  CHECK(it.logs("event=certificate_expires"));
  CHECK(test::certificate_name(port) == "new.example");
  before.text(R"({"id":2,"type":"ping"})");
  CHECK(holds(before.message(), "pong"));
}

TEST_CASE("TLS: a server whose files do not fit together does not start, and says why") {
  const test::TemporaryFolder folder("cli-tls-start");
  const CertificateFiles one = test::make_certificate(folder.path(), "one");
  const CertificateFiles two = test::make_certificate(folder.path(), "two");
  const auto start = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"serve",       "--dev",  "--listen",
                                   "127.0.0.1:0", "--data", (folder.path() / "data").string()};
    words.insert(words.end(), more.begin(), more.end());
    return test::run(folder.path(), std::move(words));
  };
  const Ended mixed = start({"--tls-cert", one.certificate, "--tls-key", two.key});
  CHECK(mixed.exit_code == 1);
  CHECK_MESSAGE(holds(mixed.err, "does not belong to the certificate"), mixed.err);
  const Ended gone = start({"--tls-cert", "/nowhere.crt", "--tls-key", one.key});
  CHECK(gone.exit_code == 1);
  CHECK_MESSAGE(holds(gone.err, "cannot read /nowhere.crt"), gone.err);
  const Ended half = start({"--tls-cert", one.certificate});
  CHECK(half.exit_code == 2);
  CHECK_MESSAGE(holds(half.err, "belong together"), half.err);
  const Ended proxy = start({"--trusted-proxy", "the.proxy"});
  CHECK(proxy.exit_code == 2);
  CHECK_MESSAGE(holds(proxy.err, "10.0.0.0/8"), proxy.err);
}

TEST_CASE("TLS: an expired certificate is served and warned of") {
  CertificateForm form;
  form.begins = std::chrono::hours(-48);
  form.ends = std::chrono::hours(-24);
  Encrypted it(form);
  CHECK(holds(it.server.log(), "event=certificate_expired"));
}

TEST_CASE("Limits: each has a flag and a key of [serve], and is told at the start [law 6]") {
  const test::TemporaryFolder folder("cli-limits");
  std::ofstream(folder.path() / "limits.toml") << "[serve]\nconnections-per-address = 7\nmessages-per-s = 9\n"
                                                  "locks = 11\nsilence-ms = 77000\n";
  const ServerProcess server(folder.path() / "data", {"--config", (folder.path() / "limits.toml").string(),
                                                      "--operations", "13", "--free-disk-bytes", "1MiB"});
  const std::string log = server.log();
  // --dev lifts the rates and the caps for each address and user that nobody names, never the sizes.
  for (const char* told :
       {" connections_per_address=7 ", " messages_per_s=9 ", " locks=11 ", " operations=13 ",
        " silence_ms=77000 ", " free_disk_bytes=1048576 ", " connections_per_user=0 ",
        " outbox_bytes=1048576 ", " request_ms=10000 ", " hello_ms=10000 ", " headers=100 ",
        " target_bytes=8192 ", " members=10000 ", " depth=32 "}) {
    CHECK_MESSAGE(holds(log, told), told << " in " << log);
  }
}

}  // namespace coterie
