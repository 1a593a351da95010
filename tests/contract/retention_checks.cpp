// The contract of retention, against an oracle: random records, random settings; what must stay stays, what
// may go goes, and the store tells the truth about what it does not know any more. Laws 1, 3.
#include <algorithm>
#include <map>
#include <random>

#include "storage/blame.hpp"
#include "storage/purge_limit.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"

namespace coterie::testing {
namespace {

void edit_at_random(Store& store, std::mt19937& random, int commits) {
  const char* const types[] = {"Car", "Bus"};
  for (int i = 0; i < commits; ++i) {
    BatchBuilder builder(store);
    for (const char* type : types) {
      const std::string id = std::to_string(random() % 5);
      const auto head = store.head(key_of(type, id)).value();
      if (!head || head->deleted) {
        builder.create(type, id, R"({"n":0,"a":{"b":1}})");
      } else if (random() % 9 == 0) {
        builder.remove(type, id);
      } else {
        builder.update(type, id,
                       R"({"n":)" + std::to_string(random() % 100) + R"(,"a.b":)" + std::to_string(i) + "}");
      }
    }
    builder.commit().value();
  }
}

std::vector<DataSyncEvent> whole_log(Reader& reader) {
  return reader.history({{}, {}, Seq{}, {}, 100'000, 1 << 26}).value().events;
}

void purge_all(Store& store, PurgeStep step) {
  while (store.fill_search().value().more) {  // what it does not know yet would stay
  }
  for (int i = 0; i < 10'000; ++i) {
    const PurgeDone done = store.purge(step).value();
    step.after = done.next;
    if (!done.next) return;
  }
}

// What is to be left of these events: each record's oldest go as long as each of them may.
std::vector<DataSyncEvent> kept_of(const std::vector<DataSyncEvent>& events, const PurgeStep& step) {
  std::map<EntityKey, std::uint64_t> newest;
  for (const DataSyncEvent& event : events) newest[event.key] = event.version.value();
  std::map<EntityKey, bool> stays;
  std::vector<DataSyncEvent> kept;
  for (const DataSyncEvent& event : events) {
    const std::uint64_t versions_after = newest[event.key] - event.version.value();
    const bool beyond = step.retention.versions && versions_after >= *step.retention.versions;
    const bool too_old = step.retention.age && event.timestamp < step.now - *step.retention.age;
    const bool may_go = event.key.type == step.type && event.seq <= step.limit && versions_after > 0;
    stays[event.key] = stays[event.key] || !may_go || !(beyond || too_old);
    if (stays[event.key]) kept.push_back(event);
  }
  return kept;
}

void against_an_oracle(const MakeSubject& make, Findings& findings) {
  std::mt19937 random(20261126);
  for (int round = 0; round < 5; ++round) {
    Subject subject = make({});
    edit_at_random(*subject.store, random, 40);
    const std::vector<DataSyncEvent> before = whole_log(subject.reader());
    std::map<EntityKey, std::optional<Entity>> heads;
    for (const DataSyncEvent& event : before) heads[event.key] = subject.reader().get(event.key).value();
    std::map<std::pair<EntityKey, Version>, std::optional<Entity>> states;
    for (const DataSyncEvent& event : before) {
      states[{event.key, event.version}] = subject.reader().get_at(event.key, event.version).value();
    }

    PurgeStep step;
    step.type = EntityType{"Car"};
    step.now = time_at(Seq{41});
    step.limit = Seq{random() % 50};
    if (random() % 3 != 0) step.retention.age = std::chrono::seconds(random() % 40);
    if (random() % 3 != 0) step.retention.versions = 1 + random() % 6;
    step.most_records = 1 + random() % 4;
    step.most_events = 1 + random() % 5;
    const std::vector<DataSyncEvent> kept = kept_of(before, step);
    purge_all(*subject.store, step);

    findings.expect(whole_log(subject.reader()) == kept, "exactly what may go is gone");
    for (const auto& [key, entity] : heads) {
      findings.expect(subject.reader().get(key).value() == entity, "every record is as it was");
    }
    for (const auto& [version, state] : states) {
      const auto now = subject.reader().get_at(version.first, version.second).value();
      findings.expect(!now || now == state, "an old version is as it was, or not known any more");
      const bool there = std::any_of(kept.begin(), kept.end(), [&](const DataSyncEvent& event) {
        return event.key == version.first && event.version == version.second;
      });
      const bool whole = kept.size() == before.size();
      findings.expect(now.has_value() == state.has_value() || !there || !whole,
                      "nothing is lost without a purge");
      findings.expect(!now || there, "and nothing is made up");
    }
    const Seq purged = subject.reader().purged().value();
    for (const DataSyncEvent& event : before) {
      const bool gone = std::find(kept.begin(), kept.end(), event) == kept.end();
      findings.expect(!gone || event.seq <= purged, "the store knows up to where its log has holes");
    }
    findings.expect(purged <= step.limit, "and has none where it must not");
    findings.expect(subject.reader().resume_floor().value() >= purged, "so that nobody resumes across one");
    const LogPage rest = subject.reader().log({purged, {}, 100'000, 1 << 26}).value();
    const auto later =
        std::count_if(before.begin(), before.end(), [&](const auto& e) { return e.seq > purged; });
    findings.expect(rest.events.size() == static_cast<std::size_t>(later), "from there on the log is whole");

    edit_at_random(*subject.store, random, 5);  // and it goes on
    findings.expect(subject.reader().position().value().seq == Seq{45},
                    "the position goes on from where it was");
  }
}

void old_versions_stay_readable(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  const EntityKey key = key_of("Car", "1");
  BatchBuilder(*subject.store).create("Car", "1", R"({"n":1,"old":true})").commit().value();
  for (int n = 2; n <= 10; ++n) {
    BatchBuilder(*subject.store).update("Car", "1", R"({"n":)" + std::to_string(n) + "}").commit().value();
  }
  const auto seventh = subject.reader().get_at(key, Version{7}).value();
  PurgeStep step;
  step.type = EntityType{"Car"};
  step.limit = Seq{10};
  step.retention.versions = 4;
  purge_all(*subject.store, step);

  findings.expect(subject.reader().get_at(key, Version{7}).value() == seventh,
                  "the oldest that is kept, whole");
  findings.expect(!subject.reader().get_at(key, Version{6}).value(), "the one before is not known any more");
  findings.expect(!subject.reader().get_at(key, Version{1}).value(), "nor is the first");
  findings.expect(subject.store->events_since(key, Version{3}, 100).value().size() == 4,
                  "nor what led from there");
  const auto blamed = blame(subject.reader(), key).value();
  findings.expect(blamed && blamed->fields.size() == 1 && blamed->fields[0].version == Version{10} &&
                      blamed->unknown.size() == 1 && blamed->unknown[0].text() == "old",
                  "and nobody is blamed for what is not known");
}

void readers_hold_it_back(const MakeSubject& make, Findings& findings) {
  Subject subject = make({20});
  std::mt19937 random(7);
  edit_at_random(*subject.store, random, 100);
  const Epoch epoch = subject.store->position().value().epoch;
  const auto limit = [&](std::chrono::milliseconds age) {
    return purge_limit(*subject.store, time_at(Seq{100}), age).value();
  };
  const Seq floor = subject.store->resume_floor().value();
  findings.expect(floor > Seq{40} && limit(std::chrono::hours(1)) == floor, "up to the window for resuming");

  Batch batch;
  batch.readers = {{{ReaderName{"slow"}, {epoch, Seq{30}}, {}, {}}, false},
                   {{ReaderName{"quick"}, {epoch, Seq{100}}, {}, {}}, false},
                   {{ReaderName{"lost"}, {Epoch{"another"}, Seq{1}}, {}, {}}, false}};
  subject.store->commit(batch).value();
  findings.expect(limit(std::chrono::hours(1)) == Seq{30}, "no further than the slowest reader has come");
  findings.expect(limit(std::chrono::seconds(60)) == floor, "unless it lags too much");
}

}  // namespace

std::vector<ContractCheck> retention_checks() {
  return {{"what is purged, against an oracle", against_an_oracle},
          {"old versions up to the edge", old_versions_stay_readable},
          {"named readers hold purging back", readers_hold_it_back}};
}

}  // namespace coterie::testing
