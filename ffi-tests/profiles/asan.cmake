# Address, leak and undefined-behaviour sanitizers. cmake -C ffi-tests/profiles/asan.cmake -S . -B build/asan
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
# with a sanitizer gcc loses track of values: what is set, how long a number can get
set(CMAKE_C_FLAGS_DEBUG "-g1 -O1 -Wno-maybe-uninitialized -Wno-format-truncation" CACHE STRING "")
set(TSN_WERROR ON CACHE BOOL "")
set(TSN_SANITIZE "address,undefined" CACHE STRING "")
