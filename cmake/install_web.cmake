# Installs a page's libraries as its lock file says, and says what to do where that is impossible.
# Runs at build time, in the page's folder below the build folder: cmake -DNPM=... -P ...
execute_process(COMMAND ${NPM} ci --ignore-scripts --no-progress --loglevel=error
                RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "npm could not get the libraries of this page; what it said stands above. The registry is "
                      "needed once, for the first build. Without a network, leave the pages out: "
                      "cmake -DSENGI_WEB=OFF")
endif()
