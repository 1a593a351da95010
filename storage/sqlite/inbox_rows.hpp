// Rows of the inbox's tables as values. The column lists and the readers belong together: the first column
// read is column 0. Thread: the query's.
#pragma once

#include "storage/inbox.hpp"
#include "storage/sqlite/query.hpp"

namespace coterie {

inline constexpr std::string_view kConflictColumns =
    "id,state,type,entity,operation,user,mutation,at,base_version,fields,assignee,decided_by,decided_at,"
    "resolution,version,content_high,content_low,request,body,epoch";
inline constexpr std::string_view kNotificationColumns =
    "id,kind,type,entity,version,fields,by_user,at,details,read_at";
inline constexpr std::string_view kAnnouncementColumns = "id,text,severity,user,at,expires_at";

ConflictEntry read_conflict_entry(const Query& row);
StoredConflict read_conflict(const Query& row);
Result<Notification> read_notification(const Query& row);  // Error: the row is damaged
Announcement read_announcement(const Query& row);

std::string paths_text(const std::vector<FieldPath>& paths);  // as a JSON array

}  // namespace coterie
