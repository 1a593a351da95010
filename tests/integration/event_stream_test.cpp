// A session over Server-Sent Events beside others over WebSocket: the same rooms, the same order, the same
// way back; and what it asks over HTTP counts as its own.
#include <boost/json/parse.hpp>

#include "tests/integration/together.hpp"
#include "tests/support/event_reader.hpp"

using namespace coterie;
using namespace coterie::test;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

json::object room_of(std::uint64_t subscription, const char* id = nullptr) {
  json::object room{{"subscription", subscription}, {"entityType", "Booking"}};
  if (id != nullptr) room["entityId"] = id;
  return room;
}

// Somebody without a WebSocket.
class Listener {
 public:
  Listener(const Office& office, const std::string& user, json::object hello = {},
           std::map<std::string, std::string> headers = {}, int receive_buffer = 0)
      : port_(office.port()),
        user_(user),
        reader_(port_, request(user, std::move(hello), std::move(headers)), receive_buffer) {
    reader_.socket.patience = kPatience;
    REQUIRE_MESSAGE(reader_.head.starts_with("HTTP/1.1 200"), reader_.head);
    welcome_ = next();
    REQUIRE(word_of(welcome_, "type") == "welcome");
  }

  const json::object& welcome() const { return welcome_; }
  std::string secret() const { return word_of(welcome_, "resume"); }
  const std::string& last_id() const { return reader_.last_id; }
  EventReader& reader() { return reader_; }

  // The next message, frame after frame; empty: the stream has ended.
  json::object next() {
    while (waiting_.empty()) {
      const auto event = reader_.next();
      if (!event) return {};
      std::string_view rest = event->data;
      while (true) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        waiting_.push_back(json::parse(rest.substr(0, end)).as_object());
        if (end == rest.size()) break;
        rest.remove_prefix(end + 1);
      }
    }
    json::object first = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    return first;
  }
  json::object await(const std::string& type) {
    while (true) {
      json::object message = next();
      REQUIRE_MESSAGE(!message.empty(), "never told: " << type);
      if (word_of(message, "type") == type) return message;
    }
  }

  // On behalf of this session.
  RawReply post(json::object request) {
    request["id"] = ++requests_ + 1;
    return exchange(port_, {.method = "POST",
                            .target = "/api/v1/requests",
                            .user = user_,
                            .headers = {{"Coterie-Session", secret()}},
                            .body = json::serialize(request)});
  }
  json::object ask(json::object request) { return json::parse(post(std::move(request)).body).as_object(); }
  RawReply end() {
    return exchange(
        port_,
        {.method = "DELETE", .target = "/events", .user = user_, .headers = {{"Coterie-Session", secret()}}});
  }

 private:
  static RawRequest request(const std::string& user, json::object hello,
                            std::map<std::string, std::string> headers) {
    hello.emplace("clientId", user + "-tab");
    return {.method = "POST",
            .target = "/events",
            .user = user,
            .headers = std::move(headers),
            .body = json::serialize(hello)};
  }

  std::uint16_t port_;
  std::string user_;
  EventReader reader_;
  json::object welcome_;
  std::vector<json::object> waiting_;
  std::uint64_t requests_ = 0;
};

json::object hello_to(json::array rooms) { return {{"subscriptions", std::move(rooms)}}; }

json::object with(json::object object, const char* name, json::value value) {
  object[name] = std::move(value);
  return object;
}

}  // namespace

TEST_CASE("Events: who listens over HTTP is sent what a WebSocket is sent, in the same order [law 3]") {
  Office office;
  Person ann(office.url(), "ann"), ben(office.url(), "ben");
  ann.create("Booking", "42", {{"price", 1}});
  Listener cay(office, "cay", hello_to({room_of(1)}));
  const json::object snapshot = cay.await("snapshot");
  ben.join(1, "Booking");

  for (int price = 2; price < 30; ++price) ann.edit(set_of("price", price));
  ann.edit({{"op", "delete"}, {"entityType", "Booking"}, {"entityId", "42"}, {"baseVersion", 29}});

  CHECK(snapshot.at("entities").as_array().size() == 1);
  for (const json::object& event : ben.pushes_until(29)) CHECK(cay.next() == event);
}

TEST_CASE(
    "Events: a stream that broke goes on after Last-Event-ID without a gap and without a repeat [law 3]") {
  Office office;
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 0}});
  Words seen;
  std::string last_id;
  for (int round = 0; round < 5; ++round) {
    std::map<std::string, std::string> headers;
    if (!last_id.empty()) headers["Last-Event-ID"] = last_id;
    Listener listener(office, "cay", hello_to({room_of(1, "42")}), headers);
    const json::object& state = listener.welcome().at("subscriptions").at(0).as_object();
    CHECK(word_of(state, "status") == (round == 0 ? "new" : "recovered"));
    if (round == 0) listener.await("snapshot");
    ann.edit(set_of("price", round * 2 + 1));
    while (seen.size() < static_cast<std::size_t>(round * 2 + 1)) {
      const json::object message = listener.next();
      REQUIRE(!message.empty());
      if (word_of(message, "type") == "event") seen.push_back(json::serialize(message.at("set")));
    }
    last_id = listener.last_id();
    ann.edit(set_of("price", round * 2 + 2));  // while nobody listens, or just before
  }
  Words wanted;
  for (int price = 1; price <= 9; ++price) wanted.push_back(R"({"price":)" + std::to_string(price) + "}");
  CHECK(seen == wanted);
}

TEST_CASE("Events: no id is sent before the snapshot, for who came back by it would hold nothing [law 3]") {
  Office office;
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 1}});

  EventReader reader(office.port(), {.target = "/events?entityType=Booking&entityId=42"});
  bool held_nothing = true;
  while (held_nothing) {
    const auto event = reader.next();
    REQUIRE(event);
    held_nothing = event->data.find(R"("type":"snapshot")") == std::string::npos;
    CHECK(event->id.empty() == held_nothing);
  }
  CHECK(json::parse(reader.last_id).at("seq") == 1);
}

TEST_CASE(
    "Events: once a room of the hello has ended no id is sent, for who repeats the hello would miss of it "
    "[law 3]") {
  Office office;
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 1}});
  ann.create("Order", "1", {{"n", 1}});
  Listener cay(office, "cay", hello_to({room_of(1, "42"), {{"subscription", 2}, {"entityType", "Order"}}}));
  cay.await("snapshot");
  cay.await("snapshot");
  const std::string before = cay.last_id();
  cay.post({{"type", "unsubscribe"}, {"subscription", 2}});
  cay.await("unsubscribed");

  ann.edit({{"op", "update"},
            {"entityType", "Order"},
            {"entityId", "1"},
            {"baseVersion", 1},
            {"set", {{"n", 2}}}});
  ann.edit(set_of("price", 2));
  cay.await("event");

  CHECK(json::parse(before).at("seq") == 2);
  CHECK(cay.last_id() == before);
}

TEST_CASE("Events: who does not read its stream is not let fill it with answers [law 6]") {
  Office office;
  Person ann(office.url(), "ann");
  for (int i = 0; i < 8; ++i)
    ann.create("Booking", ("b" + std::to_string(i)).c_str(), {{"note", std::string(40'000, 'x')}});
  Listener cay(office, "cay", {}, {}, 4096);

  int status = 202;
  std::uint64_t asked = 0;
  for (; status == 202 && asked < 100; ++asked)  // a quarter of a MiB each
    status = cay.post({{"type", "subscribe"}, {"subscription", asked + 1}, {"entityType", "Booking"}}).status;

  CHECK(status == 429);
  for (std::uint64_t answer = 1; answer < asked; ++answer) cay.await("subscribed");
  CHECK(cay.post({{"type", "unsubscribe"}, {"subscription", 1}}).status == 202);
}

TEST_CASE("Events: a request for a room is accepted, and answered in the stream where it belongs [law 3]") {
  Office office;
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 1}});
  Listener cay(office, "cay");

  const RawReply accepted =
      cay.post({{"type", "subscribe"}, {"subscription", 1}, {"entityType", "Booking"}, {"entityId", "42"}});
  const json::object subscribed = cay.await("subscribed");
  ann.edit(set_of("price", 2));
  const json::object event = cay.next();
  const RawReply left = cay.post({{"type", "unsubscribe"}, {"subscription", 1}});
  const json::object unsubscribed = cay.next();

  CHECK(accepted.status == 202);
  CHECK(accepted.body.empty());
  CHECK(subscribed.at("id") == 2);
  CHECK(subscribed.at("entities").as_array().size() == 1);
  CHECK(event.at("version") == 2);
  CHECK(left.status == 202);
  CHECK(word_of(unsubscribed, "type") == "unsubscribed");
}

TEST_CASE("Events: locks, presence, signals and edits over HTTP are those of the session that listens") {
  Office office;
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 1}});
  ann.join(1, "Booking", "42");
  Listener cay(office, "cay", hello_to({room_of(7, "42")}));
  cay.await("snapshot");

  const json::object locked = cay.ask(lock_of("price"));
  await(ann, "acquired price cay");
  CHECK(word_of(cay.ask({{"type", "presence"}, {"subscription", 7}, {"state", {{"field", "price"}}}}),
                "type") == "ok");
  await(ann, "+cay");
  CHECK(word_of(cay.ask({{"type", "signal"}, {"subscription", 7}, {"name", "wave"}, {"data", 1}}), "type") ==
        "ok");
  await(ann, "wave cay");
  const json::object refused = ann.edit(set_of("price", 2));
  const json::object edited = cay.ask({{"type", "mutate"},
                                       {"mutationId", "cay-1"},
                                       {"ops", {with(set_of("price", 3), "fences", {fence_of(locked)})}}});

  CHECK(word_of(refused, "code") == "locked");
  CHECK(word_of(refused.at("holder").as_object(), "sessionId") == word_of(cay.welcome(), "sessionId"));
  CHECK(word_of(edited, "type") == "committed");
  const json::object event = cay.await("event");
  CHECK(word_of(event, "sessionId") == word_of(cay.welcome(), "sessionId"));
  CHECK(word_of(event, "clientId") == "cay-tab");
  CHECK(word_of(cay.ask(unlock_of("price", fence_of(locked))), "type") == "unlocked");
  await(ann, "released price cay");
}

TEST_CASE(
    "Events: a stream that breaks keeps its locks for the grace; one that says it goes loses them at once") {
  Office office(400ms);
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 1}});
  ann.join(1, "Booking", "42");
  std::optional<Listener> cay(std::in_place, office, "cay", hello_to({room_of(1, "42")}));
  fence_of(cay->ask(lock_of("price")));
  await(ann, "acquired price cay");
  const auto since = std::chrono::steady_clock::now();

  SUBCASE("broken") {
    cay.reset();
    await(ann, "released price cay");
    CHECK(std::chrono::steady_clock::now() - since >= 300ms);
  }
  SUBCASE("said") {
    CHECK(cay->end().status == 204);
    await(ann, "released price cay");
    const json::object goodbye = cay->await("goodbye");
    CHECK(goodbye.at("code") == 1000);
    CHECK(cay->next().empty());
    CHECK(cay->post(lock_of("price")).status == 401);
  }
}

TEST_CASE("Events: who comes back with the secret is the same session, and its old stream is told so") {
  Office office;
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 1}});
  Listener first(office, "cay", hello_to({room_of(1, "42")}));
  const std::uint64_t fence = fence_of(first.ask(lock_of("price")));

  Listener second(office, "cay", with(hello_to({room_of(1, "42")}), "resume", json::value(first.secret())));

  CHECK(word_of(second.welcome(), "sessionId") == word_of(first.welcome(), "sessionId"));
  const json::object goodbye = first.await("goodbye");
  CHECK(goodbye.at("code") == 4103);
  CHECK(first.reader().retry == "1000");
  CHECK(first.next().empty());
  CHECK(word_of(second.ask(unlock_of("price", fence)), "type") == "unlocked");
}

TEST_CASE("Events: a tool follows a filter by GET: what is there, what comes in, what goes") {
  Office office;
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 1}, {"status", "open"}});
  ann.create("Booking", "43", {{"price", 1}, {"status", "closed"}});
  EventReader reader(office.port(),
                     {.target = "/events?entityType=Booking&filter=%7B%22status%22:%22open%22%7D"});
  const auto welcome = reader.next();
  REQUIRE(welcome);
  // The page is read beside the loop: where it is quick, the snapshot comes in the frame of the welcome.
  const bool at_once = welcome->data.find(R"("type":"snapshot")") != std::string::npos;
  const auto snapshot = at_once ? welcome : reader.next();
  ann.edit(set_of("status", "closed"));
  const auto gone = reader.next();
  ann.edit(set_of("status", "open"));
  const auto enter = reader.next();

  REQUIRE((snapshot && gone && enter));
  CHECK(snapshot->data.find(R"("entityId":"42")") != std::string::npos);
  CHECK(snapshot->data.find(R"("entityId":"43")") == std::string::npos);
  CHECK(gone->data.find(R"("type":"gone")") != std::string::npos);
  CHECK(enter->data.find(R"("type":"enter")") != std::string::npos);
  CHECK(json::parse(enter->id).at("seq") == 4);
}

TEST_CASE("Events: a reader that pauses is caught up from the log and misses nothing [laws 3, 6]") {
  constexpr int kEdits = 400;
  Office office;
  Person ann(office.url(), "ann");
  ann.create("Booking", "42", {{"price", 0}});
  Listener cay(office, "cay", hello_to({room_of(1, "42")}), {}, 4096);
  cay.await("snapshot");

  const std::string large(40'000, 'x');  // 16 MB in all: many times what its outbox takes
  for (int price = 1; price <= kEdits; ++price) {
    json::object op = set_of("price", price);
    op["set"].as_object()["note"] = large;
    REQUIRE(word_of(ann.edit(std::move(op)), "type") == "committed");
  }

  for (int version = 2; version <= kEdits + 1; ++version) {
    const json::object event = cay.await("event");
    REQUIRE(event.at("version") == version);
  }
}
