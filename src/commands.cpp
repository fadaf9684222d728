#include "src/commands.hpp"

#include "game/names.hpp"
#include "persistence/audit.hpp"
#include "persistence/chain_admin.hpp"
#include "persistence/migrate.hpp"
#include "security/password_hash.hpp"
#include "security/secret.hpp"
#include "src/app.hpp"
#include "src/backup.hpp"
#include "src/embedded_postgres.hpp"
#include "src/game_clock.hpp"
#include "src/logging.hpp"
#include "src/rules_of.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>
#include <random>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <string>

namespace fief {

namespace {

/// A database for a command: the configured one, that of a server running beside us, or our own
/// private Postgres for as long as the command takes.
/// Errors: `std::runtime_error`, also for one of another version unless `any_version`.
class command_database {
public:
  explicit command_database(const config& values, bool any_version = false)
    : url_(values.database.url) {
    if (url_.empty())
      open_private(values);
    if (any_version)
      return;
    if (auto problem = persistence::check_schema(url_))
      throw std::runtime_error(*problem);
  }

  [[nodiscard]] const std::string& url() const { return url_; }

private:
  void open_private(const config& values) {
    if (auto running = embedded_postgres::url_of_running(values.data_dir)) {
      url_ = *running;
      return;
    }
    auto started = embedded_postgres::start(values.data_dir);
    if (!started)
      throw std::runtime_error(started.error().message);
    own_.emplace(std::move(*started));
    url_ = own_->url();
    persistence::migrate(url_);
  }

  std::string url_;
  std::optional<embedded_postgres> own_;
};

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

exit_code serve(const serve_command& x) {
  // Blocked before any thread exists, so that all inherit it and only we wait for them.
  auto signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  app running{x};
  std::cout << "fief is listening on " << running.url() << std::endl;
  timespec period{0, 500'000'000};
  auto got = -1;
  while ((got = sigtimedwait(&signals, nullptr, &period)) < 0)
    running.look_after_postgres();
  spdlog::info("signal {}: draining", got);
  running.stop();
  spdlog::info("done");
  return exit_code::done;
}

exit_code migrate(const migrate_command& x) {
  command_database database{x.settings.values, true};
  auto done = persistence::migrate(database.url());
  for (const auto& name : done.applied)
    std::cout << "applied " << name << '\n';
  std::cout << "the database is at version " << done.to << '\n';
  return exit_code::done;
}

std::string json_text(const std::string& text) {
  std::string out;
  for (auto c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return '"' + out + '"';
}

void print_findings(const std::vector<persistence::finding>& findings) {
  for (const auto& f : findings) {
    std::cout << f.check << ": " << f.text << " (" << f.count << ")\n";
    for (const auto& key : f.keys)
      std::cout << "  " << key << '\n';
    if (f.count > static_cast<std::int64_t>(f.keys.size()))
      std::cout << "  and " << f.count - static_cast<std::int64_t>(f.keys.size()) << " more\n";
  }
  if (findings.empty())
    std::cout << "nothing to complain about\n";
}

exit_code audit(const audit_command& x) {
  command_database database{x.settings.values};
  auto findings = persistence::audit(database.url());
  if (x.json) {
    std::cout << "{\"findings\":[";
    for (std::size_t i = 0; i < findings.size(); ++i) {
      const auto& f = findings[i];
      std::cout << (i > 0 ? "," : "") << "{\"check\":" << json_text(f.check)
                << ",\"text\":" << json_text(f.text) << ",\"count\":" << f.count << ",\"keys\":[";
      for (std::size_t k = 0; k < f.keys.size(); ++k)
        std::cout << (k > 0 ? "," : "") << json_text(f.keys[k]);
      std::cout << "]}";
    }
    std::cout << "]}\n";
  } else {
    print_findings(findings);
  }
  return findings.empty() ? exit_code::done : exit_code::failed;
}

/// The key is not in a backup: a stolen file must not let anybody sign tokens.
std::string key_file_of(const config& values) {
  return values.auth.jwt_key_file.empty()
           ? (std::filesystem::path{values.data_dir} / "server.key").string()
           : values.auth.jwt_key_file;
}

exit_code backup(const backup_command& x) {
  auto done = make_backup(x.settings.values.data_dir, x.file, x.force);
  if (!done)
    throw std::runtime_error(done.error().message);
  std::cout << x.file << " is written, " << done->bytes << " bytes\n"
            << "not in it, keep it apart: " << key_file_of(x.settings.values)
            << ", without which everybody signs in again\n";
  return exit_code::done;
}

exit_code restore(const restore_command& x) {
  auto done = restore_backup(x.settings.values.data_dir, x.file, x.replace);
  if (!done)
    throw std::runtime_error(done.error().message);
  std::cout << x.file << " is restored in " << x.settings.values.data_dir << '\n';
  if (done->version_from < done->version_to)
    std::cout << "it was at version " << done->version_from << " and is now at " << done->version_to
              << '\n';
  if (done->kept_old)
    std::cout << "what was there before is kept as the database fief_before_restore until the"
                 " next restore\n";
  if (auto key = key_file_of(x.settings.values); !std::filesystem::exists(key))
    std::cout << "there is no " << key << ": put the old one there, or everybody signs in again\n";
  std::cout << "audit: ";
  print_findings(done->findings);
  return done->findings.empty() ? exit_code::done : exit_code::failed;
}

exit_code rebuild_map(const rebuild_map_command& x) {
  using persistence::rebuild_mode;
  command_database database{x.settings.values};
  auto rules = rules_of(x.settings.values, static_cast<int>(x.settings.values.game.tile_level));
  auto mode = x.write ? rebuild_mode::write : rebuild_mode::check;
  auto different = persistence::rebuild_map(database.url(), mode, game_clock{}.now(), rules.mining);
  std::cout << different << (x.write ? " tiles were rewritten\n" : " tiles differ\n");
  return different == 0 || x.write ? exit_code::done : exit_code::failed;
}

exit_code create_operator(const create_operator_command& x) {
  std::string password;
  std::getline(std::cin, password);
  auto refuse = [](const char* what, game::text_fault fault) {
    std::cerr << what << ": " << game::to_string(fault) << '\n';
    return exit_code::usage;
  };
  if (auto fault = game::check_password(password))
    return refuse("the password (on standard input)", *fault);
  if (auto fault = game::check_email(x.email))
    return refuse("--email", *fault);
  if (auto fault = game::check_username(x.username))
    return refuse("--username", *fault);
  command_database database{x.settings.values};
  const auto& auth = x.settings.values.auth;
  persistence::operator_account account;
  std::random_device device;
  base::rng random{(std::uint64_t{device()} << 32) | device()};
  auto now = game_clock{}.now();
  account.id = game::user_id{base::make_uuid_v7(now, random)};
  account.action = base::make_uuid_v7(now, random);
  account.email = x.email;
  account.username = x.username;
  auto hash = security::hash_of(password, {auth.argon2_memory_kib, auth.argon2_passes});
  security::wipe(password);
  if (!hash)
    throw std::runtime_error("argon2id found too little memory: see auth.argon2_memory_kib");
  account.password_hash = *hash;
  auto id = persistence::create_operator(database.url(), account, now);
  std::cout << "operator " << base::to_string(id) << '\n';
  return exit_code::done;
}

void print_chain(const persistence::chain_report& x) {
  const auto& status = x.status;
  std::cout << "chain " << status.chain << ": "
            << (status.rescan_from
                  ? "to be read again from block " + std::to_string(*status.rescan_from)
                : status.halted.empty() ? "following"
                                        : "HALTED: " + status.halted)
            << "\n  read up to block " << status.at.number << ' ' << status.at.hash << "\n  head "
            << status.head << ", as of " << base::to_rfc3339(status.updated_at)
            << "\n  credited up to block " << status.final_number << "\n  deposits: " << x.pending
            << " pending, " << x.waiting << " waiting for their wallets, " << x.refused
            << " refused, " << x.credited << " credited with " << x.credited_cents << " cents, "
            << x.lost << " of these lost from the chain\n";
}

exit_code chain_status(const chain_status_command& x) {
  command_database database{x.settings.values};
  auto all = persistence::report_chains(database.url());
  for (const auto& each : all)
    print_chain(each);
  if (all.empty())
    std::cout << "no chain was ever read\n";
  return exit_code::done;
}

exit_code chain_rescan(const chain_rescan_command& x) {
  command_database database{x.settings.values};
  auto chain = x.chain != 0 ? x.chain : x.settings.values.chain.id;
  if (!persistence::ask_rescan(database.url(), chain, x.from)) {
    std::cerr << "chain " << chain << " was never read\n";
    return exit_code::failed;
  }
  std::cout << "the server reads chain " << chain << " again from block " << x.from
            << " as soon as it runs\n";
  return exit_code::done;
}

exit_code execute(const serve_command& x) {
  start_logging(x.settings.values.log);
  return serve(x);
}

exit_code execute(const migrate_command& x) {
  return migrate(x);
}

exit_code execute(const audit_command& x) {
  return audit(x);
}

exit_code execute(const rebuild_map_command& x) {
  return rebuild_map(x);
}

exit_code execute(const backup_command& x) {
  return backup(x);
}

exit_code execute(const restore_command& x) {
  return restore(x);
}

exit_code execute(const create_operator_command& x) {
  return create_operator(x);
}

exit_code execute(const chain_status_command& x) {
  return chain_status(x);
}

exit_code execute(const chain_rescan_command& x) {
  return chain_rescan(x);
}

exit_code execute(const version_command&) {
  std::cout << "fief " << FIEF_VERSION << '\n';
  return exit_code::done;
}

exit_code execute(const print_command& x) {
  std::cout << x.text;
  return exit_code::done;
}

exit_code execute(const usage_error& x) {
  std::cerr << x.message << '\n';
  return exit_code::usage;
}

} // namespace

exit_code run(const command& what) {
  try {
    return std::visit([](const auto& x) { return execute(x); }, what);
  } catch (const std::exception& error) {
    std::cerr << "fief: " << error.what() << '\n';
    return exit_code::failed;
  }
}

} // namespace fief
