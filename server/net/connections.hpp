// All open connections: how many there are, by address too, and the one wheel that sweeps their deadlines, so
// that none of them has a timer of its own. A connection sits in the slot of its next deadline; when the
// wheel comes by, it looks at its deadlines and says when it wants to be looked at next. Thread: loop. Laws
// 6, 7.
#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "protocol/messages.hpp"
#include "server/net/net_state.hpp"

namespace coterie {

class PeerConnection
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~PeerConnection() = default;
  // Acts on the deadlines that have passed; the time of the next. Never ends the connection from within: it
  // closes the socket, and the connection's own coroutine finds that out.
  virtual SteadyTime sweep(SteadyTime now) = 0;
  virtual void say_goodbye(const Goodbye& goodbye) = 0;
  virtual void cut() = 0;
};

class Connections {
 public:
  explicit Connections(std::chrono::milliseconds tick) : tick_(tick) {}

  void enter(PeerConnection& connection);  // is swept at the next tick; leaves by its destructor
  // Looks at it at `when` at the latest; said when a deadline comes nearer.
  void due(PeerConnection& connection, SteadyTime when);
  void sweep(SteadyTime now);
  template <class Visit>
  void for_each(Visit visit) {
    for (Slot& slot : slots_) {
      for (auto at = slot.begin(); at != slot.end();) visit(*at++);
    }
  }

 private:
  friend class ConnectionPlace;
  void leave(const std::string& address);
  static constexpr std::size_t kSlots = 256;  // deadlines further ahead are looked at on the way
  using Slot = boost::intrusive::list<PeerConnection, boost::intrusive::constant_time_size<false>>;

  std::chrono::milliseconds tick_;
  std::array<Slot, kSlots> slots_;
  std::size_t hand_ = 0;  // the slot that comes next
  SteadyTime now_{};
  std::size_t count_ = 0;
  std::unordered_map<std::string, std::size_t> by_address_;

 public:
  std::size_t count() const { return count_; }
  std::size_t count(const std::string& address) const;
};

// One connection's place among all and of its address; given back by its destructor.
class ConnectionPlace {
 public:
  ConnectionPlace(Connections& connections, std::string address);
  ~ConnectionPlace();
  ConnectionPlace(ConnectionPlace&& other) noexcept;
  ConnectionPlace& operator=(ConnectionPlace&&) = delete;
  const std::string& address() const { return address_; }
  void move_to(const std::string& address);  // counts there from now on

 private:
  Connections* connections_;
  std::string address_;
};

}  // namespace coterie
