#include "protocol/object_reader.hpp"

#include <algorithm>

#include "protocol/names.hpp"
#include "protocol/request_error.hpp"
#include "protocol/scalar_order.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

Error wrong_type(std::string_view name, const char* wanted) {
  return bad_request(quoted(name) + " has to be " + wanted, name);
}

Error wrong_integer(std::string_view name, std::uint64_t least, std::uint64_t most) {
  std::string range = most >= static_cast<std::uint64_t>(kMaxInteger)
                          ? std::to_string(least) + " or more"
                          : std::to_string(least) + " to " + std::to_string(most);
  return bad_request(quoted(name) + " has to be an integer, " + range, name);
}

}  // namespace

std::optional<std::uint64_t> integer_in(const boost::json::value& value, std::uint64_t least,
                                        std::uint64_t most) {
  std::uint64_t number = 0;
  if (value.is_int64() && value.get_int64() >= 0) {
    number = static_cast<std::uint64_t>(value.get_int64());
  } else if (value.is_uint64()) {
    number = value.get_uint64();
  } else {
    return std::nullopt;
  }
  if (number < least || number > most) return std::nullopt;
  return number;
}

boost::json::value* ObjectReader::take(std::string_view name) {
  boost::json::value* value = object_.if_contains({name.data(), name.size()});
  if (value == nullptr) return nullptr;
  taken_.at(taken_count_++) = name;
  return value;
}

boost::json::value* ObjectReader::need(std::string_view name) {
  boost::json::value* value = take(name);
  if (value == nullptr) fail(bad_request(quoted(name) + " is missing", name));
  return value;
}

std::optional<std::string> ObjectReader::text(std::string_view name) {
  const boost::json::value* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    fail(wrong_type(name, "a text"));
    return std::nullopt;
  }
  return std::string(text_of(*value));
}

std::optional<bool> ObjectReader::boolean(std::string_view name) {
  const boost::json::value* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) {
    fail(wrong_type(name, "true or false"));
    return std::nullopt;
  }
  return value->get_bool();
}

std::optional<std::uint64_t> ObjectReader::integer(std::string_view name, std::uint64_t least,
                                                   std::uint64_t most) {
  const boost::json::value* value = take(name);
  if (value == nullptr) return std::nullopt;
  const std::optional<std::uint64_t> number = integer_in(*value, least, most);
  if (!number) fail(wrong_integer(name, least, most));
  return number;
}

boost::json::object* ObjectReader::object(std::string_view name) {
  boost::json::value* value = take(name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) fail(wrong_type(name, "an object"));
  return value->if_object();
}

boost::json::array* ObjectReader::array(std::string_view name) {
  boost::json::value* value = take(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) fail(wrong_type(name, "a list"));
  return value->if_array();
}

std::string ObjectReader::needed_text(std::string_view name) {
  const boost::json::value* value = need(name);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    fail(wrong_type(name, "a text"));
    return {};
  }
  return std::string(text_of(*value));
}

std::uint64_t ObjectReader::needed_integer(std::string_view name, std::uint64_t least, std::uint64_t most) {
  const boost::json::value* value = need(name);
  if (value == nullptr) return 0;
  const std::optional<std::uint64_t> number = integer_in(*value, least, most);
  if (!number) fail(wrong_integer(name, least, most));
  return number.value_or(0);
}

boost::json::object* ObjectReader::needed_object(std::string_view name) {
  boost::json::value* value = need(name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) fail(wrong_type(name, "an object"));
  return value->if_object();
}

boost::json::array* ObjectReader::needed_array(std::string_view name) {
  boost::json::value* value = need(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) fail(wrong_type(name, "a list"));
  return value->if_array();
}

std::optional<EntityType> ObjectReader::entity_type(std::string_view name) {
  std::optional<std::string> given = text(name);
  if (!given) return std::nullopt;
  if (!is_entity_type(*given)) {
    fail(bad_name("an entity type is a letter, then up to 63 letters, digits or _", name));
    return std::nullopt;
  }
  return EntityType(std::move(*given));
}

std::optional<EntityId> ObjectReader::entity_id(std::string_view name) {
  std::optional<std::string> given = text(name);
  if (!given) return std::nullopt;
  if (!is_entity_id(*given)) {
    fail(bad_name("an entity id is a letter or digit, then up to 127 of A-Z a-z 0-9 . _ : ~ -", name));
    return std::nullopt;
  }
  return EntityId(std::move(*given));
}

EntityKey ObjectReader::needed_key() {
  std::optional<EntityType> type = entity_type("entityType");
  if (!type) fail(bad_request("`entityType` is missing", "entityType"));
  std::optional<EntityId> id = entity_id("entityId");
  if (!id) fail(bad_request("`entityId` is missing", "entityId"));
  if (!ok()) return {};
  return {std::move(*type), std::move(*id)};
}

std::optional<Error> ObjectReader::finish(std::string_view what) {
  if (error_ || taken_count_ == object_.size()) return std::move(error_);
  const auto taken_end = taken_.begin() + static_cast<std::ptrdiff_t>(taken_count_);
  for (const auto& member : object_) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::find(taken_.begin(), taken_end, name) == taken_end) {
      return bad_request(
          quoted(name) + " is not a member of " + std::string(what) + ", and what is not known is refused",
          name);
    }
  }
  return std::nullopt;
}

}  // namespace coterie
