// The answers to questions against the oracle: what a record, a list and the history were at the position
// that the answer names. What the oracle has not been told of yet is left alone. Thread: loop.
#pragma once

#include <boost/json/object.hpp>

#include "tests/model/oracle.hpp"

namespace coterie::model {

void check_entity(const boost::json::object& request, const boost::json::object& answer,
                  const Oracle& oracle);
void check_list(const boost::json::object& request, const boost::json::object& answer, const Oracle& oracle);
void check_history(const boost::json::object& request, const boost::json::object& answer,
                   const Oracle& oracle);

}  // namespace coterie::model
