// SPDX-License-Identifier: Apache-2.0
#include "station/http_server.h"

#include <fmt/format.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "station/envelope.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;
using httplib::Request;
using httplib::Response;

constexpr std::size_t body_bytes_max = 1024 * 1024;
constexpr time_t patience_s = 10;  // with a client that says nothing
constexpr time_t idle_s = 2;       // a connection holds a thread
constexpr std::size_t threads = 16;

void answer(Response& response, const Json& json, int status = 200) {
  response.status = status;
  response.set_content(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
                       "application/json");
}

void refuse(Response& response, int status, const std::string& title, const std::string& detail) {
  response.status = status;
  const Json json{
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  response.set_content(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
                       "application/problem+json");
}

// All the lines, or why one of them is no uplink.
Result<std::vector<Arrival>> arrivals_in(const Request& request) {
  std::vector<Arrival> arrivals;
  if (!request.get_header_value("Content-Type").starts_with("application/x-ndjson")) {
    SENGI_TRY(received, parse_envelope(request.body));
    arrivals.emplace_back(std::move(received));
    return arrivals;
  }
  std::size_t number = 0;
  for (std::size_t at = 0; at < request.body.size();) {
    const std::size_t end = std::min(request.body.find('\n', at), request.body.size());
    const std::string_view line = std::string_view(request.body).substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto received = parse_envelope(line);
    if (!received.ok()) return Error{fmt::format("line {}: {}", number, received.error().message)};
    arrivals.emplace_back(std::move(received).value());
  }
  return arrivals;
}

void post_uplinks(Intake& intake, const Request& request, Response& response) {
  // ChirpStack tells all that happens to one address; the rest is none of ours.
  if (request.has_param("event") && request.get_param_value("event") != "up") {
    return answer(response, {{"kept", 0}, {"duplicates", 0}});
  }
  auto arrivals = arrivals_in(request);
  if (!arrivals.ok()) return refuse(response, 400, "No uplink", arrivals.error().message);
  if (arrivals.value().empty()) return answer(response, {{"kept", 0}, {"duplicates", 0}});
  const auto all = intake.keep(std::move(arrivals).value());
  if (!all.ok()) return refuse(response, 503, "Not kept; send it again", all.error().message);
  std::size_t duplicates = 0;
  for (const Kept& kept : all.value()) duplicates += kept.as == Kept::As::duplicate ? 1 : 0;
  answer(response, {{"kept", all.value().size() - duplicates}, {"duplicates", duplicates}});
}

void get_counts(Intake& intake, Response& response) {
  const auto counts = intake.counts();
  if (!counts.ok()) return refuse(response, 503, "Not now", counts.error().message);
  const Counts& c = counts.value();
  answer(response, {{"devices", c.devices},
                    {"uplinks", c.uplinks},
                    {"duplicates", c.duplicates},
                    {"positions", c.positions},
                    {"refused", c.refused}});
}

// What the library answers itself (no such page, too long, malformed) gets our form too.
void name_fault(Response& response) {
  if (response.status < 400 || !response.body.empty()) return;
  const int status = response.status;
  refuse(response, status,
         status == 404   ? "No such page"
         : status == 413 ? "Too long"
                         : "A request that cannot be read",
         status == 413 ? fmt::format("at most {} bytes", body_bytes_max) : "");
}

}  // namespace

struct HttpServer::Parts {
  httplib::Server server;
  std::thread thread;
  int port = 0;

  ~Parts() {
    server.stop();
    if (thread.joinable()) thread.join();
  }
};

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return parts_->port; }

Result<HttpServer> HttpServer::start(const HttpOptions& options, Intake& intake) {
  auto parts = std::make_unique<Parts>();
  httplib::Server& server = parts->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.set_payload_max_length(body_bytes_max);
  server.set_read_timeout(patience_s);
  server.set_write_timeout(patience_s);
  server.set_keep_alive_max_count(10'000);
  server.set_keep_alive_timeout(idle_s);
  server.set_tcp_nodelay(true);
  // The library's own choice lets two programs have one port, each getting some of the requests.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.Post("/api/v1/uplinks", [&intake](const Request& request, Response& response) {
    post_uplinks(intake, request, response);
  });
  server.Get("/api/v1/counts",
             [&intake](const Request&, Response& response) { get_counts(intake, response); });
  server.Get("/health", [](const Request&, Response& response) {
    answer(response, {{"alive", true}});
  });
  server.set_error_handler([](const Request&, Response& response) { name_fault(response); });
  server.set_exception_handler([](const Request&, Response& response, const std::exception_ptr&) {
    refuse(response, 500, "A fault inside the station", "please report it");
  });
  parts->port = options.port == 0 ? server.bind_to_any_port(options.address.c_str())
                : server.bind_to_port(options.address.c_str(), options.port) ? options.port
                                                                             : -1;
  if (parts->port < 0) {
    return Error{fmt::format("cannot listen on {}:{}; is another program there?", options.address,
                             options.port)};
  }
  parts->thread = std::thread([&server] { server.listen_after_bind(); });
  // stop() before the thread listens would be forgotten.
  while (!server.is_running()) std::this_thread::yield();
  return HttpServer(std::move(parts));
}

}  // namespace sengi::station
