# What users get. cmake -C ffi-tests/profiles/release.cmake -S . -B build/release
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(TSN_WERROR ON CACHE BOOL "")
