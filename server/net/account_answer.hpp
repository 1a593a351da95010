// What routes of accounts answer: done without a word, a user with the version as ETag, or why not.
// Thread: loop.
#pragma once

#include <string>

#include "server/net/http_answer.hpp"
#include "server/net/router.hpp"
#include "storage/accounts/account_store.hpp"

namespace coterie {

HttpResponse no_content();
HttpResponse json_response(int status, std::string body);
// The user as administrators see it; a stale change as 409 with `current`.
HttpResponse user_response(int status, const UserChanged& changed);

// From where a call comes.
Origin origin_of(const HttpCall& call);

}  // namespace coterie
