// The contract of pages of the history (each tells where the next begins, by whatever filter) and of the
// named readers. Laws 1, 2, 3.
#include <algorithm>

#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"

namespace coterie::testing {
namespace {

// 150 commits of two cars each, and now and then a rare bus; by three users in turn.
void fill(Store& store) {
  for (int i = 0; i < 150; i += 15) {
    BatchBuilder builder(store);
    for (int commit = i; commit < i + 15; ++commit) {
      if (commit > i) builder.next_commit();
      builder.create("Car", std::to_string(2 * commit), "{}")
          .create("Car", std::to_string(2 * commit + 1), "{}");
      if (commit % 40 == 7) builder.create("Bus", std::to_string(commit), "{}");
      for (auto& event : builder.batch().events) {
        event.user_id = UserId{"u" + std::to_string(event.seq.value() % 3)};
      }
    }
    builder.commit().value();
  }
}

// All pages one after another, as their `next` leads.
std::vector<DataSyncEvent> walked(Reader& reader, HistoryQuery query, Findings& findings) {
  std::vector<DataSyncEvent> events;
  for (int pages = 0; pages < 1000; ++pages) {
    HistoryPage page = reader.history(query).value();
    std::move(page.events.begin(), page.events.end(), std::back_inserter(events));
    if (!page.next) return events;
    std::optional<Seq>& place = query.after ? query.after : query.before;
    findings.expect(!place || (query.after ? *page.next > *place : *page.next < *place),
                    "a next page is further on");
    place = page.next;
  }
  findings.expect(false, "the pages come to an end");
  return events;
}

void pages_lead_on(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  fill(*subject.store);
  const std::vector<DataSyncEvent> all =
      subject.reader().history({{}, {}, Seq{}, {}, 100'000, 1 << 26}).value().events;
  findings.expect(all.size() == 304, "all of it in one page");

  HistoryQuery rare;
  rare.type = EntityType{"Bus"};
  HistoryQuery user;
  user.user = UserId{"u1"};
  HistoryQuery time;
  time.since = time_at(Seq{50});
  time.until = time_at(Seq{90});
  HistoryQuery everything = time;
  everything.type = EntityType{"Car"};
  everything.user = UserId{"u2"};
  HistoryQuery record;
  record.type = EntityType{"Car"};
  record.id = EntityId{"14"};
  for (HistoryQuery query : {HistoryQuery{}, rare, user, time, everything, record}) {
    query.limit = 11;
    std::vector<DataSyncEvent> wanted;
    for (const DataSyncEvent& event : all) {
      if ((!query.type || event.key.type == *query.type) && (!query.id || event.key.id == *query.id) &&
          (!query.user || event.user_id == *query.user) &&
          (!query.since || event.timestamp >= *query.since) &&
          (!query.until || event.timestamp <= *query.until)) {
        wanted.push_back(event);
      }
    }
    findings.expect(!wanted.empty(), "there is something to find");
    query.after = Seq{};
    findings.expect(walked(subject.reader(), query, findings) == wanted,
                    "onwards, each event once and in order");
    query.after.reset();
    std::reverse(wanted.begin(), wanted.end());
    findings.expect(walked(subject.reader(), query, findings) == wanted,
                    "back, the same the other way round");
  }
  findings.expect(
      subject.reader().history({EntityType{"Van"}, {}, {}, {}, 5, 1 << 20}).value().events.empty(),
      "nothing of a type that is not there");
}

void what_is_left(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  findings.expect(subject.reader().rest_of_log(Seq{}).value().events == 0, "nothing of an empty log");
  fill(*subject.store);
  const auto rest = [&](std::uint64_t after) { return subject.reader().rest_of_log(Seq{after}).value(); };
  findings.expect(rest(0).events == 304 && rest(0).oldest == time_at(Seq{1}), "all of it from the beginning");
  findings.expect(rest(149).events == 2 && rest(149).oldest == time_at(Seq{150}), "the last commit");
  findings.expect(rest(150).events == 0 && !rest(150).oldest, "nothing behind the newest");
  findings.expect(rest(100).events == 101, "the last third");
}

void named_readers_are_kept(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  const ReaderName books{"books"};
  const NamedReader first{books, Position{Epoch{"e"}, Seq{0}}, time_at(Seq{1}), time_at(Seq{1})};
  const NamedReader moved{books, Position{Epoch{"e"}, Seq{7}}, time_at(Seq{1}), time_at(Seq{2})};
  const NamedReader other{ReaderName{"a"}, Position{Epoch{"f"}, Seq{3}}, time_at(Seq{3}), time_at(Seq{3})};
  findings.expect(!subject.reader().named_reader(books).value(), "none at first");

  Batch batch;
  batch.readers = {{first, false}, {moved, false}, {other, false}};
  findings.expect(!batch.empty() && subject.store->commit(batch).has_value(), "a batch of readers alone");
  findings.expect(subject.reader().named_reader(books).value() == moved, "the last word of a batch");
  findings.expect(subject.reader().named_readers().value() == std::vector<NamedReader>{other, moved},
                  "by name");

  BatchBuilder builder(*subject.store);
  builder.create("Car", "1", "{}");
  builder.batch().readers = {{other, true}};
  builder.commit().value();
  findings.expect(subject.reader().named_readers().value() == std::vector<NamedReader>{moved},
                  "one is forgotten");
}

}  // namespace

std::vector<ContractCheck> history_checks() {
  return {{"every page of the history leads to the next", pages_lead_on},
          {"what is left of the log", what_is_left},
          {"named readers are kept", named_readers_are_kept}};
}

}  // namespace coterie::testing
