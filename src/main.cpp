#include "src/commands.hpp"

#include <unistd.h>

int main(int argc, char** argv) {
  auto environment = fief::read_environment(environ);
  auto command = fief::parse_command_line({argv + 1, argv + argc}, environment);
  return static_cast<int>(fief::run(command));
}
