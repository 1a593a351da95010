#include "storage/purge_limit.hpp"

#include <algorithm>

namespace coterie {

Result<Seq> purge_limit(Reader& store, Timestamp now, std::chrono::milliseconds reader_age) {
  const Result<Seq> floor = store.resume_floor();
  if (!floor) return floor.error();
  const Result<Position> head = store.position();
  if (!head) return head.error();
  const Result<std::vector<NamedReader>> readers = store.named_readers();
  if (!readers) return readers.error();
  Seq limit = *floor;
  for (const NamedReader& reader : *readers) {
    if (reader.acknowledged.epoch != head->epoch || reader.acknowledged.seq >= limit) continue;
    const Result<LogRest> rest = store.rest_of_log(reader.acknowledged.seq);
    if (!rest) return rest.error();
    if (!rest->oldest || now - *rest->oldest <= reader_age) limit = reader.acknowledged.seq;
  }
  return limit;
}

}  // namespace coterie
