#include "tests/support/plan_log.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <pqxx/pqxx>
#include <regex>
#include <string_view>

namespace fief::test {

namespace {

/// One entry of the log: its first line, and the lines behind it, which begin with a tab.
std::vector<std::string> entries_of(std::istream& in) {
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.front() == '\t' && !out.empty())
      out.back() += '\n' + line.substr(1);
    else
      out.push_back(line);
  }
  return out;
}

struct node {
  std::string_view line;
  std::size_t depth = 0;
};

std::vector<node> lines_of(const std::string& plan) {
  std::vector<node> out;
  for (std::size_t at = 0; at < plan.size();) {
    auto end = std::min(plan.find('\n', at), plan.size());
    std::string_view line{plan.data() + at, end - at};
    out.push_back({line, std::min(line.find_first_not_of(' '), line.size())});
    at = end + 1;
  }
  return out;
}

bool is_node(std::string_view line) {
  return line.find("  (cost=") != line.npos;
}

/// Whether the scan at `index` has no condition on its index.
bool takes_all(const std::vector<node>& lines, std::size_t index) {
  for (auto i = index + 1; i < lines.size() && !is_node(lines[i].line); ++i)
    if (lines[i].line.find("Index Cond:") != std::string_view::npos)
      return false;
  return true;
}

/// Whether a limit ends the scan at `index` early: nothing between them needs all of its rows.
bool ends_early(const std::vector<node>& lines, std::size_t index) {
  auto depth = lines[index].depth;
  for (auto i = index; i-- > 0;) {
    if (!is_node(lines[i].line) || lines[i].depth >= depth)
      continue;
    depth = lines[i].depth;
    for (const auto* needs_all : {"Sort", "Aggregate", "Hash", "WindowAgg", "Materialize"})
      if (lines[i].line.find(needs_all) != std::string_view::npos)
        return false;
    if (lines[i].line.find("Limit") != std::string_view::npos)
      return true;
  }
  return false;
}

/// Tables read from end to end, be it along an index: with `enable_seqscan` off that is what a scan
/// without a suitable index becomes. A partial index is there to be read whole.
std::set<std::string> tables_read(const std::string& plan, const std::set<std::string>& partial) {
  static const std::regex scan{
    R"((Seq Scan|Index (?:Only )?Scan (?:Backward )?using (\w+)) on (\w+))"};
  const auto lines = lines_of(plan);
  std::set<std::string> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::match_results<std::string_view::const_iterator> found;
    if (!std::regex_search(lines[i].line.begin(), lines[i].line.end(), found, scan))
      continue;
    auto by_index = *found[1].first == 'I';
    if (!by_index || (partial.count(found[2]) == 0 && takes_all(lines, i) && !ends_early(lines, i)))
      out.insert(found[3]);
  }
  return out;
}

/// The line where the plan begins, which tells its cost; the text stands before it.
std::size_t plan_in(const std::string& entry, std::size_t from) {
  auto cost = entry.find("  (cost=", from);
  return cost == entry.npos ? entry.npos : entry.rfind('\n', cost);
}

} // namespace

plan_log::plan_log(const std::string& url, std::filesystem::path log) : log_(std::move(log)) {
  pqxx::connection connection{url};
  pqxx::nontransaction work{connection};
  const std::string name = work.exec("select current_database()").front()[0].c_str();
  for (const auto* setting :
       {"session_preload_libraries = auto_explain", "auto_explain.log_min_duration = 0",
        "auto_explain.log_nested_statements = on", "log_min_duration_statement = 0"})
    work.exec("alter database " + name + " set " + setting);
  for (const auto& row : work.exec("select indexrelid::regclass from pg_index"
                                   " where indpred is not null"))
    partial_.insert(row[0].c_str());
  from_ = static_cast<std::streamoff>(std::filesystem::file_size(log_));
}

std::vector<logged_plan> plan_log::take() {
  std::ifstream in{log_};
  in.seekg(from_);
  const auto entries = entries_of(in);
  from_ = static_cast<std::streamoff>(std::filesystem::file_size(log_));
  constexpr std::string_view executed = " ms  execute ";
  constexpr std::string_view explained = " ms  plan:\nQuery Text: ";
  std::map<std::string, std::string> names;
  for (const auto& entry : entries)
    if (auto at = entry.find(executed); at != entry.npos) {
      at += executed.size();
      auto colon = entry.find(": ", at);
      names[entry.substr(colon + 2)] = entry.substr(at, colon - at);
    }
  std::map<std::string, logged_plan> plans; // By text and shape, without the costs.
  for (const auto& entry : entries) {
    auto at = entry.find(explained);
    auto begins = at == entry.npos ? at : plan_in(entry, at + explained.size());
    if (begins == entry.npos)
      continue;
    at += explained.size();
    logged_plan found;
    found.text = entry.substr(at, begins - at);
    found.plan = entry.substr(begins + 1);
    found.read = tables_read(found.plan, partial_);
    if (auto known = names.find(found.text); known != names.end())
      found.name = known->second;
    static const std::regex costs{R"(  \(cost=[^)]*\)|'[^']*')"};
    plans.emplace(found.text + std::regex_replace(found.plan, costs, ""), found);
  }
  std::vector<logged_plan> out;
  for (auto& [shape, plan] : plans)
    out.push_back(std::move(plan));
  return out;
}

std::set<std::string> big_tables(const std::string& url, double rows) {
  pqxx::connection connection{url};
  pqxx::nontransaction work{connection};
  std::set<std::string> out;
  for (const auto& row : work.exec("select relname, reltuples from pg_class where relkind = 'r'"
                                   " and relnamespace = 'public'::regnamespace"))
    if (row[1].as<double>() >= rows)
      out.insert(row[0].c_str());
  return out;
}

} // namespace fief::test
