#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "protocol/json.hpp"
#include "server/ops/log_line.hpp"

using namespace coterie;

namespace {

const Timestamp kTime{std::chrono::milliseconds{1'795'406'400'123}};  // 2026-11-23T04:00:00.123Z

std::string line(LogFormat format, std::vector<LogField> fields) {
  return log_line(format, kTime, LogLevel::info, "closed", fields);
}

}  // namespace

TEST_CASE("Log: a logfmt line holds time, level, event and the fields in order") {
  const std::string text = line(LogFormat::logfmt, {{"session", std::string_view("s1")},
                                                    {"code", std::int64_t{4201}},
                                                    {"clean", false},
                                                    {"reason", std::string_view("no hello in time")}});

  CHECK(text ==
        "time=2026-11-23T04:00:00.123Z level=info event=closed session=s1 code=4201 clean=false "
        "reason=\"no hello in time\"");
}

TEST_CASE("Log: a JSON line is JSON, whatever the values hold") {
  const std::string hostile = "a\"b\\c\n\x1b[31m\x80\xff=\xe2\x80\xa8\x7f";

  const std::string text = line(LogFormat::json, {{"user", std::string_view(hostile)}, {"n", 1.5}});

  auto parsed = parse_json(text, {4096, 4, 100});
  REQUIRE(parsed.has_value());
  CHECK(parsed->as_object().at("n").as_double() == 1.5);
  CHECK(parsed->as_object().at("event").as_string() == "closed");
}

TEST_CASE("Log: no value begins a new line, a new field or an escape sequence") {
  const std::string hostile =
      "x\nlevel=error event=forged\r\t\x1b]0;t\x07 \xc2\x9b"
      "31m \xe2\x80\xae \xe2\x80\xa8 \" z";

  for (const LogFormat format : {LogFormat::logfmt, LogFormat::json}) {
    const std::string text = line(format, {{"user", std::string_view(hostile)}});
    for (const char c : text) CHECK(static_cast<unsigned char>(c) >= 0x20);
    CHECK(text.find("\xc2\x9b") == std::string::npos);
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
    CHECK(text.find("\xe2\x80\xa8") == std::string::npos);
    CHECK(text.find("x\\nlevel=error event=forged") != std::string::npos);
    CHECK(text.find("\\\" z\"") != std::string::npos);
  }
}

TEST_CASE("Log: letters of other languages stay readable, broken UTF-8 does not pass") {
  CHECK(
      line(LogFormat::logfmt, {{"user", std::string_view("J\xc3\xb6rg")}}).ends_with("user=\"J\xc3\xb6rg\""));
  CHECK(line(LogFormat::logfmt, {{"user", std::string_view("a\xc3")}}).ends_with("user=\"a\\ufffd\""));
  CHECK(line(LogFormat::logfmt, {{"user", std::string_view("")}}).ends_with("user=\"\""));
}

TEST_CASE("Log: the level is changed at run time") {
  Log log(LogLevel::warn, LogFormat::logfmt);
  CHECK(log.level() == LogLevel::warn);
  log.level(LogLevel::debug);
  CHECK(log.level() == LogLevel::debug);
}
