// The application that is served beside the protocol: a folder of files (what Vite built), read whole at the
// start, so that no request touches a disk and a name can lead nowhere else. Everything that is not of the
// site goes on to the next handler. A page that a browser asks for by its path (`/bookings`) is the site's
// index.html: the script in it knows its own pages. Thread: loop. Law 6: files and bytes are bounded.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/error.hpp"
#include "server/net/http_message.hpp"

namespace coterie {

// One way in which a file is sent. What a cache holds of one is not what it would hold of another, so each
// has a tag of its own.
struct SiteCopy {
  std::string_view coding;  // as Content-Encoding says it, or `identity`
  std::string bytes;
  std::string etag;  // quoted, of `bytes`
};

struct SiteFile {
  std::string content_type;
  SiteCopy plain;
  std::vector<SiteCopy> packed;   // NAME.br and NAME.gz, where they stand beside NAME and are smaller
  bool named_by_content = false;  // its name changes with its content: kept for ever
};
using SiteFiles = std::map<std::string, SiteFile, std::less<>>;  // by path: "/assets/index-abc.js"

inline constexpr std::size_t kMostSiteFiles = 4096;
inline constexpr std::size_t kMostSiteBytes = 64 * 1024 * 1024;

// All files below `folder`, which has an index.html. Error bad_request, in words for whoever starts the
// server: no such folder, no index.html, too much, a file that cannot be read. Links are not followed.
Result<SiteFiles> read_site(const std::filesystem::path& folder);

class StaticSite final : public HttpHandler {
 public:
  explicit StaticSite(HttpHandler& next) : next_(next) {}
  void show(SiteFiles files) { files_ = std::move(files); }  // before the first request; until then: nothing
  void handle(HttpRequest request, Respond respond) override;

 private:
  const SiteFile* find(const HttpRequest& request) const;

  SiteFiles files_;
  HttpHandler& next_;
};

}  // namespace coterie
