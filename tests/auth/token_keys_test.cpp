#include "server/auth/token_keys.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "protocol/base64url.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace coterie;
using testing::TemporaryDirectory;

namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void write_keys(const std::filesystem::path& directory, const std::string& content, mode_t mode = 0600) {
  const std::filesystem::path path = directory / "token-keys.json";
  std::ofstream(path) << content;
  chmod(path.c_str(), mode);
}

std::string refusal(const std::filesystem::path& directory) {
  const Result<TokenKeys> keys = TokenKeys::load_or_make(directory);
  return keys ? "none" : keys.error().message;
}

bool says(const std::string& message, std::string_view part) { return message.find(part) != message.npos; }

}  // namespace

TEST_CASE("Token keys: made at the first start, of 256 random bits, and read by no one else") {
  const TemporaryDirectory directory;

  const Result<TokenKeys> made = TokenKeys::load_or_make(directory.path());

  REQUIRE(made.has_value());
  struct stat status {};
  REQUIRE(stat((directory.path() / "token-keys.json").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const std::string text = content_of(directory.path() / "token-keys.json");
  const std::size_t begin = text.find("\"k\":\"") + 5;
  CHECK(from_base64url(text.substr(begin, text.find('"', begin) - begin)).value().size() == 32);
  CHECK_FALSE(std::filesystem::exists(directory.path() / "token-keys.json.new"));
}

TEST_CASE("Token keys: the next start finds the same, and another server has others") {
  const TemporaryDirectory here;
  const TemporaryDirectory there;
  const std::string id = TokenKeys::load_or_make(here.path()).value().current_id();

  CHECK(TokenKeys::load_or_make(here.path()).value().current_id() == id);
  CHECK(TokenKeys::load_or_make(there.path()).value().current_id() != id);
}

TEST_CASE("Token keys: after a rotation the one before still verifies, after two it is gone") {
  const TemporaryDirectory directory;
  TokenKeys keys = TokenKeys::load_or_make(directory.path()).value();
  const std::string first = keys.current_id();

  REQUIRE(keys.rotate());
  const std::string second = keys.current_id();
  CHECK(second != first);
  CHECK(keys.find(first) != nullptr);
  CHECK(TokenKeys::load_or_make(directory.path()).value().find(first) != nullptr);

  REQUIRE(keys.rotate());
  CHECK(keys.find(first) == nullptr);
  CHECK(keys.find(second) != nullptr);
  const TokenKeys read = TokenKeys::load_or_make(directory.path()).value();
  CHECK(read.current_id() == keys.current_id());
  CHECK(read.find(second) != nullptr);
  CHECK(read.find(first) == nullptr);
}

TEST_CASE("Token keys: where the file cannot be written nothing is rotated") {
  const TemporaryDirectory directory;
  TokenKeys keys = TokenKeys::load_or_make(directory.path()).value();
  const std::string before = keys.current_id();
  std::filesystem::create_directories(directory.path() / "token-keys.json.new" / "in the way");

  CHECK_FALSE(keys.rotate());

  CHECK(keys.current_id() == before);
  CHECK(TokenKeys::load_or_make(directory.path()).value().current_id() == before);
}

TEST_CASE("Token keys: a file that others may read, or change, stops the start") {
  for (const mode_t mode : {0640, 0604, 0620, 0666}) {
    const TemporaryDirectory directory;
    REQUIRE(TokenKeys::load_or_make(directory.path()).has_value());
    chmod((directory.path() / "token-keys.json").c_str(), mode);

    const std::string message = refusal(directory.path());

    CHECK(message.starts_with((directory.path() / "token-keys.json: Others than you").string()));
  }
}

TEST_CASE("Token keys: a short or well-known secret stops the start, and is not repeated") {
  const TemporaryDirectory directory;
  const std::string known = "your-super-secret-jwt-token-with-at-least-32-characters-long";
  const auto with = [&](const std::string& secret) {
    write_keys(directory.path(), R"({"keys":[{"kid":"AAAA","k":")" + to_base64url(secret) + "\"}]}");
    return refusal(directory.path());
  };

  CHECK(says(with("31 bytes, which is one too few."), "too short"));
  CHECK(says(with(known), "known from examples"));
  CHECK_FALSE(says(with(known), known));
  CHECK(says(with("a-string-secret-at-least-256-bits-long"), "known from examples"));
  CHECK(says(with("MY_SECRET_KEY 12345678901234567890"), "known from examples"));
  CHECK(says(with(std::string(32, 'x')), "no random secret"));
  CHECK(says(with(std::string(64, '\0')), "no random secret"));
  CHECK(with("J7#q!wLz0@cV5^bN2&mX8*kR3(pT6)yF") == "none");
}

TEST_CASE("Token keys: a damaged file stops the start; it is not replaced, which would sign everybody out") {
  const std::string key = to_base64url("J7#q!wLz0@cV5^bN2&mX8*kR3(pT6)yF");
  const std::string good = R"({"kid":"AAAA","k":")" + key + "\"}";
  const std::vector<std::string> damaged{"",
                                         "{}",
                                         "[]",
                                         R"({"keys":[]})",
                                         R"({"keys":[1]})",
                                         R"({"keys":[{"kid":"","k":")" + key + "\"}]}",
                                         R"({"keys":[{"kid":"../a","k":")" + key + "\"}]}",
                                         R"({"keys":[{"kid":"AAAA","k":"+/"}]})",
                                         R"({"keys":[{"kid":"AAAA"}]})",
                                         R"({"keys":[)" + good + "," + good + "]}",
                                         std::string(5000, ' ')};
  for (const std::string& content : damaged) {
    const TemporaryDirectory directory;
    write_keys(directory.path(), content);
    CAPTURE(content);

    CHECK(refusal(directory.path()) != "none");
    CHECK(content_of(directory.path() / "token-keys.json") == content);
  }
}
