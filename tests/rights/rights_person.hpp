// Someone with rights in a test: it asks by JSON, keeps what it has been sent of its rooms, and every text it
// was sent. And the oracle: what everyone may see, from all that ever happened. For tests.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocol/decode.hpp"
#include "protocol/time_text.hpp"
#include "tests/sync/service_world.hpp"

namespace coterie::testing {

namespace json = boost::json;
using Documents = std::map<std::string, json::object>;  // by the record's id

inline std::string serialized(const json::value& value) { return to_json_text(value); }

// "tok12": what no two fields share, so that whoever finds one knows whence it came.
inline std::set<std::string> tokens_in(const std::string& text) {
  std::set<std::string> tokens;
  for (std::size_t at = text.find("tok"); at != std::string::npos; at = text.find("tok", at + 3)) {
    std::size_t end = at + 3;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    tokens.insert(text.substr(at, end - at));
  }
  return tokens;
}

// Every state that a record ever had, as an administrator was told.
class EveryImage {
 public:
  struct Image {
    EntityMeta meta;
    json::object data;
  };
  void take(const json::object& message) {
    if (text_of(message, "type") != "event") return;
    const std::string id = text_of(message, "entityId");
    const std::string operation = text_of(message, "operation");
    Image image;
    const bool there = now_.contains(id);
    if (there) image = now_.at(id);
    image.meta.key = {EntityType{text_of(message, "entityType")}, EntityId{id}};
    image.meta.version = Version{number_of(message, "version")};
    image.meta.updated_by = UserId{text_of(message, "userId")};
    image.meta.updated_at = timestamp_from_text(text_of(message, "timestamp")).value();
    if (operation == "DELETE") {
      now_.erase(id);
      return;
    }
    if (operation == "CREATE") {
      image.meta.created_by = image.meta.updated_by;
      image.meta.created_at = image.meta.updated_at;
      image.data = message.at("data").as_object();
    } else {
      for (const auto& field : message.at("set").as_object())
        REQUIRE(set_field(image.data, path_of(field.key()), field.value()));
      if (const auto* unset = message.if_contains("unset")) {
        for (const auto& path : unset->as_array()) unset_field(image.data, path_of(path.as_string()));
      }
    }
    now_.insert_or_assign(id, image);
    all_.push_back(std::move(image));
  }
  // What the reader should hold.
  Documents readable(const AccessRules* rules, const Author& reader, const Filter& filter) const {
    Documents found;
    for (const auto& [id, image] : now_) {
      json::object data = image.data;
      if (!filter.matches(image.meta, data) || !cut(rules, reader, image.meta, data)) continue;
      found.emplace(id, std::move(data));
    }
    return found;
  }
  void add_tokens(const AccessRules* rules, const Author& reader, std::set<std::string>& tokens) const {
    for (const Image& image : all_) {
      json::object data = image.data;
      if (cut(rules, reader, image.meta, data)) tokens.merge(tokens_in(serialized(data)));
    }
  }
  const std::map<std::string, Image>& now() const { return now_; }

 private:
  static bool cut(const AccessRules* rules, const Author& reader, const EntityMeta& meta,
                  json::object& data) {
    if (rules == nullptr || reader.roles.has(kAdminRole)) return true;
    const auto access = rules->bind(meta.key.type, AccessCaller{reader.user, reader.roles});
    if (!access->reads(meta, data)) return false;
    if (access->veil) access->veil->cut(data);
    return true;
  }
  std::map<std::string, Image> now_;
  std::vector<Image> all_;
};

class Person {
 public:
  struct Room {
    std::string id;      // of a record's room
    std::string filter;  // or what its members must match
    bool held = false;   // told of it, and not of its end
    Documents documents;
  };

  Person(ServiceWorld& world, const std::string& user, Roles roles)
      : caller(world, user, 500, std::move(roles)) {}
  const Author& author() const { return caller.subscriber.author(); }
  json::object ask(const std::string& members) {
    const auto decoded = decode("{\"id\":1," + members + "}", WireLimits{}, 100'000);
    if (!decoded) FAIL("the test's own request: " << members << ": " << decoded.error().error.message);
    const RequestId id = caller.send(decoded->body);
    return caller.answer_to(id);
  }
  void join(std::uint64_t number) {
    Room& room = rooms[number];
    std::string request =
        R"("type":"subscribe","subscription":)" + std::to_string(number) + R"(,"entityType":"Tent")";
    if (!room.id.empty()) request += R"(,"entityId":")" + room.id + '"';
    if (!room.filter.empty()) request += R"(,"filter":)" + room.filter;
    ask(request);
    catch_up();
  }
  // Takes in what has come. Each text is seen once, by whoever looks for leaks.
  template <class See>
  void catch_up(See see) {
    const auto& stream = caller.stream();
    for (; taken_ < stream.size(); ++taken_) {
      see(stream[taken_]);
      take(stream[taken_]);
    }
  }
  void catch_up() {
    catch_up([this](const json::object& message) { texts.push_back(serialized(message)); });
  }

  Caller caller;
  std::map<std::uint64_t, Room> rooms;
  std::vector<std::string> texts;  // not looked at yet
  std::set<std::string> own;       // tokens of its own making

 private:
  static void replace(Room& room, const json::object& message) {
    room.held = true;
    room.documents.clear();
    for (const auto& entity : message.at("entities").as_array())
      room.documents[text_of(entity.as_object(), "entityId")] = entity.at("data").as_object();
  }
  void take(const json::object& message) {
    const std::string type = text_of(message, "type");
    if (type == "subscribed" || type == "snapshot") {
      // A client's own request says which one it is; the tests ask for one at a time.
      const auto* number = message.if_contains("subscription");
      if (number != nullptr && message.contains("entities"))
        replace(rooms[number->to_number<std::uint64_t>()], message);
    } else if (type == "unsubscribed" && message.contains("code")) {
      Room& room = rooms[number_of(message, "subscription")];
      room.held = false;
      room.documents.clear();
    } else if (type == "enter" || type == "gone") {
      const std::string id = type == "gone" ? text_of(message, "entityId") : text_of(message, "entityId");
      for (const auto& number : message.at("subscriptions").as_array()) {
        Room& room = rooms[number.to_number<std::uint64_t>()];
        if (type == "gone") {
          room.documents.erase(id);
        } else {
          room.documents[id] = message.at("data").as_object();
        }
      }
    } else if (type == "event") {
      take_event(message);
    }
  }
  void take_event(const json::object& message) {
    const std::string id = text_of(message, "entityId");
    const std::string operation = text_of(message, "operation");
    for (auto& [number, room] : rooms) {
      if (!room.held || (!room.id.empty() && room.id != id)) continue;
      if (operation == "CREATE") {
        if (room.filter.empty()) room.documents[id] = message.at("data").as_object();
      } else if (operation == "DELETE") {
        room.documents.erase(id);
      } else if (const auto found = room.documents.find(id); found != room.documents.end()) {
        for (const auto& field : message.at("set").as_object())
          REQUIRE(set_field(found->second, path_of(field.key()), field.value()));
        if (const auto* unset = message.if_contains("unset")) {
          for (const auto& path : unset->as_array()) unset_field(found->second, path_of(path.as_string()));
        }
      }
    }
  }

  std::size_t taken_ = 0;
};

}  // namespace coterie::testing
