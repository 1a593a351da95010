#include "server/net/account_answer.hpp"

#include <utility>

#include "server/accounts/account_json.hpp"

namespace coterie {

HttpResponse no_content() {
  HttpResponse response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

HttpResponse json_response(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

HttpResponse user_response(int status, const UserChanged& changed) {
  if (const auto* error = std::get_if<Error>(&changed)) return error_response(*error);
  if (const auto* stale = std::get_if<Stale>(&changed)) {
    HttpResponse response =
        problem(409, "conflict", "This user was changed by somebody else. Look at `current` and try again.");
    response.body.pop_back();
    response.body += R"(,"current":)";
    append_user(response.body, stale->current);
    response.body += '}';
    response.headers.push_back(etag_of(stale->current.version));
    return response;
  }
  const UserAccount& account = std::get<UserAccount>(changed);
  HttpResponse response = json_response(status, {});
  append_user(response.body, account);
  response.headers.push_back(etag_of(account.version));
  return response;
}

Origin origin_of(const HttpCall& call) { return {call.request.peer, call.request.user_agent()}; }

}  // namespace coterie
