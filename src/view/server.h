// SPDX-License-Identifier: Apache-2.0
// The page's server, for this machine alone. All that it has lies below a path that nobody can
// guess, which the address that is printed has in it; a request that names another host, or that
// comes from another page, is refused (DNS rebinding, forged requests).
//
//   GET  index.html, app.js, app.css      the page
//   GET  state.json, progress.json        Shown::state(), Shown::progress()
//   GET  peaks?level=&first=&count=       int16 low, int16 high ... little endian
//   GET  tiles/FFT/LEVEL/INDEX.png        256 columns of the spectrogram, from 256 INDEX on
//   GET  scores/MODEL?first=              a byte a label and step
//   GET  labels.json, PUT labels.json     LabelFile
//   GET  audio.wav                        the recording, by ranges
//   GET  export.html                      the page in one file, see export.h
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "view/shown.h"

namespace sengi::view {

class Server {
 public:
  // Listens on 127.0.0.1, in threads of its own, until it goes; port 0: any that is free. `shown`
  // outlives it.
  // Errors: the port is taken.
  static Result<Server> start(Shown& shown, int port);
  Server(Server&&) noexcept;
  ~Server();

  std::string address() const;  // "http://127.0.0.1:8321/Zk3.../"

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sengi::view
