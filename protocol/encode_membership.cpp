// enter and gone: the head names the kind, the middle the reader's subscriptions, the tail the record.

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"

namespace coterie {
namespace {

std::string with_numbers(Membership membership, const std::vector<SubscriptionId>& subscriptions,
                         std::string_view tail) {
  std::string out(membership_head(membership));
  for (std::size_t i = 0; i < subscriptions.size(); ++i) {
    if (i > 0) out += ',';
    append_integer(out, subscriptions[i].value());
  }
  out += tail;
  return out;
}

}  // namespace

std::string_view membership_head(Membership membership) {
  return membership == Membership::enters ? R"({"type":"enter","subscriptions":[)"
                                          : R"({"type":"gone","subscriptions":[)";
}

std::string enter_tail(Seq seq, const Entity& entity) {
  std::string out = "],";
  out.reserve(320 + entity.data.size());
  ObjectWriter writer(out, true);
  writer.integer("seq", seq.value());
  append_entity_members(writer, entity, true);
  writer.close();
  return out;
}

std::string gone_tail(Seq seq, const EntityKey& key) {
  std::string out = "],";
  ObjectWriter writer(out, true);
  writer.integer("seq", seq.value());
  append_key(writer, key);
  writer.close();
  return out;
}

std::string encode(const Enter& message) {
  return with_numbers(Membership::enters, message.subscriptions, enter_tail(message.seq, message.entity));
}

std::string encode(const Gone& message) {
  return with_numbers(Membership::leaves, message.subscriptions, gone_tail(message.seq, message.key));
}

}  // namespace coterie
