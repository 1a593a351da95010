// What questions cost as the store grows: pages of the history, of a search and of a list, in stores of ever
// more records and events. Every page holds 50. One line of JSON for each size:
//   bench-reads DIRECTORY [SIZES [SECONDS]]      bench-reads /tmp/reads 10000,100000,1000000 30
// A store is filled for at most SECONDS; what was reached by then is its size. Each figure is the median of
// 40 questions at random places, in milliseconds, on a reader's connection with the caches as they are.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "protocol/json.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace {

using namespace coterie;
using Clock = std::chrono::steady_clock;

constexpr int kQuestions = 40;
constexpr std::size_t kCommit = 200;  // records made by one commit
constexpr std::size_t kRare = 60;     // records of a rare type, and of each place: a page and more

Timestamp now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

[[noreturn]] void fail(const Error& error) {
  std::fprintf(stderr, "bench-reads: %s\n", error.message.c_str());
  std::exit(1);
}
template <class T>
T need(Result<T> result) {
  if (!result) fail(result.error());
  return std::move(*result);
}

// Fills a store with batches made here: what deciding costs is measured elsewhere.
class Filler {
 public:
  // What is rare is so in stores of every size, and spread over all of it.
  Filler(Store& store, std::size_t events) : store_(store), events_(events), apart_(events / kRare) {}

  std::size_t fill(Clock::time_point until) {
    while (made_ < events_ && Clock::now() < until) {
      Batch batch;
      seq_ = Seq{seq_.value() + 1};
      const std::size_t most = std::min(kCommit, events_ - made_);
      for (std::size_t i = 0; i < most; ++i) add(batch);
      const Result<void> done = store_.commit(batch);
      if (!done) fail(done.error());
      edit_some();
    }
    while (need(store_.fill_search()).more) {
    }
    return made_;
  }
  std::size_t records() const { return records_; }

 private:
  void add(Batch& batch) {
    const bool rare = records_ % apart_ == 7;
    Head head;
    head.meta.key = {EntityType{rare ? "Bus" : "Car"}, EntityId{"r" + std::to_string(++records_)}};
    head.meta.version = Version{1};
    head.meta.created_at = head.meta.updated_at = now();
    const std::string n = std::to_string(records_);
    head.data = {{"name", "vehicle " + n + (records_ % 3 == 0 ? " red" : " blue")},
                 {"place", "place" + std::to_string(records_ % apart_)},
                 {"status", records_ % 2 == 0 ? "open" : "done"},
                 {"price", static_cast<std::int64_t>(random_() % 100'000)},
                 {"note", std::string(300, 'n')}};
    put(batch, std::move(head), EventOperation::create);
  }
  // Ten versions of one record, each a commit, in one batch.
  void edit_some() {
    Batch batch;
    const EntityKey key{EntityType{"Car"}, EntityId{"r" + std::to_string(records_ - 1)}};
    std::optional<Head> head = need(store_.head(key));
    if (!head) return;
    for (int i = 0; i < 10; ++i) {
      seq_ = Seq{seq_.value() + 1};
      head->meta.version = Version{head->meta.version.value() + 1};
      head->data["price"] = i;
      batch.heads.clear();
      put(batch, *head, EventOperation::update);
    }
    const Result<void> done = store_.commit(batch);
    if (!done) fail(done.error());
    edited_.push_back(key);
  }
  void put(Batch& batch, Head head, EventOperation operation) {
    DataSyncEvent event;
    event.seq = seq_;
    event.index = batch.events.empty() || batch.events.back().seq != seq_ ? 0 : batch.events.back().index + 1;
    event.key = head.meta.key;
    event.operation = operation;
    event.version = head.meta.version;
    event.set = operation == EventOperation::create ? to_json_text(head.data) : R"({"price":1})";
    event.unset = "[]";
    event.old = operation == EventOperation::create ? "{}" : R"({"price":0})";
    event.user_id = UserId{"ann"};
    event.timestamp = now();
    batch.events.push_back(std::move(event));
    batch.heads.push_back(std::move(head));
    ++made_;
  }

 public:
  std::size_t places() const { return apart_; }
  std::vector<EntityKey> edited_;

 private:
  Store& store_;
  std::size_t events_;
  std::size_t apart_;  // in records
  std::mt19937_64 random_{20261126};
  Seq seq_;
  std::size_t made_ = 0;
  std::size_t records_ = 0;
};

double median_ms(const std::function<void()>& ask) {
  std::vector<double> took;
  for (int i = 0; i < kQuestions; ++i) {
    const auto began = Clock::now();
    ask();
    took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
  }
  std::nth_element(took.begin(), took.begin() + kQuestions / 2, took.end());
  return took[kQuestions / 2];
}

ListQuery list_of(std::string_view search, std::string_view filter) {
  ListQuery query;
  query.type = EntityType{"Car"};
  if (!search.empty()) query.search = need(Search::parse(search));
  if (!filter.empty()) query.filter = need(Filter::parse(need(parse_json(filter, {1000, 8, 100}))));
  return query;
}

void measure(const std::filesystem::path& directory, std::size_t size, double seconds) {
  std::filesystem::remove_all(directory);
  SqliteOptions options;
  options.directory = directory;
  options.now = now;
  options.search[EntityType{"Car"}] = {need(FieldPath::parse("name")), need(FieldPath::parse("place"))};
  auto store = need(open_sqlite_store(options));
  Filler filler(*store, size);
  const auto until =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  const std::size_t events = filler.fill(until);
  auto reader = need(open_sqlite_reader(options));
  std::mt19937_64 random(7);
  const std::uint64_t last = need(reader->position()).seq.value();

  const double of_record = median_ms([&] {
    const EntityKey& key = filler.edited_[random() % filler.edited_.size()];
    need(reader->history({key.type, key.id, {}, {}, 50, 1 << 20}));
  });
  const double of_all = median_ms([&] {
    need(reader->history({{}, {}, {}, Seq{random() % last + 1}, 50, 1 << 20}));
  });
  const double of_rare = median_ms([&] {
    need(reader->history({EntityType{"Bus"}, {}, {}, {}, 50, 1 << 20}));
  });
  const double search_rare = median_ms(
      [&] { need(reader->list(list_of("place" + std::to_string(random() % filler.places()), ""))); });
  const double search_common = median_ms([&] { need(reader->list(list_of("red", ""))); });
  const double search_filtered =
      median_ms([&] { need(reader->list(list_of("veh* red", R"({"status":"open"})"))); });
  const double filtered = median_ms([&] {
    ListQuery query = list_of("", R"({"status":"open"})");
    query.after = SortPlace{{}, EntityId{"r" + std::to_string(random() % filler.records() + 1)}};
    need(reader->list(query));
  });
  std::printf(
      R"({"events":%zu,"records":%zu,"historyOfRecordMs":%.3f,"historyOfAllMs":%.3f,"historyOfRareTypeMs":%.3f,)"
      R"("searchRareMs":%.3f,"searchCommonMs":%.3f,"searchFilteredMs":%.3f,"listFilteredMs":%.3f})"
      "\n",
      events, filler.records(), of_record, of_all, of_rare, search_rare, search_common, search_filtered,
      filtered);
  std::fflush(stdout);
  reader.reset();
  store.reset();
  std::filesystem::remove_all(directory);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench-reads DIRECTORY [SIZES [SECONDS]]\n");
    return 2;
  }
  const std::filesystem::path directory = std::filesystem::path(argv[1]) / "reads";
  const std::string sizes = argc > 2 ? argv[2] : "10000,100000,1000000";
  const double seconds = argc > 3 ? std::strtod(argv[3], nullptr) : 120;
  for (std::size_t at = 0; at < sizes.size();) {
    const std::size_t comma = std::min(sizes.find(',', at), sizes.size());
    measure(directory, std::strtoul(sizes.substr(at, comma - at).c_str(), nullptr, 10), seconds);
    at = comma + 1;
  }
  return 0;
}
