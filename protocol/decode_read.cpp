// The requests that read: get, list; and ping, pong.

#include "protocol/decode_parts.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {

std::optional<Filter> take_filter(ObjectReader& in, std::string_view name) {
  const boost::json::value* value = in.take(name);
  if (value == nullptr) return std::nullopt;
  Result<Filter> filter = Filter::parse(*value);
  if (!filter) {
    in.fail(within(name, filter.error()));
    return std::nullopt;
  }
  return std::move(*filter);
}

Sort take_sort(ObjectReader& in) {
  const std::optional<std::string> text = in.text("sort");
  if (!text) return {};
  Result<Sort> sort = Sort::parse(*text);
  if (!sort) {
    in.fail(within("sort", sort.error()));
    return {};
  }
  return std::move(*sort);
}

std::optional<std::size_t> take_limit(ObjectReader& in, const WireLimits& limits) {
  const std::optional<std::uint64_t> limit = in.integer("limit", 1, kMostInteger);
  if (!limit) return std::nullopt;
  return std::min<std::size_t>(*limit, limits.page_entities);
}

Result<ClientBody> decode_get(ObjectReader& in, const WireLimits&) {
  Get get;
  get.key = in.needed_key();
  if (const auto version = in.integer("version", 1, kMostInteger)) get.version = Version(*version);
  if (auto error = in.finish("get")) return *error;
  return ClientBody(std::move(get));
}

Result<ClientBody> decode_list(ObjectReader& in, const WireLimits& limits) {
  List list;
  if (auto type = in.entity_type("entityType")) {
    list.type = std::move(*type);
  } else {
    in.fail(bad_request("`entityType` is missing", "entityType"));
  }
  if (auto filter = take_filter(in, "filter")) list.filter = std::move(*filter);
  list.sort = take_sort(in);
  list.limit = take_limit(in, limits);
  list.cursor = in.text("cursor");
  if (const auto page = in.integer("page", 1, kMostInteger)) list.page = *page;
  if (list.cursor && list.page)
    in.fail(bad_request("`page` stands in place of `cursor`, not beside it", "page"));
  list.count = in.boolean("count").value_or(false);
  list.data = in.boolean("data").value_or(true);
  list.taken_out = in.boolean("export").value_or(false);
  if (const auto text = in.text("search")) {
    Result<Search> search = Search::parse(*text);
    if (search) {
      list.search = std::move(*search);
    } else {
      in.fail(within("search", search.error()));
    }
  }
  if (auto error = in.finish("list")) return *error;
  return ClientBody(std::move(list));
}

Result<ClientBody> decode_ping(ObjectReader& in, const WireLimits&) {
  if (auto error = in.finish("ping")) return *error;
  return ClientBody(Ping{});
}

Result<ClientBody> decode_pong(ObjectReader& in, const WireLimits&) {
  if (auto error = in.finish("pong")) return *error;
  return ClientBody(Pong{});
}

}  // namespace coterie
