// What the load harness believes of who is where, held against what they said.
#include "bench/load/presence_picture.hpp"

#include <doctest/doctest.h>

#include <boost/json/object.hpp>

using load::PresencePicture;
namespace json = boost::json;

namespace {

json::value state(const char* field) { return json::object{{"field", field}}; }

}  // namespace

TEST_CASE("Load: pictures are the same whatever way they came about") {
  PresencePicture stream, said;
  stream.put("r", "s1", state("price"));
  stream.put("r", "s2", state("note"));
  stream.put("r", "s1", state("name"));
  CHECK_FALSE(stream.take_out("r", "s2"));
  said.put("r", "s1", state("name"));

  CHECK_FALSE(stream.differs_from(said));
}

TEST_CASE("Load: ghosts, missing people and old states are noticed") {
  PresencePicture said;
  said.put("r", "s1", state("price"));

  PresencePicture ghost = said;
  ghost.put("other", "s2", state("price"));
  CHECK(ghost.differs_from(said).has_value());
  PresencePicture missing;
  CHECK(missing.differs_from(said).has_value());
  PresencePicture old;
  old.put("r", "s1", state("name"));
  CHECK(old.differs_from(said).has_value());
}

TEST_CASE("Load: who leaves without having been there is noticed") {
  PresencePicture picture;
  picture.put("r", "s1", state("price"));

  CHECK(picture.take_out("r", "s2").has_value());
  CHECK_FALSE(picture.take_out("r", "s1"));
  CHECK(picture.take_out("r", "s1").has_value());
}

TEST_CASE("Load: a session that ends is nowhere any more") {
  PresencePicture picture, said;
  picture.put("r", "s1", state("price"));
  picture.put("q", "s1", state("price"));
  picture.put("q", "s2", state("price"));
  said.put("q", "s2", state("price"));

  picture.end_session("s1");

  CHECK_FALSE(picture.differs_from(said));
  CHECK_FALSE(said.differs_from(picture));
}
