# Lua's and Ruby's files, in the folders in which a Debian system looks for them.
if(TARGET lua_core_54)
  set(lua COMPONENT lua EXCLUDE_FROM_ALL)
  foreach(core IN ITEMS lua_core_54 lua_core_53 lua_core_51)
    if(TARGET ${core})
      string(REGEX REPLACE ".*(.)(.)$" "\\1.\\2" version ${core})
      install(TARGETS ${core} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/lua/${version} ${lua})
      install(FILES ${PROJECT_SOURCE_DIR}/bindings/lua/tocsin.lua
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lua/${version} ${lua})
      install(DIRECTORY ${PROJECT_SOURCE_DIR}/bindings/lua/tocsin
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lua/${version} ${lua})
    endif()
  endforeach()
  install(PROGRAMS ${PROJECT_SOURCE_DIR}/bindings/lua/bin/tocsin-lua DESTINATION ${CMAKE_INSTALL_BINDIR} ${lua})
endif()

if(TARGET tocsin_ruby)
  execute_process(COMMAND ${TSN_RUBY_PROGRAM} -rrbconfig
    -e "puts RbConfig::CONFIG.values_at('vendordir', 'vendorarchdir', 'MAJOR', 'MINOR').join(';')"
    OUTPUT_VARIABLE ruby_places OUTPUT_STRIP_TRAILING_WHITESPACE)
  list(POP_FRONT ruby_places ruby_folder ruby_arch_folder TSN_RUBY_MAJOR TSN_RUBY_MINOR)
  # a Ruby that is somewhere else came with no package
  if(ruby_folder MATCHES "^/usr/lib/" AND ruby_arch_folder MATCHES "^/usr/lib/")
    string(REGEX REPLACE "^/usr/" "" ruby_folder ${ruby_folder})
    string(REGEX REPLACE "^/usr/" "" ruby_arch_folder ${ruby_arch_folder})
    set(ruby COMPONENT ruby EXCLUDE_FROM_ALL)
    install(TARGETS tocsin_ruby LIBRARY DESTINATION ${ruby_arch_folder}/tocsin ${ruby})
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/bindings/ruby/lib/ DESTINATION ${ruby_folder} ${ruby})
    set(TSN_PACKAGES_RUBY ON)
  endif()
endif()
