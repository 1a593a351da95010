// The life of a token under a stream of events: what a WebSocket is told and may do, by the way there is
// without one.
#include <algorithm>

#include "tests/integration/account_world.hpp"
#include "tests/support/event_reader.hpp"

using namespace coterie;
using namespace coterie::test;
using namespace std::chrono_literals;

namespace {

// A stream of somebody who has signed in.
class Stream {
 public:
  Stream(std::uint16_t port, const std::string& token)
      : port_(port),
        reader_(port, {.method = "POST",
                       .target = "/events",
                       .user = "",
                       .body = json::serialize(json::object{{"token", token}})}) {
    reader_.socket.patience = 5s;
    secret_ = std::string(await("welcome").at("resume").get_string());
  }

  // The next message of that type; empty: the stream has ended without one.
  json::object await(std::string_view type) {
    while (const auto event = reader_.next()) {
      std::string_view rest = event->data;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        json::object message = json::parse(rest.substr(0, end)).as_object();
        if (message.at("type").get_string() == type) return message;
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
    return {};
  }

  json::object ask(const std::string& token, json::object request) const {
    request["id"] = 7;
    const RawReply reply =
        exchange(port_, {.method = "POST",
                         .target = "/api/v1/requests",
                         .user = "",
                         .headers = {{"Authorization", "Bearer " + token}, {"Coterie-Session", secret_}},
                         .body = json::serialize(request)});
    return json::parse(reply.body).as_object();
  }

 private:
  std::uint16_t port_;
  EventReader reader_;
  std::string secret_;
};

}  // namespace

TEST_CASE("Accounts: a stream is warned before its token ends, and lives on by a newer one") {
  ApplicationOptions options;
  options.accounts.access = 2s;
  options.net.token_grace = 500ms;
  AccountWorld world(options);
  world.add("ann");
  const Reply tokens = world.sign_in("ann");
  Stream refreshed(world.application().port(), tokens.word("access_token"));
  Stream forgotten(world.application().port(), tokens.word("access_token"));
  CHECK(refreshed.await("authExpiring").at("inMs").to_number<int>() <= 700);
  CHECK(forgotten.await("authExpiring").at("inMs").to_number<int>() <= 700);

  const std::string newer =
      world.post("/api/v1/auth/refresh", "", {{"refresh_token", tokens.word("refresh_token")}})
          .word("access_token");
  const json::object answer = refreshed.ask(newer, {{"type", "refresh"}, {"token", newer}});

  CHECK(answer.at("type") == "refreshed");
  CHECK(answer.at("tokenExpiresInMs").to_number<int>() > 1000);
  const json::object goodbye = forgotten.await("goodbye");
  REQUIRE(!goodbye.empty());
  CHECK(goodbye.at("code") == 4205);
  const json::object edit = refreshed.ask(
      newer, {{"type", "mutate"},
              {"mutationId", "m1"},
              {"ops", json::array{{{"op", "create"}, {"entityType", "Booking"}, {"data", json::object()}}}}});
  CHECK(edit.at("type") == "committed");
}

TEST_CASE("Accounts: a user who is disabled is put out of the stream within a second [law 8]") {
  AccountWorld world;
  const std::string token = world.add("ann");
  Stream anns(world.application().port(), token);

  const auto before = std::chrono::steady_clock::now();
  REQUIRE(world.patch("/api/v1/admin/users/ann", world.root(), {{"disabled", true}}, "\"1\"").status == 200);
  const json::object goodbye = anns.await("goodbye");

  REQUIRE(!goodbye.empty());
  CHECK(goodbye.at("code") == 4010);
  CHECK(std::chrono::steady_clock::now() - before < 1s);
  CHECK(world.get("/api/v1/entities/Booking", token).status == 401);
}
