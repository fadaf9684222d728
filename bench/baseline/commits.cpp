// The least that a durable write can take: one row, one commit, one connection, and nobody else.
// `bench_commits CONNECTION SECONDS` prints one line of JSON.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <libpq-fe.h>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;

[[noreturn]] void fail(const char* why) {
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

void run(PGconn* to, const char* sql) {
  auto* result = PQexec(to, sql);
  if (PQresultStatus(result) != PGRES_COMMAND_OK)
    fail(PQerrorMessage(to));
  PQclear(result);
}

/// A row about as long as one of ten fixes.
void prepare(PGconn* to) {
  run(to, "set client_min_messages = warning");
  run(to,
      "create table if not exists bench_commit (id bigserial primary key, data bytea not null)");
  auto* made = PQprepare(to, "one", "insert into bench_commit (data) values ($1)", 1, nullptr);
  if (PQresultStatus(made) != PGRES_COMMAND_OK)
    fail(PQerrorMessage(to));
  PQclear(made);
}

void commit_one(PGconn* to) {
  static const std::vector<char> data(120, 'x');
  const char* values[] = {data.data()};
  const int lengths[] = {static_cast<int>(data.size())};
  const int formats[] = {1};
  auto* done = PQexecPrepared(to, "one", 1, values, lengths, formats, 0);
  if (PQresultStatus(done) != PGRES_COMMAND_OK)
    fail(PQerrorMessage(to));
  PQclear(done);
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    fail("usage: bench_commits CONNECTION SECONDS");
  auto* to = PQconnectdb(argv[1]);
  if (PQstatus(to) != CONNECTION_OK)
    fail(PQerrorMessage(to));
  prepare(to);
  for (int i = 0; i < 200; ++i)
    commit_one(to);
  std::vector<std::int64_t> us;
  const auto end = clock_type::now() + std::chrono::duration<double>{std::atof(argv[2])};
  for (auto began = clock_type::now(); began < end;) {
    commit_one(to);
    const auto done = clock_type::now();
    us.push_back(std::chrono::duration_cast<std::chrono::microseconds>(done - began).count());
    began = done;
  }
  run(to, "drop table bench_commit");
  PQfinish(to);
  if (us.empty())
    fail("not one commit in that time");
  std::ranges::sort(us);
  std::printf("{\"commits\": %zu, \"p50_us\": %lld, \"p99_us\": %lld, \"max_us\": %lld}\n",
              us.size(), static_cast<long long>(us[us.size() / 2]),
              static_cast<long long>(us[us.size() * 99 / 100]), static_cast<long long>(us.back()));
}
