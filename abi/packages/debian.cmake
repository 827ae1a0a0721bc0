# Debian packages, by cpack; `abi/packages/debian` calls it on a build that is meant for it.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tocsin)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The tocsin authors <tocsin@invalid.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(this "(= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")

# describe(component package section depends text): a package of its own.
function(describe component package section depends text)
  string(TOUPPER ${component} key)
  set(prefix CPACK_DEBIAN_${key}_PACKAGE)
  set(${prefix}_NAME ${package} PARENT_SCOPE)
  set(${prefix}_SECTION ${section} PARENT_SCOPE)
  set(${prefix}_DEPENDS ${depends} PARENT_SCOPE)
  set(CPACK_COMPONENT_${key}_DESCRIPTION ${text} PARENT_SCOPE)
  set(options "")
  if(component MATCHES "lua|ruby")
    set(options EXCLUDE_FROM_ALL)
  endif()
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
    RENAME copyright COMPONENT ${component} ${options})
  set(CPACK_COMPONENTS_ALL ${CPACK_COMPONENTS_ALL} ${component} PARENT_SCOPE)
endfunction()

set(CPACK_COMPONENTS_ALL "")
describe(runtime libtocsin1 libs ""
  "error reporting through explicit scopes\nReports errors to Sentry and compatible servers. This is the shared library.")
describe(development libtocsin-dev libdevel "libtocsin1 ${this}, libc6-dev"
  "error reporting through explicit scopes (headers)\nFor C and C++, with files for pkg-config and CMake.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
# What other packages are to depend on that are linked with it, and that the loader is to look again.
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/shlibs "libtocsin 1 libtocsin1 (>= ${PROJECT_VERSION})\n")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_BINARY_DIR}/shlibs ${CMAKE_CURRENT_BINARY_DIR}/triggers)
if(TARGET tocsin_program)
  describe(program tocsin utils "libtocsin1 ${this}, libc6"
    "error reporting from the command line\nReports from shell scripts, and what made a command fail.")
endif()
if(TARGET lua_core_54)
  describe(lua lua-tocsin interpreters "libtocsin1 ${this}, libc6, lua5.4 | lua5.1"
    "error reporting for Lua\nFor Lua 5.4, and for Lua 5.1, LuaJIT and the Lua 5.3 in HAProxy.")
endif()
if(TSN_PACKAGES_RUBY)
  math(EXPR next "${TSN_RUBY_MINOR} + 1")
  describe(ruby ruby-tocsin ruby
    "libtocsin1 ${this}, libc6, ruby (>= 1:${TSN_RUBY_MAJOR}.${TSN_RUBY_MINOR}), ruby (<< 1:${TSN_RUBY_MAJOR}.${next}~)"
    "error reporting for Ruby\nWith Rack, Rails, Sidekiq, Logger and Net::HTTP looked after.")
endif()
include(CPack)
