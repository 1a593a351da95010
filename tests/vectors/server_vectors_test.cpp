// What the server says, byte by byte.

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "tests/vectors/server_messages.hpp"
#include "tests/vectors/vectors.hpp"

using namespace coterie;
using namespace coterie::testing;

TEST_CASE("Vectors: every message of the server is encoded to the very line") {
  const std::map<std::string, std::string> lines = server_lines();
  const boost::json::array cases = cases_of("server");
  CHECK(cases.size() == lines.size());
  for (const boost::json::value& item : cases) {
    const boost::json::object& golden = item.as_object();
    const std::string name = text_at(golden, "name");
    CAPTURE(name);
    REQUIRE(lines.count(name) == 1);
    CHECK(lines.at(name) == text_at(golden, "text"));
  }
}

TEST_CASE("Vectors: every message of the server is one line of strict JSON") {
  for (const auto& named : server_lines()) {
    const std::string& name = named.first;
    const std::string& line = named.second;
    CAPTURE(name);
    CHECK(line.find('\n') == std::string::npos);
    const Result<boost::json::value> parsed = parse_json(line, {line.size(), kMaxMessageDepth, kMaxMembers});
    REQUIRE_MESSAGE(parsed.has_value(), parsed.error().message);
    CHECK(parsed->as_object().contains("type"));
  }
}
