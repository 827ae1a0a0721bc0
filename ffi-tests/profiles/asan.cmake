# Address, leak and undefined-behaviour sanitizers. cmake -C ffi-tests/profiles/asan.cmake -S . -B build/asan
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(CMAKE_C_FLAGS_DEBUG "-g1 -O1" CACHE STRING "")
set(TSN_WERROR ON CACHE BOOL "")
set(TSN_SANITIZE "address,undefined" CACHE STRING "")
