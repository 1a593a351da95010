#include "server/accounts/account_directory.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace coterie {

void AccountDirectory::put(const UserAccount& account) {
  const auto [place, is_new] = users_.try_emplace(account.id, account);
  if (is_new) return;
  const bool changed = place->second.version != account.version;
  const auto last_login_at = std::max(place->second.last_login_at, account.last_login_at);
  place->second = account;
  place->second.last_login_at = last_login_at;
  if (changed && changed_) changed_(account);
}

void AccountDirectory::put(const SignIn& sign_in) {
  if (sign_in.ended.empty()) {
    sign_ins_.insert_or_assign(sign_in.id, sign_in);
  } else if (sign_ins_.erase(sign_in.id) > 0) {
    seen_.erase(sign_in.id);
    if (ended_) ended_(sign_in);
  }
}

void AccountDirectory::take(const AccountsTouched& touched) {
  for (const UserAccount& account : touched.users) put(account);
  for (const SignIn& sign_in : touched.sign_ins) put(sign_in);
}

void AccountDirectory::replace(std::vector<UserAccount> users, std::vector<SignIn> sign_ins) {
  for (const UserAccount& account : users) put(account);
  std::set<std::string> living;
  for (const SignIn& sign_in : sign_ins) {
    living.insert(sign_in.id);
    put(sign_in);
  }
  std::vector<SignIn> gone;
  for (const auto& [id, sign_in] : sign_ins_) {
    if (!living.contains(id)) gone.push_back(sign_in);
  }
  for (SignIn& sign_in : gone) {
    sign_in.ended = "ended elsewhere";
    put(sign_in);
  }
}

void AccountDirectory::expire(Timestamp now) {
  std::vector<SignIn> gone;
  for (const auto& [id, sign_in] : sign_ins_) {
    if (!sign_in.lives(now)) gone.push_back(sign_in);
  }
  for (SignIn& sign_in : gone) {
    sign_in.ended = "expired";
    put(sign_in);
  }
}

void AccountDirectory::seen(const std::string& sign_in, Timestamp at) {
  const auto found = sign_ins_.find(sign_in);
  if (found == sign_ins_.end()) return;
  found->second.last_seen = std::max(found->second.last_seen, at);
  seen_[sign_in] = at;
}

std::vector<std::string> AccountDirectory::take_seen() {
  std::vector<std::string> ids;
  ids.reserve(seen_.size());
  for (const auto& [id, at] : seen_) ids.push_back(id);
  seen_.clear();
  return ids;
}

const UserAccount* AccountDirectory::find(const UserId& user) const {
  const auto found = users_.find(user);
  return found == users_.end() ? nullptr : &found->second;
}

const SignIn* AccountDirectory::find_sign_in(const std::string& id) const {
  const auto found = sign_ins_.find(id);
  return found == sign_ins_.end() ? nullptr : &found->second;
}

std::vector<SignIn> AccountDirectory::sign_ins_of(const UserId* user) const {
  std::vector<SignIn> found;
  for (const auto& [id, sign_in] : sign_ins_) {
    if (user == nullptr || sign_in.user == *user) found.push_back(sign_in);
  }
  std::sort(found.begin(), found.end(), [](const SignIn& a, const SignIn& b) {
    return std::pair(a.since, a.id) > std::pair(b.since, b.id);
  });
  return found;
}

}  // namespace coterie
