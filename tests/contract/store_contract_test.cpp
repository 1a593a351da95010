#include "tests/contract/store_contract.hpp"

#include <doctest/doctest.h>

#include "storage/memory_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "tests/contract/broken_store.hpp"
#include "tests/support/batch_builder.hpp"
#include "tests/support/temporary_directory.hpp"

namespace coterie::testing {
namespace {

void check_kept(const MakeSubject& make) {
  for (const std::string& breach : breaches_of(make)) FAIL_CHECK(breach);
}

}  // namespace

TEST_CASE("Store: the memory store keeps the contract [law 1] [law 4]") {
  check_kept([](const SubjectOptions& options) {
    return Subject{make_memory_store({Epoch{"memory"}, options.resume_events, contract_search()}), nullptr};
  });
}

TEST_CASE("Store: the SQLite store and its readers keep the contract [law 1] [law 2] [law 4]") {
  const TemporaryDirectory directory;
  int number = 0;
  check_kept([&](const SubjectOptions& options) {
    SqliteOptions sqlite;
    sqlite.directory = directory.path() / std::to_string(++number);
    sqlite.resume_events = options.resume_events;
    sqlite.now = [] { return time_at(Seq{1000}); };
    sqlite.search = contract_search();
    Subject subject;
    subject.store = open_sqlite_store(sqlite).value();
    subject.own_reader = open_sqlite_reader(sqlite).value();
    return subject;
  });
}

TEST_CASE("Store: the SQLite store keeps the contract without a reader of its own") {
  const TemporaryDirectory directory;
  int number = 0;
  check_kept([&](const SubjectOptions& options) {
    SqliteOptions sqlite;
    sqlite.directory = directory.path() / std::to_string(++number);
    sqlite.resume_events = options.resume_events;
    sqlite.now = [] { return time_at(Seq{1000}); };
    sqlite.search = contract_search();
    return Subject{open_sqlite_store(sqlite).value(), nullptr};
  });
}

TEST_CASE("Store: the contract finds every store that is broken on purpose") {
  for (const auto& [breakage, name] : all_breakages()) {
    const auto breaches = breaches_of([&, broken = breakage](const SubjectOptions& options) {
      return Subject{make_broken_store(broken, options.resume_events), nullptr};
    });
    CHECK_MESSAGE(!breaches.empty(), "not found: a store that ", std::string(name));
  }
}

}  // namespace coterie::testing
