# Writes what the library is made of as CycloneDX JSON. Asks the library itself what it needs, and fails where that is
# something nobody has described here. The same library gives the same text: no time, no chance.
cmake_minimum_required(VERSION 3.22)
foreach(name LIBRARY OUT READELF VERSION CURL ZLIB COMPILER)
  if("${${name}}" STREQUAL "")
    message(FATAL_ERROR "sbom: ${name} is missing")
  endif()
endforeach()

# The C library's own headers know its version.
file(WRITE ${OUT}.c "#include <features.h>\nglibc=__GLIBC__.__GLIBC_MINOR__\n")
execute_process(COMMAND ${COMPILER} -E -P ${OUT}.c OUTPUT_VARIABLE preprocessed COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE ${OUT}.c)
string(REGEX MATCH "glibc=([0-9]+) ?\\. ?([0-9]+)" ignored "${preprocessed}")
set(GLIBC "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}")

# soname | name | version | licence | CPE vendor:product
set(known
  "libcurl.so.4|curl|${CURL}|curl|haxx:libcurl"
  "libz.so.1|zlib|${ZLIB}|Zlib|zlib:zlib"
  "libc.so.6|glibc|${GLIBC}|LGPL-2.1-or-later|gnu:glibc"
  "ld-linux[a-z0-9-]*.so.[0-9]|glibc|${GLIBC}|LGPL-2.1-or-later|gnu:glibc"
  "libgcc_s.so.1|gcc|${GCC}|GPL-3.0-or-later WITH GCC-exception-3.1|gnu:gcc")

execute_process(COMMAND ${READELF} -dW ${LIBRARY} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "[][]" "" dynamic "${dynamic}") # brackets would group the elements of a list
string(REGEX MATCHALL "NEEDED[^\n]*: [^\n ]+" needed "${dynamic}")
set(components "[]")
set(edges "[]")
set(seen "")
set(count 0)
foreach(line IN LISTS needed)
  string(REGEX REPLACE ".*: " "" soname "${line}")
  set(found "")
  foreach(row IN LISTS known)
    string(REGEX REPLACE "\\|.*" "" pattern "${row}")
    if(soname MATCHES "^${pattern}$")
      string(REPLACE "|" ";" found "${row}")
    endif()
  endforeach()
  if(NOT found)
    message(FATAL_ERROR "sbom: the library needs ${soname}, of which abi/packages/sbom.cmake knows nothing")
  endif()
  list(GET found 1 name)
  list(GET found 2 version)
  list(GET found 3 licence)
  list(GET found 4 cpe)
  if(NOT name IN_LIST seen)
    list(APPEND seen ${name})
    set(versioned "\"purl\": \"pkg:generic/${name}\"")
    if(version)
      set(versioned "\"version\": \"${version}\", \"purl\": \"pkg:generic/${name}@${version}\",
        \"cpe\": \"cpe:2.3:a:${cpe}:${version}:*:*:*:*:*:*:*\"")
    endif()
    string(JSON components SET "${components}" ${count} "{\"type\": \"library\", \"bom-ref\": \"${name}\",
      \"name\": \"${name}\", ${versioned}, \"licenses\": [{\"expression\": \"${licence}\"}],
      \"properties\": [{\"name\": \"tocsin:soname\", \"value\": \"${soname}\"}]}")
    string(JSON edges SET "${edges}" ${count} "\"${name}\"")
    math(EXPR count "${count} + 1")
  endif()
endforeach()

set(bill "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"version\": 1, \"metadata\": {\"component\": {
  \"type\": \"library\", \"bom-ref\": \"tocsin\", \"name\": \"libtocsin\", \"version\": \"${VERSION}\",
  \"licenses\": [{\"license\": {\"id\": \"MIT\"}}]}}}")
string(JSON bill SET "${bill}" components "${components}")
string(JSON bill SET "${bill}" dependencies "[{\"ref\": \"tocsin\", \"dependsOn\": ${edges}}]")
string(UUID serial NAMESPACE 6ba7b811-9dad-11d1-80b4-00c04fd430c8 NAME "${bill}" TYPE SHA1)
string(JSON bill SET "${bill}" serialNumber "\"urn:uuid:${serial}\"")
file(WRITE ${OUT} "${bill}\n")
