// lock and unlock, and the fences that an operation relies on.

#include "protocol/decode_parts.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

LockPlace take_place(ObjectReader& in) {
  LockPlace place;
  place.key = in.needed_key();
  const std::optional<std::string> field = in.text("field");
  if (!field) return place;
  if (field->size() > kMaxLockFieldBytes) {
    in.fail(too_large("the path of a lock has at most " + std::to_string(kMaxLockFieldBytes) + " bytes",
                      "field"));
    return place;
  }
  Result<FieldPath> path = FieldPath::parse(*field);
  if (path) {
    place.field = std::move(*path);
  } else {
    Error error = path.error();
    error.member = "field";
    in.fail(std::move(error));
  }
  return place;
}

std::uint64_t whole(std::chrono::milliseconds time) { return static_cast<std::uint64_t>(time.count()); }

}  // namespace

Result<ClientBody> decode_lock(ObjectReader& in, const WireLimits&) {
  Lock lock;
  lock.place = take_place(in);
  if (const auto ttl = in.integer("ttlMs", whole(kLeastLockTime), whole(kMostLockTime))) {
    lock.ttl = std::chrono::milliseconds(*ttl);
  }
  lock.steal = in.boolean("steal").value_or(false);
  if (const auto fence = in.integer("fence", 1, kMostInteger)) lock.fence = Fence(*fence);
  if (lock.steal && lock.fence) {
    in.fail(
        bad_request("`steal` takes another's lock and `fence` names your own; send one of them", "steal"));
  }
  if (auto error = in.finish("lock")) return *error;
  return ClientBody(std::move(lock));
}

Result<ClientBody> decode_unlock(ObjectReader& in, const WireLimits&) {
  Unlock unlock;
  unlock.place = take_place(in);
  unlock.fence = Fence(in.needed_integer("fence", 1, kMostInteger));
  if (auto error = in.finish("unlock")) return *error;
  return ClientBody(std::move(unlock));
}

std::vector<Fence> take_fences(ObjectReader& in) {
  std::vector<Fence> fences;
  const json::array* list = in.array("fences");
  if (list == nullptr) return fences;
  if (list->size() > kMaxFences) {
    in.fail(too_large("an operation relies on at most " + std::to_string(kMaxFences) + " locks", "fences"));
    return fences;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto number = integer_in((*list)[i], 1, kMostInteger);
    if (!number) {
      in.fail(bad_request("a fence is an integer, 1 or more", indexed("fences", i)));
      break;
    }
    fences.emplace_back(*number);
  }
  return fences;
}

}  // namespace coterie
