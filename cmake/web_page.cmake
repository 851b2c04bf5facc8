# A page of TypeScript, built by Vite, whose files are inside the program.
#
#   sengi_web_page(sengi_view web/view index.html app.js app.css)
#
# `npm ci` fetches what package-lock.json names, once for each lock; `npm run build` writes the files
# named. Each is in the target under the symbols sengi_page_<page>_<file>_begin and _end, where what
# no identifier has is an underscore.
find_program(SENGI_NPM npm REQUIRED)

function(sengi_web_page target page)
  get_filename_component(name ${page} NAME)
  set(source ${PROJECT_SOURCE_DIR}/${page})
  set(work ${PROJECT_BINARY_DIR}/${page})
  file(GLOB_RECURSE parts CONFIGURE_DEPENDS ${source}/src/* ${source}/public/*)
  set(settings ${source}/package.json ${source}/package-lock.json ${source}/.npmrc
               ${source}/vite.config.ts ${source}/tsconfig.json)
  add_custom_command(OUTPUT ${work}/node_modules/.package-lock.json
    COMMAND ${CMAKE_COMMAND} -E make_directory ${work}
    COMMAND ${CMAKE_COMMAND} -E copy ${source}/package.json ${source}/package-lock.json ${source}/.npmrc ${work}
    COMMAND ${SENGI_NPM} ci --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${work}/node_modules/.package-lock.json
    WORKING_DIRECTORY ${work} VERBATIM
    DEPENDS ${source}/package.json ${source}/package-lock.json ${source}/.npmrc
    COMMENT "Fetching what ${page} is built with")
  set(files)
  set(text "// Made by cmake/web_page.cmake.\n")
  foreach(file ${ARGN})
    list(APPEND files ${work}/dist/${file})
    string(MAKE_C_IDENTIFIER "sengi_page_${name}_${file}" symbol)
    string(APPEND text
      "asm(\".section .rodata\\n\"\n"
      "    \".balign 16\\n.global ${symbol}_begin\\n${symbol}_begin:\\n\"\n"
      "    \".incbin \\\"${work}/dist/${file}\\\"\\n\"\n"
      "    \".global ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n\"\n"
      "    \".section .text\\n\");\n")
  endforeach()
  add_custom_command(OUTPUT ${files}
    COMMAND ${CMAKE_COMMAND} -E copy ${settings} ${work}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${work}/src ${work}/public
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/src ${work}/src
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/public ${work}/public
    COMMAND ${SENGI_NPM} run build --silent
    WORKING_DIRECTORY ${work} VERBATIM
    DEPENDS ${parts} ${settings} ${work}/node_modules/.package-lock.json
    COMMENT "Building ${page}")
  set(bytes ${CMAKE_CURRENT_BINARY_DIR}/${name}_page_bytes.cpp)
  file(CONFIGURE OUTPUT ${bytes} CONTENT "${text}" @ONLY)
  set_source_files_properties(${bytes} PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${bytes})
endfunction()
