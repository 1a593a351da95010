// One frame of all that one subscriber is sent in a turn. Most need no composing: what only one room said, or
// a room that said it all, leaves in that room's own buffer; those to whom the same rooms spoke share what
// was composed first. Thread: loop. Law 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/types.hpp"
#include "server/sync/frame.hpp"
#include "server/sync/room.hpp"

namespace coterie {

// A message of this subscriber alone.
struct PrivatePart {
  std::string text;
  std::optional<Seq>
      moves_to;           // the client's position, when applied: not to be sent before all up to there was
  bool in_order = false;  // never overtakes a private part that had to wait
};
// A room's batch in which this subscriber is told of a filter under its own numbers.
struct PersonalPart {
  BatchPtr batch;
  std::string subscriptions;  // "3,5"
};
using Part = std::variant<PrivatePart, BatchPtr, PersonalPart>;

class FrameComposer {
 public:
  // Private parts stay where they stand; between them the events of all batches follow each other by their
  // ordinal, each once. Null where there is nothing.
  FramePtr compose(const std::vector<Part>& parts);
  void end_turn();  // what was composed is shared within one turn

 private:
  struct Taken {
    std::uint64_t ordinal;
    Membership membership;
    std::string_view subscriptions;  // of an `enter` or a `gone`
    std::string_view text;
  };
  struct Source {
    const RoomBatch* batch;
    std::string_view subscriptions;
  };
  using Run = std::vector<Source>;
  FramePtr compose_mixed(const std::vector<Part>& parts);
  FramePtr compose_shared(const std::vector<Part>& parts);
  void add_run(FrameBuilder& builder);  // of run_
  void merge_run();                     // run_ to taken_
  static void add_taken(FrameBuilder& builder, const Taken& taken);
  bool was_composed_of(const std::vector<Part>& parts) const;

  Run run_;
  std::vector<Taken> taken_;
  std::vector<Taken> merged_;  // scratch
  std::vector<BatchPtr> last_of_;
  FramePtr last_;
};

}  // namespace coterie
