#include "server/application_limits.hpp"

namespace coterie {
namespace {

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

void log_limits(Log& log, const ApplicationOptions& options) {
  const WireLimits& limits = options.limits;
  log.info("limits", {{"message_bytes", number(limits.message_bytes)},
                      {"body_bytes", number(limits.body_bytes)},
                      {"entity_bytes", number(limits.entity_bytes)},
                      {"depth", number(kMaxDepth)},
                      {"members", number(kMaxMembers)},
                      {"transaction_bytes", number(limits.transaction_bytes)},
                      {"operations", number(limits.operations)},
                      {"subscriptions", number(limits.subscriptions)},
                      {"in_flight", number(limits.in_flight)},
                      {"locks", number(limits.locks)},
                      {"least_lock_ms", kLeastLockTime.count()},
                      {"most_lock_ms", kMostLockTime.count()},
                      {"lock_ms", kLockTime.count()},
                      {"state_bytes", number(limits.state_bytes)},
                      {"page_entities", number(limits.page_entities)},
                      {"page_bytes", number(limits.page_bytes)},
                      {"readers", number(options.readers)},
                      {"resume_events", number(limits.resume_events)},
                      {"resume_ms", limits.resume_age.count()},
                      {"reader_ms", options.reader_age.count()},
                      {"answers_ms", limits.answers_age.count()},
                      {"answers", number(limits.answers_count)},
                      {"conflicts", number(limits.conflicts)},
                      {"notifications", number(limits.notifications)},
                      {"announcements", number(limits.announcements)},
                      {"free_disk_bytes", number(options.least_free_bytes)},
                      {"session_grace_ms", options.session_grace.count()},
                      {"answer_ms", options.request_time.count()},
                      {"slow_ms", options.slow_statement.count()},
                      {"shutdown_ms", options.shutdown.count()}});
  const NetLimits& net = options.net;
  log.info("connection_limits", {{"connections", number(net.connections)},
                                 {"connections_per_address", number(net.connections_per_address)},
                                 {"connections_per_user", number(net.connections_per_user)},
                                 {"messages_per_s", number(net.messages_per_s)},
                                 {"messages_burst", number(net.messages_burst)},
                                 {"requests_per_user", number(net.requests_per_user)},
                                 {"outbox_bytes", number(net.outbox_bytes)},
                                 {"fragments", number(net.fragments)},
                                 {"control_frames_per_s", number(net.control_frames_per_s)},
                                 {"control_frames_burst", number(net.control_frames_burst)},
                                 {"header_bytes", number(net.header_bytes)},
                                 {"headers", number(net.headers)},
                                 {"target_bytes", number(net.target_bytes)},
                                 {"request_ms", net.request_time.count()},
                                 {"hello_ms", net.hello_time.count()},
                                 {"heartbeat_ms", limits.heartbeat.count()},
                                 {"silence_ms", net.silence.count()},
                                 {"descriptors_reserve", number(net.descriptors_reserve)}});
}

}  // namespace coterie
