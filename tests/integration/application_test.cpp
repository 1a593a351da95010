// The whole server in this process, from its folder to its port.
#include "server/application.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "clients/cpp/http_client.hpp"
#include "clients/cpp/server_url.hpp"
#include "protocol/json.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace coterie;

namespace {

using Folder = coterie::testing::TemporaryDirectory;

ApplicationOptions options_for(const Folder& folder) {
  ApplicationOptions options;
  options.data = folder.path() / "data";
  options.port = 0;
  options.dev = true;
  options.log_level = LogLevel::off;
  return options;
}

HttpClient client_of(const Application& application, std::string token = "dev:ann") {
  auto url = ServerUrl::parse("http://127.0.0.1:" + std::to_string(application.port()));
  REQUIRE(url.has_value());
  return HttpClient(*url, std::move(token));
}

boost::json::object json(const HttpAnswer& answer) {
  auto value = parse_json(answer.body, {1 << 20, 64, 10'000});
  REQUIRE(value.has_value());
  return value->as_object();
}

}  // namespace

TEST_CASE("Application: what was answered as committed is there after a stop and a start [law 2]") {
  Folder folder;
  const std::string create =
      R"({"id":1,"type":"mutate","mutationId":"m1","ops":[{"op":"create","entityType":"A","entityId":"1","data":{"n":1}}]})";

  HttpAnswer committed;
  {
    Application application(options_for(folder));
    REQUIRE(application.start().has_value());
    committed = client_of(application).post("/api/v1/requests", create).value();
    application.stop();
  }
  Application again(options_for(folder));
  REQUIRE(again.start().has_value());
  HttpClient client = client_of(again);
  const HttpAnswer read = client.get("/api/v1/entities/A/1").value();
  const HttpAnswer repeated = client.post("/api/v1/requests", create).value();

  CHECK(committed.status == 200);
  CHECK(json(read).at("data").at("n") == 1);
  CHECK(repeated.body == committed.body);
  CHECK(client.get("/readyz").value().status == 200);
}

TEST_CASE("Application: without --dev nobody gets in, and is told what to do [law 8]") {
  Folder folder;
  ApplicationOptions options = options_for(folder);
  options.dev = false;
  Application application(options);
  REQUIRE(application.start().has_value());

  const HttpAnswer answer = client_of(application).get("/api/v1/entities/A").value();

  CHECK(answer.status == 401);
  CHECK(std::string(json(answer).at("detail").as_string()).find("--dev") != std::string::npos);
}

TEST_CASE("Application: --dev does not listen beyond this machine") {
  for (const char* host : {"0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example.org", "localhost.example.org"}) {
    CAPTURE(host);
    Folder folder;
    ApplicationOptions options = options_for(folder);
    options.host = host;
    Application application(options);
    const auto started = application.start();
    REQUIRE(started.has_error());
    CHECK(started.error().message.find("this machine only") != std::string::npos);
    CHECK(!std::filesystem::exists(options.data));
  }
}

TEST_CASE("Application: a folder or a port in use is an error that names it, and the first server goes on") {
  Folder folder;
  Folder other;
  Application first(options_for(folder));
  REQUIRE(first.start().has_value());

  Application same_folder(options_for(folder));
  ApplicationOptions taken = options_for(other);
  taken.port = first.port();
  Application same_port(taken);
  const auto by_folder = same_folder.start();
  const auto by_port = same_port.start();

  REQUIRE(by_folder.has_error());
  CHECK(by_folder.error().message.find(folder.path().string()) != std::string::npos);
  REQUIRE(by_port.has_error());
  CHECK(by_port.error().message.find(std::to_string(first.port())) != std::string::npos);
  CHECK(client_of(first).get("/healthz").value().status == 200);
}

TEST_CASE("Application: stop may be called twice, and before start") {
  Folder folder;
  Application application(options_for(folder));
  application.stop();
  REQUIRE(application.start().has_value());
  application.stop();
  application.stop();
}
