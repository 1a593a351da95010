// Where one subscriber's frames go: the border between audience (sync) and bytes (net).
// Thread: loop. Laws 6, 7.
#pragma once

#include <cstddef>
#include <string>

#include "protocol/close_code.hpp"
#include "server/sync/frame.hpp"

namespace coterie {

class FrameSink {
 public:
  virtual ~FrameSink() = default;
  // Takes the frame; tries the socket at once and keeps a reference to what did not fit. Never calls back
  // from within.
  virtual void send(FramePtr frame) = 0;
  // Bytes taken and not yet given to the kernel. When this falls to 0 the owner calls Subscriber::drained().
  virtual std::size_t queued_bytes() const = 0;
  // Sends what is queued as far as it goes, then the close frame. The connection ends soon after, by itself.
  virtual void close(CloseCode code, std::string reason) = 0;
};

}  // namespace coterie
