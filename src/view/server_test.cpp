// SPDX-License-Identifier: Apache-2.0
// The page's server, asked well and ill.
#include "view/server.h"

#include <gmock/gmock.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <random>

#include "data/audio_reader.h"
#include "view/export.h"
#include "view/view_fixture_for_tests.h"

namespace sengi::view {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class ViewServer : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(data::write_wav(path("night.wav"), {16000, samples_}).ok());
    ASSERT_TRUE(write_text(path("secret.txt"), "secret").ok());
    ASSERT_TRUE(write_text(path("marks.txt"), "0.5\t1\ttern\n3\t4\tgu</script>ll\n").ok());
    ASSERT_TRUE(make_project(path("birds"), 12).ok());
    ShowOptions options;
    options.recording = path("night.wav");
    options.labels = path("marks.txt");
    options.projects = {path("birds")};
    shown_ = Shown::open(options).value();
    server_.emplace(Server::start(*shown_, 0).value());
    const std::string address = server_->address();
    const std::size_t slash = address.find('/', 8);
    client_ = std::make_unique<httplib::Client>(address.substr(0, slash));
    root_ = address.substr(slash);
  }
  httplib::Result get(const std::string& what, const httplib::Headers& headers = {}) {
    return client_->Get(root_ + what, headers);
  }
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  TemporaryFolder folder_ = TemporaryFolder::make().value();
  std::vector<std::int16_t> samples_ = made_sound(20, 16000);
  std::unique_ptr<Shown> shown_;
  std::optional<Server> server_;
  std::unique_ptr<httplib::Client> client_;
  std::string root_;
};

TEST_F(ViewServer, ServesThePageAndAllThatItShows) {
  const auto page = get("");
  ASSERT_EQ(page->status, 200);
  EXPECT_THAT(page->body, HasSubstr("app.js"));
  EXPECT_THAT(page->get_header_value("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  for (const char* file : {"index.html", "app.js", "app.css", "icon.svg", "progress.json"}) {
    EXPECT_EQ(get(file)->status, 200) << file;
  }
  const Json state = Json::parse(get("state.json")->body);
  EXPECT_EQ(state["recording"]["frames"], samples_.size());
  EXPECT_EQ(state["models"][0]["labels"], Json::parse(R"(["tern", "gull", "_silence_"])"));
  shown_->overview(512).wait();
  const std::string peaks = get("peaks?level=0&first=100&count=3")->body;
  ASSERT_EQ(peaks.size(), 12U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto sample =
        static_cast<std::int16_t>(static_cast<unsigned char>(peaks[4 * i]) |
                                  static_cast<unsigned char>(peaks[4 * i + 1]) << 8);
    EXPECT_EQ(sample, samples_[100 + i]);
  }
  EXPECT_EQ(get("tiles/512/8/0.png")->body.substr(1, 3), "PNG");
  shown_->models()[0]->wait();
  EXPECT_EQ(get("scores/0?first=2")->body.size(), 3 * (shown_->models()[0]->steps_done() - 2));
}

TEST_F(ViewServer, GivesTheSoundByRanges) {
  const std::string all = get("audio.wav")->body;
  ASSERT_EQ(all.size(), 44 + 2 * samples_.size());
  std::mt19937 random(2);
  for (int i = 0; i < 40; ++i) {
    const std::size_t first = random() % all.size();
    const std::size_t last = first + random() % (all.size() - first);
    const auto part = get(
        "audio.wav", {{"Range", "bytes=" + std::to_string(first) + "-" + std::to_string(last)}});
    ASSERT_EQ(part->status, 206);
    EXPECT_EQ(part->body, all.substr(first, last - first + 1));
    EXPECT_EQ(part->get_header_value("Content-Range"), "bytes " + std::to_string(first) + "-" +
                                                           std::to_string(last) + "/" +
                                                           std::to_string(all.size()));
  }
  EXPECT_EQ(get("audio.wav", {{"Range", "bytes=400000-99999999"}})->body, all.substr(400000));
  EXPECT_EQ(get("audio.wav", {{"Range", "bytes=99999999-"}})->status, 416);
  EXPECT_EQ(get("audio.wav", {{"Range", "bytes=0-1,0-1,0-1"}})->body.size(), all.size());
  EXPECT_EQ(get("state.json", {{"Range", "bytes=99999999-"}})->body.find("\"frames\""),
            std::string::npos);
  EXPECT_EQ(get("state.json")->status, 200);  // it is still there
}

TEST_F(ViewServer, IsForThisMachineAndWhoKnowsThePathAlone) {
  EXPECT_EQ(get("state.json", {{"Host", "evil.example"}})->status, 403);
  EXPECT_EQ(get("state.json", {{"Host", "127.0.0.1.evil.example:80"}})->status, 403);
  EXPECT_EQ(get("state.json", {{"Origin", "http://evil.example"}})->status, 403);
  EXPECT_EQ(get("state.json", {{"Origin", "null"}})->status, 403);
  EXPECT_EQ(client_->Get("/")->status, 404);
  EXPECT_EQ(client_->Get("/state.json")->status, 404);
  EXPECT_EQ(client_->Get("/guess/state.json")->status, 404);
  EXPECT_GE(root_.size(), 22U);
}

TEST_F(ViewServer, NeverReadsOtherFiles) {
  for (const char* trick : {"../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt",
                            "./../../etc/passwd", "tiles/512/8/../../../secret.txt",
                            "index.html%00.png", "//etc/passwd", "audio.wav/../secret.txt"}) {
    const auto answer = get(trick);
    if (!answer) continue;  // not even a request
    EXPECT_GE(answer->status, 400) << trick;
    EXPECT_THAT(answer->body, Not(HasSubstr("secret\n")));
    EXPECT_THAT(answer->body, Not(HasSubstr("root:")));
  }
}

TEST_F(ViewServer, RefusesWhatCannotBe) {
  for (const char* what :
       {"peaks", "peaks?level=-1&first=0&count=1", "peaks?level=0&first=0&count=99999999",
        "peaks?level=99&first=0&count=1", "peaks?level=a&first=0&count=1",
        "peaks?level=7&first=0&count=65536", "tiles/512/99/0.png", "tiles/500/8/0.png",
        "tiles/512/8/999999999999.png", "tiles/512/40/999999999999.png", "tiles/512/8/-1.png",
        "scores/1?first=0", "scores/0?first=-1", "scores/0", "nothing"}) {
    const auto answer = get(what);
    ASSERT_TRUE(answer) << what;
    // The recording is short: 65536 peaks of it are as many as there are.
    if (std::string(what).starts_with("peaks?level=7")) continue;
    EXPECT_GE(answer->status, 400) << what;
    EXPECT_LT(answer->status, 500) << what;
    EXPECT_THAT(answer->get_header_value("Content-Type"), HasSubstr("problem+json")) << what;
  }
}

TEST_F(ViewServer, TakesLabelsThatAreSoundAndNoOthers) {
  const std::string sound = R"({"revision":1,"labels":[{"start_s":1,"end_s":2,"label":"owl"}]})";
  const auto put = [&](const std::string& body, const char* type,
                       const httplib::Headers& headers = {}) {
    return client_->Put(root_ + "labels.json", headers, body, type);
  };
  EXPECT_EQ(put(sound, "text/plain")->status, 415);  // as a form of another page would send it
  EXPECT_EQ(put(sound, "application/json", {{"Origin", "http://evil.example"}})->status, 403);
  EXPECT_EQ(put("{", "application/json")->status, 400);
  EXPECT_EQ(put(R"({"revision":7,"labels":[]})", "application/json")->status, 409);
  const auto large = put(std::string(65 << 20, ' '), "application/json");
  if (large) {
    EXPECT_EQ(large->status, 413);
  }
  EXPECT_FALSE(std::filesystem::exists(path("night.selections.txt")));
  EXPECT_EQ(put(sound, "application/json")->status, 200);
  EXPECT_THAT(read_text(path("night.selections.txt")).value(), HasSubstr("owl"));
  EXPECT_THAT(get("labels.json")->body, HasSubstr("\"revision\":2"));
}

TEST_F(ViewServer, ExportsOneFileThatNeedsNoOther) {
  const std::string page = export_page(*shown_, {.sound = true}).value();
  EXPECT_THAT(page, Not(HasSubstr("src=\"app.js\"")));
  EXPECT_THAT(page, Not(HasSubstr("href=\"app.css\"")));
  const std::size_t begin = page.find("id=\"shown\">") + 11;
  const std::string text = page.substr(begin, page.find("</script>", begin) - begin);
  const Json all = Json::parse(text);  // a label with </script> in it does not end it
  EXPECT_EQ(all["labels"]["labels"][1]["label"], "gu</script>ll");
  EXPECT_EQ(all["scores"].size(), 1U);
  EXPECT_THAT(all["sound"].get<std::string>(), ::testing::StartsWith("data:audio/flac;base64,"));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_FALSE(export_page(*shown_, {.sound = true, .bytes_max = 100'000}).ok());
}

}  // namespace
}  // namespace sengi::view
