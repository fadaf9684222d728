#pragma once

#include "actors/fwd.hpp"

/// Lists the fields of a message for CAF, in order, each as `x.field`: every field, so that a
/// message survives the way to another node. Fields are appended, never reordered.
#define FIEF_INSPECT(type, ...)                                                                    \
  template <class Inspector>                                                                       \
  typename Inspector::result_type inspect(Inspector& f, type& x) {                                 \
    return f(__VA_ARGS__);                                                                         \
  }

/// The same for a message without fields.
#define FIEF_INSPECT_EMPTY(type)                                                                   \
  template <class Inspector>                                                                       \
  typename Inspector::result_type inspect(Inspector& f, type&) {                                   \
    return f();                                                                                    \
  }
