// Behind nginx and Caddy as docs/deploy.md sets them up: the real proxies, where they are installed, in front
// of the real program. WebSocket, Server-Sent Events as they happen, the client's address, our own origin.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/support/raw_socket.hpp"
#include "tests/support/server_process.hpp"

using namespace coterie;
using namespace coterie::test;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The block of docs/deploy.md that begins with this line, between its fences.
std::string block_of(const std::string& first_line) {
  const std::string text = read_file(std::filesystem::path(COTERIE_SOURCE) / "docs" / "deploy.md");
  const std::size_t begin = text.find(first_line);
  REQUIRE_MESSAGE(begin != std::string::npos, first_line);
  return text.substr(begin, text.find("```", begin) - begin);
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  REQUIRE_MESSAGE(has(text, from), from);
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

// A proxy as a child process, in a process group of its own.
class Proxy {
 public:
  Proxy(std::vector<std::string> words, const std::filesystem::path& log) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      setpgid(0, 0);
      std::FILE* const to = std::freopen(log.c_str(), "a", stderr);
      if (to != nullptr) dup2(fileno(to), STDOUT_FILENO);
      execvp(argv[0], argv.data());
      _exit(127);
    }
  }
  ~Proxy() {
    ::kill(-pid_, SIGKILL);  // politely it would wait for connections that nobody uses any more
    waitpid(pid_, nullptr, 0);
  }
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

 private:
  pid_t pid_;
};

bool is_installed(const char* program) {
  return std::system(("command -v " + std::string(program) + " >/dev/null 2>&1").c_str()) == 0;
}

void await(std::uint16_t port, const std::filesystem::path& log) {
  for (int i = 0; i < 200; ++i) {
    try {
      const RawSocket socket(port);
      return;
    } catch (const std::exception&) {
      std::this_thread::sleep_for(50ms);
    }
  }
  FAIL("the proxy does not listen: " << read_file(log));
}

// Through the proxy at `port`, to a server that lists it.
void try_out(std::uint16_t port, const ServerProcess& server) {
  RawWebSocket ann(port);
  CHECK(has(ann.hello("ann"), "welcome"));
  const std::string host = "127.0.0.1:" + std::to_string(port);
  RawSocket stream(port);
  stream.send("GET /events?entityType=Note HTTP/1.1\r\nHost: " + host +
              "\r\nAuthorization: Bearer dev:bob\r\n\r\n");
  CHECK(has(stream.receive_until("\"welcome\""), "200 OK"));
  CHECK(has(stream.receive_until("\"snapshot\""), "snapshot"));

  ann.text(
      R"({"id":2,"type":"mutate","mutationId":"m1","ops":[{"op":"create","entityType":"Note","entityId":"n1","data":{}}]})");
  CHECK(has(ann.message(), "committed"));
  stream.patience = 2000ms;  // a buffer on the way would keep it for longer
  CHECK(has(stream.receive_until("\"enter\""), "n1"));

  // The address that the client only claims is not the one that counts; the one the proxy saw is.
  RawSocket liar(port);
  std::string handshake = RawWebSocket::handshake(port);
  handshake.insert(
      handshake.size() - 2,
      "X-Forwarded-For: 192.0.2.77\r\nForwarded: for=192.0.2.78\r\nOrigin: http://" + host + "\r\n");
  liar.send(handshake);
  CHECK(has(liar.receive_until("\r\n\r\n"), " 101 "));
  RawSocket elsewhere(port);
  handshake = RawWebSocket::handshake(port);
  handshake.insert(handshake.size() - 2, "Origin: https://elsewhere.example\r\n");
  elsewhere.send(handshake);
  CHECK(has(elsewhere.receive_until("\r\n\r\n"), " 403 "));
  const std::string log = server.log();
  CHECK(has(log, "peer=127.0.0.1"));
  CHECK_FALSE(has(log, "192.0.2.7"));
}

}  // namespace

TEST_CASE("Proxy: behind nginx as documented, everything works and the client's address is known") {
  if (!is_installed("nginx")) {
    MESSAGE("nginx is not installed: not tried");
    return;
  }
  const TemporaryFolder folder("nginx");
  const ServerProcess server(folder.path() / "data", {"--trusted-proxy", "127.0.0.1"});
  const std::uint16_t port = free_port();
  std::string site = block_of("map $http_upgrade $connection_upgrade");
  replace_all(site, "listen 443 ssl;", "listen 127.0.0.1:" + std::to_string(port) + ";");
  replace_all(site, "server_name coterie.example;", "server_name localhost;");
  replace_all(site, "ssl_certificate     /etc/coterie/tls.crt;", "");
  replace_all(site, "ssl_certificate_key /etc/coterie/tls.key;", "");
  replace_all(site, "http://127.0.0.1:8787", server.url());
  const std::filesystem::path base = folder.path();
  std::ofstream(base / "nginx.conf") << "daemon off;\npid " << (base / "pid").string() << ";\nerror_log "
                                     << (base / "nginx.log").string()
                                     << ";\nevents {}\nhttp {\naccess_log off;\nclient_body_temp_path "
                                     << (base / "body").string() << ";\nproxy_temp_path "
                                     << (base / "proxy").string() << ";\nfastcgi_temp_path "
                                     << (base / "f").string() << ";\nuwsgi_temp_path "
                                     << (base / "u").string() << ";\nscgi_temp_path " << (base / "s").string()
                                     << ";\n"
                                     << site << "}\n";
  const Proxy nginx({"nginx", "-e", (base / "nginx.log").string(), "-c", (base / "nginx.conf").string()},
                    base / "nginx.log");
  await(port, base / "nginx.log");
  try_out(port, server);
}

TEST_CASE("Proxy: behind Caddy as documented, everything works and the client's address is known") {
  if (!is_installed("caddy")) {
    MESSAGE("caddy is not installed: not tried");
    return;
  }
  const TemporaryFolder folder("caddy");
  const ServerProcess server(folder.path() / "data", {"--trusted-proxy", "127.0.0.1"});
  const std::uint16_t port = free_port();
  std::string site = block_of("coterie.example {");
  replace_all(site, "coterie.example {", "http://127.0.0.1:" + std::to_string(port) + " {");
  replace_all(site, "127.0.0.1:8787", server.url());
  const std::filesystem::path base = folder.path();
  std::ofstream(base / "Caddyfile") << "{\n\tadmin off\n}\n" << site;
  ::setenv("XDG_DATA_HOME", base.c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", base.c_str(), 1);
  const Proxy caddy({"caddy", "run", "--adapter", "caddyfile", "--config", (base / "Caddyfile").string()},
                    base / "caddy.log");
  await(port, base / "caddy.log");
  try_out(port, server);
}
