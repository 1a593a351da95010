// Reads the log for those whose past the ring does not hold any more: events are read, held against the
// filters of their rooms and encoded on a reader thread, and come to the hub on the loop. Knows from where
// the log can be resumed at all. Thread: loop; the reading on reader threads. Laws 3, 7.
#pragma once

#include <cstdint>
#include <vector>

#include "server/ops/log.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/requester.hpp"
#include "storage/reader_pool.hpp"

namespace coterie {

class LogReader {
 public:
  LogReader(ReaderPool& readers, Hub& hub, RequesterTable& requesters, Post post, std::size_t stretch_bytes,
            Log& log);

  // Answered by Hub::log_read, or by Hub::log_failed and the end of that subscriber's connection: it comes
  // back, and what cannot be replayed to it is then a resync, said in its welcome.
  void read(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms, std::vector<Watch> watches);

  // As last read: a position before this one is trimmed. It only rises, and each read brings it up to date.
  Seq floor() const { return floor_; }
  void refresh_floor();

 private:
  enum class End { read, trimmed, failed };
  struct Outcome {
    End end = End::failed;
    Seq floor;
    LogStretch stretch;
  };
  static Outcome read_from(Reader& reader, const LogQuery& query, const std::vector<Watch>& watches);
  void done(std::uint64_t subscriber, const Outcome& outcome);

  ReaderPool& readers_;
  Hub& hub_;
  RequesterTable& requesters_;
  Post post_;
  std::size_t stretch_bytes_;
  Log& log_;
  Seq floor_;
  bool refreshing_ = false;
};

}  // namespace coterie
