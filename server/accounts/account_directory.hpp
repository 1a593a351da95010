// All users and living sign-ins in memory, so that each request and each delivery can ask about them without
// a database; kept up to date by whoever changes the store, this process or another. Thread: loop. Law 8.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/accounts/account_store.hpp"

namespace coterie {

class AccountDirectory {
 public:
  // A user was changed: other roles, another profile, disabled. Not for the time of the last sign-in alone.
  void when_changed(std::function<void(const UserAccount&)> changed) { changed_ = std::move(changed); }
  // A sign-in is over: signed out, revoked, reused, expired. Each once.
  void when_ended(std::function<void(const SignIn&)> ended) { ended_ = std::move(ended); }

  void take(const AccountsTouched& touched);
  // All that the store holds; those that are missing have ended.
  void replace(std::vector<UserAccount> users, std::vector<SignIn> sign_ins);
  void expire(Timestamp now);                           // sign-ins whose time is over
  void seen(const std::string& sign_in, Timestamp at);  // by a request or a live session
  std::vector<std::string> take_seen();                 // since the last call: to be kept

  const UserAccount* find(const UserId& user) const;        // null: there is no such user
  const SignIn* find_sign_in(const std::string& id) const;  // null: it does not live
  const std::map<UserId, UserAccount>& users() const { return users_; }
  std::vector<SignIn> sign_ins_of(const UserId* user) const;  // null: of all; the newest first

 private:
  void put(const UserAccount& account);
  void put(const SignIn& sign_in);

  std::function<void(const UserAccount&)> changed_;
  std::function<void(const SignIn&)> ended_;
  std::map<UserId, UserAccount> users_;
  std::unordered_map<std::string, SignIn> sign_ins_;
  std::unordered_map<std::string, Timestamp> seen_;
};

}  // namespace coterie
