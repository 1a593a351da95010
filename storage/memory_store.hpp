// The reference model: the whole store in ordinary containers, as plain as it can be. Tests hold the others
// to it. Thread: as Store.
#pragma once

#include <map>
#include <memory>

#include "storage/search_text.hpp"
#include "storage/store.hpp"

namespace coterie {

struct MemoryStoreOptions {
  Epoch epoch{"memory"};
  std::uint64_t resume_events = 1'000'000;
  SearchFields search{};
};
std::unique_ptr<Store> make_memory_store(MemoryStoreOptions options = {});

}  // namespace coterie
