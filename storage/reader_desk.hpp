// Decides what named readers ask of the writer: to be remembered, to go on, to be forgotten. One desk for
// each group: what it decides is part of the group's batch, so that an answer is durable when it is given.
// Thread: sequencer. Laws 2, 6.
#pragma once

#include <map>
#include <optional>

#include "storage/store.hpp"

namespace coterie {

struct ReaderRequest {
  enum class Kind { remember, acknowledge, forget };
  Kind kind{};
  ReaderName name;
  Position position;      // of an acknowledgement
  bool from_now = false;  // of a new name
};

class ReaderDesk {
 public:
  // `head`: the store's position, with the commits of the group so far.
  ReaderDesk(Store& store, Timestamp now) : store_(store), now_(now) {}

  // The reader as it stands afterwards. Errors: not_found, limit (too many names), bad_request (a position
  // that is not of this history, or still to come). `changes` gets what is to be written, if anything.
  Result<NamedReader> decide(const ReaderRequest& request, const Position& head,
                             std::vector<NamedReaderChange>& changes);

 private:
  Result<std::optional<NamedReader>> find(const ReaderName& name);
  Result<NamedReader> make(const ReaderRequest& request, const Position& head);
  Result<std::size_t> count();

  Store& store_;
  Timestamp now_;
  std::map<ReaderName, std::optional<NamedReader>> decided_;  // in this group; absent: forgotten
};

}  // namespace coterie
