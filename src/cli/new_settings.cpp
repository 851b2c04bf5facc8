// SPDX-License-Identifier: Apache-2.0
#include "cli/new_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sengi::cli {
namespace {

constexpr const char* keyword_settings =
    R"(# A listener for sounds: words, calls, machines. Put recordings into a folder for each label:
#
#   recordings/tree_frog/*.wav
#   recordings/_silence_/*.wav   background alone: rain, wind, the road
#   recordings/_unknown_/*.wav   whatever else is heard there and is none of the labels
#
# or take what was marked in Raven or Audacity: sengi data import --help

[project]
name = "{}"   # the namespace of the generated C++

[data]
# path = "recordings"
# manifest = ""              # or a CSV file: path,label[,group][,split][,start_s,end_s]
# group = ''                 # where a file's name has its speaker, animal or site: '^([^_]+)_'
# clip_ms = 1000             # how long a sound is at most
# validation_percent = 10    # of the groups, to choose the best network by
# test_percent = 10          # of the groups, to be judged by and nothing else

[signal]
# sample_rate_hz = 16000     # twice the highest frequency that matters, or more
# window_ms = 30
# hop_ms = 20
# mel_channels = 40
# low_hz = 20
# high_hz = 7600
# feature = "mfcc"           # or "log-mel"
# coefficients = 10          # of an mfcc

[model]
# architecture = "ds-cnn"
# channels = 64              # fewer are smaller and faster
# blocks = 4

[train]
# epochs = 60
# patience = 20              # epochs without getting better before it stops
# learning_rate = 0.003
# threads = 0                # 0: all cores; 1: the same seed gives the same network
# seed = 1

[train.augment]
# shift_ms = 100
# gain_db = 6
# speed_percent = 10
# noise_probability = 0.5    # how often _silence_ is mixed in, at snr_db_min to snr_db_max
# snr_db_min = 5
# snr_db_max = 25

[detect]
# stride_ms = 100            # between two looks
# smoothing_ms = 300         # averaged over
# threshold = 0.8            # an event starts
# release = 0.5              # and ends
# refractory_ms = 500        # silence after it

[device]
# board = "mps2-an386"       # sengi boards lists them
)";

constexpr const char* motion_settings =
    R"(# What moves: an animal, a hand, a machine, by its accelerometer and gyroscope. Put recordings (CSV,
# a column of time and one for each axis) into a folder for each label:
#
#   recordings/walking/*.csv
#   recordings/resting/*.csv
#
# or name a table with a window a row, its values in the order x0,y0,z0,x1,y1,z1 ...

[project]
name = "{}"   # the namespace of the generated C++
kind = "motion"

[data]
# path = "recordings"
# manifest = ""              # or a CSV file: path,label[,group][,split][,start_s,end_s]
# table = ""                 # or a CSV file with a window a row
# label_column = "label"     # of the table, as are
# group_column = ""          # the animal, the person, the day
# split_column = ""          # train, validation or test, where you want to decide
# group = ''                 # where a file's name has its animal, person or day: '^([^_]+)_'
# clip_ms = 2000             # what the network looks at
# clip_hop_ms = 1000         # recordings are cut into windows this far apart
# validation_percent = 10    # of the groups, to choose the best network by
# test_percent = 10          # of the groups, to be judged by and nothing else

[signal]
# columns = []               # of the recordings, in the order of the axes; empty: all but the time
# axes = 3                   # of a table's rows
# sample_rate_hz = 50        # left out: that of the recordings
# low = [-4]                 # what the sensor's 16-bit numbers span, in the recordings' units;
# high = [4]                 # left out: from the recordings
# feature = "raw"            # or "statistics", "spectral"
# segments = 1               # parts of a window that are described one by one (not for raw)
# bands = 8                  # of the spectrum
# vectors = 0                # how many threes of axes, from the first, are an x, y, z whose length counts

[model]
# architecture = "cnn-1d"    # or "tc-resnet", "dense", "random-forest", "boosted-trees", or "gru",
#                            # which goes from row to row and remembers
# channels = 24              # fewer are smaller and faster
# blocks = 3                 # layers; of a gru's units 1
# kernel_columns = 5         # rows that a filter looks at

[train]
# epochs = 100
# patience = 30              # epochs without getting better before it stops
# learning_rate = 0.003
# threads = 0                # 0: all cores; 1: the same seed gives the same network
# seed = 1

[train.augment]
# gain_percent = 10
# speed_percent = 10
# shift_percent = 10
# jitter_percent = 2         # noise, of an axis's own spread
# rotate_degrees = 0         # how far the sensor may be turned on the animal (needs vectors)
# axis_dropout = 0

[detect]
# stride_ms = 500            # between two looks
# smoothing_ms = 1000        # averaged over
# threshold = 0.8            # an event starts
# release = 0.5              # and ends
# refractory_ms = 1000       # silence after it

[device]
# board = "mps2-an386"       # sengi boards lists them
)";

constexpr const char* sequence_settings =
    R"(# Rows of numbers without a beat of their own: intervals between clicks, readings of a station. Name
# a table, a CSV file with an example a row: its label, its numbers, and the group (day, animal,
# plot) that it belongs to.

[project]
name = "{}"   # the namespace of the generated C++
kind = "sequence"

[data]
table = "recordings/table.csv"
# label_column = "label"
# group_column = ""          # the day, the animal, the plot
# split_column = ""          # train, validation or test, where you want to decide
# blank_is_zero = false      # true: empty cells count as 0, as behind the last interval
# validation_percent = 10    # of the groups, to choose the best network by
# test_percent = 10          # of the groups, to be judged by and nothing else

[signal]
# columns = []               # that the numbers are in; empty: all that hold numbers
# axes = 0                   # how many of them make a row; 0: all
# low = []                   # what 16-bit numbers span, one for each axis or one for all;
# high = []                  # left out: from the table
# feature = "raw"            # or "statistics", "spectral" over several rows

[model]
# architecture = "dense"     # or "random-forest", "boosted-trees", which learn tables best, or "gru",
#                            # which goes from row to row: say with axes how long a row is
# channels = 48              # of a dense network's layers; 24 units of a gru
# blocks = 2                 # layers; of a gru's units 1
# trees = 100                # of a forest, or rounds of boosting
# depth = 4                  # of a tree; 8 in a forest

[train]
# epochs = 100
# patience = 30              # epochs without getting better before it stops
# learning_rate = 0.003
# threads = 0                # 0: all cores; 1: the same seed gives the same network
# seed = 1

[train.augment]
# gain_percent = 0
# jitter_percent = 2         # noise, of a column's own spread

[device]
# board = "mps2-an386"       # sengi boards lists them
)";

constexpr const char* image_settings =
    R"(# What a camera sees: leaves, insects, animals. Put images (JPEG, PNG) into a folder for each label:
#
#   recordings/healthy/*.jpg
#   recordings/blight/*.jpg
#
# or take a camera trap's own lists: sengi data import --help

[project]
name = "{}"   # the namespace of the generated C++
kind = "image"

[data]
# path = "recordings"
# manifest = ""              # or a CSV file: path,label[,group][,split]
# group = ''                 # where a file's name has its plant, site or day: '^([^_]+)_'
# validation_percent = 10    # of the groups, to choose the best network by
# test_percent = 10          # of the groups, to be judged by and nothing else

[signal]
# width = 96                 # that the network sees
# height = 96                # left out: as width
# frame_width = 96           # that the camera gives; left out: as width
# frame_height = 96
# pixels = "colour"          # or "grey"

[model]
# architecture = "mobilenet" # or "resnet"
# channels = 12              # fewer are smaller and faster
# blocks = 6

[train]
# epochs = 60
# patience = 30              # epochs without getting better before it stops
# learning_rate = 0.003
# threads = 0                # 0: all cores; 1: the same seed gives the same network
# seed = 1

[train.augment]
# flip_horizontal = false    # true where left and right mean nothing: leaves, animals
# flip_vertical = false
# rotate_degrees = 10
# shift_percent = 8
# zoom_percent = 10
# brightness_percent = 15
# contrast_percent = 15
# saturation_percent = 15
# hue_degrees = 4
# erase_probability = 0      # that a part is greyed, so that no one spot decides
# ground_probability = 0     # that a cut-out picture gets a made ground, so that black is no clue

[device]
# board = "mps2-an386"       # sengi boards lists them
)";

constexpr const char* anomaly_settings =
    R"(# What is not as usual: a pump, a hive, a station. Trained on the normal alone. Put recordings (CSV,
# a column of time and one for each sensor) into folders:
#
#   recordings/normal/*.csv
#   recordings/whatever-else/*.csv   faults that are known, to judge it by

[project]
name = "{}"   # the namespace of the generated C++
kind = "anomaly"

[data]
# path = "recordings"
# manifest = ""              # or a CSV file: path,label[,group][,split][,start_s,end_s]
# table = ""                 # or a CSV file with a window a row
# normal = "normal"          # the label that is learned
# group = ''                 # where a file's name has its machine or day: '^([^_]+)_'
# clip_ms = 2000             # what the network looks at
# clip_hop_ms = 1000         # recordings are cut into windows this far apart
# validation_percent = 10    # of the groups, to choose the best network by
# test_percent = 10          # of the groups, to be judged by and nothing else

[signal]
# columns = []               # of the recordings, in the order of the axes; empty: all but the time
# sample_rate_hz = 50        # left out: that of the recordings
# low = []                   # what the sensors' 16-bit numbers span, in the recordings' units;
# high = []                  # left out: from the recordings
# feature = "statistics"     # or "raw", "spectral"
# segments = 1
# bands = 8

[model]
# architecture = "autoencoder"   # or "mahalanobis"
# channels = 32              # of the first layer; they halve towards the middle
# blocks = 2                 # layers to the middle

[train]
# epochs = 100
# patience = 30              # epochs without getting better before it stops
# learning_rate = 0.003
# threads = 0                # 0: all cores; 1: the same seed gives the same network
# seed = 1

[detect]
# stride_ms = 500
# smoothing_ms = 1000
# threshold = 0.8
# release = 0.5
# refractory_ms = 1000

[device]
# board = "mps2-an386"       # sengi boards lists them
)";

constexpr std::array kinds = {
    KindSettings{
        "keyword", "sounds to listen for (words, calls, machines)", keyword_settings,
        "put recordings into {0}/recordings/LABEL, background alone into {0}/recordings/_silence_"},
    KindSettings{"motion", "what moves, by its accelerometer and gyroscope", motion_settings,
                 "put recordings into {0}/recordings/LABEL, or name a table in {0}/sengi.toml"},
    KindSettings{"sequence", "rows of numbers: intervals, readings", sequence_settings,
                 "put a table with an example a row at {0}/recordings/table.csv"},
    KindSettings{"image", "what a camera sees", image_settings,
                 "put images into {0}/recordings/LABEL"},
    KindSettings{"anomaly", "what is not as usual, trained on the normal alone", anomaly_settings,
                 "put recordings into {0}/recordings/normal, known faults into folders beside it"},
};

}  // namespace

const KindSettings& settings_for(std::string_view kind) {
  return *std::ranges::find(kinds, kind, &KindSettings::name);
}

std::string kinds_in_words() {
  std::string words;
  for (const KindSettings& kind : kinds) {
    words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", kind.name, kind.is);
  }
  return words;
}

}  // namespace sengi::cli
