// To the wire: the conflict inbox, notifications and announcements. As in encode.hpp, which includes this.
// Thread: any.
#pragma once

#include <string>

#include "protocol/conflict_inbox.hpp"
#include "protocol/notices.hpp"

namespace coterie {

// Answers.
std::string encode(RequestId id, const ConflictPage& message);
std::string encode(RequestId id, const ConflictShown& message);
std::string encode(RequestId id, const Assigned& message);
std::string encode(RequestId id, const NotificationPage& message);
std::string encode(RequestId id, const MarkedRead& message);
std::string encode(RequestId id, const Announced& message);
std::string encode(RequestId id, const Withdrawn& message);
std::string encode(RequestId id, const Announcements& message);

// Pushes.
std::string encode(const Notification& message);
std::string encode(const ShownAnnouncement& message);
std::string encode(const WithdrawnAnnouncement& message);

// The members of an answer as an object without `id` and `type`: the body over HTTP.
std::string members_of(const ConflictPage& message);
std::string members_of(const ConflictShown& message);
std::string members_of(const Assigned& message);
std::string members_of(const NotificationPage& message);
std::string members_of(const MarkedRead& message);
std::string members_of(const Announced& message);
std::string members_of(const Withdrawn& message);
std::string members_of(const Announcements& message);

}  // namespace coterie
