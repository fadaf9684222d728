#include "actors/worker.hpp"
#include "actors/system.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>
#include <future>

using namespace fief;
using namespace fief::actors;

namespace {

constexpr std::chrono::seconds patience{30};

struct known_messages : caf::actor_system_config {
  known_messages() { configure(*this); }
};

using decode_worker = worker_actor<decode_file, file_decoded>;

/// A worker whose jobs wait until they are let go, and answer with what they were given.
struct workshop {
  explicit workshop(std::size_t queue_max) {
    subject = system.spawn(worker<decode_file, file_decoded>, worker_config{queue_max, gauge},
                           [open = gate.get_future().share()](const decode_file& x) {
                             open.wait();
                             if (x.bytes == "bad")
                               throw std::runtime_error{"a bug of ours"};
                             file_decoded out;
                             out.detail = x.bytes;
                             return out;
                           });
  }
  ~workshop() { caf::anon_send_exit(subject, caf::exit_reason::user_shutdown); }
  auto ask(const std::string& bytes) {
    return self->request(subject, patience, decode_file{"text/plain", bytes});
  }
  template <class Pending>
  static std::string answer(Pending pending) {
    std::string text;
    pending.receive([&](const file_decoded& x) { text = x.detail; },
                    [&](const caf::error& why) { text = to_string(errc_of(why)); });
    return text;
  }

  known_messages config;
  caf::actor_system system{config};
  std::shared_ptr<base::queue_gauge> gauge = std::make_shared<base::queue_gauge>();
  std::promise<void> gate;
  decode_worker subject;
  caf::scoped_actor self{system};
};

} // namespace

TEST_CASE("a worker does its jobs one after another, and refuses those beyond its bound") {
  workshop w{2};
  auto first = w.ask("a");
  auto second = w.ask("b");
  CHECK(workshop::answer(w.ask("c")) == "overloaded"); // While the others wait.
  CHECK(w.gauge->waiting == 2);
  CHECK(w.gauge->refused == 1);
  w.gate.set_value();
  CHECK(workshop::answer(std::move(first)) == "a");
  CHECK(workshop::answer(std::move(second)) == "b");
  CHECK(w.gauge->waiting == 0);
  CHECK(workshop::answer(w.ask("d")) == "d"); // There is room again.
}

TEST_CASE("a worker whose job throws ends, and says so to who asked") {
  workshop w{2};
  w.gate.set_value();
  CHECK(workshop::answer(w.ask("bad")) == "unavailable");
  w.self->wait_for(w.subject);
}
