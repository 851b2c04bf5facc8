# A room is a folder under src/. What a file is follows from how its name ends:
#
#   planner.cpp       part of the room's library, sengi_<room>
#   planner_test.cpp  part of the room's test program, <room>_test
#   reader_fuzz.cpp   a fuzzer: a program that replays files, or libFuzzer's with SENGI_FUZZ
#   *_main.cpp        left to the room's own CMakeLists.txt
#
#   sengi_room(compile DEPENDS base model PRIVATE fmt::fmt)
#
# DEPENDS names rooms whose headers this room's headers may include; they are the only rooms it can
# include at all, so the arrows between rooms are the ones written in these calls. USES adds rooms
# for the .cpp files alone, PUBLIC and PRIVATE other libraries, TEST what only the tests need.
function(sengi_room room)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;USES;PUBLIC;PRIVATE;TEST" ${ARGN})
  list(TRANSFORM ROOM_DEPENDS PREPEND sengi_)
  list(TRANSFORM ROOM_USES PREPEND sengi_)
  set(here ${CMAKE_CURRENT_SOURCE_DIR})
  file(GLOB sources CONFIGURE_DEPENDS ${here}/*.cpp)
  file(GLOB tests CONFIGURE_DEPENDS ${here}/*_test.cpp)
  file(GLOB fuzzers CONFIGURE_DEPENDS ${here}/*_fuzz.cpp)
  file(GLOB mains CONFIGURE_DEPENDS ${here}/*_main.cpp)
  if(tests OR fuzzers OR mains)
    list(REMOVE_ITEM sources ${tests} ${fuzzers} ${mains})
  endif()

  # Headers of a room are reached as "room/file.h" through a folder that holds only that room, so
  # that an include without its arrow does not compile.
  set(face ${CMAKE_BINARY_DIR}/faces/${room})
  file(MAKE_DIRECTORY ${face})
  file(CREATE_LINK ${here} ${face}/${room} SYMBOLIC)

  if(sources)
    add_library(sengi_${room} STATIC ${sources})
    target_include_directories(sengi_${room} PUBLIC ${face})
    target_link_libraries(sengi_${room} PUBLIC ${ROOM_DEPENDS} ${ROOM_PUBLIC}
                                        PRIVATE ${ROOM_USES} ${ROOM_PRIVATE} sengi_warnings)
  else()
    add_library(sengi_${room} INTERFACE)
    target_include_directories(sengi_${room} INTERFACE ${face})
    target_link_libraries(sengi_${room} INTERFACE ${ROOM_DEPENDS} ${ROOM_PUBLIC})
  endif()

  if(tests AND BUILD_TESTING)
    add_executable(${room}_test ${tests})
    target_link_libraries(${room}_test PRIVATE sengi_${room} ${ROOM_USES} ${ROOM_PRIVATE}
                                               ${ROOM_TEST} sengi_warnings GTest::gmock_main)
    target_compile_definitions(${room}_test PRIVATE
      SENGI_SHARED_DATA="${SENGI_SHARED_DATA}" SENGI_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    # OpenMP's threads sleep while they wait, since other tests run beside.
    gtest_discover_tests(${room}_test TEST_PREFIX ${room}. DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 600 ENVIRONMENT OMP_WAIT_POLICY=passive)
  endif()
  foreach(fuzzer ${fuzzers})
    get_filename_component(name ${fuzzer} NAME_WE)
    add_executable(${name} ${fuzzer})
    target_link_libraries(${name} PRIVATE sengi_${room} ${ROOM_USES} sengi_warnings)
    if(SENGI_FUZZ)
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
      target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/replay_fuzz_main.cpp)
    endif()
  endforeach()
endfunction()
