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
    write("assets/index-1a2b.js.br", "tiny");
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
  const HttpResponse small = world.ask("/assets/index-1a2b.js", {{"Accept-Encoding", "gzip, deflate, br"}});
  const HttpResponse packed = world.ask("/assets/index-1a2b.js", {{"Accept-Encoding", "gzip"}});
  const HttpResponse refused = world.ask("/assets/index-1a2b.js", {{"Accept-Encoding", "gzip;q=0, br;q=0"}});

  CHECK(plain.body == "console.log(1)");
  CHECK(plain.content_type == "text/javascript; charset=utf-8");
  CHECK(SiteWorld::header(plain, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(SiteWorld::header(plain, "Content-Encoding").empty());
  CHECK(small.body == "tiny");
  CHECK(SiteWorld::header(small, "Content-Encoding") == "br");
  CHECK(packed.body == "packed");
  CHECK(SiteWorld::header(packed, "Content-Encoding") == "gzip");
  CHECK(refused.body == "console.log(1)");
  for (const HttpResponse* one : {&plain, &small, &packed, &refused}) {
    CHECK(one->content_type == plain.content_type);
    CHECK(SiteWorld::header(*one, "Vary") == "Accept-Encoding");
    CHECK(SiteWorld::header(*one, "Cache-Control") == "public, max-age=31536000, immutable");
  }
  CHECK(world.ask("/assets/index-1a2b.js.gz").status == 418);
  CHECK(world.ask("/assets/index-1a2b.js.br").status == 418);
}

TEST_CASE(
    "Site: of what is taken the liked is sent, of equals the smallest, and at the worst what there is") {
  SiteWorld world;
  const auto coding = [&](const char* accept) {
    const HttpResponse answer = world.ask("/assets/index-1a2b.js", {{"Accept-Encoding", accept}});
    CHECK(answer.status == 200);
    return SiteWorld::header(answer, "Content-Encoding");
  };

  CHECK(coding("gzip;q=1, br;q=0.5") == "gzip");
  CHECK(coding("gzip;q=0.2, br;q=0.3") == "br");
  CHECK(coding("identity, gzip;q=0.5") == "");
  CHECK(coding("identity, gzip") == "gzip");
  CHECK(coding("*") == "br");
  CHECK(coding("br;q=0, *") == "gzip");
  CHECK(coding("zstd") == "");
  CHECK(coding("") == "");
  CHECK(coding("identity;q=0") == "");
  const HttpResponse lines =
      world.ask("/assets/index-1a2b.js", {{"Accept-Encoding", "deflate"}, {"Accept-Encoding", "br"}});
  CHECK(lines.body == "tiny");
}

TEST_CASE("Site: each copy has a tag of its own, and answers to that alone") {
  SiteWorld world;
  const HttpHeader br{"Accept-Encoding", "br"};
  const HttpHeader gzip{"Accept-Encoding", "gzip"};
  const std::string path = "/assets/index-1a2b.js";

  const std::string plain_tag = SiteWorld::header(world.ask(path), "ETag");
  const std::string br_tag = SiteWorld::header(world.ask(path, {br}), "ETag");
  const std::string gzip_tag = SiteWorld::header(world.ask(path, {gzip}), "ETag");

  CHECK(plain_tag != br_tag);
  CHECK(plain_tag != gzip_tag);
  CHECK(br_tag != gzip_tag);
  CHECK(world.ask(path, {br, {"If-None-Match", gzip_tag}}).status == 200);
  CHECK(world.ask(path, {br, {"If-None-Match", plain_tag}}).status == 200);
  const HttpResponse held = world.ask(path, {br, {"If-None-Match", gzip_tag + ", W/" + br_tag}});
  CHECK(held.status == 304);
  CHECK(held.body.empty());
  CHECK(SiteWorld::header(held, "ETag") == br_tag);
  CHECK(SiteWorld::header(held, "Vary") == "Accept-Encoding");
  CHECK(SiteWorld::header(held, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(world.ask(path, {{"If-None-Match", "*"}}).status == 304);
}

TEST_CASE("Site: HEAD is told of the copy that GET would get") {
  SiteWorld world;
  const HttpHeader br{"Accept-Encoding", "br"};

  const HttpResponse got = world.ask("/assets/index-1a2b.js", {br});
  const HttpResponse told = world.ask("/assets/index-1a2b.js", {br}, "HEAD");

  CHECK(told.body == got.body);  // whose length is sent
  CHECK(SiteWorld::header(told, "ETag") == SiteWorld::header(got, "ETag"));
  CHECK(SiteWorld::header(told, "Content-Encoding") == "br");
}

TEST_CASE("Site: a copy that is no smaller is not sent, one without its file is a file like any") {
  SiteWorld world;
  world.write("logo.svg", "<svg/>");
  world.write("logo.svg.gz", "larger than what it packs");
  world.write("backup.gz", "a file");

  const HttpResponse logo = world.ask("/logo.svg", {{"Accept-Encoding", "gzip"}});

  CHECK(logo.body == "<svg/>");
  CHECK(SiteWorld::header(logo, "Vary").empty());
  CHECK(SiteWorld::header(logo, "Cache-Control") == "no-cache");
  CHECK(world.ask("/logo.svg.gz").status == 418);
  CHECK(world.ask("/backup.gz").body == "a file");
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
