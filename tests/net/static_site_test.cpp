#include "server/net/static_site.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <utility>

#include "tests/support/temporary_directory.hpp"

namespace coterie {
namespace {

class Next final : public HttpHandler {
 public:
  void handle(HttpRequest, Respond respond) override { respond({418, "text/plain", "next", {}}); }
};

struct SiteWorld {
  testing::TemporaryDirectory folder;
  Next next;

  void write(const std::string& name, const std::string& text) const {
    const auto path = folder.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  SiteWorld() {
    write("index.html", "<!doctype html><title>Desk</title>");
    write("assets/index-1a2b.js", "console.log(1)");
    write("assets/index-1a2b.js.gz", "packed");
  }
  HttpResponse ask(const std::string& path, std::vector<HttpHeader> headers = {},
                   std::string method = "GET") {
    StaticSite site(next);
    site.show(read_site(folder.path()).value());
    HttpRequest request;
    request.method = std::move(method);
    request.path = path;
    request.headers = std::move(headers);
    HttpResponse answer;
    site.handle(std::move(request), [&](HttpResponse response) { answer = std::move(response); });
    return answer;
  }
  static std::string header(const HttpResponse& response, std::string_view name) {
    for (const HttpHeader& one : response.headers) {
      if (one.name == name) return one.value;
    }
    return {};
  }
};

const HttpHeader kBrowser{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"};

}  // namespace

TEST_CASE("Site: the root is the index, checked anew each time, with a policy of its own") {
  SiteWorld world;

  const HttpResponse page = world.ask("/");

  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(page.body == "<!doctype html><title>Desk</title>");
  CHECK(SiteWorld::header(page, "Cache-Control") == "no-cache");
  CHECK(SiteWorld::header(page, "Content-Security-Policy").find("default-src 'self'") == 0);

  const HttpResponse again = world.ask("/", {{"If-None-Match", SiteWorld::header(page, "ETag")}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
}

TEST_CASE("Site: what is named by its content is kept for ever, and sent packed to who unpacks") {
  SiteWorld world;

  const HttpResponse plain = world.ask("/assets/index-1a2b.js");
  const HttpResponse packed = world.ask("/assets/index-1a2b.js", {{"Accept-Encoding", "br, gzip"}});
  const HttpResponse refused = world.ask("/assets/index-1a2b.js", {{"Accept-Encoding", "gzip;q=0"}});

  CHECK(plain.body == "console.log(1)");
  CHECK(plain.content_type == "text/javascript; charset=utf-8");
  CHECK(SiteWorld::header(plain, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(SiteWorld::header(plain, "Vary") == "Accept-Encoding");
  CHECK(packed.body == "packed");
  CHECK(SiteWorld::header(packed, "Content-Encoding") == "gzip");
  CHECK(refused.body == "console.log(1)");
  CHECK(world.ask("/assets/index-1a2b.js.gz").status == 418);
}

TEST_CASE("Site: a page of the application is the index, for a browser alone") {
  SiteWorld world;

  CHECK(world.ask("/bookings/42", {kBrowser}).body.find("Desk") != std::string::npos);
  CHECK(world.ask("/admin", {kBrowser}).status == 200);
  CHECK(world.ask("/bookings/42").status == 418);
  CHECK(world.ask("/bookings/missing.js", {kBrowser}).status == 418);
  CHECK(world.ask("/", {kBrowser}, "POST").status == 418);
  CHECK(world.ask("/", {}, "HEAD").status == 200);
}

TEST_CASE("Site: the server's own paths stay the server's") {
  SiteWorld world;
  world.write("api/v1/entities/Booking", "mine");

  for (const char* path : {"/api", "/api/v1/entities/Booking", "/events", "/ws", "/healthz", "/readyz",
                           "/metrics", "/openapi.json", "/asyncapi.json"}) {
    CAPTURE(path);
    CHECK(world.ask(path, {kBrowser}).status == 418);
  }
  CHECK(world.ask("/apiary", {kBrowser}).status == 200);
}

TEST_CASE("Site: no path leads out of the folder, and links are not followed [law 6]") {
  SiteWorld world;
  const testing::TemporaryDirectory elsewhere;
  std::ofstream(elsewhere.path() / "secret.txt") << "secret";
  std::filesystem::create_symlink(elsewhere.path() / "secret.txt", world.folder.path() / "link.txt");
  std::filesystem::create_directory_symlink(elsewhere.path(), world.folder.path() / "out");

  for (const char* path : {"/link.txt", "/out/secret.txt", "/../secret.txt", "/%2e%2e/secret.txt",
                           "/assets/../index.html", "//index.html", "/%00", "/%zz"}) {
    CAPTURE(path);
    CHECK(world.ask(path).status == 418);
  }
}

TEST_CASE("Site: a folder that is none, or has no index, is refused in words") {
  const testing::TemporaryDirectory empty;

  CHECK(read_site(empty.path() / "nowhere").error().message.find("is no folder") != std::string::npos);
  CHECK(read_site(empty.path()).error().message.find("no index.html") != std::string::npos);
}

}  // namespace coterie
