// What is written of rights, `[access.TYPE]` and `[roles]`, checked as a whole: in coterie.toml, in what an
// administrator sends, and in what is kept of either. One mistake refuses all of it, with its place and, for
// a word that is not known, the nearest that is. Thread: any; values. Law 8.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/access.hpp"
#include "server/ops/config_file.hpp"

namespace coterie {

struct RulesRead {
  std::shared_ptr<const AccessRules> rules;  // null: there is no `[access]`, and everyone may everything
  std::string source;  // {"access": {...}, "roles": {...}}, as it was written; empty: no `[access]`
  std::string hash;    // of the content, whatever the order of its members; empty: no `[access]`
};

// Error bad_request: "coterie.toml:12: access.Booking.raed: ...".
Result<RulesRead> read_access(const ConfigFile& file);
// The same structure as JSON. `"access": null` says that there are none; it has to be said.
// Error bad_request: `member` is the place.
Result<RulesRead> read_access(const boost::json::object& given);
// What RulesRead::source was. Empty: none.
Result<RulesRead> read_access_source(std::string_view source);

}  // namespace coterie
