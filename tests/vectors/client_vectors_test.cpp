// Requests: what is understood of each, or why it is refused.

#include "protocol/decode.hpp"
#include "protocol/json.hpp"
#include "tests/support/describe.hpp"
#include "tests/vectors/vectors.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

void check_refused(const boost::json::object& expected, const DecodeResult& result) {
  REQUIRE(result.has_error());
  check_error(expected, result.error().error);
  CHECK(result.error().id.has_value() == expected.contains("id"));
  if (expected.contains("id") && result.error().id) {
    CHECK(static_cast<std::int64_t>(result.error().id->value()) == expected.at("id").as_int64());
  }
}

}  // namespace

TEST_CASE("Vectors: every request is understood as written, or refused by its code and member") {
  const WireLimits limits;
  for (const boost::json::value& item : cases_of("client")) {
    const boost::json::object& golden = item.as_object();
    const std::string name = text_at(golden, "name");
    CAPTURE(name);
    const DecodeResult result = decode(text_at(golden, "text"), limits, limits.message_bytes);
    if (golden.contains("error")) {
      check_refused(golden.at("error").as_object(), result);
      continue;
    }
    REQUIRE_MESSAGE(result.has_value(), result.error().error.message);
    const boost::json::object described = describe(*result);
    CHECK_MESSAGE(described == golden.at("message").as_object(), to_json_text(described));

    const DecodeResult again = decode(to_json_text(described), limits, limits.message_bytes);
    REQUIRE(again.has_value());
    CHECK(describe(*again) == described);
  }
}
