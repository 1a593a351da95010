#include "clients/cpp/client_error.hpp"

#include <stdexcept>

namespace coterie {

void throw_exception_from_error(const ClientError& error, const boost::source_location& where) {
  throw std::logic_error(std::string(where.file_name()) +
                         ": an answer was taken where there was an error: " + error.message);
}

}  // namespace coterie
