#include "bench/load/breach.hpp"

#include <fmt/format.h>

namespace load {

void Ledger::breach(const std::string& what) {
  ++breaches_;
  if (first_.size() < 20) first_.push_back(what);
}

void Ledger::acknowledged(const std::string& mutation, Acknowledged where) {
  const auto [found, fresh] = acknowledged_.emplace(mutation, where);
  if (fresh) return;
  if (found->second.entity != where.entity || found->second.version != where.version) {
    breach(fmt::format("mutation {} was answered twice and differently: {} version {}, then {} version {}",
                       mutation, found->second.entity, found->second.version, where.entity, where.version));
  }
}

void Ledger::seen(const std::string& mutation, const std::string& entity, std::uint64_t version) {
  const auto [found, fresh] = seen_.emplace(mutation, std::pair{entity, version});
  if (!fresh) {
    breach(fmt::format("mutation {} was applied twice: {} version {} and {} version {}", mutation,
                       found->second.first, found->second.second, entity, version));
  }
}

void Ledger::settle() {
  for (const auto& [mutation, where] : acknowledged_) {
    const auto found = seen_.find(mutation);
    if (found == seen_.end()) {
      breach(fmt::format("an acknowledged edit is lost: mutation {} on {} version {} (seq {}) was never seen",
                         mutation, where.entity, where.version, where.seq));
    } else if (found->second.first != where.entity || found->second.second != where.version) {
      breach(fmt::format("mutation {} was acknowledged as {} version {} but seen as {} version {}", mutation,
                         where.entity, where.version, found->second.first, found->second.second));
    }
  }
}

}  // namespace load
