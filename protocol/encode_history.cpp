// The answers about the past, and those to named readers.

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"
#include "protocol/time_text.hpp"

namespace coterie {
namespace {

void append_events(ObjectWriter& writer, const std::vector<DataSyncEvent>& events) {
  writer.list("events", events,
              [&](const DataSyncEvent& event) { append_logged_event(writer.out(), event); });
}

void append_lag(ObjectWriter& writer, const Lag& lag) {
  ObjectWriter inner(writer.member("lag"));
  inner.integer("events", lag.events);
  inner.integer("ms", whole_ms(lag.time));
  inner.close();
}

void append_state(std::string& out, const ReaderState& state) {
  ObjectWriter writer(out);
  writer.plain("reader", state.reader.value());
  append_position(writer, state.position);
  append_lag(writer, state.lag);
  if (!state.resync.empty()) writer.plain("resync", state.resync);
  writer.plain("createdAt", to_text(state.created_at));
  writer.plain("seenAt", to_text(state.seen_at));
  writer.close();
}

}  // namespace

void append_members(ObjectWriter& writer, const Events& message) {
  append_events(writer, message.events);
  if (message.next) writer.integer("next", message.next->value());
}

void append_members(ObjectWriter& writer, const BlameAnswer& message) {
  append_key(writer, message.key);
  writer.integer("version", message.version.value());
  ObjectWriter fields(writer.member("fields"));
  for (const FieldBlame& field : message.fields) {
    fields.name(field.path.text());
    ObjectWriter one(fields.out());
    one.integer("version", field.version.value());
    one.text("userId", field.user_id.value());
    one.plain("timestamp", to_text(field.timestamp));
    one.plain("cause", to_text(field.cause));
    one.close();
  }
  fields.close();
  writer.list("unknown", message.unknown,
              [&](const FieldPath& path) { write_json(writer.out(), std::string_view(path.text())); });
}

void append_members(ObjectWriter& writer, const ChangesAnswer& message) {
  writer.plain("reader", message.reader.value());
  append_events(writer, message.events);
  append_position(writer, message.position);
  append_lag(writer, message.lag);
  if (!message.resync.empty()) writer.plain("resync", message.resync);
}

void append_members(ObjectWriter& writer, const ReadersAnswer& message) {
  writer.list("readers", message.readers,
              [&](const ReaderState& state) { append_state(writer.out(), state); });
}

namespace {

template <class Message>
std::string encode_answer(RequestId id, std::string_view type, const Message& message) {
  std::string out;
  ObjectWriter writer = begin_answer(out, id.value(), type);
  append_members(writer, message);
  writer.close();
  return out;
}

// The same members as an object of their own: over HTTP the path and the status say the rest.
template <class Message>
std::string encode_object(const Message& message) {
  std::string out;
  ObjectWriter writer(out);
  append_members(writer, message);
  writer.close();
  return out;
}

}  // namespace

std::string encode(RequestId id, const Events& message) { return encode_answer(id, "events", message); }
std::string encode(RequestId id, const BlameAnswer& message) { return encode_answer(id, "blame", message); }
std::string encode(RequestId id, const ChangesAnswer& message) {
  return encode_answer(id, "changes", message);
}
std::string encode(RequestId id, const ReadersAnswer& message) {
  return encode_answer(id, "readers", message);
}
std::string encode(RequestId id, const Ok&) {
  std::string out;
  begin_answer(out, id.value(), "ok").close();
  return out;
}

std::string members_of(const Events& message) { return encode_object(message); }
std::string members_of(const BlameAnswer& message) { return encode_object(message); }
std::string members_of(const ChangesAnswer& message) { return encode_object(message); }
std::string members_of(const ReadersAnswer& message) { return encode_object(message); }

}  // namespace coterie
