// SPDX-License-Identifier: Apache-2.0
// Columns that say what the label is: one value in all rows of a label, another in those of each
// other. A network that is given such a column learns nothing else.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace sengi::data {

class TellTales {
 public:
  void see(const std::string& label, const std::string& column, double value);

  // In the order of their names, with what each says: "'state' is 0 in all of 'normal', 1 in all
  // of 'fault'".
  struct Teller {
    std::string column;
    std::string words;
  };
  std::vector<Teller> tellers() const;

 private:
  struct Seen {
    double value = 0;
    bool varies = false;
  };
  std::map<std::string, std::map<std::string, Seen>> columns_;  // by label
};

}  // namespace sengi::data
