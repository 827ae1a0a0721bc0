# Every check on, nothing optimised. cmake -C ffi-tests/profiles/debug.cmake -S . -B build/debug
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(TSN_WERROR ON CACHE BOOL "")
