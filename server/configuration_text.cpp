#include "server/configuration_text.hpp"

#include "protocol/object_writer.hpp"
#include "server/application.hpp"

namespace coterie {
namespace {

std::uint64_t whole(std::chrono::milliseconds time) { return static_cast<std::uint64_t>(time.count()); }

void append_limits(std::string& out, const ApplicationOptions& options) {
  const WireLimits& limits = options.limits;
  ObjectWriter writer(out);
  writer.integer("messageBytes", limits.message_bytes);
  writer.integer("bodyBytes", limits.body_bytes);
  writer.integer("entityBytes", limits.entity_bytes);
  writer.integer("transactionBytes", limits.transaction_bytes);
  writer.integer("operations", limits.operations);
  writer.integer("subscriptions", limits.subscriptions);
  writer.integer("inFlight", limits.in_flight);
  writer.integer("locks", limits.locks);
  writer.integer("outboxBytes", options.net.outbox_bytes);
  writer.integer("connections", options.net.connections);
  writer.integer("connectionsPerAddress", options.net.connections_per_address);
  writer.integer("connectionsPerUser", options.net.connections_per_user);
  writer.integer("messagesPerSecond", options.net.messages_per_s);
  writer.integer("messagesBurst", options.net.messages_burst);
  writer.integer("resumeEvents", limits.resume_events);
  writer.integer("resumeMs", whole(limits.resume_age));
  writer.integer("answers", limits.answers_count);
  writer.integer("answersMs", whole(limits.answers_age));
  writer.integer("conflicts", limits.conflicts);
  writer.integer("notifications", limits.notifications);
  writer.integer("announcements", limits.announcements);
  writer.integer("heartbeatMs", whole(limits.heartbeat));
  writer.integer("sessionGraceMs", whole(options.session_grace));
  writer.integer("requestMs", whole(options.request_time));
  writer.integer("shutdownMs", whole(options.shutdown));
  writer.close();
}

void append_accounts(std::string& out, const AccountsOptions& accounts) {
  ObjectWriter writer(out);
  writer.integer("accessTokenMs", whole(accounts.access));
  writer.integer("refreshTokenMs", whole(accounts.terms.lives));
  if (accounts.terms.idle) writer.integer("idleMs", whole(*accounts.terms.idle));
  writer.integer("signInsPerAccount", static_cast<std::uint64_t>(accounts.limits.per_account));
  writer.integer("signInsPerAddress", static_cast<std::uint64_t>(accounts.limits.per_address));
  writer.list("issuers", accounts.issuers, [&](const OutsideIssuer& issuer) {
    ObjectWriter inner(writer.out());
    inner.text("name", issuer.name);
    inner.text("issuer", issuer.issuer);
    inner.text("audience", issuer.audience);
    inner.text("file", issuer.file.string());
    inner.close();
  });
  writer.close();
}

}  // namespace

std::string configuration_text(const ApplicationOptions& options) {
  std::string out;
  ObjectWriter writer(out);
  writer.text("data", options.data.string());
  writer.text("host", options.host);
  writer.integer("port", options.port);
  writer.boolean("dev", options.dev);
  writer.list("allowedOrigins", options.net.allowed_origins,
              [&](const std::string& origin) { write_json(out, std::string_view(origin)); });
  append_limits(writer.member("limits"), options);
  append_accounts(writer.member("auth"), options.accounts);
  writer.list("types", options.types->all(),
              [&](const auto& type) { write_json(out, std::string_view(type.first.value())); });
  writer.close();
  return out;
}

}  // namespace coterie
