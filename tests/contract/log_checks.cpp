// The contract of the log: history, stretches for rooms, any version of a record, how far back it reaches.
// Laws 1, 3.
#include <algorithm>
#include <random>

#include "protocol/json.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"

namespace coterie::testing {
namespace {

// 60 commits of 1 to 4 changes on a few records of three types, in batches of several commits.
void fill(Store& store) {
  std::mt19937 random(20260101);
  const char* const types[] = {"Car", "Bus", "Van"};
  for (int group = 0; group < 15; ++group) {
    BatchBuilder builder(store);
    for (int commit = 0; commit < 4; ++commit) {
      if (commit > 0) builder.next_commit();
      const std::size_t changes = 1 + random() % 4;
      for (std::size_t i = 0; i < changes; ++i) {
        const std::string_view type = types[random() % 3];
        const std::string id = std::to_string(i);  // once in a commit
        const auto head = store.head(key_of(type, id)).value();
        const auto& heads = builder.batch().heads;
        const auto now = std::find_if(heads.begin(), heads.end(),
                                      [&](const Head& h) { return h.meta.key == key_of(type, id); });
        const bool lives = now != heads.end() ? !now->deleted : head && !head->deleted;
        if (!lives) {
          builder.create(type, id, R"({"n":0,"deep":{"a":1,"b":2}})");
        } else if (random() % 8 == 0) {
          builder.remove(type, id);
        } else {
          builder.update(type, id, R"({"deep.a":)" + std::to_string(random() % 100) + "}");
        }
      }
    }
    builder.commit().value();
  }
}

std::vector<DataSyncEvent> whole_log(Reader& reader) {
  return reader.history({{}, {}, Seq{}, {}, 100'000, 1 << 26}).value().events;
}

void is_whole(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  std::vector<DataSyncEvent> written;
  for (int i = 0; i < 5; ++i) {
    BatchBuilder builder(*subject.store);
    builder.create("Car", std::to_string(i), R"({"n":1})").create("Bus", std::to_string(i), "{}");
    builder.next_commit().update("Car", std::to_string(i), R"({"n":2,"a":"é\n"})", R"(["gone"])");
    builder.batch().events.back().cause = Cause::merge;
    builder.batch().events.back().client_id = ClientId{"a label with \"quotes\""};
    written.insert(written.end(), builder.batch().events.begin(), builder.batch().events.end());
    builder.commit().value();
  }

  findings.expect(whole_log(subject.reader()) == written, "the history has every event as it was written");
  const LogPage page = subject.reader().log({Seq{}, {}, 1000, 1 << 20}).value();
  findings.expect(page.events == written && page.at_head && page.up_to == Seq{10}, "and so has the log");
}

void history_pages(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  const std::vector<DataSyncEvent> all = whole_log(subject.reader());
  struct Ask {
    std::optional<EntityType> type;
    std::optional<EntityId> id;
  };
  for (const Ask& ask : {Ask{}, Ask{EntityType{"Car"}, {}}, Ask{EntityType{"Bus"}, EntityId{"1"}}}) {
    std::vector<DataSyncEvent> wanted;
    for (const DataSyncEvent& event : all) {
      if ((!ask.type || event.key.type == *ask.type) && (!ask.id || event.key.id == *ask.id))
        wanted.push_back(event);
    }
    std::vector<DataSyncEvent> forwards;
    std::vector<DataSyncEvent> backwards;
    HistoryQuery query{ask.type, ask.id, Seq{}, {}, 5, 1 << 20};
    for (int pages = 0; pages < 200; ++pages) {
      const auto page = subject.reader().history(query).value().events;
      if (page.empty()) break;
      forwards.insert(forwards.end(), page.begin(), page.end());
      query.after = page.back().seq;
    }
    query.after.reset();
    for (int pages = 0; pages < 200; ++pages) {
      const auto page = subject.reader().history(query).value().events;
      if (page.empty()) break;
      findings.expect(page.size() <= 8, "a page is not longer than asked by more than a commit");
      backwards.insert(backwards.end(), page.begin(), page.end());
      query.before = page.back().seq;
    }
    std::reverse(backwards.begin(), backwards.end());
    findings.expect(forwards == wanted, "oldest first, page by page, each event once");
    findings.expect(backwards == wanted, "newest first, page by page, each event once");
  }
  const auto between = subject.reader().history({{}, {}, Seq{10}, Seq{13}, 100, 1 << 20}).value().events;
  findings.expect(!between.empty() && between.front().seq == Seq{11} && between.back().seq == Seq{12},
                  "between two seqs, without them");
}

bool in_rooms(const std::vector<RoomKey>& rooms, const EntityKey& key) {
  return rooms.empty() || std::any_of(rooms.begin(), rooms.end(), [&](const RoomKey& room) {
           return room.type == key.type && (!room.id || *room.id == key.id);
         });
}

void rooms_in_stretches(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  const std::vector<DataSyncEvent> all = whole_log(subject.reader());
  const RoomKey car{EntityType{"Car"}, {}};
  const RoomKey bus_1{EntityType{"Bus"}, EntityId{"1"}};
  const RoomKey van_2{EntityType{"Van"}, EntityId{"2"}};
  const RoomKey unknown{EntityType{"Van"}, EntityId{"never"}};
  const std::vector<RoomKey> asked[] = {{},           {car},          {bus_1},  {bus_1, van_2, unknown},
                                        {car, bus_1}, {bus_1, bus_1}, {unknown}};
  for (const auto& rooms : asked) {
    for (const std::uint64_t start : {0, 1, 29, 59, 60}) {
      std::vector<DataSyncEvent> wanted;
      for (const DataSyncEvent& event : all) {
        if (event.seq.value() > start && in_rooms(rooms, event.key)) wanted.push_back(event);
      }
      for (const std::size_t most : {1, 3, 1000}) {
        std::vector<DataSyncEvent> pieced;
        LogQuery query{Seq{start}, rooms, most, 1 << 20};
        bool at_head = false;
        for (int pages = 0; pages < 200 && !at_head; ++pages) {
          const LogPage page = subject.reader().log(query).value();
          for (const DataSyncEvent& event : page.events) {
            findings.expect(event.seq > query.after && event.seq <= page.up_to,
                            "a stretch holds what it says");
          }
          pieced.insert(pieced.end(), page.events.begin(), page.events.end());
          query.after = page.up_to;
          at_head = page.at_head;
        }
        findings.expect(at_head && query.after == Seq{60}, "the stretches end at the head");
        findings.expect(pieced == wanted, "each event of the rooms once and in order, whole commits");
      }
    }
  }
}

void whole_commits(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  BatchBuilder builder(*subject.store);
  for (int i = 0; i < 20; ++i) builder.create("Car", std::to_string(i), "{}");
  builder.next_commit().update("Car", "1", R"({"a":1})").commit().value();

  const LogPage few = subject.reader().log({Seq{}, {}, 2, 1 << 20}).value();
  const LogPage small = subject.reader().log({Seq{}, {RoomKey{EntityType{"Car"}, {}}}, 1000, 1}).value();
  const auto history = subject.reader().history({{}, {}, Seq{}, {}, 2, 1 << 20}).value().events;

  findings.expect(few.events.size() == 20 && few.up_to == Seq{1} && !few.at_head,
                  "a commit is not cut by number");
  findings.expect(small.events.size() == 20 && small.up_to == Seq{1}, "a commit is not cut by bytes");
  findings.expect(history.size() == 20, "nor in the history");
}

void versions_of_one(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  const std::vector<DataSyncEvent> all = whole_log(subject.reader());
  const EntityKey key = key_of("Car", "0");
  std::vector<DataSyncEvent> versions;
  std::copy_if(all.begin(), all.end(), std::back_inserter(versions),
               [&](const auto& e) { return e.key == key; });

  for (std::size_t i = 0; i < versions.size(); ++i) {
    findings.expect(versions[i].version.value() == i + 1, "versions without holes");
  }
  for (const std::uint64_t after : {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{versions.size()}}) {
    const auto since = subject.store->events_since(key, Version{after}, 1000).value();
    const std::vector<DataSyncEvent> wanted(versions.begin() + static_cast<std::ptrdiff_t>(after),
                                            versions.end());
    findings.expect(since == wanted, "the events after a version, oldest first");
  }
  const auto few = subject.store->events_since(key, Version{1}, 2).value();
  findings.expect(few.size() == 2 && few[0].version == Version{2},
                  "the oldest where there are more than asked");
  findings.expect(subject.store->events_since(key_of("Car", "never"), Version{}, 10).value().empty(),
                  "none of what never was");
}

void past_versions(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  const EntityKey key = key_of("Car", "1");
  std::vector<std::optional<Entity>> states{std::nullopt};
  const auto note = [&] { states.push_back(subject.reader().get(key).value()); };
  const auto edit = [&](int n) {
    BatchBuilder(*subject.store)
        .update("Car", "1", R"({"n":)" + std::to_string(n) + R"(,"deep.x":"é"})",
                n % 2 == 0 ? R"(["gone"])" : "[]")
        .commit()
        .value();
    note();
  };
  BatchBuilder(*subject.store).create("Car", "1", R"({"n":0,"gone":[1],"deep":{"y":1}})").commit().value();
  note();
  for (int i = 1; i < 6; ++i) edit(i);
  BatchBuilder(*subject.store).remove("Car", "1").commit().value();
  note();
  BatchBuilder(*subject.store).create("Car", "1", R"({"again":true})").commit().value();
  note();
  for (int i = 1; i < 6; ++i) edit(i);

  for (std::size_t version = 0; version < states.size(); ++version) {
    const auto then = subject.reader().get_at(key, Version{version}).value();
    const auto& state = states[version];
    const bool same = then.has_value() == state.has_value() &&
                      (!then || (then->meta == state->meta &&
                                 hash_content(parse_json(then->data, {1 << 20, 32, 1000}).value()) ==
                                     hash_content(parse_json(state->data, {1 << 20, 32, 1000}).value())));
    findings.expect(same, "version " + std::to_string(version) + " as it stood then");
  }
  findings.expect(!subject.reader().get_at(key, Version{states.size()}).value(),
                  "none that is still to come");
  findings.expect(!subject.reader().get_at(key_of("Car", "never"), Version{1}).value(),
                  "none of what never was");
}

void resume_window(const MakeSubject& make, Findings& findings) {
  Subject subject = make({10});
  for (int i = 0; i < 4; ++i) {
    BatchBuilder(*subject.store)
        .create("Car", std::to_string(i), "{}")
        .create("Bus", std::to_string(i), "{}")
        .commit()
        .value();
  }
  findings.expect(subject.reader().resume_floor().value() == Seq{}, "all of it while it is short");

  for (int i = 4; i < 9; ++i) {
    BatchBuilder(*subject.store)
        .create("Car", std::to_string(i), "{}")
        .create("Bus", std::to_string(i), "{}")
        .commit()
        .value();
  }
  const Seq floor = subject.reader().resume_floor().value();
  findings.expect(floor == Seq{4},
                  "the oldest position that as many events lead on from as the window holds");
  const LogPage page = subject.reader().log({floor, {}, 1000, 1 << 20}).value();
  findings.expect(page.events.size() == 10 && page.at_head, "from there all of them come");
}

}  // namespace

std::vector<ContractCheck> log_checks() {
  return {{"the log is what was written", is_whole},
          {"history comes page by page", history_pages},
          {"the events of rooms come in stretches", rooms_in_stretches},
          {"a page never cuts a commit", whole_commits},
          {"the events of one record", versions_of_one},
          {"a record as it stood once", past_versions},
          {"the window for resuming", resume_window}};
}

}  // namespace coterie::testing
