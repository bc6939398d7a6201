# SPDX-License-Identifier: Apache-2.0
# Run by embed_files(): bytes as hexadecimal character constants, so that nothing in a file needs quoting.
set(text "#include \"cmake/embedded.h\"\n")
set(table "")
set(number 0)
foreach(file IN LISTS FILES)
  file(READ ${file} bytes HEX)
  # Character constants: a number above 127 would overflow where char is signed.
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  get_filename_component(name ${file} NAME)
  string(APPEND text "static const char file_${number}[] = {${bytes}0};\n")
  string(APPEND table "    {\"${name}\", file_${number}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "${text}const struct embedded ${SYMBOL}[] = {\n${table}    {0},\n};\n")
