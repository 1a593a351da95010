// Durable edits: W writers, each with a window of edits under way (or all at a fixed rate), no subscribers.
// What is measured is the answers: how many, how soon, at what cost to the server.
#pragma once

#include <optional>

#include "bench/wire/child.hpp"
#include "bench/wire/peer.hpp"
#include "bench/wire/percentiles.hpp"

namespace bench {

struct EditLoad {
  int writers = 16;
  int window = 16;  // edits under way for each writer
  double rate = 0;  // edits a second over all writers; 0: as many as the windows let through
  double seconds = 5;
  std::size_t message_bytes = 200;  // of a document of 500
  int documents = 1000;
};

struct EditFigures {
  long answered = 0;
  double wall_seconds = 0;
  double cpu_seconds = 0;
  Percentiles latency;               // from sending to the answer
  std::optional<double> mean_group;  // edits in one transaction, where the server tells
};

EditFigures run_edits(const Peer& peer, const Child& server, const EditLoad& load);

}  // namespace bench
