// SPDX-License-Identifier: Apache-2.0
#include "station/mail.h"

#include <curl/curl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "link/hex.h"
#include "station/alert_words.h"

namespace sengi::station {
namespace {

constexpr long patience_s = 20;

struct Cleanup {
  void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};

// One line, whatever a device is called; other than ASCII in the form of RFC 2047.
std::string header(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c >= 0 && (c < ' ' || c == 127); }, ' ');
  if (text.size() > 200) text.resize(200);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
  if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0) text.pop_back();
  const bool plain = std::ranges::all_of(text, [](char c) { return c >= 0; });
  if (plain) return text;
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  return fmt::format("=?UTF-8?B?{}?=", link::to_base64(bytes));
}

// Lines end as SMTP has them.
std::string with_crlf(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

struct Reading {
  std::string text;
  std::size_t at = 0;
};

std::size_t read(char* to, std::size_t size, std::size_t count, void* from) {
  auto& reading = *static_cast<Reading*>(from);
  const std::size_t bytes = std::min(size * count, reading.text.size() - reading.at);
  std::memcpy(to, reading.text.data() + reading.at, bytes);
  reading.at += bytes;
  return bytes;
}

Answer post(const Settings::Mail& mail, const Letter& letter, std::int64_t now_ms) {
  static std::once_flag once;
  std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, Cleanup> curl(::curl_easy_init());
  if (!curl) return {"out of memory", true};
  curl_slist* list = nullptr;
  for (const std::string& to : mail.to) list = ::curl_slist_append(list, to.c_str());
  const std::unique_ptr<curl_slist, Cleanup> recipients(list);
  Reading reading{mail_text(mail, letter, now_ms)};
  char fault[CURL_ERROR_SIZE] = "";
  ::curl_easy_setopt(curl.get(), CURLOPT_URL, mail.server.c_str());
  ::curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, patience_s);
  ::curl_easy_setopt(curl.get(), CURLOPT_USE_SSL,
                     static_cast<long>(mail.plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!mail.user.empty()) {
    ::curl_easy_setopt(curl.get(), CURLOPT_USERNAME, mail.user.c_str());
    ::curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, mail.password.c_str());
  }
  if (!mail.ca_file.empty()) ::curl_easy_setopt(curl.get(), CURLOPT_CAINFO, mail.ca_file.c_str());
  ::curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, mail.from.c_str());
  ::curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  ::curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  ::curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, read);
  ::curl_easy_setopt(curl.get(), CURLOPT_READDATA, &reading);
  ::curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, fault);
  const CURLcode code = ::curl_easy_perform(curl.get());
  if (code == CURLE_OK) return {};
  long answered = 0;
  ::curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answered);
  // 5xx is of this letter or these recipients; all else may pass.
  return {fault[0] == '\0' ? ::curl_easy_strerror(code) : fault, answered < 500};
}

}  // namespace

std::string mail_text(const Settings::Mail& mail, const Letter& letter, std::int64_t now_ms) {
  const auto json = nlohmann::ordered_json::parse(letter.body, nullptr, false);
  const AlertWords words = words_of(json.is_discarded() ? nlohmann::ordered_json() : json);
  const std::time_t now_s = now_ms / 1000;
  return fmt::format(
      "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\nFrom: {}\r\nTo: {}\r\n"
      "Message-ID: <alert-{}@sengi.invalid>\r\nSubject: {}\r\n"
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: 8bit\r\nAuto-Submitted: auto-generated\r\n\r\n{}",
      fmt::gmtime(now_s), mail.from, fmt::join(mail.to, ", "), letter.id, header(words.title),
      with_crlf(words.text));
}

Send send_by_mail(const Settings::Mail& mail) {
  return [mail](const Letter& letter) {
    return post(mail, letter, std::int64_t{std::time(nullptr)} * 1000);
  };
}

}  // namespace sengi::station
