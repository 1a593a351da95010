#include "server/ops/limit_hits.hpp"

#include <doctest/doctest.h>

#include "server/ops/metrics.hpp"

using namespace coterie;

namespace {

struct Counted {
  Metrics metrics;
  Timestamp now{std::chrono::milliseconds(1000)};
  LimitHits hits{metrics, [this] { return now; }};
};

}  // namespace

TEST_CASE("LimitHits: each is counted by limit, by user where one is known, and in the metrics") {
  Counted counted;
  counted.hits.note("messages", UserId{"ann"});
  counted.hits.note("messages", UserId{"ben"});
  counted.now += std::chrono::seconds(1);
  counted.hits.note("messages", UserId{"ann"});
  counted.hits.note("connections");

  const auto& limits = counted.hits.by_limit();
  CHECK(limits.size() == 2);
  CHECK(limits.at("messages").count == 3);
  CHECK(limits.at("messages").last == counted.now);
  CHECK(limits.at("connections").count == 1);
  const auto& users = counted.hits.by_user();
  REQUIRE(users.size() == 2);
  CHECK(users.front().user.value() == "ann");
  CHECK(users.front().limit == "messages");
  CHECK(users.front().hits.count == 2);
  CHECK(users.front().hits.last == counted.now);
  CHECK(users.back().user.value() == "ben");
  CHECK(users.back().hits.last < counted.now);
  CHECK(counted.metrics.text().find(R"(coterie_limit_hits_total{limit="messages"} 3)") != std::string::npos);
}

TEST_CASE("LimitHits: a user has a row for each limit") {
  Counted counted;
  counted.hits.note("messages", UserId{"ann"});
  counted.hits.note("silence", UserId{"ann"});
  CHECK(counted.hits.by_user().size() == 2);
  CHECK(counted.hits.by_user().front().limit == "silence");
}

TEST_CASE("LimitHits: of users the rows that were hit last are kept, the totals stay whole [law 6]") {
  Counted counted;
  const std::size_t many = LimitHits::kMostRows + 10;
  counted.hits.note("messages", UserId{"first"});
  for (std::size_t i = 0; i < many; ++i) {
    counted.hits.note("messages", UserId{"user-" + std::to_string(i)});
    if (i == many / 2) counted.hits.note("messages", UserId{"first"});
  }
  const auto& users = counted.hits.by_user();
  CHECK(users.size() == LimitHits::kMostRows);
  CHECK(users.front().user.value() == "user-" + std::to_string(many - 1));
  bool has_first = false;
  bool has_oldest = false;
  for (const LimitHits::UserRow& row : users) {
    has_first = has_first || (row.user.value() == "first" && row.hits.count == 2);
    has_oldest = has_oldest || row.user.value() == "user-0";
  }
  CHECK(has_first);
  CHECK_FALSE(has_oldest);
  CHECK(counted.hits.by_limit().at("messages").count == many + 2);

  counted.hits.note("messages", UserId{"user-0"});  // comes back as one that is new
  CHECK(counted.hits.by_user().front().hits.count == 1);
}
