# Thread sanitizer. cmake -C ffi-tests/profiles/tsan.cmake -S . -B build/tsan
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
# with a sanitizer gcc loses track of values: what is set, how long a number can get
set(CMAKE_C_FLAGS_DEBUG "-g1 -O1 -Wno-maybe-uninitialized -Wno-format-truncation" CACHE STRING "")
# what has another way for this kind of machine is tried without it too
set(CMAKE_C_FLAGS "-DTSN_PORTABLE" CACHE STRING "")
set(TSN_WERROR ON CACHE BOOL "")
set(TSN_SANITIZE "thread" CACHE STRING "")
