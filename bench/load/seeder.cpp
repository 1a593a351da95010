#include "bench/load/seeder.hpp"

#include <fmt/format.h>

namespace load {
namespace {

constexpr std::size_t kFillBytes = 16 * 1024;  // of one edit
constexpr std::size_t kFillRecords = 64;
constexpr std::size_t kWindow = 32;  // requests under way at once

}  // namespace

Seeder::Seeder(World& world, std::size_t records, std::size_t fill_mib)
    : world_(world),
      records_(records),
      fills_(fill_mib == 0 ? 0 : kFillRecords + fill_mib * 1024 * 1024 / kFillBytes) {
  Connection::Handlers handlers;
  handlers.opened = [this] {
    connection_->send(R"({"id":0,"type":"hello","token":"dev:seeder","clientId":"load-seeder"})");
    send_some();
  };
  handlers.frame = [this](const std::vector<std::string_view>& messages) {
    for (const auto message : messages) take(message);
    send_some();
  };
  handlers.closed = [this](int code, const std::string& why) {
    world_.ledger.breach(fmt::format("making the records: closed {} {}", code, why));
  };
  connection_ = std::make_unique<Connection>(world_.loop, world_.address, std::move(handlers));
}

void Seeder::send_some() {
  while (sent_ < records_ + fills_ && sent_ - answered_ < kWindow) send(sent_++);
}

void Seeder::send(std::size_t number) {
  std::string operation;
  const std::string mutation = fmt::format("{}-seed-{}", world_.run, number);
  if (number < records_) {
    operation = fmt::format(
        R"("op":"create","entityType":"LoadItem","entityId":"{}","data":{{"kind":"load","n":0,"text":"","by":{{}}}})",
        entity_name(world_, number));
  } else {
    const std::size_t fill = number - records_;
    const std::string id = fmt::format("{}-fill{}", world_.run, fill % kFillRecords);
    operation =
        fill < kFillRecords
            ? fmt::format(R"("op":"create","entityType":"LoadFill","entityId":"{}","data":{{"n":0}})", id)
            : fmt::format(
                  R"("op":"update","entityType":"LoadFill","entityId":"{}","guard":{{"n":0}},"set":{{"text":"{} {}"}})",
                  id, number, std::string(kFillBytes, 'x'));
  }
  connection_->send(fmt::format(R"({{"id":{},"type":"mutate","mutationId":"{}","ops":[{{{}}}]}})", number + 1,
                                mutation, operation));
}

void Seeder::take(std::string_view message) {
  if (message.find(R"("type":"committed")") != std::string_view::npos) {
    ++answered_;
  } else if (message.find(R"("type":"rejected")") != std::string_view::npos ||
             message.find(R"("type":"error")") != std::string_view::npos) {
    ++answered_;
    world_.ledger.breach("making the records: " + std::string(message.substr(0, 300)));
  }
}

}  // namespace load
