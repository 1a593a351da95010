#include "server/ops/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>

#include "server/ops/log_line.hpp"

namespace coterie {

// The level is ours and not spdlog's: a line that is not wanted is not even put together.
struct Log::Sink {
  std::atomic<LogLevel> level;
  LogFormat format;
  spdlog::logger logger{"coterie", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(LogLevel level, LogFormat format) : sink_(new Sink{level, format}) {
  sink_->logger.set_pattern("%v");
  sink_->logger.set_level(spdlog::level::trace);
  // A full disk behind standard error must not throw into the loop.
  sink_->logger.set_error_handler([](const std::string&) {});
}

Log::~Log() { sink_->logger.flush(); }

void Log::level(LogLevel level) { sink_->level.store(level, std::memory_order_relaxed); }

LogLevel Log::level() const { return sink_->level.load(std::memory_order_relaxed); }

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < this->level() || level == LogLevel::off) return;
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::string line = log_line(sink_->format, now, level, event, {fields.begin(), fields.size()});
  sink_->logger.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void Log::debug(std::string_view event, std::initializer_list<LogField> fields) {
  write(LogLevel::debug, event, fields);
}
void Log::info(std::string_view event, std::initializer_list<LogField> fields) {
  write(LogLevel::info, event, fields);
}
void Log::warn(std::string_view event, std::initializer_list<LogField> fields) {
  write(LogLevel::warn, event, fields);
}
void Log::error(std::string_view event, std::initializer_list<LogField> fields) {
  write(LogLevel::error, event, fields);
}

}  // namespace coterie
