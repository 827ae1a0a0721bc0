# Counts which lines and branches run. ffi-tests/run --coverage
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(CMAKE_C_FLAGS_DEBUG "-g1 -O0 --coverage -fprofile-update=atomic" CACHE STRING "")
set(TSN_WERROR ON CACHE BOOL "")
set(TSN_LUA OFF CACHE BOOL "")
set(TSN_RUBY OFF CACHE BOOL "")
