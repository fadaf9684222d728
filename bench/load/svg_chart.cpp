#include "bench/load/svg_chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fief::load {

namespace {

constexpr double width = 720;
constexpr double height = 230;
constexpr double left = 62;
constexpr double right = 14;
constexpr double top = 12;
constexpr double bottom = 28;

template <class... Values>
std::string formatted(const char* how, Values... values) {
  char text[256];
  auto size = std::snprintf(text, sizeof text, how, values...);
  return {text, std::min(static_cast<std::size_t>(size), sizeof text - 1)};
}

std::string number(double x) {
  auto size = std::abs(x);
  if (size >= 1e6)
    return formatted("%.3gM", x / 1e6);
  if (size >= 1e4)
    return formatted("%.3gk", x / 1e3);
  return formatted("%.4g", x);
}

/// 1, 2 or 5 times a power of ten, so that there are about `count` of them up to `x`.
double nice_step(double x, int count) {
  auto rough = std::max(x, 1e-9) / count;
  auto power = std::pow(10, std::floor(std::log10(rough)));
  for (auto factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough)
      return factor * power;
  return 10 * power;
}

/// Where values are drawn.
struct frame {
  double x_max = 1;
  double y_min = 0;
  double y_max = 1;
  bool is_log = false;

  [[nodiscard]] double x(double value) const {
    return left + (width - left - right) * value / x_max;
  }
  [[nodiscard]] double y(double value) const {
    auto part = is_log ? std::log(std::max(value, y_min) / y_min) / std::log(y_max / y_min)
                       : (value - y_min) / (y_max - y_min);
    return height - bottom - (height - top - bottom) * part;
  }
};

bool is_drawn(const chart& of, double value) {
  return std::isfinite(value) && (!of.is_log || value > 0);
}

frame frame_of(const chart& x) {
  frame out;
  out.is_log = x.is_log;
  double least = 0;
  double most = 0;
  for (const auto& line : x.lines)
    for (const auto& [at, value] : line.points) {
      out.x_max = std::max(out.x_max, at);
      if (!is_drawn(x, value))
        continue;
      least = least == 0 ? value : std::min(least, value);
      most = std::max(most, value);
    }
  if (x.is_log) {
    out.y_min = std::pow(10, std::floor(std::log10(least > 0 ? least : 1)));
    out.y_max = std::pow(10, std::ceil(std::log10(most > 0 ? most : 10)));
    if (out.y_max <= out.y_min)
      out.y_max = out.y_min * 10;
    return out;
  }
  auto step = nice_step(most > 0 ? most : 1, 4);
  out.y_max = step * std::max(1.0, std::ceil(most / step));
  return out;
}

std::string axis_line(const frame& in, double value) {
  auto y = in.y(value);
  return formatted("<line class=\"grid\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>", left,
                   width - right, y, y)
         + formatted("<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">", left - 6, y + 4)
         + number(value) + "</text>";
}

std::string axes(const frame& in) {
  std::string out;
  if (in.is_log) {
    for (auto value = in.y_min; value <= in.y_max * 1.0001; value *= 10)
      out += axis_line(in, value);
  } else {
    auto step = nice_step(in.y_max, 4);
    for (auto value = 0.0; value <= in.y_max * 1.0001; value += step)
      out += axis_line(in, value);
  }
  auto step = nice_step(in.x_max, 8);
  for (auto value = 0.0; value <= in.x_max * 1.0001; value += step)
    out += formatted("<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">", in.x(value), height - 8)
           + number(value) + " s</text>";
  return out;
}

std::string drawn(const chart& of, const chart_line& line, const frame& in, std::size_t index) {
  std::string path;
  auto is_pen_down = false;
  double last = 0;
  for (const auto& [at, value] : line.points) {
    if (!is_drawn(of, value)) {
      is_pen_down = false;
      continue;
    }
    path += formatted("%c%.1f %.1f", is_pen_down ? 'L' : 'M', in.x(at), in.y(value));
    if (!is_pen_down) // A lonely second is a dot.
      path += "h0.1";
    is_pen_down = true;
    last = value;
  }
  return formatted("<path class=\"s%zu\" d=\"", index % 6) + path + "\"><title>"
         + html_escaped(line.name) + ", last " + number(last) + "</title></path>";
}

} // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (auto c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string svg_of(const chart& x) {
  auto in = frame_of(x);
  std::string out = "<figure><figcaption>" + html_escaped(x.title) + " <span class=\"unit\">"
                    + html_escaped(x.unit) + (x.is_log ? ", logarithmic" : "") + "</span>";
  for (std::size_t i = 0; i < x.lines.size(); ++i)
    out +=
      formatted(" <span class=\"key k%zu\">", i % 6) + html_escaped(x.lines[i].name) + "</span>";
  out += "</figcaption>";
  auto is_empty = std::ranges::all_of(x.lines, [&](const chart_line& line) {
    return std::ranges::none_of(line.points,
                                [&](const auto& point) { return is_drawn(x, point.second); });
  });
  if (is_empty)
    return out + "<p class=\"none\">nothing of this happened</p></figure>";
  out += formatted("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", width, height)
         + html_escaped(x.title) + "\">" + axes(in);
  for (std::size_t i = 0; i < x.lines.size(); ++i)
    out += drawn(x, x.lines[i], in, i);
  return out + "</svg></figure>";
}

std::string svg_of(const bar_chart& x) {
  constexpr double names_width = 250;
  constexpr double bar = 9;
  double least = 0;
  double most = 0;
  for (const auto& row : x.rows)
    for (auto value : row.values)
      if (value > 0) {
        least = least == 0 ? value : std::min(least, value);
        most = std::max(most, value);
      }
  std::string out = "<figure><figcaption>" + html_escaped(x.title) + " <span class=\"unit\">"
                    + html_escaped(x.unit) + ", logarithmic</span>";
  for (std::size_t i = 0; i < x.names.size(); ++i)
    out += formatted(" <span class=\"key k%zu\">", i % 6) + html_escaped(x.names[i]) + "</span>";
  out += "</figcaption>";
  if (most == 0)
    return out + "<p class=\"none\">nothing of this happened</p></figure>";
  auto row_height = bar * static_cast<double>(x.names.size()) + 8;
  auto all_height = row_height * static_cast<double>(x.rows.size()) + 4;
  auto room = width - names_width - 70;
  out += formatted("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", width, all_height)
         + html_escaped(x.title) + "\">";
  auto y = 4.0;
  for (const auto& row : x.rows) {
    out += formatted("<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">", names_width - 8,
                     y + row_height / 2)
           + html_escaped(row.name) + "</text>";
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      auto at = y + bar * static_cast<double>(i);
      auto part = row.values[i] > 0
                    ? std::log(10 * row.values[i] / least) / std::log(10 * most / least)
                    : 0.0;
      out +=
        formatted("<rect class=\"b%zu\" x=\"%.0f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\"/>",
                  i % 6, names_width, at, room * part, bar - 1)
        + formatted("<text x=\"%.1f\" y=\"%.1f\">", names_width + room * part + 4, at + bar - 1)
        + number(row.values[i]) + "</text>";
    }
    y += row_height;
  }
  return out + "</svg></figure>";
}

} // namespace fief::load
