#include "server/net/idempotency_key.hpp"

#include "protocol/names.hpp"

namespace coterie {

Result<std::optional<MutationId>> idempotency_key(const HttpRequest& request) {
  const std::string* header = request.header("Idempotency-Key");
  if (header == nullptr) return std::optional<MutationId>{};
  std::string_view text = *header;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  if (!is_mutation_id(text) || text.find('"') != std::string_view::npos) {
    Error error;
    error.code = ErrorCode::bad_request;
    error.message = "Idempotency-Key takes 1 to 64 printable characters without a space; a UUID is good.";
    error.member = "Idempotency-Key";
    return error;
  }
  return std::optional<MutationId>(MutationId{std::string(text)});
}

}  // namespace coterie
