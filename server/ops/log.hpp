// The structured log: one line an event, as logfmt or JSON, to standard error. Ids, codes and times; never
// contents, never tokens. Values are escaped, so that no text of a user begins a new line or a new field.
// Thread: any.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace coterie {

enum class LogLevel { debug, info, warn, error, off };
enum class LogFormat { logfmt, json };

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

class Log {
 public:
  Log(LogLevel level, LogFormat format);
  ~Log();

  void level(LogLevel level);  // at run time
  LogLevel level() const;
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);
  void debug(std::string_view event, std::initializer_list<LogField> fields = {});
  void info(std::string_view event, std::initializer_list<LogField> fields = {});
  void warn(std::string_view event, std::initializer_list<LogField> fields = {});
  void error(std::string_view event, std::initializer_list<LogField> fields = {});

 private:
  struct Sink;
  std::unique_ptr<Sink> sink_;
};

}  // namespace coterie
