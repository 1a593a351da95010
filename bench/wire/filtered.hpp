// What filtered rooms cost the writer: many rooms of one type, each of its own filter with one reader,
// against one room that matches the same events. Coterie alone; the same edits at the same rate, each event
// told to one reader.
#pragma once

#include "bench/wire/child.hpp"
#include "bench/wire/peer.hpp"

namespace bench {

struct FilteredLoad {
  int rooms = 1000;     // 1: one room that matches all
  bool indexed = true;  // the filters ask for an equality; else for a range that nothing can be looked up by
  double rate = 1000;   // edits a second
  double seconds = 5;
  int documents = 1000;
};

struct FilteredFigures {
  long edits = 0;
  long told = 0;  // events, enters and gones
  double cpu_seconds = 0;
};

FilteredFigures run_filtered(const Peer& peer, const Child& server, const FilteredLoad& load);

}  // namespace bench
