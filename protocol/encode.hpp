// To the wire: every message the server says, as one line of compact JSON without a newline.
// Answers carry the id of their request, pushes have none. Documents are spliced in as the text they are.
// Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "protocol/encode_inbox.hpp"
#include "protocol/messages.hpp"

namespace coterie {

// Answers.
std::string encode(RequestId id, const Welcome& message);
std::string encode(RequestId id, const Subscribed& message);
std::string encode(RequestId id, const Unsubscribed& message);
std::string encode(RequestId id, const EntityAnswer& message);
std::string encode(RequestId id, const Entities& message);
std::string encode(RequestId id, const Events& message);
std::string encode(RequestId id, const Conflict& message);
std::string encode(RequestId id, const Rejected& message);
std::string encode(RequestId id, const PongAnswer& message);
std::string encode(RequestId id, const Refreshed& message);
std::string encode(RequestId id, const Locked& message);
std::string encode(RequestId id, const Denied& message);
std::string encode(RequestId id, const Unlocked& message);
std::string encode(RequestId id, const BlameAnswer& message);
std::string encode(RequestId id, const ChangesAnswer& message);
std::string encode(RequestId id, const ReadersAnswer& message);
std::string encode(RequestId id, const Ok& message);
std::string encode(RequestId id, const Error& message);
std::string encode(const Error& message);  // a message that could not be read: no id

// `committed` is written once, kept for repeats, and gets the id of whoever asks: {"type":"committed",...}.
std::string encode_body(const Committed& message);
std::string with_id(RequestId id, std::string_view body);

// Pushes.
std::string encode(const DataSyncEvent& message);  // the event as rooms see it: without `old`
std::string encode(const Snapshot& message);
std::string encode(const SubscriptionEnded& message);
std::string encode(const PingPush& message);
std::string encode(const AuthExpiring& message);
std::string encode(const Goodbye& message);
std::string encode(const Enter& message);
std::string encode(const Gone& message);
std::string encode(const LockPush& message);
std::string encode(const PresencePush& message);
std::string encode(const SignalPush& message);

// Fragments, for those who build an answer piece by piece (HTTP, export).
void append_entity(std::string& out, const Entity& entity,
                   bool data = true);                                    // {"entityType":...,"data":{...}}
void append_logged_event(std::string& out, const DataSyncEvent& event);  // with `old`
// The members of an answer as an object without `id` and `type`: the body over HTTP.
std::string members_of(const Events& message);
std::string members_of(const BlameAnswer& message);
std::string members_of(const ChangesAnswer& message);
std::string members_of(const ReadersAnswer& message);
void append_error_members(std::string& out, const Error& error);  // "code":...,"message":...
void append_conflict_members(std::string& out, const Conflict& conflict);
void append_rejected_members(std::string& out, const Rejected& rejected);

}  // namespace coterie
