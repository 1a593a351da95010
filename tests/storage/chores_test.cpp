// What the writer does between groups, and what named readers ask of it. Laws 2, 6.
#include "storage/chores.hpp"

#include <thread>

#include "tests/storage/sequenced.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

struct Work {
  std::unique_ptr<Store> inner = make_memory_store({Epoch{"e1"}, 5, {}});
  WrappedStore store{*inner};
  SequencerOptions options = quick_options();
  std::mutex mutex;
  std::condition_variable arrived;
  std::vector<ReaderDecided> readers;
  std::size_t edits = 0;
  std::size_t purged = 0;

  Sequencer::Deliver into() {
    return [this](GroupOutcome outcome) {
      const std::lock_guard lock(mutex);
      edits += outcome.decided.size();
      for (ReaderDecided& decided : outcome.readers) readers.push_back(std::move(decided));
      arrived.notify_all();
    };
  }
  template <class Holds>
  void await(Holds holds) {
    std::unique_lock lock(mutex);
    arrived.wait(lock, holds);
  }
};

ReaderSubmission asks(std::uint64_t requester, ReaderRequest::Kind kind, std::string name,
                      std::uint64_t seq = 0, std::string epoch = "e1") {
  return {
      Ticket{requester, RequestId{requester}},
      ReaderRequest{kind, ReaderName{std::move(name)}, Position{Epoch{std::move(epoch)}, Seq{seq}}, false}};
}

// The record Note/1, each version with an `n` one less than its number.
void make_versions(Sequencer& sequencer, std::uint64_t versions) {
  sequencer.submit(
      submission(1, "ann", {R"({"op":"create","entityType":"Note","entityId":"1","data":{"n":0}})"}));
  for (std::uint64_t i = 2; i <= versions; ++i) {
    sequencer.submit(
        submission(i, "ann", {R"({"op":"update","entityType":"Note","entityId":"1","increment":{"n":1}})"}));
  }
}

using Kind = ReaderRequest::Kind;

}  // namespace

TEST_CASE("Chores: old versions are purged while nobody edits, and what must stay stays [law 3]") {
  Work work;
  work.options.chores.retention[EntityType{"Note"}] = {std::nullopt, 2};
  work.options.chores.step_interval = std::chrono::milliseconds(1);
  work.options.chores.purge_interval = std::chrono::milliseconds(1);
  work.options.chores.report = [&](const ChoreReport& report) {
    const std::lock_guard lock(work.mutex);
    work.purged += report.purged;
    work.arrived.notify_all();
  };
  Sequencer sequencer(work.store, work.options, work.into());
  make_versions(sequencer, 20);
  // Twenty versions: the newest five are in the window for resuming, which outweighs the two.
  work.await([&] { return work.purged >= 15; });
  sequencer.stop();
  CHECK(work.purged == 15);
  CHECK(work.inner->purged().value() == Seq{15});
  CHECK(work.inner->get({EntityType{"Note"}, EntityId{"1"}}).value()->data == R"({"n":19})");
}

TEST_CASE("Chores: a step that fails is told, and edits go on") {
  Work work;
  std::optional<Error> failed;
  work.options.chores.retention[EntityType{"Note"}] = {std::nullopt, 1};
  work.store.on_purge = [] { return store_error(true); };
  work.options.chores.report = [&](const ChoreReport& report) {
    const std::lock_guard lock(work.mutex);
    if (report.failed) failed = report.failed;
    work.arrived.notify_all();
  };
  Sequencer sequencer(work.store, work.options, work.into());
  work.await([&] { return failed.has_value(); });
  sequencer.submit(submission(1, "ann", {R"({"op":"create","entityType":"Note","data":{}})"}));
  work.await([&] { return work.edits == 1; });
  CHECK(failed->code == ErrorCode::unavailable);
}

TEST_CASE("Chores: what is kept may change while nobody edits") {
  Work work;
  work.options.chores.report = [&](const ChoreReport& report) {
    const std::lock_guard lock(work.mutex);
    work.purged += report.purged;
    work.arrived.notify_all();
  };
  Sequencer sequencer(work.store, work.options, work.into());
  make_versions(sequencer, 9);
  work.await([&] { return work.edits == 9; });
  ChoreSettings settings;
  settings.retention[EntityType{"Note"}] = {std::nullopt, 1};
  settings.search[EntityType{"Note"}] = {FieldPath::parse("n").value()};
  sequencer.configure(settings);
  work.await([&] { return work.purged == 4; });
  sequencer.stop();
  ListQuery query;
  query.type = EntityType{"Note"};
  query.search = Search::parse("8").value();
  CHECK(work.inner->list(query).value().entities.size() == 1);
}

TEST_CASE("Readers: remembered, acknowledged and forgotten by the writer, in order [law 2]") {
  Work work;
  Sequencer sequencer(work.store, work.options, work.into());
  sequencer.submit(submission(1, "ann", {R"({"op":"create","entityType":"Note","data":{}})"}));
  work.await([&] { return work.edits == 1; });
  sequencer.submit(asks(1, Kind::acknowledge, "books", 1));           // nobody knows it yet
  sequencer.submit(asks(2, Kind::remember, "books"));                 // from the beginning
  sequencer.submit(asks(3, Kind::acknowledge, "books", 1));           // forward
  sequencer.submit(asks(4, Kind::acknowledge, "books", 0));           // late: no step back
  sequencer.submit(asks(5, Kind::acknowledge, "books", 2));           // still to come
  sequencer.submit(asks(6, Kind::acknowledge, "books", 1, "other"));  // of another history
  sequencer.submit(asks(7, Kind::forget, "nobody"));
  work.await([&] { return work.readers.size() == 7; });

  CHECK(work.readers[0].reader.error().code == ErrorCode::not_found);
  CHECK(work.readers[1].reader->acknowledged == Position{Epoch{"e1"}, Seq{0}});
  CHECK(work.readers[2].reader->acknowledged.seq == Seq{1});
  CHECK(work.readers[3].reader->acknowledged.seq == Seq{1});
  CHECK(work.readers[4].reader.error().member == "position.seq");
  CHECK(work.readers[5].reader.error().member == "position.epoch");
  CHECK(work.readers[6].reader.error().code == ErrorCode::not_found);
  CHECK(work.inner->named_reader(ReaderName{"books"}).value()->acknowledged.seq == Seq{1});

  sequencer.submit(asks(8, Kind::forget, "books"));
  work.await([&] { return work.readers.size() == 8; });
  CHECK(work.readers[7].reader.has_value());
  CHECK(work.inner->named_readers().value().empty());
}

TEST_CASE("Readers: there are at most a hundred [law 6]") {
  Work work;
  Sequencer sequencer(work.store, work.options, work.into());
  for (std::uint64_t i = 0; i <= kMaxNamedReaders; ++i) {
    sequencer.submit(asks(i, Kind::remember, "r" + std::to_string(i)));
  }
  work.await([&] { return work.readers.size() == kMaxNamedReaders + 1; });
  for (std::size_t i = 0; i < kMaxNamedReaders; ++i) CHECK(work.readers[i].reader.has_value());
  CHECK(work.readers.back().reader.error().code == ErrorCode::limit);
  CHECK(work.inner->named_readers().value().size() == kMaxNamedReaders);
}

TEST_CASE("Readers: an acknowledgement whose commit failed is not answered as done [law 2]") {
  for (const bool surely_not : {true, false}) {
    Work work;
    work.store.before_commit = [&](const Batch&) { return std::optional<Error>(store_error(surely_not)); };
    Sequencer sequencer(work.store, work.options, work.into());
    sequencer.submit(asks(1, Kind::remember, "books"));
    work.await([&] { return work.readers.size() == 1; });
    CHECK(work.readers[0].reader.error().code == ErrorCode::unavailable);
    CHECK(work.inner->named_readers().value().empty());
  }
}
