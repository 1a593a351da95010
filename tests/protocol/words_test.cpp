#include <doctest/doctest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "protocol/close_code.hpp"
#include "protocol/entity.hpp"
#include "protocol/error.hpp"
#include "protocol/mutation.hpp"
#include "protocol/outcome.hpp"

using namespace coterie;

TEST_CASE("Words: every error code has a word of its own that is read back") {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(ErrorCode::id_reused); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    CHECK(error_code_from_text(to_text(code)) == code);
    words.insert(to_text(code));
  }
  CHECK(words.size() == static_cast<std::size_t>(ErrorCode::id_reused) + 1);
  CHECK(to_text(ErrorCode::base_version_required) == "base_version_required");
  CHECK(!error_code_from_text("BAD_JSON"));
  CHECK(!error_code_from_text("unknown"));
}

TEST_CASE("Words: operations, causes and strategies as the wire has them") {
  CHECK(to_text(EventOperation::create) == "CREATE");
  CHECK(to_text(EventOperation::update) == "UPDATE");
  CHECK(to_text(EventOperation::remove) == "DELETE");
  CHECK(event_operation_from_text("DELETE") == EventOperation::remove);
  CHECK(!event_operation_from_text("delete"));
  for (const char* word : {"user", "merge", "restore", "sync", "system"})
    CHECK(to_text(cause_from_text(word).value()) == word);
  CHECK(!cause_from_text(""));
  for (const char* word : {"create", "update", "delete", "restore"})
    CHECK(to_text(operation_kind_from_text(word).value()) == word);
  CHECK(!operation_kind_from_text("remove"));
  for (const char* word : {"reject", "merge", "latest-wins"})
    CHECK(to_text(strategy_from_text(word).value()) == word);
  CHECK(!strategy_from_text("latest_wins"));
}

TEST_CASE("Words: every refusal of a mutation has a word of its own") {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(RejectedCode::decided); ++i)
    words.insert(to_text(static_cast<RejectedCode>(i)));
  CHECK(words.size() == static_cast<std::size_t>(RejectedCode::decided) + 1);
  CHECK(!words.contains("unknown"));
  CHECK(to_text(RejectedCode::guard_failed) == "guard_failed");
}

TEST_CASE("Words: every close code has a reason short enough for a close frame") {
  std::set<std::string_view> reasons;
  const auto codes = {CloseCode::normal,
                      CloseCode::protocol_error,
                      CloseCode::unsupported_data,
                      CloseCode::bad_utf8,
                      CloseCode::policy,
                      CloseCode::too_big,
                      CloseCode::token_not_accepted,
                      CloseCode::forbidden,
                      CloseCode::revoked,
                      CloseCode::overloaded,
                      CloseCode::rate_or_cap,
                      CloseCode::replaced,
                      CloseCode::no_hello,
                      CloseCode::no_progress,
                      CloseCode::shutting_down,
                      CloseCode::token_expired};
  for (const CloseCode code : codes) {
    CHECK(to_text(code).size() <= 123);
    reasons.insert(to_text(code));
  }
  CHECK(reasons.size() == codes.size());
  CHECK(!reasons.contains("unknown"));
  CHECK(to_text(CloseCode::no_hello) == "no hello in time");
}

TEST_CASE("Words: taking the value of an error is a defect and says which error it was") {
  const Result<int> failed = Error{ErrorCode::not_found, "There is no such record."};
  CHECK(!failed.has_value());
  CHECK_THROWS_AS(failed.value(), std::logic_error);
  try {
    (void)failed.value();
  } catch (const std::logic_error& error) {
    CHECK(std::string(error.what()).find("not_found") != std::string::npos);
  }
}
