#include "server/net/static_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "server/net/content_coding.hpp"
#include "server/net/entity_tag.hpp"
#include "server/net/url_text.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace coterie {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndex = "/index.html";
// Scripts, styles, pictures and connections of this server alone. `ws:` and `wss:` for browsers whose 'self'
// leaves them out (Content Security Policy Level 2).
constexpr std::string_view kPolicy =
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; base-uri "
    "'none'; "
    "form-action 'self'; frame-ancestors 'none'";

std::string type_of(const fs::path& path) {
  using Known = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Known, 13> kTypes{{{".html", "text/html; charset=utf-8"},
                                                 {".js", "text/javascript; charset=utf-8"},
                                                 {".css", "text/css; charset=utf-8"},
                                                 {".json", "application/json"},
                                                 {".map", "application/json"},
                                                 {".svg", "image/svg+xml"},
                                                 {".png", "image/png"},
                                                 {".ico", "image/x-icon"},
                                                 {".webp", "image/webp"},
                                                 {".woff2", "font/woff2"},
                                                 {".txt", "text/plain; charset=utf-8"},
                                                 {".webmanifest", "application/manifest+json"},
                                                 {".wasm", "application/wasm"}}};
  const std::string ending = path.extension().string();
  const auto* const known =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const Known& one) { return one.first == ending; });
  return std::string(known == kTypes.end() ? "application/octet-stream" : known->second);
}

Error wrong(std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  return error;
}

std::optional<std::string> bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return std::nullopt;
  return bytes;
}

// Paths that are the server's own, whatever the site holds.
bool is_of_server(std::string_view path) {
  static constexpr std::array<std::string_view, 8> kOwn{
      "/api", "/events", "/ws", "/healthz", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json"};
  return std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view own) {
    return path == own || (path.starts_with(own) && path[own.size()] == '/');
  });
}

// What a browser asks for when somebody types an address or follows a link.
bool asks_for_page(const HttpRequest& request, std::string_view path) {
  const std::string* accept = request.header("Accept");
  return accept != nullptr && accept->find("text/html") != std::string::npos &&
         path.substr(path.rfind('/')).find('.') == std::string_view::npos;
}

// What the client would rather have; of equals, the smallest.
const SiteCopy& choose(const SiteFile& file, std::string_view accept_encoding) {
  const SiteCopy* best = &file.plain;
  int weight = coding_weight(accept_encoding, best->coding);
  for (const SiteCopy& copy : file.packed) {
    const int its = coding_weight(accept_encoding, copy.coding);
    if (its < weight || its == 0) continue;
    if (its == weight && copy.bytes.size() >= best->bytes.size()) continue;
    best = &copy;
    weight = its;
  }
  return *best;
}

SiteCopy copy_of(std::string_view coding, std::string bytes) {
  SiteCopy copy{coding, std::move(bytes), {}};
  copy.etag = fmt::format("\"{:016x}\"", XXH3_64bits(copy.bytes.data(), copy.bytes.size()));
  return copy;
}

// Lays NAME.br and NAME.gz into NAME.
void join_packed(SiteFiles& files) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kEndings{
      {{".br", "br"}, {".gz", "gzip"}}};
  for (auto it = files.begin(); it != files.end();) {
    auto plain = files.end();
    std::string_view coding;
    for (const auto& [ending, its_coding] : kEndings) {
      if (!it->first.ends_with(ending)) continue;
      plain = files.find(it->first.substr(0, it->first.size() - ending.size()));
      coding = its_coding;
    }
    if (plain == files.end()) {
      ++it;
      continue;
    }
    std::string bytes = std::move(it->second.plain.bytes);
    if (bytes.size() < plain->second.plain.bytes.size()) {
      plain->second.packed.push_back(copy_of(coding, std::move(bytes)));
    }
    it = files.erase(it);
  }
}

}  // namespace

Result<SiteFiles> read_site(const fs::path& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed))
    return wrong(
        fmt::format("--app: {} is no folder; leave it out, or build the application first", folder.string()));
  SiteFiles files;
  std::size_t bytes = 0;
  for (auto it = fs::recursive_directory_iterator(folder, failed);
       !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
    if (!it->is_regular_file(failed) || it->is_symlink(failed)) continue;
    auto read = bytes_of(it->path());
    if (!read) return wrong(fmt::format("--app: {} cannot be read", it->path().string()));
    bytes += read->size();
    if (files.size() == kMostSiteFiles || bytes > kMostSiteBytes) {
      return wrong(
          fmt::format("--app: {} holds more than {} files or {} MiB; name the folder that the build of the "
                      "application wrote",
                      folder.string(), kMostSiteFiles, kMostSiteBytes / 1024 / 1024));
    }
    const std::string path = '/' + fs::relative(it->path(), folder).generic_string();
    SiteFile& file = files[path];
    file.content_type = type_of(it->path());
    file.named_by_content = path.starts_with("/assets/");
    file.plain = copy_of(kIdentity, std::move(*read));
  }
  if (failed) return wrong(fmt::format("--app: {} cannot be read: {}", folder.string(), failed.message()));
  join_packed(files);
  if (!files.contains(kIndex)) {
    return wrong(
        fmt::format("--app: there is no index.html in {}; build the application first", folder.string()));
  }
  return files;
}

const SiteFile* StaticSite::find(const HttpRequest& request) const {
  if (files_.empty() || (request.method != "GET" && request.method != "HEAD")) return nullptr;
  const std::optional<std::string> path = percent_decode(request.path);
  if (!path || !path->starts_with('/') || is_of_server(*path)) return nullptr;
  const auto found = files_.find(*path == "/" ? kIndex : std::string_view(*path));
  if (found != files_.end()) return &found->second;
  return asks_for_page(request, *path) ? &files_.find(kIndex)->second : nullptr;
}

void StaticSite::handle(HttpRequest request, Respond respond) {
  const SiteFile* const file = find(request);
  if (file == nullptr) return next_.handle(std::move(request), std::move(respond));
  const SiteCopy& copy = choose(*file, request.list("Accept-Encoding"));
  HttpResponse response{200, file->content_type, {}, {}};
  response.headers.push_back({"ETag", copy.etag});
  response.headers.push_back(
      {"Cache-Control", file->named_by_content ? "public, max-age=31536000, immutable" : "no-cache"});
  response.headers.push_back({"Content-Security-Policy", std::string(kPolicy)});
  if (!file->packed.empty()) response.headers.push_back({"Vary", "Accept-Encoding"});
  if (names_etag(request.list("If-None-Match"), copy.etag)) {
    response.status = 304;
    response.content_type.clear();
    return respond(std::move(response));
  }
  if (copy.coding != kIdentity) {
    response.headers.push_back({"Content-Encoding", std::string(copy.coding)});
  }
  response.body = copy.bytes;
  respond(std::move(response));
}

}  // namespace coterie
