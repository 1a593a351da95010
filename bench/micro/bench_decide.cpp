// What an edit costs in the layers of storage: deciding alone (on the memory store, its commits not counted),
// and the sequencer on SQLite, side by side. Mutations are decoded before the clock starts.
//   bench-decide DIRECTORY [EDITS [GROUP]]
// Prints one line for each: CPU microseconds for each edit, of them in the commit, and edits per second.
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/decode.hpp"
#include "storage/memory_store.hpp"
#include "storage/sequencer.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace {

using namespace coterie;

constexpr std::size_t kEntities = 1000;

double cpu_micros() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

Timestamp now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::string id_of(std::size_t n) { return "v" + std::to_string(n % kEntities); }

Mutation mutation_of(const std::string& name, std::size_t n, const std::string& ops) {
  char id[64];
  std::snprintf(id, sizeof id, "0193f0a1-%s-7000-8000-%012zx", name.c_str(), n);
  const std::string line =
      R"({"id":1,"type":"mutate","mutationId":")" + std::string(id) + R"(","ops":[)" + ops + "]}";
  DecodeResult decoded = decode(line, WireLimits{}, 1 << 20);
  if (!decoded) {
    std::fprintf(stderr, "bench-decide: %s: %s\n", decoded.error().error.message.c_str(), line.c_str());
    std::exit(1);
  }
  return std::move(std::get<Mutate>(decoded->body).mutation);
}

// About 500 bytes in twelve fields.
Mutation creation(std::size_t n) {
  return mutation_of(
      "0000", n,
      R"({"op":"create","entityType":"Vehicle","entityId":")" + id_of(n) + R"(","data":{"name":"vehicle )" +
          std::to_string(n) +
          R"(","status":"good","price":12345,"seats":5,"weight":1234.5,"tags":["red","fast","old"],)"
          R"("address":{"street":"Long Street 1","city":"Bonn","zip":"53111"},"owner":"ann","free":true,)"
          R"("history":")" +
          std::string(180, 'h') + R"(","note":")" + std::string(80, 'n') + R"("}})");
}

// Two fields, about 200 bytes of difference; each rests on the version before.
Mutation edit(std::size_t n) {
  return mutation_of("1111", n,
                     R"({"op":"update","entityType":"Vehicle","entityId":")" + id_of(n) +
                         R"(","baseVersion":)" + std::to_string(n / kEntities + 1) + R"(,"set":{"note":")" +
                         std::string(80, static_cast<char>('a' + n / kEntities % 26)) + R"(","price":)" +
                         std::to_string(n) + "}}");
}

Author author() { return Author{UserId{"ann"}, SessionId{"0193f0a1-session-0001"}, ClientId{"bench"}}; }

void decide_all(Store& store, HeadCache& cache, const std::vector<Mutation>& mutations, std::size_t group,
                double& deciding, double& committing) {
  DecideContext context;
  context.author = author();
  context.epoch = store.position().value().epoch;
  for (std::size_t i = 0; i < mutations.size();) {
    const double begin = cpu_micros();
    context.now = now();
    const Seq last = store.position().value().seq;
    store.begin();
    Draft draft(store, cache, last);
    const std::size_t end = std::min(mutations.size(), i + group);
    for (; i < end; ++i) {
      if (!std::holds_alternative<CommittedAnswer>(decide(mutations[i], context, draft).outcome))
        std::exit(1);
    }
    const double decided = cpu_micros();
    if (!store.commit(draft.batch())) std::exit(1);
    const double committed = cpu_micros();
    draft.committed();
    deciding += decided - begin + cpu_micros() - committed;
    committing += committed - decided;
  }
}

void bench_store(const char* name, Store& store, const std::vector<Mutation>& creations,
                 const std::vector<Mutation>& edits, std::size_t group) {
  HeadCache cache(64 * 1024 * 1024);
  double deciding = 0, committing = 0;
  decide_all(store, cache, creations, group, deciding, committing);
  deciding = committing = 0;
  decide_all(store, cache, edits, group, deciding, committing);
  const double count = static_cast<double>(edits.size());
  std::printf("%-28s decide %6.2f us/edit, commit %6.2f us/edit\n", name, deciding / count,
              committing / count);
}

// Counts what is delivered and wakes who waits for it.
class Done {
 public:
  void add(const GroupOutcome& outcome) {
    const std::lock_guard lock(mutex_);
    answers_ += outcome.decided.size();
    ++groups_;
    commit_micros_ += static_cast<double>(outcome.commit_time.count());
    for (const Decided& decided : outcome.decided) {
      if (!std::holds_alternative<CommittedAnswer>(decided.outcome)) ++refused_;
    }
    changed_.notify_all();
  }
  void await(std::size_t answers) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answers_ >= answers; });
  }
  std::size_t answers_ = 0, groups_ = 0, refused_ = 0;
  double commit_micros_ = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

void bench_sequencer(Store& store, const std::vector<Mutation>& creations, std::vector<Mutation> edits,
                     std::size_t group) {
  SequencerOptions options;
  options.group_edits = group;
  options.now = now;
  options.make_id = [] { return EntityId{"none"}; };
  options.queue_items = edits.size() + creations.size();
  Done done;
  Sequencer sequencer(store, std::move(options), [&](const GroupOutcome& outcome) { done.add(outcome); });
  for (const Mutation& mutation : creations) sequencer.submit(Submission{Ticket{}, author(), mutation});
  done.await(creations.size());
  done.groups_ = 0;
  done.commit_micros_ = 0;

  const auto begin = std::chrono::steady_clock::now();
  const double cpu = cpu_micros();
  for (Mutation& mutation : edits) sequencer.submit(Submission{Ticket{}, author(), std::move(mutation)});
  done.await(creations.size() + edits.size());
  const double used = cpu_micros() - cpu;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double count = static_cast<double>(edits.size());
  std::printf(
      "%-28s all    %6.2f us/edit, commit %6.2f us/edit (wall), %.0f edits/s, mean group %.0f, refused %zu\n",
      "sequencer on SQLite", used / count, done.commit_micros_ / count, count / seconds,
      count / static_cast<double>(done.groups_), done.refused_);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench-decide DIRECTORY [EDITS [GROUP]]\n");
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  const std::size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 40'000;
  const std::size_t group = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 200;
  std::vector<Mutation> creations, edits;
  for (std::size_t n = 0; n < kEntities; ++n) creations.push_back(creation(n));
  for (std::size_t n = 0; n < count; ++n) edits.push_back(edit(n));

  const auto memory = make_memory_store();
  bench_store("decide on the memory store", *memory, creations, edits, group);
  for (const char* name : {"decide on SQLite", "sequencer on SQLite"}) {
    const auto place = directory / (name[0] == 'd' ? "decide" : "sequencer");
    std::filesystem::remove_all(place);
    SqliteOptions options;
    options.directory = place;
    options.now = now;
    auto store = open_sqlite_store(options);
    if (!store) {
      std::fprintf(stderr, "bench-decide: %s\n", store.error().message.c_str());
      return 1;
    }
    if (name[0] == 'd') {
      bench_store(name, **store, creations, edits, group);
    } else {
      bench_sequencer(**store, creations, std::move(edits), group);
    }
  }
  return 0;
}
