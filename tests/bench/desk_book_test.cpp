// What all desk users together know of fences.
#include "bench/load/desk_book.hpp"

#include <doctest/doctest.h>

using load::DeskBook;

TEST_CASE("Load: who asks after a grant gets a higher fence, or the lock that is theirs") {
  DeskBook book;
  CHECK_FALSE(book.granted({"r", "price"}, 7, 0, 0));
  CHECK(book.highest({"r", "price"}) == 7);
  CHECK(book.highest({"r", "note"}) == 0);

  CHECK_FALSE(book.granted({"r", "price"}, 8, 7, 0));
  CHECK_FALSE(book.granted({"r", "price"}, 8, 8, 8));
  CHECK(book.granted({"r", "price"}, 8, 8, 0).has_value());
  CHECK(book.granted({"r", "price"}, 5, 8, 0).has_value());
}

TEST_CASE(
    "Load: acknowledged edits of a field under falling fences are noticed, whenever they were answered") {
  DeskBook book;
  book.committed({"r", "price"}, 20, 8);
  book.committed({"r", "price"}, 10, 7);
  book.committed({"r", "price"}, 15, 0);
  book.committed({"r", "note"}, 30, 3);
  CHECK(book.settle().empty());

  book.committed({"r", "price"}, 21, 7);
  CHECK(book.settle().size() == 1);
}

TEST_CASE("Load: an edit is known by the fence it was sent under") {
  DeskBook book;
  book.sent("m1", 7);

  CHECK(book.fence_of("m1") == 7);
  CHECK(book.fence_of("m2") == 0);
}
