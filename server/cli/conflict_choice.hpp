// Deciding a stored conflict field by field: for each that clashes theirs, mine or another value, and what
// comes of it as the resolution to send. Thread: any; asks through a function, so that no terminal is needed.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>

namespace coterie {

// Shows a question and gives the answer's line; nothing where there is no more to read.
using AskPerson = std::function<std::optional<std::string>(const std::string& question)>;

// "use-theirs", "use-mine", "merge" or {"set", "unset"}; nothing: the person does not want to decide now.
std::optional<boost::json::value> choose_resolution(const boost::json::object& conflict,
                                                    const AskPerson& ask);

}  // namespace coterie
