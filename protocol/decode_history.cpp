// The requests about the past, and those of named readers: history, blame, changes, acknowledge, readers,
// forgetReader.

#include "protocol/decode_parts.hpp"
#include "protocol/names.hpp"
#include "protocol/time_text.hpp"

namespace coterie {
namespace {

std::optional<Timestamp> take_time(ObjectReader& in, std::string_view name) {
  const std::optional<std::string> text = in.text(name);
  if (!text) return std::nullopt;
  const std::optional<Timestamp> time = timestamp_from_text(*text);
  if (!time) in.fail(bad_request("a time is written like 2026-11-23T04:00:00.123Z", name));
  return time;
}

std::optional<UserId> take_user(ObjectReader& in) {
  std::optional<std::string> text = in.text("userId");
  if (!text) return std::nullopt;
  if (!is_label(*text)) in.fail(bad_name("a user's id is 1 to 64 printable characters", "userId"));
  return UserId(std::move(*text));
}

ReaderName take_reader(ObjectReader& in) {
  std::string name = in.needed_text("reader");
  if (in.ok() && !is_reader_name(name)) {
    in.fail(
        bad_name("a reader's name is a letter or digit, then up to 63 of A-Z a-z 0-9 . _ : ~ -", "reader"));
  }
  return ReaderName(std::move(name));
}

// {"epoch": ..., "seq": ...}; it may have grown members by the time it comes back.
Position take_position(ObjectReader& in) {
  boost::json::object* value = in.needed_object("position");
  Position position;
  if (value == nullptr) return position;
  ObjectReader members(*value);
  position.epoch = Epoch(members.needed_text("epoch"));
  position.seq = Seq(members.needed_integer("seq", 0, kMostInteger));
  if (auto error = members.finish_leniently()) in.fail(within("position", std::move(*error)));
  return position;
}

}  // namespace

Result<ClientBody> decode_history(ObjectReader& in, const WireLimits& limits) {
  History history;
  history.type = in.entity_type("entityType");
  history.id = in.entity_id("entityId");
  if (history.id && !history.type) in.fail(bad_request("`entityId` needs its `entityType`", "entityType"));
  if (const auto after = in.integer("after", 0, kMostInteger)) history.after = Seq(*after);
  if (const auto before = in.integer("before", 0, kMostInteger)) history.before = Seq(*before);
  if (history.after && history.before) {
    in.fail(bad_request("`before` stands in place of `after`, not beside it", "before"));
  }
  history.user = take_user(in);
  history.since = take_time(in, "since");
  history.until = take_time(in, "until");
  history.limit = take_limit(in, limits);
  history.taken_out = in.boolean("export").value_or(false);
  if (auto error = in.finish("history")) return *error;
  return ClientBody(std::move(history));
}

Result<ClientBody> decode_blame(ObjectReader& in, const WireLimits&) {
  Blame blame{in.needed_key()};
  if (auto error = in.finish("blame")) return *error;
  return ClientBody(std::move(blame));
}

Result<ClientBody> decode_changes(ObjectReader& in, const WireLimits& limits) {
  Changes changes;
  changes.reader = take_reader(in);
  changes.type = in.entity_type("entityType");
  changes.limit = take_limit(in, limits);
  const std::optional<std::string> from = in.text("from");
  if (from && *from != "start" && *from != "now") {
    in.fail(bad_request("`from` is \"start\" or \"now\", and counts for a new reader alone", "from"));
  }
  changes.from_now = from == "now";
  if (auto error = in.finish("changes")) return *error;
  return ClientBody(std::move(changes));
}

Result<ClientBody> decode_acknowledge(ObjectReader& in, const WireLimits&) {
  Acknowledge acknowledge;
  acknowledge.reader = take_reader(in);
  acknowledge.position = take_position(in);
  if (auto error = in.finish("acknowledge")) return *error;
  return ClientBody(std::move(acknowledge));
}

Result<ClientBody> decode_readers(ObjectReader& in, const WireLimits&) {
  if (auto error = in.finish("readers")) return *error;
  return ClientBody(Readers{});
}

Result<ClientBody> decode_forget_reader(ObjectReader& in, const WireLimits&) {
  ForgetReader forget{take_reader(in)};
  if (auto error = in.finish("forgetReader")) return *error;
  return ClientBody(std::move(forget));
}

}  // namespace coterie
