// A SQLite store in a directory of its own, with a clock that the test sets.
#pragma once

#include <memory>

#include "storage/sqlite/sqlite_store.hpp"
#include "tests/support/batch_builder.hpp"
#include "tests/support/temporary_directory.hpp"

namespace coterie::testing {

struct SqliteFixture {
  TemporaryDirectory directory;
  Timestamp now = time_at(Seq{0});
  SqliteOptions options = [this] {
    SqliteOptions made;
    made.directory = directory.path() / "data";
    made.now = [this] { return now; };
    return made;
  }();

  std::unique_ptr<Store> open() { return open_sqlite_store(options).value(); }
  std::unique_ptr<Reader> open_reader() { return open_sqlite_reader(options).value(); }
};

inline void add_cars(Store& store, int first, int last) {
  for (int i = first; i <= last; ++i) {
    BatchBuilder(store).create("Car", std::to_string(i), R"({"n":1})").commit().value();
  }
}

}  // namespace coterie::testing
