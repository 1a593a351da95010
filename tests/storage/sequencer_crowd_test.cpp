// Many threads at one sequencer: what is promised holds under any interleaving. Runs under the thread
// sanitizer.
#include <set>
#include <thread>

#include "protocol/json.hpp"
#include "tests/storage/sequenced.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

struct Crowd {
  std::unique_ptr<Store> store = make_memory_store({Epoch{"e1"}, 1'000'000});
  Delivered delivered;
  Sequencer sequencer{*store, quick_options(), delivered.into()};
};

// Runs `each(thread)` on so many threads at once.
template <class Each>
void crowd(int threads, Each each) {
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back(each, static_cast<std::uint64_t>(i));
  for (std::thread& thread : all) thread.join();
}

// Mutations are decoded before, because the counter of fresh ids is not for threads.
std::vector<Submission> prepared(std::uint64_t count, const std::string& ops) {
  std::vector<Submission> made;
  for (std::uint64_t i = 0; i < count; ++i) made.push_back(submission(i, "u" + std::to_string(i), {ops}));
  return made;
}

void submit_until_taken(Sequencer& sequencer, const Submission& submission) {
  while (!sequencer.submit(submission)) std::this_thread::yield();
}

}  // namespace

TEST_CASE("Sequencer: 64 take 2 of 100 with a guard: 50 succeed, 14 are told what is left [law 5]") {
  Crowd work;
  work.sequencer.submit(
      submission(99, "ann", {R"({"op":"create","entityType":"Stock","entityId":"1","data":{"n":100}})"}));
  work.delivered.await(1);
  const auto takes =
      prepared(64, R"({"op":"update","entityType":"Stock","entityId":"1","guard":{"n":{"$gte":2}},)"
                   R"("increment":{"n":-2}})");

  crowd(64, [&](std::uint64_t i) { submit_until_taken(work.sequencer, takes[i]); });

  int taken = 0;
  int told = 0;
  for (const GroupOutcome& group : work.delivered.await(65)) {
    for (const Decided& decided : group.decided) {
      if (std::holds_alternative<CommittedAnswer>(decided.outcome)) ++taken;
      const auto* why = std::get_if<Rejected>(&decided.outcome);
      if (why == nullptr) continue;
      ++told;
      CHECK(why->code == RejectedCode::guard_failed);
      REQUIRE(why->current.has_value());
      CHECK(why->current->data == R"({"n":0})");
    }
  }
  CHECK(taken == 51);  // and the create
  CHECK(told == 14);
  work.sequencer.stop();
  for (const DataSyncEvent& event : work.store->log({}).value().events) {
    CHECK(object_of(event.set).at("n").as_int64() >= 0);
  }
}

TEST_CASE(
    "Sequencer: numbers drawn by 32 threads have no hole and no repeat, refused ones included [law 1]") {
  Crowd work;
  const std::string order = R"({"op":"create","entityType":"Order","data":{},"number":{"no":"order"}})";
  const std::string refused =
      order + R"(,{"op":"update","entityType":"Order","entityId":"none","increment":{"n":1}})";
  const auto good = prepared(32 * 8, order);
  const auto bad = prepared(32 * 8, refused);

  crowd(32, [&](std::uint64_t i) {
    for (std::uint64_t n = 0; n < 8; ++n) {
      submit_until_taken(work.sequencer, good[i * 8 + n]);
      submit_until_taken(work.sequencer, bad[i * 8 + n]);
    }
  });

  std::set<std::string> numbers;
  std::uint64_t seq = 0;
  for (const GroupOutcome& group : work.delivered.await(2 * 32 * 8)) {
    for (const DataSyncEvent& event : group.events) {
      CHECK(event.seq.value() == ++seq);
      numbers.insert(std::string(object_of(event.set).at("no").as_string()));
    }
  }
  CHECK(seq == 256);
  CHECK(numbers.size() == 256);
  CHECK(*numbers.begin() == "ORDER-2026-000001");
  CHECK(*numbers.rbegin() == "ORDER-2026-000256");
}

TEST_CASE("Sequencer: one mutation sent from many connections is committed once, with one answer [law 4]") {
  Crowd work;
  const Submission once =
      submission(1, "ann", {R"({"op":"create","entityType":"Note","data":{}})", "the-same-everywhere"});

  crowd(16, [&](std::uint64_t i) {
    Submission from = once;
    from.ticket.requester = i;
    from.author.session = SessionId{"s" + std::to_string(i)};
    submit_until_taken(work.sequencer, from);
  });

  std::set<std::string> bodies;
  int first = 0;
  for (const GroupOutcome& group : work.delivered.await(16)) {
    for (const Decided& decided : group.decided) {
      if (const auto* answer = std::get_if<CommittedAnswer>(&decided.outcome)) {
        bodies.insert(answer->body);
        ++first;
      } else {
        REQUIRE(std::holds_alternative<Repeated>(decided.outcome));
        bodies.insert(std::get<Repeated>(decided.outcome).body);
      }
    }
  }
  CHECK(first == 1);
  CHECK(bodies.size() == 1);
  work.sequencer.stop();
  CHECK(work.store->log({}).value().events.size() == 1);
}

TEST_CASE(
    "Sequencer: each thread's mutations are decided in the order it submitted them, and stop loses none") {
  Crowd work;
  const auto notes = prepared(8 * 50, R"({"op":"create","entityType":"Note","data":{}})");
  crowd(8, [&](std::uint64_t i) {
    for (std::uint64_t n = 0; n < 50; ++n) submit_until_taken(work.sequencer, notes[i * 50 + n]);
  });
  work.sequencer.stop();

  std::vector<std::uint64_t> next(8, 0);
  for (const GroupOutcome& group : work.delivered.await(400)) {
    for (const Decided& decided : group.decided) {
      const std::uint64_t thread = decided.ticket.requester / 50;
      CHECK(decided.ticket.requester % 50 == next[thread]++);
    }
  }
  for (const std::uint64_t count : next) CHECK(count == 50);
}
