// SPDX-License-Identifier: Apache-2.0
#include "view/server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sodium.h>
#include <sys/socket.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/loopback.h"
#include "view/byte_range.h"
#include "view/export.h"
#include "view/page.h"
#include "view/sound.h"
#include "view/tile.h"

namespace sengi::view {
namespace {

using httplib::Request;
using httplib::Response;

constexpr std::size_t body_bytes_max = 64 * 1024 * 1024;  // of 200,000 labels
constexpr time_t patience_s = 10;
constexpr time_t idle_s = 5;
constexpr std::size_t threads = 12;
constexpr std::int64_t tile_columns = 256;
constexpr std::int64_t peaks_max = 1 << 16;
constexpr std::size_t steps_max = 1 << 20;
constexpr std::int64_t sound_bytes = 1 << 17;  // made at a time

// The page needs nothing from elsewhere, and nobody else may show it.
constexpr const char* policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: "
    "data:; media-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

void refuse(Response& response, int status, const std::string& why) {
  using Json = nlohmann::ordered_json;
  response.status = status;
  const Json json{{"type", "about:blank"}, {"status", status}, {"detail", why}};
  response.set_content(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
                       "application/problem+json");
}

void refuse(Response& response, const Error& error) {
  refuse(response, error.outcome == Outcome::no ? 409 : 400, error.message);
}

void answer(Response& response, const std::string& json) {
  response.set_content(json, "application/json");
}

// A whole number from 0 to `most` of the address.
Result<std::int64_t> number_in(const Request& request, const char* key, std::int64_t most) {
  const std::string digits = request.get_param_value(key);
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (code != std::errc() || end != digits.data() + digits.size() || number < 0 || number > most) {
    return Error{fmt::format("{}: a whole number from 0 to {} belongs here", key, most)};
  }
  return number;
}

std::string random_path() {
  std::array<unsigned char, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(
      sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // its zero
  return "/" + text + "/";
}

}  // namespace

struct Server::Parts {
  Shown& shown;
  std::string path = random_path();
  httplib::Server server = {};
  std::thread thread = {};
  int port = 0;

  explicit Parts(Shown& what) : shown(what) {}
  ~Parts() {
    server.stop();
    if (thread.joinable()) thread.join();
  }

  void set_limits();
  void route();
  void get(const std::string& pattern, std::function<void(const Request&, Response&)> work) {
    server.Get(path + pattern, std::move(work));
  }
  void get_peaks(const Request& request, Response& response);
  void get_tile(const Request& request, Response& response);
  void get_scores(const Request& request, Response& response);
  void put_labels(const Request& request, Response& response);
  void get_sound(const Request& request, Response& response);
  void get_export(const Request& request, Response& response);
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::Server(Server&&) noexcept = default;
Server::~Server() = default;

std::string Server::address() const {
  return fmt::format("http://127.0.0.1:{}{}", parts_->port, parts_->path);
}

void Server::Parts::get_peaks(const Request& request, Response& response) {
  const auto level = number_in(request, "level", 48);
  const auto first = number_in(request, "first", std::int64_t{1} << 48);
  const auto count = number_in(request, "count", peaks_max);
  for (const auto* one : {&level, &first, &count}) {
    if (!one->ok()) return refuse(response, one->error());
  }
  const auto peaks = shown.overview(shown.usual_fft_size())
                         .peaks(static_cast<int>(level.value()), first.value(), count.value());
  if (!peaks.ok()) return refuse(response, peaks.error());
  std::string bytes;
  for (const Peak& peak : peaks.value()) {
    for (const std::int16_t value : {peak.low, peak.high}) {
      bytes += static_cast<char>(value & 0xFF);
      bytes += static_cast<char>(value >> 8 & 0xFF);
    }
  }
  response.set_content(bytes, "application/octet-stream");
}

void Server::Parts::get_tile(const Request& request, Response& response) {
  const int size = std::atoi(request.matches[1].str().c_str());
  const int level = std::atoi(request.matches[2].str().c_str());
  const std::int64_t index = std::atoll(request.matches[3].str().c_str());
  const std::vector<int>& sizes = Shown::fft_sizes();
  if (std::find(sizes.begin(), sizes.end(), size) == sizes.end() || level > 40) {
    return refuse(response, 404, "no such size or level");
  }
  const std::int64_t first = index * tile_columns;
  if ((first << level) >> level != first || first << level >= shown.recording().frames()) {
    return refuse(response, 404, "after the end of the recording");
  }
  const auto columns = shown.overview(size).columns(level, first, tile_columns);
  if (!columns.ok()) return refuse(response, columns.error());
  const auto png = tile_png(columns.value(), static_cast<std::size_t>(size / 2));
  if (!png.ok()) return refuse(response, 503, png.error().message);
  response.set_content(png.value(), "image/png");
}

void Server::Parts::get_scores(const Request& request, Response& response) {
  const auto model = static_cast<std::size_t>(std::atoi(request.matches[1].str().c_str()));
  const auto first = number_in(request, "first", std::int64_t{1} << 40);
  if (!first.ok()) return refuse(response, first.error());
  if (model >= shown.models().size()) return refuse(response, 404, "no such model");
  const auto scores =
      shown.models()[model]->from(static_cast<std::size_t>(first.value()), steps_max);
  response.set_content(std::string(scores.begin(), scores.end()), "application/octet-stream");
}

void Server::Parts::put_labels(const Request& request, Response& response) {
  if (request.get_header_value("Content-Type") != "application/json") {
    return refuse(response, 415, "labels come as application/json");
  }
  const auto done = shown.replace_labels(request.body);
  if (!done.ok()) return refuse(response, done.error());
  answer(response, shown.labels());
}

void Server::Parts::get_sound(const Request& request, Response& response) {
  const auto sound = std::make_shared<Sound>(shown.recording());
  const auto range = byte_range(request.get_header_value("Range"), sound->bytes());
  // The library would cut what is given by the ranges that it read itself, and does not hold them
  // to the length.
  const_cast<Request&>(request).ranges.clear();
  response.set_header("Accept-Ranges", "bytes");
  if (std::holds_alternative<NoSuchRange>(range)) {
    response.set_header("Content-Range", fmt::format("bytes */{}", sound->bytes()));
    return refuse(response, 416, "after the end of the recording");
  }
  ByteRange part{0, sound->bytes() - 1};
  response.status = 200;
  if (const auto* asked = std::get_if<ByteRange>(&range)) {
    part = *asked;
    response.status = 206;
    response.set_header("Content-Range",
                        fmt::format("bytes {}-{}/{}", part.first, part.last, sound->bytes()));
  }
  response.set_content_provider(
      static_cast<std::size_t>(part.last - part.first + 1), "audio/wav",
      [sound, first = part.first](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        const auto bytes = sound->read(first + static_cast<std::int64_t>(offset),
                                       std::min(static_cast<std::int64_t>(length), sound_bytes));
        return bytes.ok() && sink.write(bytes.value().data(), bytes.value().size());
      });
}

void Server::Parts::get_export(const Request& request, Response& response) {
  const auto html = export_page(shown, {.sound = request.has_param("sound")});
  if (!html.ok()) return refuse(response, html.error());
  response.set_header("Content-Disposition", "attachment; filename=\"sengi-view.html\"");
  response.set_content(html.value(), "text/html; charset=utf-8");
}

void Server::Parts::route() {
  for (const char* name : {"", "index.html", "app.js", "app.css", "icon.svg"}) {
    get(name, [name = std::string(*name == '\0' ? "index.html" : name)](const Request&,
                                                                        Response& response) {
      const auto file = page_file(name);
      if (!file) return refuse(response, 404, "not built into this program");
      response.set_content(file->content, file->type);
    });
  }
  get("state.json", [this](const Request&, Response& r) { answer(r, shown.state()); });
  get("progress.json", [this](const Request&, Response& r) { answer(r, shown.progress()); });
  get("labels.json", [this](const Request&, Response& r) { answer(r, shown.labels()); });
  get("peaks", [this](const Request& q, Response& r) { get_peaks(q, r); });
  get(R"(tiles/(\d{1,4})/(\d{1,2})/(\d{1,12})\.png)",
      [this](const Request& q, Response& r) { get_tile(q, r); });
  get(R"(scores/(\d))", [this](const Request& q, Response& r) { get_scores(q, r); });
  get(R"(audio\.wav)", [this](const Request& q, Response& r) { get_sound(q, r); });
  get(R"(export\.html)", [this](const Request& q, Response& r) { get_export(q, r); });
  server.Put(path + "labels.json", [this](const Request& q, Response& r) { put_labels(q, r); });
}

void Server::Parts::set_limits() {
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.set_payload_max_length(body_bytes_max);
  server.set_read_timeout(patience_s);
  server.set_write_timeout(patience_s);
  server.set_keep_alive_max_count(100'000);
  server.set_keep_alive_timeout(idle_s);
  server.set_tcp_nodelay(true);
  server.set_default_headers({{"X-Content-Type-Options", "nosniff"},
                              {"Referrer-Policy", "no-referrer"},
                              {"Cross-Origin-Resource-Policy", "same-origin"},
                              {"Content-Security-Policy", policy},
                              {"Cache-Control", "no-store"}});
  // The library's own choice lets two programs have one port, each getting some of the requests.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_pre_routing_handler([](const Request& request, Response& response) {
    const bool local =
        is_local_request(request.get_header_value("Host"), request.get_header_value("Origin"));
    if (local) return httplib::Server::HandlerResponse::Unhandled;
    refuse(response, 403, "this page is for this machine alone");
    return httplib::Server::HandlerResponse::Handled;
  });
  server.set_error_handler([](const Request&, Response& response) {
    if (response.status < 400 || !response.body.empty()) return;
    refuse(response, response.status,
           response.status == 404 ? "no such page" : "a request that cannot be read");
  });
  server.set_exception_handler([](const Request&, Response& response, const std::exception_ptr&) {
    refuse(response, 500, "a fault inside sengi; please report it");
  });
}

Result<Server> Server::start(Shown& shown, int port) {
  if (sodium_init() < 0) return Error{"this machine gives no random numbers"};
  auto parts = std::make_unique<Parts>(shown);
  parts->set_limits();
  parts->route();
  constexpr const char* address = "127.0.0.1";
  parts->port = port == 0 ? parts->server.bind_to_any_port(address)
                : parts->server.bind_to_port(address, port) ? port
                                                            : -1;
  if (parts->port < 0) {
    return Error{
        fmt::format("cannot listen on {}:{}; is another program there? --port 0 takes any "
                    "that is free",
                    address, port)};
  }
  parts->thread = std::thread([&server = parts->server] { server.listen_after_bind(); });
  // stop() before the thread listens would be forgotten.
  while (!parts->server.is_running()) std::this_thread::yield();
  return Server(std::move(parts));
}

}  // namespace sengi::view
