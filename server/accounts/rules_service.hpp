// The rules of access in force, as versions: the newest one counts, whoever set it. The configuration file,
// an administrator and the command line write to the same table; what is new there, this process's or
// another's doing, is put in force in one place. Thread: loop. Laws 1, 5, 8.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/accounts/account_desk.hpp"
#include "server/ops/access_file.hpp"
#include "server/ops/log.hpp"

namespace coterie {

class RulesService {
 public:
  using Rules = std::shared_ptr<const AccessRules>;  // null: everyone may everything
  // Puts rules in force between two commits and calls `done`, on the loop, when they are. False: not now.
  using PutInForce = std::function<bool(Rules, std::function<void()> done)>;
  using Done = std::function<void(RulesChanged)>;

  // `newest` is in force, and reads as `rules`.
  RulesService(AccountDesk& desk, Log& log, RulesVersion newest, Rules rules, std::string file_hash)
      : desk_(desk),
        log_(log),
        newest_(std::move(newest)),
        rules_(std::move(rules)),
        file_hash_(std::move(file_hash)) {}
  void put_in_force_by(PutInForce put) { put_ = std::move(put); }

  const RulesVersion& newest() const { return newest_; }
  const Rules& rules() const { return rules_; }  // of the newest version
  bool overrides_file() const { return newest_.text.hash != file_hash_; }

  // `done` is called once, on the loop, when the new rules are in force. Error overloaded.
  void set(const RulesRead& read, Version expected, const Act& act, Done done);
  // ---- the file, read anew: its rules come into force in one step with its types ----
  // What is to be put in force: nothing where the file says what it said when it was last read. Until one of
  // the next two is called, no other rules come into force.
  std::optional<Rules> begin_file(const RulesRead& read);
  void drop_file();  // it was refused
  // The file has been taken up, and its rules are `in_force`: they become a version. Where they cannot, the
  // newest version comes back into force. `done` is called once, on the loop.
  void take_file(const RulesRead& read, bool in_force, Timestamp now, Done done);

  // The newest version, as the store tells it. Called at every change of this process and of others.
  void learn(const RulesVersion& version);
  void sweep();  // a few times a second: tries again what could not be put in force
  // At the start: which rules are in force, and that they are not the file's where that is so.
  void tell() const;

 private:
  void note(const RulesVersion& before) const;
  void tell_overridden() const;
  void answer(RulesChanged changed, Done done);
  void file_taken(const std::string& hash, bool in_force, const RulesChanged& taken);
  void put_in_force();
  void now_in_force(Version version);

  AccountDesk& desk_;
  Log& log_;
  PutInForce put_;
  RulesVersion newest_;
  Rules rules_;
  std::string file_hash_;  // of what the file said when it was last read
  Version in_force_ = newest_.version;
  bool putting_ = false;                                         // one at a time
  int files_ = 0;                                                // begun, and neither dropped nor taken
  std::vector<std::pair<Version, std::function<void()>>> wait_;  // as many as the desk's queue holds
};

RulesText text_of(const RulesRead& read);

}  // namespace coterie
