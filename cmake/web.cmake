# Pages are made of TypeScript by Vite and become part of the program.
#
#   sengi_web(dashboard TO sengi_station)
#
# web/dashboard is copied into the build folder, its libraries are installed there as its lock file
# says, and what Vite makes of it becomes base/web_file.h's table sengi::web::dashboard, which TO
# gets. Nothing is done again while nothing changed. The registry is asked once.
find_program(SENGI_NPM npm)

function(sengi_web name)
  cmake_parse_arguments(WEB "" "TO" "" ${ARGN})
  set(from ${PROJECT_SOURCE_DIR}/web/${name})
  set(here ${CMAKE_BINARY_DIR}/web/${name})
  set(code ${CMAKE_BINARY_DIR}/web/${name}.cpp)
  if(NOT SENGI_NPM)
    message(FATAL_ERROR "npm is missing; install it with: apt install npm (or leave the pages out: "
                        "-DSENGI_WEB=OFF)")
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${from}/src/* ${from}/public/*)
  set(settings ${from}/index.html ${from}/vite.config.ts ${from}/tsconfig.json)
  set(wanted ${from}/package.json ${from}/package-lock.json ${from}/.npmrc)

  add_custom_command(
    OUTPUT ${here}/libraries.stamp
    DEPENDS ${wanted} ${PROJECT_SOURCE_DIR}/cmake/install_web.cmake
    COMMAND ${CMAKE_COMMAND} -E make_directory ${here}
    COMMAND ${CMAKE_COMMAND} -E copy ${wanted} ${here}
    COMMAND ${CMAKE_COMMAND} -DNPM=${SENGI_NPM} -P ${PROJECT_SOURCE_DIR}/cmake/install_web.cmake
    COMMAND ${CMAKE_COMMAND} -E touch ${here}/libraries.stamp
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/web/${name}
    COMMENT "Libraries of the page ${name}"
    VERBATIM)
  file(MAKE_DIRECTORY ${here})
  add_custom_command(
    OUTPUT ${code}
    DEPENDS ${here}/libraries.stamp ${sources} ${settings} ${PROJECT_SOURCE_DIR}/cmake/embed_web.cmake
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${here}/src ${here}/public ${here}/dist
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${from}/src ${here}/src
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${from}/public ${here}/public
    COMMAND ${CMAKE_COMMAND} -E copy ${settings} ${here}
    COMMAND ${SENGI_NPM} run --silent build -- --logLevel warn
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DFOLDER=${here}/dist -DOUTPUT=${code}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_web.cmake
    WORKING_DIRECTORY ${here}
    COMMENT "The page ${name}"
    VERBATIM)
  target_sources(${WEB_TO} PRIVATE ${code})

  # What tests/*.test.mjs see in a browser.
  if(BUILD_TESTING AND EXISTS ${from}/tests)
    file(GLOB tests CONFIGURE_DEPENDS ${from}/tests/*.mjs)
    add_custom_command(
      OUTPUT ${here}/tests.stamp
      DEPENDS ${here}/libraries.stamp ${tests}
      COMMAND ${CMAKE_COMMAND} -E rm -rf ${here}/tests
      COMMAND ${CMAKE_COMMAND} -E copy_directory ${from}/tests ${here}/tests
      COMMAND ${CMAKE_COMMAND} -E touch ${here}/tests.stamp
      VERBATIM)
    add_custom_target(${name}_pages_test ALL DEPENDS ${here}/tests.stamp)
    add_test(NAME web.${name} COMMAND node --test tests/pages.test.mjs
             WORKING_DIRECTORY ${here})
    set_tests_properties(web.${name} PROPERTIES TIMEOUT 600 ENVIRONMENT
                         "SENGI=${CMAKE_BINARY_DIR}/sengi")
  endif()
endfunction()
