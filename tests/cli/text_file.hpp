// A file with the given content, gone at the end of its test.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace coterie::testing {

class TextFile {
 public:
  explicit TextFile(const std::string& name, const std::string& content = {}) {
    static int count = 0;
    const auto folder = std::filesystem::temp_directory_path() / ("coterie-cli-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    path_ = (folder / (std::to_string(++count) + "-" + name)).string();
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TextFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
    std::filesystem::remove(std::filesystem::path(path_).parent_path(),
                            ignored);  // the last one takes it along
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  const std::string& path() const { return path_; }
  std::string content() const {
    std::ostringstream out;
    out << std::ifstream(path_, std::ios::binary).rdbuf();
    return out.str();
  }

 private:
  std::string path_;
};

}  // namespace coterie::testing
