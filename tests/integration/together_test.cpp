// Two people at one record: who holds what, who is there, and what becomes of both when a line breaks.
#include "tests/integration/together.hpp"
#include "tests/support/raw_socket.hpp"

using namespace coterie;
using namespace coterie::test;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

json::object presence_of(json::value state) {
  return {{"type", "presence"}, {"subscription", 1}, {"state", std::move(state)}};
}

// What the words on the wire say of a session's own end of the connection.
Resumption back(const Person& person) {
  Resumption resumption;
  resumption.resume = person.secret();
  resumption.position = person.position();
  resumption.subscriptions =
      json::array{{{"subscription", 1}, {"entityType", "Booking"}, {"entityId", "42"}}};
  return resumption;
}

// The answer to a request over HTTP, on behalf of a session where a secret is given; its head and its body.
std::string ask_over_http(const Office& office, const std::string& user, const std::string& secret,
                          const json::object& request) {
  const std::string body = json::serialize(request);
  const std::string session = secret.empty() ? "" : "Coterie-Session: " + secret + "\r\n";
  RawSocket socket(office.port());
  socket.send("POST /api/v1/requests HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer dev:" + user +
              "\r\nContent-Type: application/json\r\n" + session +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  return socket.receive_until("}");
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE(
    "Together: the second is refused the locked field with the holder's name, and is free in the others") {
  Office office;
  Person ann(office.url(), "ann"), ben(office.url(), "ben");
  ann.create("Booking", "42", {{"price", 1}, {"note", ""}});
  ben.join(1, "Booking", "42");
  fence_of(ann.ask(lock_of("price")));
  await(ben, "acquired price ann");

  const json::object denied = ben.ask(lock_of("price"));
  const json::object refused = ben.edit(set_of("price", 2));
  const json::object free = ben.edit(set_of("note", "x"));

  CHECK(denied.at("type") == "denied");
  CHECK(word_of(denied.at("holder").as_object(), "name") == "ann");
  CHECK(denied.at("ttlMs").to_number<std::uint64_t>() <= 30'000);
  CHECK(refused.at("type") == "rejected");
  CHECK(refused.at("code") == "locked");
  CHECK(refused.at("field") == "price");
  CHECK(word_of(refused.at("holder").as_object(), "name") == "ann");
  CHECK(free.at("type") == "committed");
  CHECK(ann.edit(set_of("price", 3)).at("type") == "committed");
}

TEST_CASE("Together: the holder's line breaks: free after the grace, and told; a clean close frees at once") {
  Office office(300ms);
  Person ben(office.url(), "ben");
  ben.create("Booking", "42", {{"price", 1}});
  std::optional<Person> ann(std::in_place, office.url(), "ann");
  ann->join(1, "Booking", "42");
  ben.join(1, "Booking", "42");
  const std::uint64_t fence = fence_of(ann->ask(lock_of("price")));
  ann->ask(presence_of({{"field", "price"}}));
  Words seen;
  await(ben, "+ann", &seen);
  CHECK(seen == Words{"acquired price ann"});
  SUBCASE("broken") {
    ann.reset();
    CHECK(ben.ask(lock_of("price")).at("type") == "denied");
  }
  SUBCASE("closed") {
    ann->close();
    ann.reset();
  }

  std::set<std::string> ends;
  while (ends.size() < 2) {
    const Messages messages = ben.pushes();
    REQUIRE_FALSE(messages.empty());
    for (const json::object& push : messages) ends.insert(told(push));
  }
  CHECK(ends == std::set<std::string>{"-ann", "released price ann"});
  CHECK(fence_of(ben.ask(lock_of("price"))) > fence);
}

TEST_CASE("Together: the same session comes back in its grace, with its lock and without a flicker") {
  Office office(60s);
  Person ben(office.url(), "ben");
  ben.create("Booking", "42", {{"price", 1}});
  ben.join(1, "Booking", "42");
  std::optional<Person> ann(std::in_place, office.url(), "ann");
  ann->join(1, "Booking", "42");
  const std::uint64_t fence = fence_of(ann->ask(lock_of("price")));
  ann->ask(presence_of({{"field", "price"}}));
  await(ben, "+ann");

  const Resumption resumption = back(*ann);
  ann.reset();
  Person again(office.url(), "ann", resumption);
  const json::object state = again.pushes_until(1).front();
  CHECK(again.edit(set_of("price", 2)).at("type") == "committed");

  CHECK_FALSE(state.contains("entities"));
  REQUIRE(state.at("locks").as_array().size() == 1);
  CHECK(state.at("locks").as_array()[0].at("fence").to_number<std::uint64_t>() == fence);
  CHECK(state.at("presence").as_array().size() == 1);
  Words seen;
  await(ben, "event", &seen);
  CHECK(seen.empty());
  CHECK(again.ask(unlock_of("price", fence)).at("type") == "unlocked");
}

TEST_CASE("Together: a tab whose session was taken over comes back as another, and leaves no ghost") {
  Office office(60s);
  Person ben(office.url(), "ben"), first(office.url(), "ann");
  ben.create("Booking", "42", {{"price", 1}});
  ben.join(1, "Booking", "42");
  first.join(1, "Booking", "42");
  first.ask(presence_of(json::object{}));
  await(ben, "+ann");

  // Its copy, with the same secret, is not in that room.
  Resumption copied = back(first);
  copied.subscriptions.clear();
  Person second(office.url(), "ann", copied);
  await(ben, "-ann");
  Person third(office.url(), "ann");
  third.join(1, "Booking", "42");
  third.ask(presence_of(json::object{}));
  await(ben, "+ann");
  Person cem(office.url(), "cem");
  CHECK(cem.join(1, "Booking", "42").at("presence").as_array().size() == 1);
}

TEST_CASE("Together: a lease that nobody renews is over in its time, and told") {
  Office office;
  Person ann(office.url(), "ann"), ben(office.url(), "ben");
  ann.create("Booking", "42", {{"price", 1}});
  ben.join(1, "Booking");
  json::object request = lock_of("price");
  request["ttlMs"] = 5000;
  const std::uint64_t fence = fence_of(ann.ask(request));
  await(ben, "expired price ann");
  await(ann, "expired price ann");  // in no room, and told all the same

  CHECK(fence_of(ben.ask(lock_of("price"))) > fence);
  json::object late = set_of("price", 2);
  late["fences"] = json::array{fence};
  CHECK(ann.edit(late).at("code") == "fenced");
  CHECK(ann.ask(unlock_of("price", fence)).at("code") == "not_holder");
}

TEST_CASE("Together: over HTTP, on behalf of the session: lock, presence, signal, unlock") {
  Office office;
  Person ann(office.url(), "ann"), ben(office.url(), "ben");
  ann.create("Booking", "42", {{"price", 1}});
  ann.join(1, "Booking", "42");
  ben.join(1, "Booking", "42");
  const auto ask = [&](json::object request) {
    request["id"] = 1;
    return ask_over_http(office, "ann", ann.secret(), request);
  };

  CHECK(has(ask(lock_of("price")), R"("type":"locked","fence":1)"));
  await(ben, "acquired price ann");
  CHECK(has(ask(presence_of(json::object{})), R"("type":"ok")"));
  await(ben, "+ann");
  CHECK(
      has(ask({{"type", "signal"}, {"subscription", 1}, {"name", "typing"}, {"data", 1}}), R"("type":"ok")"));
  await(ben, "typing ann");
  CHECK(ann.edit(set_of("price", 2)).at("type") == "committed");  // it is the session's

  CHECK(has(ask(unlock_of("price", 9)), "HTTP/1.1 409"));
  CHECK(has(ask_over_http(office, "ben", ben.secret(), lock_of("")), "HTTP/1.1 400"));  // without an id
  json::object denied = lock_of("");
  denied["id"] = 1;
  CHECK(has(ask_over_http(office, "ben", ben.secret(), denied), "HTTP/1.1 423"));
  CHECK(has(ask_over_http(office, "ben", ann.secret(), denied), "HTTP/1.1 401"));
  CHECK(has(ask_over_http(office, "ben", "", denied), "HTTP/1.1 400"));

  // A script of hers without a session edits by the fence, and not without it.
  json::object script{{"id", 1}, {"type", "mutate"}, {"mutationId", "script-1"}};
  json::object op = set_of("price", 3);
  script["ops"] = json::array{op};
  CHECK(has(ask_over_http(office, "ann", "", script), "HTTP/1.1 423"));
  op["fences"] = json::array{1};
  script["ops"] = json::array{op};
  CHECK(has(ask_over_http(office, "ann", "", script), "HTTP/1.1 200"));
  CHECK(has(ask(unlock_of("price", 1)), R"("type":"unlocked")"));
  await(ben, "released price ann");
}

TEST_CASE("Together: a process killed and started anew has no locks and no presence, and larger fences") {
  TemporaryFolder folder("together-restart");
  std::uint64_t fence = 0;
  {
    ServerProcess server(folder.path());
    Person ann(server, "ann"), ben(server, "ben");
    ann.create("Booking", "42", {{"price", 1}});
    ann.join(1, "Booking", "42");
    ann.ask(presence_of(json::object{}));
    fence_of(ann.ask(lock_of("price")));
    fence = fence_of(ben.ask(lock_of("price", true)));
    await(ann, "taken price ben");
    CHECK(server.log().find("lock_taken") != std::string::npos);
    CHECK(server.log().find("user=ben") != std::string::npos);
    CHECK(server.log().find("from_user=ann") != std::string::npos);
    server.kill();
  }
  ServerProcess again(folder.path());
  Person cem(again, "cem");
  const json::object joined = cem.join(1, "Booking", "42");

  CHECK(joined.at("locks").as_array().empty());
  CHECK(joined.at("presence").as_array().empty());
  CHECK(fence_of(cem.ask(lock_of("price"))) > fence);
}
