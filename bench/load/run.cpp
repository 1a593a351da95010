#include "bench/load/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>

#include "bench/load/desk_user.hpp"
#include "bench/load/seeder.hpp"
#include "bench/load/user.hpp"

namespace load {
namespace {

constexpr double kGraceSeconds = 17;  // the server's 15, and time to tell of it

class Runner {
 public:
  explicit Runner(const BandOptions& options)
      : options_(options),
        world_{loop_, options_.address, options_.profile, ledger_, band_.stats},
        memory_(loop_, options_.address),
        random_(options.seed) {
    world_.run = fmt::format("r{:x}", random_() & 0xFFFFFFFFFFU);
    world_.entities =
        std::max(options_.profile.least_entities, options_.profile.entities_per_user * options_.users);
  }

  Band go() {
    band_.users = options_.users;
    if (!gather()) return finish();
    band_.stats.begin(now_seconds());
    const double start = now_seconds();
    memory_.start(start);
    const double end = start + options_.seconds;
    schedule_storms(end);
    while (now_seconds() < end) {
      loop_.run_until(std::min(end, now_seconds() + 0.5));
      progress(now_seconds() - start);
    }
    band_.seconds = now_seconds() - start;
    memory_.stop();
    judge_memory();
    reckon();
    return finish();
  }

 private:
  // The auditor first, so that it hears everything; then it makes the records; then all others come in.
  bool gather() {
    add(0, User::Role::auditor);
    if (!wait_for([&] { return users_[0]->settled(); }, 10, "the server to welcome the first user"))
      return false;
    users_.push_back(make(1, options_.profile.burst > 0 ? User::Role::publisher : User::Role::worker));
    make_records();
    for (std::size_t i = 1; i < options_.users; ++i) add(i + 1, User::Role::worker);
    users_[1]->start(now_seconds());
    return wait_for([&] { return world_.came == users_.size(); },
                    30 + static_cast<double>(options_.users) * 0.02, "all users to be welcomed");
  }

  std::unique_ptr<Client> make(std::size_t number, User::Role role) {
    if (!options_.profile.desk) return std::make_unique<User>(world_, number, role, random_());
    const auto at_desk = role == User::Role::auditor ? DeskUser::Role::auditor : DeskUser::Role::worker;
    return std::make_unique<DeskUser>(world_, book_, number, at_desk, random_());
  }

  void add(std::size_t number, User::Role role) {
    users_.push_back(make(number, role));
    // Spread, as people come in; a thousand a second.
    users_.back()->start(now_seconds() + static_cast<double>(number) * 0.001);
  }

  // Records that a bursting publisher edits must be there before; elsewhere users create them as they come
  // upon them.
  void make_records() {
    const std::size_t records = options_.profile.burst == 0 ? 0 : world_.entities;
    if (records == 0 && options_.fill_mib == 0) return;
    Seeder seeder(world_, records, options_.fill_mib);
    wait_for([&] { return seeder.done(); }, 30 + static_cast<double>(options_.fill_mib),
             "the records to be made");
  }

  void schedule_storms(double end) {
    if (options_.profile.together_every <= 0) return;
    for (double when = now_seconds() + options_.profile.together_every; when < end - 2;
         when += options_.profile.together_every) {
      loop_.at(when, [this] {
        for (std::size_t i = 1; i < users_.size(); ++i) users_[i]->drop();
      });
    }
  }

  template <class Condition>
  bool wait_for(Condition condition, double seconds, const std::string& what) {
    const double give_up = now_seconds() + seconds;
    while (!condition()) {
      if (now_seconds() > give_up) {
        ledger_.breach(fmt::format("waited {:.0f} s for {}", seconds, what));
        return false;
      }
      loop_.run_until(now_seconds() + 0.02);
    }
    return true;
  }

  // Everybody stops editing; what is under way is answered; then all must have the same.
  void reckon() {
    world_.quiet = true;
    const auto all_settled = [&] {
      for (const auto& user : users_) {
        if (!user->settled()) return false;
      }
      return true;
    };
    if (!wait_for(all_settled, 40, "all answers to come in after the last edit")) return;
    // Of those who dropped and came back as another session, the old one is shown until its grace is over.
    if (options_.profile.desk) loop_.run_until(world_.last_break + kGraceSeconds);
    for (const auto& user : users_) user->ask();
    const auto all_answered = [&] {
      return std::none_of(users_.begin(), users_.end(), [](const auto& user) { return user->asking(); });
    };
    if (!wait_for(all_answered, 30, "the lists of all records")) return;
    loop_.run_until(now_seconds() + 1.5);  // what is still on its way
    for (const auto& user : users_) user->compare(users_[0]->found());
    ledger_.settle();
  }

  void judge_memory() {
    band_.memory = memory_.samples();
    if (options_.memory_growth <= 0) return;
    const auto growth = growth_of(band_.memory);
    if (!growth) return ledger_.breach("the server's memory was asked for too seldom to judge its growth");
    if (growth->percent() <= options_.memory_growth) return;
    ledger_.breach(fmt::format("the server's memory grew by {:.1f} % from {:.1f} MiB after its first third",
                               growth->percent(), growth->early_bytes / 1048576));
  }

  Band finish() {
    for (const auto& user : users_) user->leave();
    loop_.run_until(now_seconds() + 0.1);
    band_.breaches = ledger_.breaches();
    band_.first_breaches = ledger_.first();
    band_.acknowledged = ledger_.acknowledged_count();
    if (options_.progress && isatty(STDERR_FILENO) != 0) std::fputs("\r\x1b[K", stderr);
    return std::move(band_);
  }

  void progress(double elapsed) {
    if (!options_.progress) return;
    const Second second = band_.stats.latest();
    std::uint64_t edits = 0;
    for (const auto& [name, count] : second.outcomes) edits += count;
    const std::string line = fmt::format(
        "{:3.0f}/{:.0f} s  {} of {} here  {} edits/s  {} deliveries/s  write p50 {:.2f} ms  p99 {:.2f} ms{}",
        elapsed, options_.seconds, world_.here, users_.size(), edits, second.deliveries.count(),
        second.writes.percentile(0.5) / 1000, second.writes.percentile(0.99) / 1000,
        ledger_.breaches() > 0 ? fmt::format("  {} BREACHES", ledger_.breaches()) : std::string());
    if (isatty(STDERR_FILENO) != 0) {
      fmt::print(stderr, "\r\x1b[K{}", line);
    } else if (static_cast<int>(elapsed * 2) % 10 == 0) {
      fmt::print(stderr, "{}\n", line);
    }
    std::fflush(stderr);
  }

  BandOptions options_;
  Loop loop_;
  Ledger ledger_;
  Band band_;
  DeskBook book_;
  World world_;
  MemoryProbe memory_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<Client>> users_;
};

}  // namespace

Band run_band(const BandOptions& options) { return Runner(options).go(); }

}  // namespace load
