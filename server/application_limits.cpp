#include "server/application_limits.hpp"

namespace coterie {
namespace {

std::int64_t as_number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

void log_limits(Log& log, const ApplicationOptions& options) {
  const WireLimits& limits = options.limits;
  log.info("limits", {{"message_bytes", as_number(limits.message_bytes)},
                      {"body_bytes", as_number(limits.body_bytes)},
                      {"entity_bytes", as_number(limits.entity_bytes)},
                      {"depth", as_number(kMaxDepth)},
                      {"members", as_number(kMaxMembers)},
                      {"transaction_bytes", as_number(limits.transaction_bytes)},
                      {"operations", as_number(limits.operations)},
                      {"subscriptions", as_number(limits.subscriptions)},
                      {"in_flight", as_number(limits.in_flight)},
                      {"locks", as_number(limits.locks)},
                      {"least_lock_ms", kLeastLockTime.count()},
                      {"most_lock_ms", kMostLockTime.count()},
                      {"lock_ms", kLockTime.count()},
                      {"state_bytes", as_number(limits.state_bytes)},
                      {"page_entities", as_number(limits.page_entities)},
                      {"page_bytes", as_number(limits.page_bytes)},
                      {"readers", as_number(options.readers)},
                      {"resume_events", as_number(limits.resume_events)},
                      {"resume_ms", limits.resume_age.count()},
                      {"reader_ms", options.reader_age.count()},
                      {"answers_ms", limits.answers_age.count()},
                      {"answers", as_number(limits.answers_count)},
                      {"conflicts", as_number(limits.conflicts)},
                      {"notifications", as_number(limits.notifications)},
                      {"announcements", as_number(limits.announcements)},
                      {"free_disk_bytes", as_number(options.least_free_bytes)},
                      {"session_grace_ms", options.session_grace.count()},
                      {"answer_ms", options.request_time.count()},
                      {"slow_ms", options.slow_statement.count()},
                      {"shutdown_ms", options.shutdown.count()}});
  const NetLimits& net = options.net;
  log.info("connection_limits", {{"connections", as_number(net.connections)},
                                 {"connections_per_address", as_number(net.connections_per_address)},
                                 {"connections_per_user", as_number(net.connections_per_user)},
                                 {"messages_per_s", as_number(net.messages_per_s)},
                                 {"messages_burst", as_number(net.messages_burst)},
                                 {"requests_per_user", as_number(net.requests_per_user)},
                                 {"outbox_bytes", as_number(net.outbox_bytes)},
                                 {"fragments", as_number(net.fragments)},
                                 {"control_frames_per_s", as_number(net.control_frames_per_s)},
                                 {"control_frames_burst", as_number(net.control_frames_burst)},
                                 {"header_bytes", as_number(net.header_bytes)},
                                 {"headers", as_number(net.headers)},
                                 {"target_bytes", as_number(net.target_bytes)},
                                 {"request_ms", net.request_time.count()},
                                 {"hello_ms", net.hello_time.count()},
                                 {"heartbeat_ms", limits.heartbeat.count()},
                                 {"silence_ms", net.silence.count()},
                                 {"descriptors_reserve", as_number(net.descriptors_reserve)}});
}

}  // namespace coterie
