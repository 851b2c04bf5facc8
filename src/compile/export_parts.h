// SPDX-License-Identifier: Apache-2.0
// What the kinds of export are made of.
#pragma once

#include <string>
#include <vector>

#include "compile/code_files.h"

namespace sengi::compile {

struct Library {
  std::string name;                  // Plan::name
  std::string sentence;              // what it is, on one line
  std::vector<std::string> sources;  // .cpp files, such as "src/NAME/model.cpp"
  std::string beside;                // ListenerCode::name of what stands beside the network
};

// A program's own parts around the common ones of example_program().
struct Platform {
  std::string includes;  // lines
  std::string fill;      // body of: bool fill(void* to, std::size_t bytes)
  std::string print;     // body of: void print(const char* what, long value)
  std::string entry;     // what calls: bool step()
};

// A program that gives the network (or, where there is a listener, the listener) what fill() gives
// and prints what comes out.
std::string example_program(const Library& library, const Platform& platform);

// fill() for platforms whose sensors nobody knows: zeros.
std::string fill_with_zeros();

// Each kind's own files; README.md is among them.
std::vector<CodeFile> cmake_files(const Library& library);
std::vector<CodeFile> arduino_files(const Library& library);
std::vector<CodeFile> platformio_files(const Library& library);
std::vector<CodeFile> zephyr_files(const Library& library);

}  // namespace sengi::compile
