# FIEF_SANITIZE, for the presets asan, tsan and fuzz: what to give -fsanitize, for all that is built.
set(FIEF_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them; empty: none")

set(FIEF_ALLOCATOR mimalloc)
if(FIEF_SANITIZE)
  set(FIEF_ALLOCATOR) # A sanitizer must see every allocation: its own allocator, never ours.
  # -g1: file and line for a report, at a fraction of the time and memory of -g.
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -D_GLIBCXX_ASSERTIONS")
  # A check in between makes GCC lose track of what is initialised: the release build warns.
  add_compile_options(-fsanitize=${FIEF_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:Clang>:-Wno-string-conversion>)
  if(FIEF_SANITIZE STREQUAL "thread")
    add_compile_options(-Wno-tsan) # Asio's fences, which tsan does not follow: it locks as well.
  endif()
  add_link_options(-fsanitize=${FIEF_SANITIZE})
endif()

# From the actors up it is headers that take the time: without optimising, and without the checks
# that asan makes too when it matters (null, alignment), compiling takes half as long. CAF's headers
# bind null references on purpose, which the standard library's assertions refuse as well. The rules
# compute, and keep all of it.
set(FIEF_SANITIZE_QUICK)
if(FIEF_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(FIEF_SANITIZE_QUICK -O0 -U_GLIBCXX_ASSERTIONS)
  if(FIEF_SANITIZE MATCHES "undefined")
    list(APPEND FIEF_SANITIZE_QUICK -fno-sanitize=null,alignment,object-size,vptr)
  endif()
endif()

# Takes the tests that run CAF's threads off the list, where those would be reported for nothing: the
# packaged library is not instrumented, so tsan does not see its locks.
function(fief_leave_out_caf list)
  if(NOT FIEF_SANITIZE STREQUAL "thread")
    return()
  endif()
  foreach(source ${${list}})
    file(STRINGS ${source} found REGEX "actor_system" LIMIT_COUNT 1)
    if(found)
      list(REMOVE_ITEM ${list} ${source})
    endif()
  endforeach()
  set(${list} ${${list}} PARENT_SCOPE)
endfunction()

# A sanitizer takes two to ten times as long; called when all tests are known.
function(fief_lengthen_timeouts)
  if(NOT FIEF_SANITIZE)
    return()
  endif()
  get_property(tests DIRECTORY PROPERTY TESTS)
  foreach(test ${tests})
    get_property(seconds TEST "${test}" PROPERTY TIMEOUT)
    if(seconds)
      math(EXPR seconds "${seconds} * 4")
      set_property(TEST "${test}" PROPERTY TIMEOUT ${seconds})
    endif()
  endforeach()
endfunction()
