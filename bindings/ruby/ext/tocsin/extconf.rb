# frozen_string_literal: true

# Looks for libtocsin by pkg-config, then in --with-tocsin-dir and the usual places.
require "mkmf"

unless pkg_config("tocsin")
  dir_config("tocsin")
  unless have_header("tocsin.h") && have_library("tocsin", "tocsin_version", "tocsin.h")
    abort <<~TEXT

      tocsin: libtocsin was not found, or its headers are missing. Install it first, and where that was no usual
      place, name it:
        PKG_CONFIG_PATH=/opt/tocsin/lib/pkgconfig gem install tocsin
        gem install tocsin -- --with-tocsin-dir=/opt/tocsin
    TEXT
  end
end

# Folders where the loader does not look by itself go into the extension.
named = "#{$LDFLAGS} #{$libs}".scan(/(?:\A|\s)-L(\S+)/).flatten + Array($LIBPATH) # rubocop:disable Style/GlobalVars
places = named.grep(%r{\A/}).map { |place| File.expand_path(place) }.uniq
places.reject! { |place| place.start_with?("/usr/lib", "/lib") || place == RbConfig::CONFIG["libdir"] }
places.each { |place| $LDFLAGS << " -Wl,-rpath,#{place}" } # rubocop:disable Style/GlobalVars

create_makefile("tocsin/tocsin_core")
