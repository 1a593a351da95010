// A configuration file: TOML, read into the JSON values that everything else here works with, and the line on
// which each of them stands, so that whoever refuses one can say where. Thread: any; values.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace coterie {

struct ConfigFile {
  std::filesystem::path path;
  boost::json::object root;
  std::map<std::string, int, std::less<>> lines;  // by place

  // A place without a line of its own has its parent's. 0: there is none.
  int line_of(std::string_view place) const;
  // "coterie.toml:12: types.Booking.strategy: ...", and the place as `member`; without a path the message
  // alone.
  Error error(std::string_view place, std::string_view message) const;
};

// The place of a member and of an item: `types.Booking`, `types."odd name"`, `types.Booking.unique[0]`.
std::string member_place(std::string_view parent, std::string_view name);
std::string item_place(std::string_view parent, std::size_t index);

// Errors bad_request: it cannot be read, is no TOML (with the line), or holds what has no form in JSON
// (dates, numbers that are not finite).
Result<ConfigFile> read_config_file(const std::filesystem::path& path);
Result<ConfigFile> parse_config(std::string_view text, const std::filesystem::path& path);

}  // namespace coterie
