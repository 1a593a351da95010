#include "storage/reader_desk.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "protocol/request_error.hpp"

namespace coterie {
namespace {

// That a reader asked is noted now and then: it is shown to people, and is not worth a commit each time.
constexpr std::chrono::minutes kSeenEach{1};

Error unknown_reader(const ReaderName& name) {
  return request_error(ErrorCode::not_found,
                       "there is no reader " + name.value() + "; ask for its changes, and it is remembered",
                       "reader");
}

std::optional<Error> objection(const Position& acknowledged, const Position& head) {
  if (acknowledged.epoch != head.epoch) {
    return bad_request("this position is of another history of the database; load the records anew",
                       "position.epoch");
  }
  if (acknowledged.seq > head.seq) return bad_request("this position is still to come", "position.seq");
  return std::nullopt;
}

}  // namespace

Result<std::optional<NamedReader>> ReaderDesk::find(const ReaderName& name) {
  if (const auto decided = decided_.find(name); decided != decided_.end()) return decided->second;
  return store_.named_reader(name);
}

Result<std::size_t> ReaderDesk::count() {
  const Result<std::vector<NamedReader>> stored = store_.named_readers();
  if (!stored) return stored.error();
  std::size_t number = 0;
  for (const NamedReader& reader : *stored) number += decided_.contains(reader.name) ? 0 : 1;
  for (const auto& [name, reader] : decided_) number += reader ? 1 : 0;
  return number;
}

Result<NamedReader> ReaderDesk::make(const ReaderRequest& request, const Position& head) {
  const Result<std::size_t> number = count();
  if (!number) return number.error();
  if (*number >= kMaxNamedReaders) {
    return request_error(
        ErrorCode::limit,
        "there are " + std::to_string(kMaxNamedReaders) + " readers already; forget one first", "reader");
  }
  return NamedReader{request.name, Position{head.epoch, request.from_now ? head.seq : Seq{}}, now_, now_};
}

Result<NamedReader> ReaderDesk::decide(const ReaderRequest& request, const Position& head,
                                       std::vector<NamedReaderChange>& changes) {
  const Result<std::optional<NamedReader>> found = find(request.name);
  if (!found) return found.error();
  const bool known = found->has_value();
  if (!known && request.kind != ReaderRequest::Kind::remember) return unknown_reader(request.name);
  if (request.kind == ReaderRequest::Kind::forget) {
    changes.push_back({**found, true});
    decided_[request.name] = std::nullopt;
    return **found;
  }
  Result<NamedReader> reader = known ? Result<NamedReader>(**found) : make(request, head);
  if (!reader) return reader.error();
  bool changed = !known || now_ - reader->seen_at >= kSeenEach;
  if (request.kind == ReaderRequest::Kind::acknowledge) {
    if (std::optional<Error> error = objection(request.position, head)) return *error;
    // An older one that comes late, or once more, is answered and changes nothing.
    const bool forward =
        reader->acknowledged.epoch != head.epoch || reader->acknowledged.seq < request.position.seq;
    if (forward) reader->acknowledged = request.position;
    changed = changed || forward;
  }
  if (!changed) return reader;
  reader->seen_at = std::max(now_, reader->seen_at);
  changes.push_back({*reader, false});
  decided_[request.name] = *reader;
  return reader;
}

}  // namespace coterie
