#include "bench/load/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace load {

namespace json = boost::json;

namespace {

constexpr double kMiB = 1024 * 1024;

double ms(double micros) { return micros / 1000; }

std::string row(const std::string& users, const std::string& what, const Histogram& h, double seconds) {
  return fmt::format("{:>6}  {:<10} {:>10} {:>10.1f} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f}\n", users, what,
                     h.count(), static_cast<double>(h.count()) / seconds, ms(h.percentile(0.5)),
                     ms(h.percentile(0.95)), ms(h.percentile(0.99)), ms(h.highest()));
}

std::string memory_line(const Band& band) {
  if (band.memory.empty()) return {};
  const auto by_bytes = [](const MemorySample& a, const MemorySample& b) { return a.bytes < b.bytes; };
  const double most = std::max_element(band.memory.begin(), band.memory.end(), by_bytes)->bytes;
  std::string out =
      fmt::format("        server memory {:.1f} MiB at first, {:.1f} at most, {:.1f} at last",
                  band.memory.front().bytes / kMiB, most / kMiB, band.memory.back().bytes / kMiB);
  if (const auto growth = growth_of(band.memory))
    out += fmt::format("; {:+.1f} % after the first third", growth->percent());
  return out + "\n";
}

json::object memory_of(const Band& band) {
  json::array samples;
  for (const MemorySample& sample : band.memory)
    samples.push_back(json::object{{"second", sample.second}, {"bytes", sample.bytes}});
  json::object out{{"samples", std::move(samples)}};
  if (const auto growth = growth_of(band.memory)) {
    out["earlyBytes"] = growth->early_bytes;
    out["lateBytes"] = growth->late_bytes;
    out["growthPercent"] = growth->percent();
  }
  return out;
}

json::object to_object(const Histogram& h, double seconds) {
  return {{"count", h.count()},
          {"perSecond", static_cast<double>(h.count()) / seconds},
          {"p50Ms", ms(h.percentile(0.5))},
          {"p95Ms", ms(h.percentile(0.95))},
          {"p99Ms", ms(h.percentile(0.99))},
          {"highestMs", ms(h.highest())}};
}

template <class Map>
json::object counts_of(const Map& map) {
  json::object out;
  for (const auto& [name, count] : map) out[name] = count;
  return out;
}

}  // namespace

std::string to_table(const Report& report) {
  std::string out = fmt::format("\n{:>6}  {:<10} {:>10} {:>10} {:>9} {:>9} {:>9} {:>9}\n", "users",
                                report.profile, "count", "per s", "p50 ms", "p95 ms", "p99 ms", "most ms");
  for (const Band& band : report.bands) {
    const Second total = band.stats.total();
    const double seconds = band.seconds > 0 ? band.seconds : 1;
    out += row(std::to_string(band.users), "reads", total.reads, seconds);
    out += row("", "writes", total.writes, seconds);
    out += row("", "deliveries", total.deliveries, seconds);
    if (total.locks.count() > 0) out += row("", "locks", total.locks, seconds);
    out += "        ";
    for (const auto& [name, count] : total.outcomes) out += fmt::format("{} {}  ", name, count);
    for (const auto& [name, count] : band.stats.counts()) out += fmt::format("{} {}  ", name, count);
    out += "\n" + memory_line(band);
    out += fmt::format(
        "        {} edits acknowledged, {}\n", band.acknowledged,
        band.breaches == 0 ? std::string("no breach") : fmt::format("{} BREACHES:", band.breaches));
    for (const std::string& breach : band.first_breaches) out += "        ! " + breach + "\n";
  }
  return out;
}

std::string to_json(const Report& report) {
  json::object root{{"profile", report.profile}, {"command", report.command}, {"seed", report.seed}};
  json::array bands;
  for (const Band& band : report.bands) {
    const Second total = band.stats.total();
    const double seconds = band.seconds > 0 ? band.seconds : 1;
    json::array series;
    for (const Second& second : band.stats.seconds()) {
      if (static_cast<double>(series.size() + 1) > seconds)
        break;  // what came in while all fell silent is no whole second
      series.push_back(json::object{{"reads", to_object(second.reads, 1)},
                                    {"writes", to_object(second.writes, 1)},
                                    {"deliveries", to_object(second.deliveries, 1)},
                                    {"locks", to_object(second.locks, 1)},
                                    {"outcomes", counts_of(second.outcomes)}});
    }
    json::array breaches;
    for (const std::string& breach : band.first_breaches) breaches.push_back(json::string(breach));
    bands.push_back(json::object{{"users", band.users},
                                 {"seconds", band.seconds},
                                 {"reads", to_object(total.reads, seconds)},
                                 {"writes", to_object(total.writes, seconds)},
                                 {"deliveries", to_object(total.deliveries, seconds)},
                                 {"locks", to_object(total.locks, seconds)},
                                 {"outcomes", counts_of(total.outcomes)},
                                 {"counts", counts_of(band.stats.counts())},
                                 {"acknowledged", band.acknowledged},
                                 {"memory", memory_of(band)},
                                 {"breaches", band.breaches},
                                 {"firstBreaches", std::move(breaches)},
                                 {"series", std::move(series)}});
  }
  root["bands"] = std::move(bands);
  return json::serialize(root);
}

}  // namespace load
