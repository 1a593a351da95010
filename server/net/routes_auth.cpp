#include "server/net/routes_auth.hpp"

#include <set>
#include <utility>

#include "protocol/object_writer.hpp"
#include "protocol/request_error.hpp"
#include "server/accounts/account_json.hpp"
#include "server/net/account_answer.hpp"
#include "server/net/entity_request.hpp"
#include "server/net/live_session.hpp"
#include "server/net/request_query.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

HttpResponse tokens_response(int status, const Result<Tokens>& tokens) {
  if (!tokens) return error_response(tokens.error());
  HttpResponse response = json_response(status, {});
  ObjectWriter writer(response.body);
  writer.text("access_token", tokens->access_token);
  writer.plain("token_type", "Bearer");
  writer.integer("expires_in", static_cast<std::uint64_t>(tokens->expires_in.count()));
  writer.text("refresh_token", tokens->refresh_token);
  append_own_user(writer.member("user"), tokens->user);
  writer.close();
  return response;
}

HttpResponse done_response(const Result<void>& done) {
  return done ? no_content() : error_response(done.error());
}

// Reads the body by `read` and refuses what it left over. Nothing: the call was answered.
template <class Read>
auto read_body(const AuthParts& parts, HttpCall& call, const char* what, Read read)
    -> std::optional<decltype(read(std::declval<ObjectReader&>()))> {
  if (call.request.body.empty()) call.request.body = "{}";
  Result<json::object> body = read_object(call.request, parts.limits);
  if (!body) {
    call.respond(error_response(body.error()));
    return std::nullopt;
  }
  ObjectReader in(*body);
  auto made = read(in);
  wipe(call.request.body);
  if (const std::optional<Error> error = in.finish(what)) {
    call.respond(error_response(*error));
    return std::nullopt;
  }
  return made;
}

struct NameAndPassword {
  std::string token;  // of the first administrator
  UserId user;
  SecretText password;
};

void login(AuthParts& parts, HttpCall call) {
  auto read = read_body(parts, call, "login", [](ObjectReader& in) {
    return NameAndPassword{{}, UserId{in.needed_text("username")}, in.needed_text("password")};
  });
  if (!read) return;
  parts.sign_ins.sign_in(
      read->user, std::move(read->password), origin_of(call),
      [respond = call.respond](const Result<Tokens>& tokens) { respond(tokens_response(200, tokens)); });
}

void refresh(AuthParts& parts, HttpCall call) {
  auto read = read_body(parts, call, "refresh",
                        [](ObjectReader& in) { return SecretText(in.needed_text("refresh_token")); });
  if (!read) return;
  parts.sign_ins.refresh(
      std::move(*read), origin_of(call),
      [respond = call.respond](const Result<Tokens>& tokens) { respond(tokens_response(200, tokens)); });
}

// By the refresh token in the body, which may be all that a client has left; else by the access token.
void logout(AuthParts& parts, HttpCall call) {
  auto read = read_body(parts, call, "logout", [](ObjectReader& in) { return in.text("refresh_token"); });
  if (!read) return;
  const auto done = [respond = call.respond](const Result<void>& ended) { respond(done_response(ended)); };
  if (*read) return parts.sign_ins.sign_out(SecretText(std::move(**read)), origin_of(call), done);
  const Result<Identity> identity = parts.authenticator.authenticate(call.request.bearer().value_or(""));
  if (!identity) return call.respond(error_response(identity.error()));
  Author author;
  author.user = identity->user.id;
  author.sign_in = identity->sign_in;
  parts.sign_ins.sign_out(author, origin_of(call), done);
}

void password(AuthParts& parts, HttpCall call) {
  auto read = read_body(parts, call, "password", [](ObjectReader& in) {
    return std::pair<SecretText, SecretText>(in.needed_text("currentPassword"),
                                             in.needed_text("newPassword"));
  });
  if (!read) return;
  parts.sign_ins.change_password(
      call.author, std::move(read->first), std::move(read->second), origin_of(call),
      [respond = call.respond](const Result<void>& done) { respond(done_response(done)); });
}

bool is_one_time_token(const AuthParts& parts, std::string_view token) {
  return !parts.first_administrator.empty() && parts.directory.users().empty() &&
         equal_secrets(token, parts.first_administrator);
}

// What a sign-in page offers: asked before anybody is signed in.
void show_options(AuthParts& parts, HttpCall call) {
  const bool nobody_yet = parts.directory.users().empty();
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  writer.boolean("dev", parts.dev);
  writer.boolean("accounts", !nobody_yet);
  writer.boolean("firstAdministrator", nobody_yet && !parts.first_administrator.empty());
  writer.close();
  call.respond(std::move(response));
}

void first_administrator(AuthParts& parts, HttpCall call) {
  auto read = read_body(parts, call, "first-administrator", [](ObjectReader& in) {
    return NameAndPassword{in.needed_text("token"), UserId{in.needed_text("username")},
                           in.needed_text("password")};
  });
  if (!read) return;
  if (!is_one_time_token(parts, read->token)) {
    Error error;
    error.code = ErrorCode::unauthorized;
    error.message =
        "This token is not the one that the server printed at its start, or it has served its purpose.";
    error.member = "token";
    return call.respond(error_response(error));
  }
  UserChange change;
  change.roles = Roles({std::string(kAdminRole)});
  const Origin from = origin_of(call);
  // Of two who come at once the second comes too late.
  auto used = std::make_shared<SecretText>(std::exchange(parts.first_administrator, {}));
  parts.users.add(read->user, change, std::move(read->password), {read->user, from, parts.now()},
                  [&parts, from, used, respond = call.respond](const UserChanged& added) {
                    const auto* account = std::get_if<UserAccount>(&added);
                    if (account == nullptr) {
                      parts.first_administrator = used->view();
                      return respond(user_response(201, added));
                    }
                    parts.sign_ins.begin(account->id, from, [respond](const Result<Tokens>& tokens) {
                      respond(tokens_response(201, tokens));
                    });
                  });
}

void show_user(AuthParts& parts, HttpCall call) {
  HttpResponse response = json_response(200, {});
  if (const UserAccount* account = parts.directory.find(call.author.user)) {
    append_own_user(response.body, *account);
    response.headers.push_back(etag_of(account->version));
  } else {  // of an outside issuer: what its token says
    UserAccount account_of_token;
    account_of_token.id = call.author.user;
    account_of_token.profile = {call.author.name, call.author.colour, call.author.initials};
    account_of_token.roles = call.author.roles;
    append_own_user(response.body, account_of_token);
  }
  call.respond(std::move(response));
}

void change_user(AuthParts& parts, HttpCall call) {
  const Result<std::optional<Version>> base = read_base_version(call, nullptr);
  if (!base) return call.respond(error_response(base.error()));
  auto read = read_body(parts, call, "user", [](ObjectReader& in) { return take_user_fields(in, false); });
  if (!read) return;
  parts.users.change(
      call.author.user, std::move(read->change), std::nullopt, *base,
      {call.author.user, origin_of(call), parts.now()},
      [respond = call.respond](const UserChanged& changed) { respond(user_response(200, changed)); });
}

void list_sessions(AuthParts& parts, HttpCall call) {
  const std::set<std::string> active = parts.live.active_sign_ins();
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  writer.list("sessions", parts.directory.sign_ins_of(&call.author.user), [&](const SignIn& one) {
    append_sign_in(writer.out(), one, active.contains(one.id), one.id == call.author.sign_in);
  });
  writer.close();
  call.respond(std::move(response));
}

void end_session(AuthParts& parts, HttpCall call) {
  const UserId* const owner = call.author.roles.has(kAdminRole) ? nullptr : &call.author.user;
  parts.sign_ins.end(call.path[0], owner, call.author.user, origin_of(call),
                     [respond = call.respond](const Result<void>& done) { respond(done_response(done)); });
}

using AuthHandler = void (*)(AuthParts&, HttpCall);

void add_sign_in_routes(Router& router, AuthParts& parts) {
  const auto add = [&](std::string_view pattern, AuthHandler handle, RouteAbout about) {
    router.add({"POST", pattern, Access::everyone,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }, std::move(about)});
  };
  add("/api/v1/auth/login", login,
      {.operation = "signIn",
       .summary = "Sign in by name and password",
       .body = {{"LoginBody"}},
       .answers = {{200, "Tokens"}}});
  add("/api/v1/auth/refresh", refresh,
      {.operation = "refreshTokens",
       .summary = "Exchange a refresh token for new tokens, once",
       .body = {{"RefreshBody"}},
       .answers = {{200, "Tokens"}}});
  add("/api/v1/auth/logout", logout,
      {.operation = "signOut",
       .summary = "Sign out, by the refresh token in the body or the access token in Authorization",
       .body = {{"LogoutBody", kJson, false}},
       .answers = {{204}}});
  add("/api/v1/auth/first-administrator", first_administrator,
      {.operation = "makeFirstAdministrator",
       .summary = "Make the first user, by the token that the server printed at its start",
       .body = {{"FirstAdministratorBody"}},
       .answers = {{201, "Tokens"}}});
}

}  // namespace

void add_auth_routes(Router& router, AuthParts& parts) {
  const auto add = [&](std::string_view method, std::string_view pattern, AuthHandler handle,
                       RouteAbout about) {
    router.add({method, pattern, Access::users,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }, std::move(about)});
  };
  router.add({"GET",
              "/api/v1/auth/options",
              Access::everyone,
              [&parts](HttpCall call) { show_options(parts, std::move(call)); },
              {.operation = "getSignInOptions",
               .summary = "How one may sign in here",
               .answers = {{200, "SignInOptions"}}}});
  add_sign_in_routes(router, parts);
  add("POST", "/api/v1/auth/password", password,
      {.operation = "changePassword",
       .summary = "Change one's own password; every other session of the user ends",
       .body = {{"PasswordBody"}},
       .answers = {{204}}});
  add("GET", "/api/v1/auth/user", show_user,
      {.operation = "getOwnUser", .summary = "Who one is", .answers = {{200, "OwnUser", kJson, true}}});
  add("PATCH", "/api/v1/auth/user", change_user,
      {.operation = "changeOwnUser",
       .summary = "Change one's own name, colour, initials",
       .query = kBaseVersionQuery,
       .headers = {"If-Match"},
       .body = {{"ProfileBody"}},
       .answers = {{200, "User", kJson, true}, {409, "StaleUser", kProblem, true}}});
  add("GET", "/api/v1/auth/sessions", list_sessions,
      {.operation = "listOwnSessions",
       .summary = "What one is signed in with: from where, since when, until when",
       .answers = {{200, "OwnSessionList"}}});
  add("DELETE", "/api/v1/auth/sessions/{id}", end_session,
      {.operation = "endOwnSession",
       .summary = "End one of one's own sessions; an administrator anybody's",
       .answers = {{204}}});
}

}  // namespace coterie
