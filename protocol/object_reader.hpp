// Takes the members of a request one by one, checks their types, and at the end refuses what nobody asked
// for. The first error is kept and what follows yields empty values: a reader is asked once, in finish(), how
// it went. Each name is asked for once. Values may be moved out of what is handed back. Thread: any.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/entity.hpp"
#include "protocol/error.hpp"

namespace coterie {

class ObjectReader {
 public:
  // `object` outlives the reader; it is given up to it.
  explicit ObjectReader(boost::json::object& object) : object_(object) {}

  // The member, or null pointer where it is absent.
  boost::json::value* take(std::string_view name);
  // The same; absent is an error.
  boost::json::value* need(std::string_view name);

  // Optional members: absent is no error, another type is.
  std::optional<std::string> text(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::uint64_t> integer(std::string_view name, std::uint64_t least, std::uint64_t most);
  boost::json::object* object(std::string_view name);
  boost::json::array* array(std::string_view name);

  // Members that have to be there.
  std::string needed_text(std::string_view name);
  std::uint64_t needed_integer(std::string_view name, std::uint64_t least, std::uint64_t most);
  boost::json::object* needed_object(std::string_view name);
  boost::json::array* needed_array(std::string_view name);

  // Names, checked by names.hpp (bad_name).
  std::optional<EntityType> entity_type(std::string_view name);
  std::optional<EntityId> entity_id(std::string_view name);
  EntityKey needed_key();  // entityType and entityId

  bool ok() const { return !error_; }
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  // Whatever was not asked for is ignored: for hello alone.
  std::optional<Error> finish_leniently() { return std::move(error_); }
  // Refuses members that were not asked for; `what` is what they are not members of: "subscribe".
  std::optional<Error> finish(std::string_view what);

 private:
  boost::json::object& object_;
  std::array<std::string_view, 24> taken_;  // that were there; no message of the protocol has more
  std::size_t taken_count_ = 0;
  std::optional<Error> error_;
};

// A whole number in [least, most], in whatever integer form the value holds it.
std::optional<std::uint64_t> integer_in(const boost::json::value& value, std::uint64_t least,
                                        std::uint64_t most);

}  // namespace coterie
