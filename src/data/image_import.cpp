// SPDX-License-Identifier: Apache-2.0
#include "data/image_import.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/progress.h"
#include "base/text.h"
#include "data/image.h"
#include "data/image_annotation_parts.h"
#include "data/image_import_camtrap.h"
#include "data/image_import_coco.h"
#include "data/image_import_idx.h"
#include "data/manifest_rows.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view package_name = "datapackage.json";

bool is_idx(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with("idx3-ubyte") || name.ends_with("idx4-ubyte");
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

struct ImageFile {
  fs::path path;
  ImageAnnotation annotation;
  std::string split;
};

struct Found {
  std::vector<ImageFile> images;
  std::vector<std::string> notes;
};

// Images where the source says they are, or by their name alone.
Result<Found> find_images(ImageAnnotations annotations, const fs::path& source,
                          const fs::path& folder) {
  Found found{{}, std::move(annotations.notes)};
  std::size_t missing = 0;
  std::string first_missing;
  for (ImageAnnotation& annotation : annotations.images) {
    const fs::path named(annotation.file);
    std::optional<fs::path> path;
    for (const fs::path& there : {folder / named, folder / named.filename()}) {
      if (!path && is_file(there)) path = there;
    }
    if (path) {
      found.images.push_back({*path, std::move(annotation), {}});
    } else if (++missing == 1) {
      first_missing = annotation.file;
    }
  }
  const std::string where = folder.empty() ? "." : folder.string();
  if (found.images.empty()) {
    if (missing == 0)
      return Error{fmt::format("{}: no image in it has one label", source.string())};
    return Error{
        fmt::format("{}: none of its images is in {}, such as {}; say where they are with "
                    "--recordings",
                    source.string(), where, first_missing)};
  }
  note_left_out(missing, fmt::format("not in {}, such as {}", where, first_missing), found.notes);
  return found;
}

Result<Found> from_coco(const ImageImportOptions& options) {
  SENGI_TRY(text, read_text(options.source));
  SENGI_TRY(annotations, parse_coco_camera_traps(text, options.source.string()));
  return find_images(std::move(annotations), options.source,
                     options.images.empty() ? options.source.parent_path() : options.images);
}

Result<Found> from_camtrap(const fs::path& package, const ImageImportOptions& options) {
  SENGI_TRY(json, read_text(package));
  SENGI_TRY(names, camtrap_resources(json, package.string()));
  const fs::path folder = package.parent_path();
  const CamtrapTables files = {(folder / names.deployments).string(),
                               (folder / names.media).string(),
                               (folder / names.observations).string()};
  SENGI_TRY(deployments, read_text(files.deployments));
  SENGI_TRY(media, read_text(files.media));
  SENGI_TRY(observations, read_text(files.observations));
  SENGI_TRY(annotations, parse_camtrap_tables({deployments, media, observations}, files));
  return find_images(std::move(annotations), package,
                     options.images.empty() ? folder : options.images);
}

// The file of labels beside one of images; "train-images-idx3-ubyte" and "train-labels-idx1-ubyte".
Result<fs::path> labels_beside(const fs::path& images) {
  std::string name = images.filename().string();
  const std::size_t word = name.rfind("images");
  const std::size_t kind = name.rfind("idx");
  if (word != std::string::npos) name.replace(word, 6, "labels");
  name[kind + 3] = '1';
  const fs::path labels = images.parent_path() / name;
  if (word != std::string::npos && is_file(labels)) return labels;
  return Error{fmt::format("{}: no labels beside it, in {}", images.string(), labels.string())};
}

// The file can be made again, so that it needs not outlive a power cut; the manifest that names it
// is written last.
Result<void> write_quickly(const fs::path& path, const std::vector<std::byte>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return Error{fmt::format("{}: cannot write", path.string())};
  return {};
}

Result<Found> from_idx(const fs::path& source, const fs::path& folder) {
  SENGI_TRY(labels_file, labels_beside(source));
  SENGI_TRY(image_bytes, read_file(source));
  SENGI_TRY(label_bytes, read_file(labels_file));
  SENGI_TRY(images, parse_idx(image_bytes, source.string()));
  SENGI_TRY(labels, parse_idx(label_bytes, labels_file.string()));
  SENGI_TRY(count, idx_images(images, source.string()));
  if (labels.sides.size() != 1 || labels.sides[0] != count) {
    return Error{fmt::format("{}: not one label for each of the {} images in {}",
                             labels_file.string(), count, source.string())};
  }
  const std::string file_name = source.filename().string();
  const std::string begin = file_name.substr(0, file_name.rfind("images"));
  const std::string prefix = begin.empty() ? "image" : identifier(begin);
  const bool test = begin.starts_with("t10k") || begin.starts_with("test");
  Found found;
  std::set<std::string> folders;
  Progress progress("writing images", count);
  for (std::size_t i = 0; i < count; ++i) {
    if (interrupted()) return Error{"stopped before every image was written"};
    ImageFile image;
    image.annotation.label = fmt::to_string(std::to_integer<int>(labels.values[i]));
    const fs::path label_folder = folder / image.annotation.label;
    if (folders.insert(image.annotation.label).second) SENGI_CHECK(make_folder(label_folder));
    image.path = label_folder / fmt::format("{}-{:05}.png", prefix, i + 1);
    if (test) image.split = "test";
    SENGI_TRY(png, encode_png(idx_image(images, i)));
    SENGI_CHECK(write_quickly(image.path, png));
    found.images.push_back(std::move(image));
    progress.advance();
  }
  return found;
}

Result<Found> read_source(const ImageImportOptions& options, const fs::path& folder) {
  std::error_code ignored;
  if (is_idx(options.source)) return from_idx(options.source, folder);
  if (fs::is_directory(options.source, ignored)) {
    return from_camtrap(options.source / package_name, options);
  }
  if (options.source.filename() == package_name) return from_camtrap(options.source, options);
  return from_coco(options);
}

ManifestRows::Row row_of(const ImageFile& image, const std::string& path,
                         std::map<std::string, std::string>& columns) {
  ManifestRows::Row row = {{"path", path},
                           {"label", image.annotation.label},
                           {"group", image.annotation.group},
                           {"split", image.split}};
  for (const auto& [name, cell] : image.annotation.others) {
    auto column = columns.find(name);
    if (column == columns.end()) column = columns.emplace(name, other_column(name)).first;
    row.try_emplace(column->second, cell);
  }
  return row;
}

}  // namespace

bool is_image_source(const fs::path& path) {
  return path.extension() == ".json" || is_idx(path) || is_file(path / package_name);
}

Result<ImportedImages> import_images(const project::Project& project,
                                     const ImageImportOptions& options) {
  ImportedImages imported;
  const bool named = !project.data.manifest.empty();
  imported.manifest =
      project.folder / (named ? project.data.manifest : std::string("images/manifest.csv"));
  const fs::path folder = imported.manifest.parent_path();
  SENGI_TRY(found, read_source(options, folder));
  imported.notes = std::move(found.notes);

  std::vector<std::string> written;
  for (const ImageFile& image : found.images) written.push_back(written_path(image.path, folder));
  ManifestRows rows({"path", "label", "group", "split"});
  SENGI_TRY(kept, rows.keep_others(imported.manifest, {written.begin(), written.end()}));
  imported.kept = kept;
  std::set<std::string> groups;
  std::map<std::string, std::string> columns;  // of the manifest, by the source's names
  for (std::size_t i = 0; i < found.images.size(); ++i) {
    const ImageAnnotation& annotation = found.images[i].annotation;
    rows.add(row_of(found.images[i], written[i], columns));
    ++imported.images[annotation.label];
    if (!annotation.group.empty()) groups.insert(annotation.group);
  }
  imported.groups = groups.size();
  if (!named) {
    imported.notes.emplace_back(
        "sengi.toml does not name the manifest yet: set manifest = \"images/manifest.csv\" in "
        "[data]");
  }
  SENGI_CHECK(write_text(imported.manifest, rows.text()));
  return imported;
}

}  // namespace sengi::data
