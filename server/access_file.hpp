// What coterie.toml says of rights, `[access.TYPE]` and `[roles]`, checked as a whole. One mistake refuses
// all of it, with its line and, for a word that is not known, the nearest that is. Thread: any; values.
// Law 8.
#pragma once

#include <memory>

#include "protocol/access.hpp"
#include "server/ops/config_file.hpp"

namespace coterie {

// Null: the file has no `[access]`, and everyone may everything.
// Error bad_request: "coterie.toml:12: access.Booking.raed: ...".
Result<std::shared_ptr<const AccessRules>> read_access(const ConfigFile& file);

}  // namespace coterie
