// SPDX-License-Identifier: Apache-2.0
#include "station/pages.h"

#include "base/web_file.h"

namespace sengi::station {
namespace {

using httplib::Request;
using httplib::Response;

// Nothing from elsewhere, no code or style in the page's own text, and no frame around it.
constexpr const char* content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

void give(const web::File& file, const Request& request, Response& response) {
  response.headers.erase("Cache-Control");
  response.set_header("Cache-Control", "no-cache");  // kept, and asked for again by its tag
  response.set_header("ETag", std::string(file.tag));
  response.set_header("Content-Security-Policy", content_policy);
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Vary", "Accept-Encoding");
  if (request.get_header_value("If-None-Match") == file.tag) {
    response.status = 304;
    return;
  }
  const std::string type(file.type);
  const bool takes_gzip =
      request.get_header_value("Accept-Encoding").find("gzip") != std::string::npos;
  if (file.gzip && !takes_gzip) return response.set_content(web::unpacked(file), type);
  if (file.gzip) response.set_header("Content-Encoding", "gzip");
  // As a provider: of a body the library might pack again what is packed.
  response.set_content_provider(
      file.bytes.size(), type, [&file](std::size_t at, std::size_t count, httplib::DataSink& sink) {
        return sink.write(file.bytes.data() + at, count);
      });
}

}  // namespace

void route_pages(httplib::Server& server) {
  for (const web::File& file : web::dashboard()) {
    const auto handler = [&file](const Request& request, Response& response) {
      give(file, request, response);
    };
    // A path is a regular expression to the library; in these a full stop is all there is of that.
    std::string path;
    for (const char c : file.path) path += c == '.' ? "\\." : std::string(1, c);
    server.Get(path, handler);
    if (file.path == "/index.html") server.Get("/", handler);
  }
}

}  // namespace sengi::station
