#include "server/sync/event_ring.hpp"

#include <algorithm>
#include <utility>

namespace coterie {

EventRing::EventRing(std::size_t most_events, std::size_t most_bytes, Seq head)
    : most_events_(most_events), most_bytes_(most_bytes), floor_(head) {}

std::size_t EventRing::size_of(const Entry& entry) {
  const Body& body = *entry.body;
  std::size_t veiled = 0;
  for (const VeiledText& text : body.veiled)
    veiled += sizeof(text) + text.message.size() + text.enter_tail.size() + text.veil.size();
  return veiled + sizeof(Entry) + sizeof(Body) + body.message.size() + body.key.id.value().size() +
         body.transitions.size() * sizeof(Transition) + body.enter_tail.size();
}

void EventRing::add(Seq seq, const EventHash& hash, Body body) {
  entries_.push_back({seq, hash, std::make_unique<Body>(std::move(body))});
  bytes_ += size_of(entries_.back());
  while (!entries_.empty() && (entries_.size() > most_events_ || bytes_ > most_bytes_)) {
    // Of a commit that is cut in two nothing counts: the floor is its seq.
    floor_ = std::max(floor_, entries_.front().seq);
    bytes_ -= size_of(entries_.front());
    entries_.pop_front();
  }
}

std::size_t EventRing::first_after(Seq seq) const {
  const auto it = std::upper_bound(entries_.begin(), entries_.end(), seq,
                                   [](Seq value, const Entry& entry) { return value < entry.seq; });
  return static_cast<std::size_t>(it - entries_.begin());
}

Seq EventRing::floor_of_last(std::size_t events) const {
  if (entries_.size() <= events) return Seq{};
  return entries_[entries_.size() - events - 1].seq;
}

Stretch EventRing::read(Seq after, const Interest& interest, const StretchLimits& limits, Seq head) const {
  Stretch stretch;
  stretch.up_to = after;
  std::size_t at = first_after(after);
  while (at < entries_.size()) {
    if (stretch.bytes >= limits.bytes || stretch.scanned >= limits.scanned) return stretch;
    const Seq commit = entries_[at].seq;
    for (; at < entries_.size() && entries_[at].seq == commit; ++at) {
      const Entry& entry = entries_[at];
      ++stretch.scanned;
      if (!interest.may_concern(entry.hash)) continue;
      const Body& body = *entry.body;
      const std::size_t told = stretch.messages.size();
      interest.tell(
          {commit, body.key, entry.hash, body.message, body.transitions, body.enter_tail, body.veiled},
          stretch.messages);
      for (std::size_t i = told; i < stretch.messages.size(); ++i)
        stretch.bytes += stretch.messages[i].text().size() + 1;
    }
    stretch.up_to = commit;
  }
  stretch.up_to = std::max(stretch.up_to, head);
  stretch.at_end = true;
  return stretch;
}

}  // namespace coterie
