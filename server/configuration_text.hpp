// The configuration in force as JSON, for administrators. Holds no secret: of keys and certificates the paths
// alone. Thread: any.
#pragma once

#include <string>

namespace coterie {

struct ApplicationOptions;
std::string configuration_text(const ApplicationOptions& options);

}  // namespace coterie
