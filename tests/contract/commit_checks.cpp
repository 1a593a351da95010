// The contract of commit: whole or not at all, versions and seqs without holes, seen at once. Laws 1, 2, 5.
#include "protocol/json.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"

namespace coterie::testing {
namespace {

// All that a refused batch could have left behind.
struct State {
  explicit State(Store& store)
      : position(store.position().value()),
        events(store.history({{}, {}, Seq{}, {}, 1000, 1 << 20}).value().events),
        cars(store.list({EntityType{"Car"}, {}, {}, {}, {}, 0, 1000, 1 << 20, true}).value().entities),
        number(store.sequence("order").value()),
        answered(store.answer(UserId{"ann"}, MutationId{"m1"}).value().has_value()) {}
  friend bool operator==(const State&, const State&) = default;

  Position position;
  std::vector<DataSyncEvent> events;
  std::vector<Entity> cars;
  std::uint64_t number;
  bool answered;
};

void an_empty_store(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});

  findings.expect(subject.reader().position().value().seq == Seq{}, "its seq is 0");
  findings.expect(!subject.reader().position().value().epoch.value().empty(), "it has an epoch");
  findings.expect(!subject.reader().get(key_of("Car", "1")).value(), "it holds no record");
  findings.expect(!subject.store->head(key_of("Car", "1")).value(), "it holds no head");
  findings.expect(subject.store->sequence("order").value() == 0, "no number is given");
  findings.expect(subject.reader().resume_floor().value() == Seq{}, "it can be resumed from its beginning");
}

void seen_at_once(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});

  const bool done =
      BatchBuilder(*subject.store).create("Car", "1", R"({"name":"x","n":1})").commit().has_value();
  const auto got = subject.reader().get(key_of("Car", "1")).value();
  const auto head = subject.store->head(key_of("Car", "1")).value();

  findings.expect(done, "it is taken");
  findings.expect(subject.reader().position().value().seq == Seq{1}, "the reader is at its seq");
  findings.expect(subject.store->position().value().seq == Seq{1}, "the store is at its seq");
  findings.expect(got && got->data == R"({"name":"x","n":1})", "the reader has the document");
  findings.expect(got && got->meta.version == Version{1}, "the reader has the version");
  findings.expect(got && got->meta.created_at == time_at(Seq{1}) && got->meta.created_by == UserId{"user-1"},
                  "the reader knows who made it and when");
  findings.expect(head && to_json_text(head->data) == R"({"name":"x","n":1})", "the store has the head");

  BatchBuilder(*subject.store).update("Car", "1", R"({"n":2})").commit().value();
  const auto updated = subject.reader().get(key_of("Car", "1")).value();
  findings.expect(updated && updated->data == R"({"name":"x","n":2})", "the reader has the new document");
  findings.expect(updated && updated->meta.updated_at == time_at(Seq{2}), "the reader has the new time");
  findings.expect(updated && updated->meta.created_at == time_at(Seq{1}), "the time it was made stays");
}

void several_in_one(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});

  BatchBuilder(*subject.store)
      .create("Car", "1", "{}")
      .create("Car", "2", "{}")
      .next_commit()
      .update("Car", "1", R"({"a":1})")
      .create("Bus", "1", "{}")
      .commit()
      .value();
  const auto events = subject.reader().history({{}, {}, Seq{}, {}, 1000, 1 << 20}).value().events;

  findings.expect(subject.reader().position().value().seq == Seq{2}, "each commit is one seq");
  findings.expect(events.size() == 4, "each change is one event");
  if (events.size() != 4) return;
  findings.expect(events[1].seq == Seq{1} && events[1].index == 1, "events of one commit share its seq");
  findings.expect(events[2].seq == Seq{2} && events[2].index == 0, "the next commit begins at index 0");
  findings.expect(events[2].version == Version{2} && events[2].key == key_of("Car", "1"), "versions go on");
  findings.expect(subject.store->head(key_of("Car", "1")).value()->meta.version == Version{2},
                  "the head is at the last version");
}

using Spoil = void (*)(Batch&);
struct SpoiledBatch {
  std::string_view what;
  Spoil spoil;
};

// A right batch of two commits on two records; each of these makes it a wrong one.
constexpr SpoiledBatch kSpoiled[] = {
    {"a hole before its seq",
     [](Batch& batch) {
       for (auto& event : batch.events) event.seq = Seq{event.seq.value() + 1};
     }},
    {"a seq that is taken",
     [](Batch& batch) {
       for (auto& event : batch.events) event.seq = Seq{event.seq.value() - 1};
     }},
    {"a hole between its commits",
     [](Batch& batch) { batch.events.back().seq = Seq{batch.events.back().seq.value() + 1}; }},
    {"an index that is left out", [](Batch& batch) { batch.events[1].index = 2; }},
    {"a hole in an entity's versions",
     [](Batch& batch) {
       batch.events.back().version = Version{batch.events.back().version.value() + 1};
       batch.heads[0].meta.version = batch.events.back().version;
     }},
    {"a version that is past the stored one by two",
     [](Batch& batch) {
       for (auto& event : batch.events) {
         if (event.key == batch.heads[0].meta.key) event.version = Version{event.version.value() + 1};
       }
       batch.heads[0].meta.version = Version{batch.heads[0].meta.version.value() + 1};
     }},
    {"a version that is stored",
     [](Batch& batch) {
       for (auto& event : batch.events) {
         if (event.key == batch.heads[0].meta.key) event.version = Version{event.version.value() - 1};
       }
       batch.heads[0].meta.version = Version{batch.heads[0].meta.version.value() - 1};
     }},
    {"a head that is not its last event's",
     [](Batch& batch) { batch.heads[0].meta.version = Version{batch.heads[0].meta.version.value() - 1}; }},
    {"an event without a head", [](Batch& batch) { batch.heads.pop_back(); }},
    {"a head without an event",
     [](Batch& batch) {
       batch.heads.push_back(batch.heads[0]);
       batch.heads.back().meta.key = key_of("Car", "9");
     }},
    {"a mutation that is answered already", [](Batch& batch) { batch.answers.back().id = MutationId{"m0"}; }},
    {"a mutation answered twice in it", [](Batch& batch) { batch.answers.push_back(batch.answers.back()); }},
    {"a number that is given already", [](Batch& batch) { batch.sequences.back().value = 7; }},
};

void a_spoiled_batch(const MakeSubject& make, Findings& findings) {
  for (const SpoiledBatch& spoiled : kSpoiled) {
    Subject subject = make({});
    BatchBuilder(*subject.store)
        .create("Car", "1", "{}")
        .answer("ann", "m0", "x")
        .number("order", 7)
        .commit()
        .value();
    BatchBuilder(*subject.store).update("Car", "1", R"({"a":1})").commit().value();
    const State before(*subject.store);

    BatchBuilder builder(*subject.store);
    builder.update("Car", "1", R"({"a":2})")
        .create("Car", "2", "{}")
        .answer("ann", "m1", "y")
        .number("order", 8);
    builder.next_commit().update("Car", "1", R"({"a":3})");
    spoiled.spoil(builder.batch());
    const bool taken = builder.commit().has_value();

    findings.expect(!taken, "refused: " + std::string(spoiled.what));
    findings.expect(subject.store->recover().has_value(), "can be used after: " + std::string(spoiled.what));
    findings.expect(State(*subject.store) == before, "nothing stays of: " + std::string(spoiled.what));
    findings.expect(BatchBuilder(*subject.store).update("Car", "1", R"({"a":4})").commit().has_value(),
                    "goes on after: " + std::string(spoiled.what));
  }
}

// begin() saves locks, no more: with or without it a store answers and commits alike.
void a_begun_group(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  Store& store = *subject.store;
  BatchBuilder(store).create("Car", "1", R"({"a":1})").commit().value();

  store.begin();
  store.begin();
  findings.expect(store.head(key_of("Car", "1")).value().has_value(), "it is read within the group");
  findings.expect(subject.reader().get(key_of("Car", "1")).value().has_value(), "others read meanwhile");
  store.release();
  store.release();
  findings.expect(BatchBuilder(store).update("Car", "1", R"({"a":2})").commit().has_value(),
                  "it commits after a group that ended without");

  store.begin();
  BatchBuilder wrong(store);
  wrong.update("Car", "1", R"({"a":3})");
  wrong.batch().events.back().seq = Seq{9};
  findings.expect(!wrong.commit().has_value(), "a wrong batch is refused within a begun group");
  store.recover().value();
  store.begin();
  findings.expect(BatchBuilder(store).update("Car", "1", R"({"a":3})").commit().has_value(),
                  "it commits within a begun group");
  findings.expect(subject.reader().position().value().seq == Seq{3}, "the reader is at its seq");
  findings.expect(subject.reader().get(key_of("Car", "1")).value()->data == R"({"a":3})",
                  "the reader has its document");
}

void a_tombstone(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  BatchBuilder(*subject.store).create("Car", "1", R"({"a":1})").commit().value();

  BatchBuilder(*subject.store).remove("Car", "1").commit().value();
  const auto tombstone = subject.store->head(key_of("Car", "1")).value();
  findings.expect(!subject.reader().get(key_of("Car", "1")).value(), "a deleted record is absent");
  findings.expect(tombstone && tombstone->deleted && tombstone->meta.version == Version{2},
                  "its tombstone stays");
  findings.expect(tombstone && tombstone->data.empty(), "the tombstone is empty");

  BatchBuilder(*subject.store).create("Car", "1", R"({"b":2})").commit().value();
  const auto again = subject.reader().get(key_of("Car", "1")).value();
  findings.expect(again && again->meta.version == Version{3}, "a re-creation goes on with its versions");
  findings.expect(again && again->data == R"({"b":2})", "a re-creation has its own data");
  findings.expect(again && again->meta.created_at == time_at(Seq{3}), "a re-creation has its own time");
}

void made_and_deleted_in_one(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  BatchBuilder(*subject.store).create("Car", "1", "{}").next_commit().remove("Car", "1").commit().value();

  const auto head = subject.store->head(key_of("Car", "1")).value();
  findings.expect(head && head->deleted && head->meta.version == Version{2}, "the tombstone is there");
  findings.expect(!subject.reader().get(key_of("Car", "1")).value(), "the record is absent");
}

void numbers_of_a_record(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  BatchBuilder builder(*subject.store);
  builder.create("Order", "1", "{}").create("Order", "2", "{}");
  builder.batch().heads[0].numbers["orderNumber"] = "ORD-2026-000001";
  builder.commit().value();
  BatchBuilder(*subject.store).remove("Order", "1").commit().value();

  const auto head = subject.store->head(key_of("Order", "1")).value();
  const auto other = subject.store->head(key_of("Order", "2")).value();
  findings.expect(head && to_json_text(head->numbers) == R"({"orderNumber":"ORD-2026-000001"})",
                  "they stay with its head, past a delete");
  findings.expect(other && other->numbers.empty(), "another has none");
}

}  // namespace

std::vector<ContractCheck> commit_checks() {
  return {{"an empty store", an_empty_store},
          {"a commit is seen at once", seen_at_once},
          {"several changes in one commit, several commits in one batch", several_in_one},
          {"a batch that is wrong anywhere changes nothing", a_spoiled_batch},
          {"a group is begun before its commit", a_begun_group},
          {"a delete is a version", a_tombstone},
          {"made and deleted within one batch", made_and_deleted_in_one},
          {"the numbers that a record was given", numbers_of_a_record}};
}

}  // namespace coterie::testing
