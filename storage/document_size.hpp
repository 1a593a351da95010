// How big a document is, without writing it: what the limits on depth, members and bytes are held against.
// Thread: any; pure. Law 6.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>

namespace coterie {

struct DocumentSize {
  std::size_t depth = 0;       // the document itself is 1
  std::size_t members = 0;     // of all objects and items of all arrays together
  std::size_t bytes = 0;       // of its text, about: names and texts count as if nothing in them were escaped
  std::size_t most_bytes = 0;  // the text is never longer
};

DocumentSize measure(const boost::json::object& document);

}  // namespace coterie
