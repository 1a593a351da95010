# Writes texts into a C++ source, so that the program needs no file beside it:
#   cmake -DOUT=file.cpp -DHEADER=path/of/the.hpp "-DTEXTS=kName=file;kOther=file" -P script/embed.cmake
set(source "// Made by script/embed.cmake of the files beside its header.\n#include \"${HEADER}\"\n\nnamespace coterie {\n")
foreach(text IN LISTS TEXTS)
  string(REGEX MATCH "^([^=]+)=(.+)$" matched "${text}")
  set(name "${CMAKE_MATCH_1}")
  file(READ "${CMAKE_MATCH_2}" content)
  string(APPEND source "\nconst std::string_view ${name} = R\"coterie_text(${content})coterie_text\";\n")
endforeach()
string(APPEND source "\n}  // namespace coterie\n")
file(WRITE "${OUT}" "${source}")
