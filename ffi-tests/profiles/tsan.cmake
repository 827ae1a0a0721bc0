# Thread sanitizer. cmake -C ffi-tests/profiles/tsan.cmake -S . -B build/tsan
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
# with a sanitizer gcc takes set variables for unset ones
set(CMAKE_C_FLAGS_DEBUG "-g1 -O1 -Wno-maybe-uninitialized" CACHE STRING "")
set(TSN_WERROR ON CACHE BOOL "")
set(TSN_SANITIZE "thread" CACHE STRING "")
