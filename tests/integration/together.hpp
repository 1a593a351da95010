// What the tests of working together share: a whole server in this process, and pushes told in words.
#pragma once

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "server/application.hpp"
#include "tests/integration/acceptance_person.hpp"
#include "tests/support/temporary_directory.hpp"

namespace coterie::test {

class Office {
 public:
  explicit Office(std::chrono::milliseconds grace = std::chrono::milliseconds{15'000})
      : application_(options(folder_, grace)) {
    REQUIRE(application_.start().has_value());
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
  std::uint16_t port() const { return application_.port(); }

 private:
  static ApplicationOptions options(const testing::TemporaryDirectory& folder,
                                    std::chrono::milliseconds grace) {
    ApplicationOptions options;
    options.data = folder.path() / "data";
    options.port = 0;
    options.dev = true;
    options.log_level = LogLevel::off;
    options.session_grace = grace;
    return options;
  }
  testing::TemporaryDirectory folder_;
  Application application_;
};

inline std::string word_of(const json::object& message, std::string_view member) {
  const json::value* value = message.if_contains({member.data(), member.size()});
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

inline json::object lock_of(const char* field, bool steal = false) {
  json::object request{{"type", "lock"}, {"entityType", "Booking"}, {"entityId", "42"}};
  if (*field != 0) request["field"] = field;
  if (steal) request["steal"] = true;
  return request;
}
inline json::object unlock_of(const char* field, std::uint64_t fence) {
  json::object request{{"type", "unlock"}, {"entityType", "Booking"}, {"entityId", "42"}, {"fence", fence}};
  if (*field != 0) request["field"] = field;
  return request;
}
inline json::object set_of(const char* field, json::value value) {
  return {{"op", "update"},
          {"entityType", "Booking"},
          {"entityId", "42"},
          {"guard", {{"$version", {{"$gte", 1}}}}},
          {"set", {{field, std::move(value)}}}};
}
inline std::uint64_t fence_of(const json::object& answer) {
  REQUIRE_MESSAGE(answer.at("type") == "locked", json::serialize(answer));
  return answer.at("fence").to_number<std::uint64_t>();
}

// "released price ann", "+ann -ben", "typing ann", else the type.
inline std::string told(const json::object& push) {
  const std::string type = word_of(push, "type");
  if (type == "lock")
    return word_of(push, "state") + " " + word_of(push, "field") + " " +
           word_of(push.at("holder").as_object(), "name");
  if (type == "signal") return word_of(push, "name") + " " + word_of(push, "userId");
  if (type != "presence") return type;
  std::string text;
  for (const auto& [list, mark] : {std::pair{"joins", "+"}, {"updates", "~"}, {"leaves", "-"}}) {
    for (const json::value& one : push.at(list).as_array()) {
      text += (text.empty() ? "" : " ") + std::string(mark) + word_of(one.as_object(), "userId");
    }
  }
  return text;
}

// Reads on until it has been told this; what else it was told meanwhile, in order, is in `before`.
inline void await(Person& person, const std::string& wanted, std::vector<std::string>* before = nullptr) {
  while (true) {
    const Messages messages = person.pushes();
    REQUIRE_MESSAGE(!messages.empty(), "never told: " << wanted);
    bool found = false;
    for (const json::object& push : messages) {
      found = found || told(push) == wanted;
      if (!found && before) before->push_back(told(push));
    }
    if (found) return;
  }
}

}  // namespace coterie::test
