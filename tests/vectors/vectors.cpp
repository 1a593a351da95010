#include "tests/vectors/vectors.hpp"

#include <fstream>
#include <sstream>

#include "protocol/json.hpp"

namespace coterie::testing {

boost::json::array cases_of(const std::string& name) {
  std::ifstream file(COTERIE_VECTORS "/" + name + ".json");
  std::ostringstream text;
  text << file.rdbuf();
  Result<boost::json::value> parsed = parse_json(text.str(), {4 * 1024 * 1024, 80, 100'000});
  REQUIRE_MESSAGE(parsed.has_value(), name);
  boost::json::array cases = parsed->at("cases").as_array();
  REQUIRE(!cases.empty());
  return cases;
}

void check_error(const boost::json::object& expected, const Error& error) {
  CHECK(to_text(error.code) == text_at(expected, "code"));
  if (expected.contains("member")) CHECK(error.member == text_at(expected, "member"));
  CHECK(!error.message.empty());
}

}  // namespace coterie::testing
