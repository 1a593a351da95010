// How the types of the model are configured, on the server and for its oracle alike: policies, a schema,
// values that must be unique, and indexes on what the mutations look for. Thread: any; immutable.
#pragma once

#include <memory>

#include "storage/type_rules.hpp"

namespace coterie::model {

std::shared_ptr<const TypeTable> model_types();

}  // namespace coterie::model
