#include <doctest/doctest.h>

#include <string>

#include "protocol/names.hpp"

using namespace coterie;

TEST_CASE("Names: an entity type is a letter, then letters, digits and underscores, 64 at most") {
  for (const char* good : {"A", "z", "Booking", "EquipmentItem", "a_1"}) CHECK(is_entity_type(good));
  for (const char* bad :
       {"", "1a", "_a", "a-b", "a.b", "a b", "\xC3\xA9t\xC3\xA9", "a\n", "../x", "a;DROP TABLE"})
    CHECK(!is_entity_type(bad));
  CHECK(is_entity_type(std::string(64, 'a')));
  CHECK(!is_entity_type(std::string(65, 'a')));
}

TEST_CASE("Names: an entity id begins with a letter or digit and stays within its characters, 128 at most") {
  for (const char* good : {"1", "a", "42", "0193f2c0-7b1e-7000-8000-000000000000", "a.b_c:d~e-f", "x.."})
    CHECK(is_entity_id(good));
  for (const char* bad : {"", ".", "..", "../x", "-a", "_a", "~a", ":a", "a/b", "a b", "a%00", "a\"", "a'--",
                          "\xE2\x80\xAE"
                          "a",
                          "a\xE2\x80\xAE", "a\n", "a\\b"})
    CHECK(!is_entity_id(bad));
  CHECK(is_entity_id(std::string(128, 'a')));
  CHECK(!is_entity_id(std::string(129, 'a')));
  CHECK(!is_entity_id(std::string_view("a\0b", 3)));
}

TEST_CASE("Names: a mutation id is visible ASCII, 64 at most") {
  for (const char* good : {"0193f2c0-7b1e-7000-8000-000000000000", "!", "~", "a/b"})
    CHECK(is_mutation_id(good));
  for (const char* bad : {"", " ", "a b", "a\t", "\x7F", "\xC3\xA9"}) CHECK(!is_mutation_id(bad));
  CHECK(is_mutation_id(std::string(64, 'x')));
  CHECK(!is_mutation_id(std::string(65, 'x')));
}

TEST_CASE("Names: a label is printable text of 64 characters at most, in any language") {
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "\xC3\xBC";
  for (const char* good : {"Ann Smith", "c9", "J\xC3\xBCrgen", "\xE6\x9D\x8E", "\xF0\x9F\x98\x80"})
    CHECK(is_label(good));
  CHECK(is_label(umlauts));
  CHECK(!is_label(umlauts + "x"));
  // Control characters, directional and zero-width marks, separators, what is not UTF-8 or no character.
  for (const char* bad :
       {"", "a\n", "\x1B[31m", "\x7F", "\xC2\x85",
        "\xE2\x80\xAE"
        "abc",
        "a\xE2\x80\x8B", "\xE2\x81\xA6", "\xE2\x80\xA8", "\xEF\xBB\xBF", "\xEF\xBF\xBF", "\x80", "\xC3",
        "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
    CHECK(!is_label(bad));
}

TEST_CASE(
    "Names: a member name is not empty, has no dot and no control character, and does not begin with '$'") {
  for (const char* good : {"a", "a b", "a$", "__proto__", "constructor", "\xC3\xA9", "\xC2\xA0",
                           "'; DROP TABLE entity; --", "a/b", "\"", "\\"})
    CHECK(is_member_name(good));
  for (const char* bad : {"", "$", "$id", ".", "a.b", "a.", "a\n", "\x01", "\x7F", "a\xC2\x80", "\xC2\x9F"})
    CHECK(!is_member_name(bad));
  CHECK(!is_member_name(std::string_view("a\0", 2)));
}
