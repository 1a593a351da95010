// Users, for administrators. A change rests on the version that was looked at.
#include <optional>
#include <utility>

#include "protocol/object_writer.hpp"
#include "server/accounts/account_json.hpp"
#include "server/net/account_answer.hpp"
#include "server/net/entity_request.hpp"
#include "server/net/routes_admin.hpp"
#include "server/net/url_text.hpp"

namespace coterie {
namespace {

Error no_such_user() {
  Error error;
  error.code = ErrorCode::not_found;
  error.message = "There is no user of this name.";
  return error;
}

Act act_of(const AdminParts& parts, const HttpCall& call) {
  return {call.author.user, origin_of(call), parts.now()};
}

void list_users(AdminParts& parts, HttpCall call) {
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.respond(error_response(limit.error()));
  const auto& users = parts.directory.users();
  HttpResponse response = json_response(200, R"({"users":[)");
  std::string& out = response.body;
  std::size_t count = 0;
  auto user = users.upper_bound(UserId{parameter_of(call, "cursor")});
  const UserAccount* last = nullptr;
  for (; user != users.end() && count < *limit; ++user, ++count) {
    if (count > 0) out += ',';
    append_user(out, user->second);
    last = &user->second;
  }
  out += ']';
  ObjectWriter writer(out, false);
  writer.integer("total", users.size());
  if (user != users.end() && last != nullptr) writer.text("cursor", last->id.value());
  writer.close();
  call.respond(std::move(response));
}

void show_user(AdminParts& parts, HttpCall call) {
  const UserAccount* const account = parts.directory.find(UserId{call.path[0]});
  call.respond(account ? user_response(200, *account) : error_response(no_such_user()));
}

// The body as what is said of a user; nothing: the call was answered.
std::optional<UserFields> read_fields(const AdminParts& parts, HttpCall& call, std::string* username) {
  Result<boost::json::object> body = read_object(call.request, parts.limits);
  if (!body) {
    call.respond(error_response(body.error()));
    return std::nullopt;
  }
  ObjectReader in(*body);
  if (username != nullptr) *username = in.needed_text("username");
  UserFields fields = take_user_fields(in, true);
  wipe(call.request.body);
  if (const std::optional<Error> error = in.finish("users")) {
    call.respond(error_response(*error));
    return std::nullopt;
  }
  return fields;
}

void add(AdminParts& parts, HttpCall call) {
  std::string username;
  std::optional<UserFields> fields = read_fields(parts, call, &username);
  if (!fields) return;
  parts.users.add(UserId{username}, std::move(fields->change), std::move(fields->password),
                  act_of(parts, call), [respond = call.respond](const UserChanged& added) {
                    HttpResponse response = user_response(201, added);
                    if (const auto* account = std::get_if<UserAccount>(&added)) {
                      response.headers.push_back(
                          {"Location", "/api/v1/admin/users/" + percent_encode(account->id.value())});
                    }
                    respond(std::move(response));
                  });
}

void change(AdminParts& parts, HttpCall call) {
  const Result<std::optional<Version>> base = read_base_version(call, nullptr);
  if (!base) return call.respond(error_response(base.error()));
  if (!*base) return call.respond(error_response(base_version_missing()));
  std::optional<UserFields> fields = read_fields(parts, call, nullptr);
  if (!fields) return;
  parts.users.change(UserId{call.path[0]}, std::move(fields->change), std::move(fields->password), *base,
                     act_of(parts, call), [respond = call.respond](const UserChanged& changed) {
                       respond(user_response(200, changed));
                     });
}

void history_of_user(AdminParts& parts, HttpCall call) {
  const bool taken = parts.desk.ask(
      [user = UserId{call.path[0]}](AccountStore& store) { return store.users().versions(user); },
      [respond = call.respond](const Result<std::vector<UserVersion>>& versions) {
        if (!versions) return respond(error_response(versions.error()));
        if (versions->empty()) return respond(error_response(no_such_user()));
        HttpResponse response = json_response(200, {});
        ObjectWriter writer(response.body);
        writer.list("versions", *versions,
                    [&](const UserVersion& version) { append_user_version(writer.out(), version); });
        writer.close();
        respond(std::move(response));
      });
  if (!taken) call.respond(error_response(too_busy()));
}

constexpr Parameter kUsersQuery[] = {
    kLimitParameter,
    {"cursor", ParameterKind::text, "That of the page before."},
};
}  // namespace

void add_admin_user_routes(Router& router, AdminParts& parts) {
  const auto route = [&](std::string_view method, std::string_view pattern,
                         void (*handle)(AdminParts&, HttpCall), RouteAbout about) {
    router.add({method, pattern, Access::admins,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }, std::move(about)});
  };
  route("GET", "/api/v1/admin/users", list_users,
        {.operation = "adminListUsers",
         .summary = "The users, in the order of their ids",
         .query = kUsersQuery,
         .answers = {{200, "UserPage"}}});
  route("POST", "/api/v1/admin/users", add,
        {.operation = "adminAddUser",
         .summary = "Add a user",
         .body = {{"NewUserBody"}},
         .answers = {{201, "User", kJson, true}}});
  route("GET", "/api/v1/admin/users/{id}", show_user,
        {.operation = "adminGetUser", .summary = "One user", .answers = {{200, "User", kJson, true}}});
  route("PATCH", "/api/v1/admin/users/{id}", change,
        {.operation = "adminChangeUser",
         .summary = "Change a user: profile, roles, password, disabled",
         .query = kBaseVersionQuery,
         .headers = {"If-Match"},
         .body = {{"UserBody"}},
         .answers = {{200, "User", kJson, true}, {409, "StaleUser", kProblem, true}}});
  route("GET", "/api/v1/admin/users/{id}/history", history_of_user,
        {.operation = "adminListUserHistory",
         .summary = "The versions of a user, and who made each",
         .answers = {{200, "UserHistory"}}});
}

}  // namespace coterie
