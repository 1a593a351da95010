// Pages of other origins, over real sockets: the whole server with accounts, asked as a browser asks for a
// listed page and for a strange one.
#include "tests/integration/account_world.hpp"
#include "tests/support/event_reader.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

const std::string kPage = "https://app.example";
const std::string kStrange = "https://elsewhere.example";
const std::string kBooking = "/api/v1/entities/Booking/1";

ApplicationOptions with_list() {
  ApplicationOptions options;
  options.net.allowed_origins = {kPage, "http://localhost:3000"};
  return options;
}

std::string header(const RawReply& reply, const std::string& name) {
  const std::size_t at = reply.head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return reply.head.substr(begin, reply.head.find("\r\n", begin) - begin);
}

bool says_cors(const RawReply& reply) { return reply.head.find("Access-Control-") != std::string::npos; }

struct Asking {
  AccountWorld& world;
  std::string origin = kPage;

  RawReply operator()(const std::string& method, const std::string& target, const std::string& token,
                      const std::string& body = {}, std::map<std::string, std::string> headers = {}) const {
    RawRequest request{.method = method, .target = target, .user = "", .headers = std::move(headers)};
    if (!origin.empty()) request.headers["Origin"] = origin;
    if (!token.empty()) request.headers["Authorization"] = "Bearer " + token;
    request.body = body;
    return exchange(world.application().port(), request);
  }
  RawReply preflight(const std::string& method, const std::string& target) const {
    return (*this)("OPTIONS", target, "", "",
                   {{"Access-Control-Request-Method", method},
                    {"Access-Control-Request-Headers", "authorization,content-type"}});
  }
};

void check_readable(const RawReply& reply) {
  CHECK(header(reply, "Access-Control-Allow-Origin") == kPage);
  CHECK(header(reply, "Access-Control-Expose-Headers").starts_with("ETag, Location, Retry-After"));
  CHECK(header(reply, "Access-Control-Allow-Credentials").empty());
  CHECK(header(reply, "Vary") == "Origin");
}

}  // namespace

TEST_CASE("Cross-origin: a listed page asks leave without a token, and gets it for what the path knows") {
  AccountWorld world(with_list());
  const Asking page{world};

  for (const auto& [path, methods] :
       std::map<std::string, std::string>{{"/api/v1/auth/login", "POST"},
                                          {"/events", "POST, GET, HEAD, DELETE"},
                                          {"/api/v1/entities/Booking/1", "GET, HEAD, PUT, PATCH, DELETE"}}) {
    CAPTURE(path);
    const RawReply leave = page.preflight("POST", path);
    CHECK(leave.status == 204);
    CHECK(leave.body.empty());
    check_readable(leave);
    CHECK(header(leave, "Access-Control-Allow-Methods") == methods);
    CHECK(header(leave, "Access-Control-Allow-Headers").starts_with("Authorization, Content-Type, "));
    CHECK(header(leave, "Access-Control-Max-Age") == "7200");
  }
}

TEST_CASE("Cross-origin: a listed page reads answers of every kind, refusals too") {
  AccountWorld world(with_list());
  const std::string ann = world.add("ann");
  const Asking page{world};
  const std::string create = R"({"entityId":"1","data":{"n":1}})";
  const std::map<std::string, std::string> once{{"Idempotency-Key", "k1"}};
  struct Row {
    int status;
    RawReply reply;
  };
  const std::string wrong = R"({"username":"ben","password":"not his own words"})";
  for (int i = 0; i < 10; ++i) page("POST", "/api/v1/auth/login", "", wrong);

  const Row rows[] = {
      {200, page("GET", "/api/v1/auth/options", "")},
      {201, page("POST", "/api/v1/entities/Booking", ann, create, once)},
      {422, page("POST", "/api/v1/entities/Booking", ann, R"({"data":{"n":2}})", once)},
      {200, page("GET", kBooking, ann)},
      {304, page("GET", kBooking, ann, "", {{"If-None-Match", "W/\"1\""}})},
      {200, page("PUT", kBooking, ann, R"({"data":{"n":2}})", {{"If-Match", "\"1\""}})},
      {409, page("PUT", kBooking, ann, R"({"data":{"n":3}})", {{"If-Match", "\"1\""}})},
      {428, page("PUT", kBooking, ann, R"({"data":{"n":3}})")},
      {400, page("POST", "/api/v1/entities/Booking", ann, "{")},
      {401, page("GET", kBooking, "")},
      {401, page("POST", "/events", "", "{}")},
      {403, page("GET", "/api/v1/admin/users", ann)},
      {404, page("GET", "/api/v1/entities/Booking/2", ann)},
      {404, page("GET", "/api/v2/nothing", ann)},
      {404, page.preflight("GET", "/api/v2/nothing")},
      {405, page("DELETE", "/api/v1/requests", ann)},
      {415, page("POST", "/api/v1/requests", ann, "", {{"Content-Type", "text/plain"}})},
      {413, page("POST", "/api/v1/requests", ann, "", {{"Content-Length", "99999999999"}})},
      {400, page("GET", "/api/v1/requests?token=x", "")},
      {429, page("POST", "/api/v1/auth/login", "", wrong)},
  };

  for (const Row& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.reply.head);
    CHECK(row.reply.status == row.status);
    check_readable(row.reply);
  }
  CHECK(header(rows[1].reply, "ETag") == "\"1\"");
  CHECK(header(rows[19].reply, "Retry-After") != "");
}

TEST_CASE("Cross-origin: a strange page gets no leave and reads nothing, and what it sends changes nothing") {
  AccountWorld world(with_list());
  const std::string ann = world.add("ann");
  world.post("/api/v1/entities/Booking", ann, {{"entityId", "1"}, {"data", {{"n", 1}}}});

  for (const std::string& origin :
       {kStrange, std::string("null"), kPage + ".evil.example", std::string("http://app.example")}) {
    CAPTURE(origin);
    const Asking strange{world, origin};
    for (const char* path : {"/api/v1/auth/login", "/api/v1/entities/Booking/1", "/events", "/nothing"}) {
      const RawReply refused = strange.preflight("POST", path);
      CHECK(refused.status == 403);
      CHECK_FALSE(says_cors(refused));
      CHECK(header(refused, "Vary") == "Origin");
    }
    // What a form can send needs no leave: the server itself refuses it.
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}) {
      const RawReply refused = strange("POST", "/api/v1/auth/logout", "", "", {{"Content-Type", type}});
      CHECK(refused.status == 415);
      CHECK_FALSE(says_cors(refused));
    }
    CHECK(strange("GET", "/api/v1/entities/Booking/1", "").status == 401);
    const RawReply read = strange("GET", "/api/v1/entities/Booking/1", ann);
    CHECK_FALSE(says_cors(read));
    CHECK(header(read, "Vary") == "Origin");
    const RawReply stream = strange("POST", "/events", ann, "{}");
    CHECK(stream.status == 403);
    CHECK_FALSE(says_cors(stream));
  }
  CHECK(world.get("/api/v1/entities/Booking/1", ann).etag == "\"1\"");
}

TEST_CASE("Cross-origin: without a list no answer speaks of origins, with one all answers vary by them") {
  AccountWorld closed;
  const RawReply unlisted = Asking{closed}("GET", "/api/v1/auth/options", "");
  CHECK(unlisted.status == 200);
  CHECK_FALSE(says_cors(unlisted));
  CHECK(header(unlisted, "Vary").empty());
  CHECK(Asking{closed}.preflight("POST", "/api/v1/auth/login").status == 403);

  AccountWorld listed(with_list());
  const RawReply native = Asking{listed, ""}("GET", "/api/v1/auth/options", "");
  CHECK_FALSE(says_cors(native));
  CHECK(header(native, "Vary") == "Origin");
  const std::string own = "http://127.0.0.1:" + std::to_string(listed.application().port());
  CHECK_FALSE(says_cors(Asking{listed, own}("GET", "/api/v1/auth/options", "")));
}

TEST_CASE("Cross-origin: a listed page signs in and follows what happens by a stream") {
  AccountWorld world(with_list());
  world.add("ann");
  const Asking page{world};

  const RawReply signed_in =
      page("POST", "/api/v1/auth/login", "", R"({"username":"ann","password":"ann's own words"})");
  REQUIRE(signed_in.status == 200);
  const std::string token(json::parse(signed_in.body).at("access_token").as_string());
  EventReader reader(world.application().port(),
                     {.method = "POST",
                      .target = "/events",
                      .user = "",
                      .headers = {{"Origin", kPage}, {"Authorization", "Bearer " + token}},
                      .body = R"({"subscriptions":[{"subscription":1,"entityType":"Booking"}]})"});
  reader.socket.patience = std::chrono::seconds(5);

  CHECK(reader.head.find("Access-Control-Allow-Origin: " + kPage + "\r\n") != std::string::npos);
  CHECK(reader.head.find("Vary: Origin\r\n") != std::string::npos);
  const auto welcome = reader.next();
  REQUIRE(welcome);
  CHECK(welcome->data.find(R"("type":"welcome")") != std::string::npos);
}

TEST_CASE("Cross-origin: on a connection that stays, each request is answered for its own page") {
  AccountWorld world(with_list());
  RawSocket socket(world.application().port());
  const auto ask = [&](const std::string& origin) {
    RawRequest request{.target = "/healthz", .user = ""};
    if (!origin.empty()) request.headers["Origin"] = origin;
    socket.send(request.text());
    const std::string head = socket.receive_until("\r\n\r\n");
    socket.receive_exactly(std::stoul(head.substr(head.find("Content-Length: ") + 16)));
    return header({200, head, ""}, "Access-Control-Allow-Origin");
  };

  CHECK(ask(kPage) == kPage);
  CHECK(ask("http://localhost:3000") == "http://localhost:3000");
  CHECK(ask("").empty());
  CHECK(ask(kPage) == kPage);
  CHECK(ask(kStrange).empty());
}

TEST_CASE("Cross-origin: an origin that no browser would write stops the start, in words") {
  for (const char* bad : {"*", "null", "https://app.example/", "app.example", "https://App.example"}) {
    CAPTURE(bad);
    ApplicationOptions options;
    options.net.allowed_origins = {kPage, bad};
    const std::string against = objection(options);
    CHECK(against.find("--allowed-origin: \"" + std::string(bad) + '"') == 0);
  }
  CHECK(objection(with_list()).empty());
}
