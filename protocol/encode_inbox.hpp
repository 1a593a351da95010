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

// The members of an answer without its envelope, for HTTP.
void append_members(std::string& out, const ConflictPage& message);
void append_members(std::string& out, const ConflictShown& message);
void append_members(std::string& out, const Assigned& message);
void append_members(std::string& out, const NotificationPage& message);
void append_members(std::string& out, const MarkedRead& message);
void append_members(std::string& out, const Announced& message);
void append_members(std::string& out, const Withdrawn& message);
void append_members(std::string& out, const Announcements& message);

}  // namespace coterie
