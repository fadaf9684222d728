#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fief::load {

/// One line of a chart.
struct chart_line {
  std::string name;
  std::vector<std::pair<double, double>> points; ///< x ascending.
};

/// Lines over the seconds of a load.
struct chart {
  std::string title;
  std::string unit;
  bool is_log = false; ///< Values of 0 are left out then.
  std::vector<chart_line> lines;
};

/// An inline SVG with axes, a legend, and each last value as a tooltip. At most six lines have a
/// colour of their own. Empty charts say so.
std::string svg_of(const chart& x);

/// One row of bars: a name, and a value for each of the chart's names.
struct bar_row {
  std::string name;
  std::vector<double> values;
};

/// Horizontal bars, logarithmic from a tenth of the least value: what differs by factors shows.
struct bar_chart {
  std::string title;
  std::string unit;
  std::vector<std::string> names; ///< Of the values of each row; at most six.
  std::vector<bar_row> rows;
};
std::string svg_of(const bar_chart& x);

/// For text between tags and in attributes.
std::string html_escaped(std::string_view text);

} // namespace fief::load
