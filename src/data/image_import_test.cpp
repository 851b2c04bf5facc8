// SPDX-License-Identifier: Apache-2.0
#include "data/image_import.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "data/image_import_camtrap.h"
#include "data/image_import_coco.h"
#include "data/image_import_idx.h"
#include "data/manifest_rows.h"
#include "data/test_images.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view coco = R"({
  "info": {"version": "1.0"},
  "images": [
    {"id": "a", "file_name": "s1/a.jpg", "location": "s1", "width": 200, "height": 100,
     "datetime": "2020-01-02 03:04:05", "label": "what a camera says"},
    {"id": "b", "file_name": "s1/b.jpg", "location": 7, "seq_id": "q"},
    {"id": "c", "file_name": "c.jpg", "seq_id": "q"},
    {"id": "d", "file_name": "d.jpg"},
    {"id": "e", "file_name": "e.jpg"},
    {"id": "f", "file_name": "f.jpg", "corrupt": true}],
  "categories": [{"id": 0, "name": "empty"}, {"id": 3, "name": "red fox", "count": 9}],
  "annotations": [
    {"id": "1", "image_id": "a", "category_id": 3, "bbox": [20, 10, 50, 25.5], "sex": "f"},
    {"id": "2", "image_id": "a", "category_id": 3, "bbox": [0, 0, 200, 100], "sex": "m"},
    {"id": "3", "image_id": "b", "category_id": 0, "sequence_level_annotation": true},
    {"id": "4", "image_id": "c", "category_id": 3, "bbox": [1, 2, 3, 4]},
    {"id": "5", "image_id": "d", "category_id": 3},
    {"id": "6", "image_id": "d", "category_id": 0},
    {"id": "7", "image_id": "f", "category_id": 0}]
})";

TEST(Coco, EachImageHasOneLabel) {
  const auto parsed = parse_coco_camera_traps(coco, "f.json");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const auto& [images, notes] = parsed.value();
  ASSERT_EQ(images.size(), 3U);
  EXPECT_EQ(images[0].file, "s1/a.jpg");
  EXPECT_EQ(images[0].label, "red fox");
  EXPECT_EQ(images[0].group, "s1");
  EXPECT_THAT(images[0].others,
              ElementsAre(Pair("bboxHeight", "0.255 | 1"), Pair("bboxWidth", "0.25 | 1"),
                          Pair("bboxX", "0.1 | 0"), Pair("bboxY", "0.1 | 0"),
                          Pair("datetime", "2020-01-02 03:04:05"), Pair("height", "100"),
                          Pair("image_id", "a"), Pair("label", "what a camera says"),
                          Pair("location", "s1"), Pair("sex", "f"), Pair("width", "200")));
  EXPECT_EQ(images[1].label, "empty");
  EXPECT_EQ(images[1].group, "7");
  EXPECT_EQ(images[1].others.at("sequence_level_annotation"), "true");
  EXPECT_EQ(images[2].group, "q");
  EXPECT_FALSE(images[2].others.contains("bboxX"));
  EXPECT_THAT(notes, ElementsAre("1 image left out: they show things of more than one category",
                                 "1 image left out: they have no annotation",
                                 "1 image left out: the file says that they are corrupt",
                                 HasSubstr("1 box left out")));
}

TEST(Coco, SaysWhatIsWrong) {
  const auto fault = [](std::string_view text) {
    const auto parsed = parse_coco_camera_traps(text, "f.json");
    return parsed.ok() ? std::string("no fault") : parsed.error().message;
  };
  EXPECT_THAT(fault(R"({"images": ])"), HasSubstr("f.json: not JSON: what stands at byte 12"));
  EXPECT_THAT(fault("[]"), HasSubstr("not an object"));
  EXPECT_THAT(fault("{}"), HasSubstr("no list of categories"));
  EXPECT_THAT(fault(R"({"images": [], "detection_categories": {}})"), HasSubstr("MegaDetector"));
  const auto with = [&](std::string_view images, std::string_view annotations) {
    return fault(std::string(R"({"categories": [{"id": 1, "name": "x"}], "images": )") +
                 std::string(images) + R"(, "annotations": )" + std::string(annotations) + "}");
  };
  constexpr std::string_view one = R"([{"id": 1, "file_name": "a"}])";
  EXPECT_EQ(with(one, R"([{"image_id": 1, "category_id": 1}])"), "no fault");
  EXPECT_EQ(with("[3]", "[]"), "f.json: images[0]: not an object");
  EXPECT_EQ(with(R"([{"id": 1}])", "[]"), "f.json: images[0]: it needs an id and a file_name");
  EXPECT_EQ(with(R"([{"id": 1, "file_name": "a"}, {"id": "1", "file_name": "b"}])", "[]"),
            "f.json: images[1]: another has its id, 1");
  EXPECT_EQ(with(one, R"([{"image_id": 2, "category_id": 1}])"),
            "f.json: annotations[0]: there is no image with the id '2'");
  EXPECT_EQ(with(one, R"([{"image_id": 1, "category_id": 2}])"),
            "f.json: annotations[0]: there is no category with the id '2'");
}

// Cut anywhere, nothing is taken for the whole.
TEST(Coco, NoPartOfAFileIsTakenForIt) {
  for (std::size_t size = 0; size + 1 < coco.size(); ++size) {
    EXPECT_FALSE(parse_coco_camera_traps(coco.substr(0, size), "f").ok()) << size;
  }
}

const CamtrapTables package = {
    "deploymentID,locationID,locationName,latitude,longitude\n"
    "d1,place,Ford,51.5,4.25\n"
    "d2,,Bridge,51.6,4.5\n",
    "mediaID,deploymentID,timestamp,filePath,filePublic,fileName,fileMediatype\n"
    "m1,d1,2020-05-30T02:57:37Z,media/1.jpg,true,1.jpg,image/jpeg\n"
    "m2,d1,2020-05-30T02:57:40Z,media/2.jpg,true,2.jpg,image/jpeg\n"
    "m3,d2,2020-05-30T10:00:00+02:00,https://x.org/3,true,3.jpg,image/jpeg\n"
    "m4,d2,2020-05-30T10:00:05+02:00,media/4.jpg,true,4.jpg,image/jpeg\n"
    "m5,d2,2020-05-30T10:00:06+02:00,media/5.mp4,true,5.mp4,video/mp4\n"
    "m6,d2,2021-05-30T10:00:06+02:00,media/6.jpg,true,6.jpg,image/jpeg\n"
    "m7,d2,2020-06-01T00:00:00Z,media/7.jpg,true,7.jpg,image/jpeg\n",
    "observationID,deploymentID,mediaID,eventID,eventStart,eventEnd,observationLevel,"
    "observationType,scientificName,count,bboxX,bboxY,bboxWidth,bboxHeight\n"
    "o1,d1,m1,,2020-05-30T02:57:37Z,2020-05-30T02:57:37Z,media,animal,Vulpes vulpes,1,"
    "0.1,0.2,0.3,0.4\n"
    "o2,d1,m1,,2020-05-30T02:57:37Z,2020-05-30T02:57:37Z,media,animal,Vulpes vulpes,1,"
    "0.5,0.6,0.1,0.1\n"
    "o3,d1,,e1,2020-05-30T02:57:30Z,2020-05-30T02:57:40Z,event,blank,,,,,,\n"
    "o4,d2,,e2,2020-05-30T07:59:59Z,2020-05-30T08:00:00.500Z,event,human,,2,,,,\n"
    "o5,d2,,e3,2020-05-30T08:00:01Z,2020-05-30T09:00:00Z,event,animal,Lutra lutra,1,,,,\n"
    "o6,d2,,e4,2020-05-30T08:00:01Z,2020-05-30T08:00:04Z,event,animal,Anas,1,,,,\n"
    "o7,d2,m6,,,,media,unclassified,,,,,,\n"
    "o8,d2,m7,,,,media,animal,Anas,1,,,,\n"
    "o9,d2,m7,,,,media,animal,Lutra lutra,1,,,,\n"};
const CamtrapTables names = {"d.csv", "m.csv", "o.csv"};

TEST(Camtrap, ReadsMediaAndEvents) {
  const auto parsed = parse_camtrap_tables(package, names);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const auto& [images, notes] = parsed.value();
  ASSERT_EQ(images.size(), 4U);
  EXPECT_EQ(images[0].file, "media/1.jpg");
  EXPECT_EQ(images[0].label, "Vulpes vulpes");
  EXPECT_EQ(images[0].group, "place");
  EXPECT_EQ(images[0].others.at("bboxX"), "0.1 | 0.5");
  EXPECT_EQ(images[0].others.at("bboxHeight"), "0.4 | 0.1");
  EXPECT_EQ(images[0].others.at("latitude"), "51.5");
  EXPECT_EQ(images[0].others.at("timestamp"), "2020-05-30T02:57:37Z");
  EXPECT_EQ(images[0].others.at("deploymentID"), "d1");
  EXPECT_EQ(images[1].label, "blank");  // by its event
  EXPECT_EQ(images[1].others.at("eventID"), "e1");
  EXPECT_EQ(images[2].file, "3.jpg");
  EXPECT_EQ(images[2].label, "human");
  EXPECT_EQ(images[2].group, "d2");
  EXPECT_EQ(images[3].label, "Lutra lutra");  // at 08:00:05 in UTC
  EXPECT_THAT(notes, ElementsAre("1 image left out: they show more than one thing",
                                 "1 image left out: nothing is said of them",
                                 "1 image left out: they are no images"));
}

TEST(Camtrap, SaysWhatIsWrong) {
  const auto fault = [](auto change) {
    CamtrapTables tables = package;
    change(tables);
    const auto parsed = parse_camtrap_tables(tables, names);
    return parsed.ok() ? std::string("no fault") : parsed.error().message;
  };
  const auto replaced = [](std::string& in, std::string_view what, std::string_view by) {
    in.replace(in.find(what), what.size(), by);
  };
  EXPECT_EQ(fault([](CamtrapTables& t) { t.media = ""; }),
            "m.csv: empty; its first line must name the columns");
  EXPECT_THAT(fault([&](CamtrapTables& t) { replaced(t.media, "filePath", "filePaths"); }),
              HasSubstr("m.csv:1: no column 'filePath' (did you mean 'filePaths'?)"));
  EXPECT_EQ(fault([&](CamtrapTables& t) { replaced(t.media, "m2,d1", "m2,d9"); }),
            "m.csv:3: there is no deployment 'd9'");
  EXPECT_EQ(fault([&](CamtrapTables& t) { replaced(t.media, "m2,d1", "m1,d1"); }),
            "m.csv:3: another has its mediaID");
  EXPECT_EQ(fault([&](CamtrapTables& t) { replaced(t.deployments, "\nd2", "\nd1"); }),
            "d.csv:3: another has its deploymentID");
  EXPECT_EQ(fault([&](CamtrapTables& t) { replaced(t.observations, "d1,m1", "d1,mX"); }),
            "o.csv:2: there is no medium 'mX'");
  EXPECT_THAT(
      fault([&](CamtrapTables& t) { replaced(t.observations, "2020-05-30T02:57:30Z", "x"); }),
      HasSubstr("o.csv:4: neither a mediaID nor an event from 'x' to '2020-05-30T02:57:40Z'"));
  EXPECT_EQ(fault([](CamtrapTables& t) { t.deployments += "d3,x\n"; }),
            "d.csv:4: 2 cells where the header names 5");
}

TEST(Camtrap, ResourcesAreFilesBesideIt) {
  const auto fault = [](std::string_view json) {
    const auto got = camtrap_resources(json, "p.json");
    return got.ok() ? std::string("no fault") : got.error().message;
  };
  const auto got = camtrap_resources(
      R"({"resources": [{"name": "media", "path": ["m.csv"]}, {"name": "x"}, 3,
          {"name": "deployments", "path": "d.csv"}, {"name": "observations", "path": "o.csv"}]})",
      "p.json");
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got.value().deployments, "d.csv");
  EXPECT_EQ(got.value().media, "m.csv");
  EXPECT_EQ(got.value().observations, "o.csv");
  EXPECT_THAT(fault("{"), HasSubstr("p.json: not JSON"));
  EXPECT_THAT(fault("{}"), HasSubstr("not a data package"));
  EXPECT_THAT(fault(R"({"resources": []})"), HasSubstr("no resource 'deployments'"));
  EXPECT_THAT(fault(R"({"resources": [{"name": "deployments", "path": "https://x/d.csv"}]})"),
              HasSubstr("download the package first"));
}

FileBytes idx(std::initializer_list<unsigned> sides, std::size_t values) {
  FileBytes bytes = {std::byte{0}, std::byte{0}, std::byte{8},
                     static_cast<std::byte>(sides.size())};
  for (const unsigned side : sides) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<std::byte>(side >> shift & 255));
    }
  }
  for (std::size_t i = 0; i < values; ++i) bytes.push_back(static_cast<std::byte>(7 * i % 256));
  return bytes;
}

TEST(Idx, ReadsImages) {
  const FileBytes grey = idx({2, 3, 4}, 24);
  const auto array = parse_idx(grey, "f").value();
  EXPECT_EQ(idx_images(array, "f").value(), 2U);
  EXPECT_EQ(idx_image(array, 1),
            drawn(4, 3, [](auto x, auto y, auto) { return 7 * (12 + 4 * y + x) % 256; }));
  const FileBytes colour = idx({2, 3, 4, 3}, 72);
  EXPECT_EQ(idx_image(parse_idx(colour, "f").value(), 1), drawn(4, 3, [](auto x, auto y, auto c) {
              return 7 * (36 + 12 * y + 3 * x + c) % 256;
            }));
}

TEST(Idx, SaysWhatIsWrong) {
  const auto fault = [](const FileBytes& bytes) {
    const auto array = parse_idx(bytes, "f");
    if (!array.ok()) return array.error().message;
    const auto images = idx_images(array.value(), "f");
    return images.ok() ? std::string("no fault") : images.error().message;
  };
  EXPECT_EQ(fault(idx({2, 3, 4}, 24)), "no fault");
  EXPECT_THAT(fault({std::byte{0x1F}, std::byte{0x8B}}), HasSubstr("gunzip"));
  EXPECT_THAT(fault({std::byte{1}}), HasSubstr("not IDX"));
  EXPECT_EQ(fault(idx({2, 3, 4}, 25)), "f: 1 byte more than its header promises");
  EXPECT_THAT(fault(idx({4}, 4)), HasSubstr("no images"));
  EXPECT_THAT(fault(idx({2, 3, 4, 2}, 48)), HasSubstr("no images"));
  EXPECT_THAT(fault(idx({0, 3, 4}, 0)), HasSubstr("empty"));
  EXPECT_THAT(fault(idx({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, 24)),
              HasSubstr("cut short"));
  const FileBytes whole = idx({2, 3, 4}, 24);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(fault({whole.begin(), whole.begin() + static_cast<long>(size)}), "no fault");
  }
}

TEST(ManifestRows, OtherColumnsAreNotTakenForItsOwn) {
  EXPECT_EQ(other_column("bboxX"), "bboxX");
  EXPECT_EQ(other_column("eventStart"), "eventStart");
  EXPECT_EQ(other_column("label"), "other_label");
  EXPECT_EQ(other_column("start"), "other_start");
  EXPECT_EQ(other_column("splits"), "other_splits");
  EXPECT_EQ(other_column(""), "other_");
}

// A file of brackets alone is no deeper than others.
TEST(Coco, DepthIsBounded) {
  const std::size_t depth = 1000000;
  const std::string deep = std::string(depth, '[') + std::string(depth, ']');
  EXPECT_FALSE(parse_coco_camera_traps(deep, "f").ok());
  const auto parsed = parse_coco_camera_traps(
      R"({"categories": [{"id": 1, "name": "x"}], "annotations": [{"image_id": 1, "category_id": 1}],
          "images": [{"id": 1, "file_name": "a", "more": )" +
          deep + R"(, "less": [[1]]}]})",
      "f");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed.value().images[0].others.at("less"), "[[1]]");
}

class ImageImport : public testing::Test {
 protected:
  project::Project project_of(const std::string& data) {
    return project::parse_project("[data]\n" + data, folder_.path() / "sengi.toml").value();
  }
  void image(const std::string& name) {
    ASSERT_TRUE(write_png(folder_.path() / name, gradient(12, 9)).ok());
  }
  void file(const std::string& name, const FileBytes& bytes) {
    ASSERT_TRUE(write_file(folder_.path() / name, bytes).ok());
  }
  Result<ImportedImages> import(const std::string& source, const std::string& images = {}) {
    return import_images(
        project_of("manifest = \"images/manifest.csv\"\n"),
        {folder_.path() / source, images.empty() ? fs::path() : folder_.path() / images});
  }
  std::vector<std::vector<std::string>> manifest() {
    std::vector<std::vector<std::string>> rows;
    const std::string text = read_text(folder_.path() / "images/manifest.csv").value();
    const std::vector<CsvRow> parsed = parse_csv(text, "m").value();
    for (const CsvRow& row : parsed) rows.push_back(row.cells);
    return rows;
  }

  TemporaryFolder folder_ = TemporaryFolder::make().value();
};

TEST_F(ImageImport, TakesImagesThatAreThere) {
  ASSERT_TRUE(write_text(folder_.path() / "images/f.json", coco).ok());
  EXPECT_THAT(import("images/f.json").error().message, HasSubstr("none of its images is in"));
  image("images/s1/a.jpg");
  image("images/c.jpg");
  const auto imported = import("images/f.json");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported.value().images, ElementsAre(Pair("red fox", 2U)));
  EXPECT_EQ(imported.value().groups, 2U);
  EXPECT_THAT(imported.value().notes.back(), HasSubstr("1 image left out: not in"));
  const auto rows = manifest();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0], ElementsAre("path", "label", "group", "split", "bboxHeight", "bboxWidth",
                                   "bboxX", "bboxY", "datetime", "height", "image_id", "location",
                                   "other_label", "sex", "width", "seq_id"));
  EXPECT_THAT(std::vector(rows[1].begin(), rows[1].begin() + 4),
              ElementsAre("s1/a.jpg", "red fox", "s1", ""));
}

TEST_F(ImageImport, TakesAPackageWhoseImagesAreElsewhere) {
  const auto put = [&](const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_text(folder_.path() / "package" / name, text).ok());
  };
  put("d.csv", package.deployments);
  put("m.csv", package.media);
  put("o.csv", package.observations);
  put("datapackage.json",
      R"({"resources": [{"name": "media", "path": "m.csv"},
          {"name": "deployments", "path": "d.csv"}, {"name": "observations", "path": "o.csv"}]})");
  for (const char* name : {"1.jpg", "2.jpg", "3.jpg", "4.jpg"}) image(std::string("all/") + name);
  EXPECT_TRUE(is_image_source(folder_.path() / "package"));
  const auto imported = import("package", "all");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported.value().images,
              ElementsAre(Pair("Lutra lutra", 1U), Pair("Vulpes vulpes", 1U), Pair("blank", 1U),
                          Pair("human", 1U)));
  // Again: rows are replaced. Those of others stay.
  ASSERT_TRUE(import("package/datapackage.json", "all").ok());
  EXPECT_EQ(manifest().size(), 5U);
  // The project loads it: the reader finds every file, and a place is wholly on one side.
  const auto loaded = load_dataset(
      project_of("manifest = \"images/manifest.csv\"\ntest_percent = 0\nvalidation_percent = 0\n"));
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded.value().clips.size(), 4U);
}

TEST_F(ImageImport, MakesPngOfIdx) {
  file("t10k-images-idx3-ubyte", idx({20, 5, 4}, 400));
  EXPECT_THAT(import("t10k-images-idx3-ubyte").error().message,
              HasSubstr("no labels beside it, in"));
  file("t10k-labels-idx1-ubyte", idx({19}, 19));
  EXPECT_THAT(import("t10k-images-idx3-ubyte").error().message,
              HasSubstr("not one label for each of the 20 images"));
  file("t10k-labels-idx1-ubyte", idx({20}, 20));
  const auto imported = import("t10k-images-idx3-ubyte");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_EQ(imported.value().images.size(), 20U);
  const auto rows = manifest();
  ASSERT_EQ(rows.size(), 21U);
  EXPECT_THAT(rows[3], ElementsAre("14/t10k-00003.png", "14", "", "test"));
  const FileBytes bytes = idx({20, 5, 4}, 400);
  EXPECT_EQ(read_image(folder_.path() / "images" / rows[3][0]).value(),
            idx_image(parse_idx(bytes, "f").value(), 2));
}

TEST_F(ImageImport, MakesPngOfMnist) {
  const fs::path source = fs::path(SENGI_SHARED_DATA) / "images_mnist" / "images-idx3-ubyte";
  if (!fs::exists(source)) GTEST_SKIP() << "needs images_mnist of the shared data";
  const auto imported = import_images(project_of(""), {source, {}});
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_EQ(imported.value().images.size(), 10U);
  EXPECT_THAT(imported.value().notes, ElementsAre(HasSubstr("does not name the manifest yet")));
  EXPECT_EQ(manifest().size(), 6001U);
}

}  // namespace
}  // namespace sengi::data
