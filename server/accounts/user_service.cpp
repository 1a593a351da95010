#include "server/accounts/user_service.hpp"

#include <memory>
#include <utility>

#include "server/accounts/sign_in_service.hpp"

namespace coterie {

void UserService::add(const UserId& user, UserChange change, std::optional<SecretText> password,
                      const Act& act, Done done) {
  write(
      std::move(change), std::move(password),
      [user, act](AccountStore& store, const UserChange& made) { return store.add_user(user, made, act); },
      std::move(done));
}

void UserService::change(const UserId& user, UserChange change, std::optional<SecretText> password,
                         std::optional<Version> expected, const Act& act, Done done) {
  write(
      std::move(change), std::move(password),
      [user, expected, act](AccountStore& store, const UserChange& made) {
        return store.change_user(user, made, expected, act);
      },
      std::move(done));
}

void UserService::write(UserChange change, std::optional<SecretText> password, Write write, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  if (!password) return ask(std::move(change), write, shared);
  const Result<void> begun =
      hasher_.hash(std::move(*password), [this, change, write, shared](Result<std::string> hash) {
        post_([this, change, write, shared, hash = std::move(hash)]() mutable {
          if (!hash) return (*shared)(hash.error());
          change.password = std::move(*hash);
          ask(std::move(change), write, shared);
        });
      });
  if (!begun) (*shared)(begun.error());
}

void UserService::ask(UserChange change, const Write& write, const std::shared_ptr<Done>& done) {
  const bool taken =
      desk_.ask([change = std::move(change), write](AccountStore& store) { return write(store, change); },
                [done](UserChanged changed) { (*done)(std::move(changed)); });
  if (!taken) (*done)(too_busy());
}

}  // namespace coterie
