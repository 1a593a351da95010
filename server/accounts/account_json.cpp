#include "server/accounts/account_json.hpp"

#include <utility>

#include "protocol/object_writer.hpp"
#include "protocol/request_error.hpp"
#include "protocol/time_text.hpp"

namespace coterie {
namespace {

void write_own_user(ObjectWriter& writer, const UserAccount& account) {
  writer.text("id", account.id.value());
  writer.text("name", account.profile.name);
  writer.text("colour", account.profile.colour);
  writer.text("initials", account.profile.initials);
  writer.list("roles", account.roles.names(),
              [&](const std::string& role) { write_json(writer.out(), std::string_view(role)); });
}

void write_user(ObjectWriter& writer, const UserAccount& account) {
  write_own_user(writer, account);
  writer.integer("version", account.version.value());
  writer.boolean("disabled", account.disabled);
  writer.plain("createdAt", to_text(account.created_at));
  writer.plain("updatedAt", to_text(account.updated_at));
  writer.text("updatedBy", account.updated_by.value());
}

void write_origin(ObjectWriter& writer, const Origin& from) {
  writer.text("address", from.address);
  writer.text("userAgent", from.user_agent);
}

std::optional<Roles> take_roles(ObjectReader& in) {
  boost::json::array* const list = in.array("roles");
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> names;
  for (const boost::json::value& name : *list) {
    if (!name.is_string()) {
      in.fail(bad_request("`roles` is a list of texts", "roles"));
      return std::nullopt;
    }
    names.emplace_back(name.get_string());
  }
  return Roles(std::move(names));
}

}  // namespace

void append_own_user(std::string& out, const UserAccount& account) {
  ObjectWriter writer(out);
  write_own_user(writer, account);
  writer.close();
}

void append_user(std::string& out, const UserAccount& account) {
  ObjectWriter writer(out);
  write_user(writer, account);
  if (account.last_login_at) writer.plain("lastLoginAt", to_text(*account.last_login_at));
  writer.close();
}

void append_user_version(std::string& out, const UserVersion& version) {
  ObjectWriter writer(out);
  write_user(writer, version.account);
  writer.text("change", version.change);
  writer.close();
}

void append_sign_in(std::string& out, const SignIn& sign_in, bool active, bool current) {
  ObjectWriter writer(out);
  writer.text("id", sign_in.id);
  writer.text("userId", sign_in.user.value());
  write_origin(writer, sign_in.from);
  writer.plain("createdAt", to_text(sign_in.since));
  writer.plain("lastSeenAt", to_text(sign_in.last_seen));
  writer.plain("expiresAt", to_text(sign_in.expires_at));
  writer.boolean("isActive", active);
  writer.boolean("current", current);
  writer.close();
}

void append_activity(std::string& out, const ActivityRow& row) {
  const Activity& activity = row.activity;
  ObjectWriter writer(out);
  writer.plain("kind", to_text(activity.kind));
  writer.integer("number", row.number);
  writer.plain("timestamp", to_text(activity.at));
  writer.text("userId", activity.user.value());
  if (!activity.subject.empty()) writer.text("subject", activity.subject);
  if (!activity.detail.empty()) writer.text("detail", activity.detail);
  write_origin(writer, activity.from);
  writer.plain("hash", row.hash);
  writer.close();
}

UserFields take_user_fields(ObjectReader& in, bool administrator) {
  UserFields fields;
  fields.change.name = in.text("name");
  fields.change.colour = in.text("colour");
  fields.change.initials = in.text("initials");
  if (!administrator) return fields;
  fields.change.roles = take_roles(in);
  fields.change.disabled = in.boolean("disabled");
  if (std::optional<std::string> password = in.text("password"))
    fields.password.emplace(std::move(*password));
  return fields;
}

}  // namespace coterie
