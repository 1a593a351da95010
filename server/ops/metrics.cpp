#include "server/ops/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

#include "server/ops/labelled.hpp"
#include "server/ops/process_usage.hpp"

namespace coterie {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

using Buckets = Histogram::BucketBoundaries;
const Buckets kCommitSeconds{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5};
const Buckets kDeliverySeconds{.0001, .00025, .0005, .001, .0025, .005, .01, .025,
                               .05,   .1,     .25,   .5,   1,     2.5,  10};
const Buckets kRequestSeconds{.00025, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 2.5, 10};
const Buckets kReadSeconds{.0001, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5};
const Buckets kGroupEdits{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

Counter& counter(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}
Gauge& gauge(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}
Histogram& histogram(Registry& registry, const char* name, const char* help, const Buckets& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

using Values = std::initializer_list<std::string_view>;
Labelled<Counter> counters(Registry& registry, const char* name, const char* help, const char* label,
                           Values values) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  return {values, [&](const std::string& value) -> Counter& { return family.Add({{label, value}}); }};
}
Labelled<Gauge> gauges(Registry& registry, const char* name, const char* help, const char* label,
                       Values values) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  return {values, [&](const std::string& value) -> Gauge& { return family.Add({{label, value}}); }};
}
Labelled<Histogram> histograms(Registry& registry, const char* name, const char* help, const char* label,
                               Values values, const Buckets& buckets) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  return {values, [&](const std::string& value) -> Histogram& {
            return family.Add({{label, value}}, buckets);
          }};
}

double seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

struct Metrics::Families {
  Registry registry;

  Labelled<Gauge> connections = gauges(registry, "coterie_connections", "Connections that are open now.",
                                       "transport", {"websocket", "sse", "http"});
  Labelled<Counter> opened =
      counters(registry, "coterie_connections_opened_total", "Connections accepted since the start.",
               "transport", {"websocket", "sse", "http"});
  Labelled<Counter> closes =
      counters(registry, "coterie_closes_total", "Connections of sessions that ended, by close code.", "code",
               {"1000", "1001", "1002", "1003", "1005", "1006", "1007", "1008", "1009", "1011",
                "4001", "4003", "4010", "4101", "4102", "4103", "4201", "4202", "4203", "4205"});
  Gauge& rooms = gauge(registry, "coterie_rooms", "Rooms with at least one member.");
  Gauge& subscriptions = gauge(registry, "coterie_subscriptions", "Subscriptions of all sessions.");
  Gauge& bytes_queued =
      gauge(registry, "coterie_outbox_bytes", "Bytes waiting in the outboxes of all sessions.");

  Labelled<Counter> edits =
      counters(registry, "coterie_edits_total", "Mutations, by how they ended.", "outcome",
               {"committed", "repeated", "conflict", "guard_failed", "locked", "fenced", "exists",
                "not_found", "forbidden", "invalid", "unique", "mutation_reused", "mutation_expired",
                "decided", "overloaded", "unavailable", "too_large", "base_version_required", "bad_request"});
  Histogram& commit_seconds = histogram(registry, "coterie_commit_seconds",
                                        "Time of one transaction, its fsync included.", kCommitSeconds);
  Histogram& group_edits =
      histogram(registry, "coterie_group_edits", "Mutations decided in one transaction.", kGroupEdits);
  Histogram& delivery_seconds =
      histogram(registry, "coterie_delivery_seconds",
                "From the durable commit to the hand-over of its events to the sockets, once a turn.",
                kDeliverySeconds);
  Counter& events_delivered =
      counter(registry, "coterie_events_delivered_total", "Events handed to sessions.");
  Labelled<Counter> catch_ups =
      counters(registry, "coterie_catch_ups_total", "Stretches sent to sessions that were behind, by source.",
               "from", {"ring", "log", "snapshot"});
  Labelled<Counter> resumes =
      counters(registry, "coterie_resumes_total", "Subscriptions that came with a hello, by result.",
               "result", {"recovered", "resync", "fresh", "refused"});

  Histogram& reader_wait_seconds = histogram(registry, "coterie_reader_wait_seconds",
                                             "Time that questions wait for a reader.", kReadSeconds);
  Histogram& read_seconds = histogram(registry, "coterie_read_seconds",
                                      "Time that questions take once they are read.", kReadSeconds);
  Counter& slow_statements =
      counter(registry, "coterie_slow_statements_total", "Questions that took longer than the slow limit.");

  Gauge& search_lag =
      gauge(registry, "coterie_search_lag_commits", "Commits that full-text search does not know of yet.");
  Counter& purged_events =
      counter(registry, "coterie_purged_events_total", "Events of the log purged by age or number.");

  Labelled<Counter> errors =
      counters(registry, "coterie_errors_total", "Requests answered by an error, by code.", "code",
               {"bad_json", "bad_number", "bad_request", "bad_name", "too_large", "unauthorized", "forbidden",
                "not_found", "limit", "rate_limited", "overloaded", "unavailable", "base_version_required",
                "not_holder", "id_reused"});
  Labelled<Counter> limit_hits = counters(
      registry, "coterie_limit_hits_total", "What was refused or cut because a limit was reached.", "limit",
      {"connections", "connections_per_address", "connections_per_user", "messages", "requests_per_user",
       "message_bytes", "frames", "headers", "target_bytes", "body_bytes", "request_time", "hello_time",
       "silence"});
  Labelled<Counter> tls_handshakes =
      counters(registry, "coterie_tls_handshakes_total", "TLS handshakes, by how they ended.", "outcome",
               {"done", "failed", "too_slow"});
  Gauge& certificate = gauge(registry, "coterie_tls_certificate_expires_seconds",
                             "When the certificate in force ends, in seconds since 1970; 0: no TLS.");
  Labelled<Histogram> requests = histograms(
      registry, "coterie_request_seconds", "From a request to its answer, by type.", "type",
      {"hello",  "subscribe", "unsubscribe",   "get",      "list",         "history",   "mutate",
       "ping",   "lock",      "unlock",        "presence", "signal",       "conflicts", "conflict",
       "decide", "assign",    "notifications", "markRead", "announce",     "withdraw",  "announcements",
       "blame",  "changes",   "acknowledge",   "readers",  "forgetReader", "refresh"},
      kRequestSeconds);

  Gauge& locks = gauge(registry, "coterie_locks", "Locks that are held now.");
  Labelled<Counter> lock_requests = counters(registry, "coterie_lock_requests_total",
                                             "Requests to lock and unlock, by how they ended.", "outcome",
                                             {"locked", "denied", "unlocked", "not_holder", "not_found",
                                              "limit", "bad_request", "overloaded", "unavailable"});
  Labelled<Counter> lock_changes = counters(registry, "coterie_lock_changes_total", "What happened to locks.",
                                            "state", {"acquired", "released", "expired", "taken"});
  Labelled<Counter> sign_ins = counters(registry, "coterie_sign_ins_total", "Sign-ins by password.",
                                        "outcome", {"signed_in", "refused", "rate_limited"});
  Labelled<Counter> token_refreshes =
      counters(registry, "coterie_token_refreshes_total", "Refresh tokens that were sent, by how it ended.",
               "outcome", {"refreshed", "refused", "reused"});
  Gauge& presence =
      gauge(registry, "coterie_presence", "Sessions that are present in a room, once for each room.");

  Gauge& conflicts_open =
      gauge(registry, "coterie_conflicts_open", "Conflicts in the inbox that nobody has decided yet.");
  Labelled<Counter> notifications =
      counters(registry, "coterie_notifications_total", "Notifications that were stored, by kind.", "kind",
               {"overwritten", "lockTaken", "conflictDecided", "conflictAssigned"});

  Counter& cpu_seconds =
      counter(registry, "process_cpu_seconds_total", "User and system time of this process.");
  Gauge& resident_bytes =
      gauge(registry, "process_resident_memory_bytes", "Memory of this process that is resident.");
  Gauge& open_fds = gauge(registry, "process_open_fds", "Descriptors that this process holds.");
  Gauge& start_seconds =
      gauge(registry, "process_start_time_seconds", "When this process started, in seconds since 1970.");
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  families_->start_seconds.Set(std::chrono::duration<double>(now).count());
}
Metrics::~Metrics() = default;

void Metrics::connection_opened(std::string_view transport) {
  families_->connections.of(transport).Increment();
  families_->opened.of(transport).Increment();
}
void Metrics::connection_closed(std::string_view transport) {
  families_->connections.of(transport).Decrement();
}
void Metrics::closed(std::uint16_t code) { families_->closes.of(std::to_string(code)).Increment(); }
void Metrics::rooms(std::size_t now) { families_->rooms.Set(static_cast<double>(now)); }
void Metrics::subscriptions(std::size_t now) { families_->subscriptions.Set(static_cast<double>(now)); }
void Metrics::bytes_queued(std::size_t now) { families_->bytes_queued.Set(static_cast<double>(now)); }
void Metrics::edit(std::string_view outcome) { families_->edits.of(outcome).Increment(); }

void Metrics::group(std::size_t edits, std::chrono::microseconds commit_time) {
  families_->group_edits.Observe(static_cast<double>(edits));
  families_->commit_seconds.Observe(seconds(commit_time));
}

void Metrics::delivered(std::size_t events, std::chrono::microseconds since_commit) {
  families_->events_delivered.Increment(static_cast<double>(events));
  families_->delivery_seconds.Observe(seconds(since_commit));
}

void Metrics::caught_up(std::string_view from) { families_->catch_ups.of(from).Increment(); }
void Metrics::resumed(std::string_view result) { families_->resumes.of(result).Increment(); }

void Metrics::read(std::chrono::microseconds waited, std::chrono::microseconds took, bool slow) {
  families_->reader_wait_seconds.Observe(seconds(waited));
  families_->read_seconds.Observe(seconds(took));
  if (slow) families_->slow_statements.Increment();
}

void Metrics::search_lag(std::uint64_t commits) { families_->search_lag.Set(static_cast<double>(commits)); }
void Metrics::purged(std::size_t events) { families_->purged_events.Increment(static_cast<double>(events)); }

void Metrics::error(std::string_view code) { families_->errors.of(code).Increment(); }
void Metrics::limit_hit(std::string_view limit) { families_->limit_hits.of(limit).Increment(); }
void Metrics::tls_handshake(std::string_view outcome) { families_->tls_handshakes.of(outcome).Increment(); }
void Metrics::certificate(std::chrono::system_clock::time_point not_after) {
  families_->certificate.Set(std::chrono::duration<double>(not_after.time_since_epoch()).count());
}
void Metrics::request(std::string_view type, std::chrono::microseconds took) {
  families_->requests.of(type).Observe(seconds(took));
}

void Metrics::locks(std::size_t now) { families_->locks.Set(static_cast<double>(now)); }
void Metrics::lock_request(std::string_view outcome) { families_->lock_requests.of(outcome).Increment(); }
void Metrics::lock_change(std::string_view state) { families_->lock_changes.of(state).Increment(); }
void Metrics::sign_in(std::string_view outcome) { families_->sign_ins.of(outcome).Increment(); }
void Metrics::token_refresh(std::string_view outcome) { families_->token_refreshes.of(outcome).Increment(); }
void Metrics::presence(std::size_t now) { families_->presence.Set(static_cast<double>(now)); }
void Metrics::conflicts_open(std::uint64_t now) { families_->conflicts_open.Set(static_cast<double>(now)); }
void Metrics::notification(std::string_view kind) { families_->notifications.of(kind).Increment(); }

std::string Metrics::text() {
  const ProcessUsage usage = process_usage();
  families_->cpu_seconds.Increment(std::max(0.0, usage.cpu_seconds - families_->cpu_seconds.Value()));
  families_->resident_bytes.Set(static_cast<double>(usage.resident_bytes));
  families_->open_fds.Set(static_cast<double>(usage.open_descriptors));
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace coterie
