#include "server/cli/transfer/file_hash.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace coterie {

Result<ContentHash> hash_file(const std::string& path) {
  Error error;
  error.code = ErrorCode::not_found;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) {
    error.message = "cannot read " + path + ": " + std::strerror(errno) + ".";
    return error;
  }
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                              XXH3_freeState);
  XXH3_128bits_reset(state.get());
  std::array<char, 64 * 1024> bytes;
  for (std::size_t got = 0; (got = std::fread(bytes.data(), 1, bytes.size(), file.get())) > 0;) {
    XXH3_128bits_update(state.get(), bytes.data(), got);
  }
  if (std::ferror(file.get())) {
    error.message = "cannot read " + path + " to its end.";
    return error;
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return ContentHash{hash.high64, hash.low64};
}

}  // namespace coterie
