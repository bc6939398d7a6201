# SPDX-License-Identifier: Apache-2.0
# embed_files(TARGET SYMBOL FILE…): compile text files into TARGET as `const struct embedded SYMBOL[]`
# (cmake/embedded.h), in the order given, ended by an entry without a name.
function(embed_files target symbol)
  set(output ${CMAKE_BINARY_DIR}/generated/${symbol}.c)
  set(files "")
  foreach(file IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH file)
    list(APPEND files ${file})
  endforeach()
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DSYMBOL=${symbol} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedScript.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedScript.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
