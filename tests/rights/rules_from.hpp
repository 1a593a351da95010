// Rules as people write them, for tests of what follows from them.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string_view>

#include "server/ops/access_file.hpp"

namespace coterie::testing {

inline std::shared_ptr<const AccessRules> rules_from(std::string_view text) {
  const auto file = parse_config(text, "coterie.toml");
  REQUIRE(file.has_value());
  const auto read = read_access(*file);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  return read->rules;
}

}  // namespace coterie::testing
