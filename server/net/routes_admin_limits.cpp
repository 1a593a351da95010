// GET /api/v1/admin/limits: which limits were hit, and by whom.
#include <utility>
#include <vector>

#include "protocol/object_writer.hpp"
#include "protocol/time_text.hpp"
#include "server/net/account_answer.hpp"
#include "server/net/routes_admin.hpp"
#include "server/ops/limit_hits.hpp"

namespace coterie {
namespace {

void write_hits(ObjectWriter& writer, const LimitHits::Hits& hits) {
  writer.integer("hits", hits.count);
  writer.plain("lastAt", to_text(hits.last));
}

void list_limits(AdminParts& parts, HttpCall call) {
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.respond(error_response(limit.error()));
  const std::string user = parameter_of(call, "userId");
  std::vector<const LimitHits::UserRow*> rows;
  std::size_t total = 0;
  for (const LimitHits::UserRow& row : parts.limit_hits.by_user()) {
    if (!user.empty() && row.user.value() != user) continue;
    ++total;
    if (rows.size() < *limit) rows.push_back(&row);
  }
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  writer.list("limits", parts.limit_hits.by_limit(), [&](const auto& one) {
    ObjectWriter inner(writer.out());
    inner.text("limit", one.first);
    write_hits(inner, one.second);
    inner.close();
  });
  writer.list("users", rows, [&](const LimitHits::UserRow* row) {
    ObjectWriter inner(writer.out());
    inner.text("userId", row->user.value());
    inner.text("limit", row->limit);
    write_hits(inner, row->hits);
    inner.close();
  });
  writer.integer("total", total);
  writer.close();
  call.respond(std::move(response));
}

constexpr Parameter kLimitsQuery[] = {
    kLimitParameter,
    {"userId", ParameterKind::text, "What this user has run into."},
};

}  // namespace

void add_admin_limit_route(Router& router, AdminParts& parts) {
  router.add({"GET",
              "/api/v1/admin/limits",
              Access::admins,
              [&parts](HttpCall call) { list_limits(parts, std::move(call)); },
              {.operation = "adminListLimitHits",
               .summary = "Which limits were hit since the start, and by which users, the last first",
               .query = kLimitsQuery,
               .answers = {{200, "LimitHitList"}}}});
}

}  // namespace coterie
