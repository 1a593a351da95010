// The roles of one user, as the rules of access see them: a set of names, immutable and shared, because every
// edit and every session carries it. Thread: any; a value. Law 8.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coterie {

// Who has it administers the server: users, sessions, locks of others, announcements.
inline constexpr std::string_view kAdminRole = "admin";

class Roles {
 public:
  Roles() = default;  // none
  explicit Roles(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (!names.empty()) names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
  }

  bool has(std::string_view name) const {
    return names_ && std::binary_search(names_->begin(), names_->end(), name);
  }
  const std::vector<std::string>& names() const {  // sorted, each once
    static const std::vector<std::string> kNone;
    return names_ ? *names_ : kNone;
  }
  friend bool operator==(const Roles& a, const Roles& b) { return a.names() == b.names(); }

 private:
  std::shared_ptr<const std::vector<std::string>> names_;  // null: none
};

}  // namespace coterie
