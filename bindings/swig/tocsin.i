/* The one interface of all bindings. It reads the public headers themselves, so a new function needs
 * a line here only if its parameters follow no pattern of typemaps.i.
 *
 *   swig -LANGUAGE -I bindings/swig -I abi/include [-module NAME] -o OUT bindings/swig/tocsin.i
 *
 * LANGUAGE.i defines, for its language, the patterns that typemaps.i binds to the real parameters. */
%module tocsin_core

%{
#include <tocsin.h>
%}

%include <stdint.i>

#if defined(SWIGLUA)
%include "lua.i"
#elif defined(SWIGRUBY)
%include "ruby.i"
#elif defined(SWIGGO)
%include "go.i"
#endif
%include "typemaps.i"

/* core.scope_set_tag and core.E_STALE; Go makes Scope_set_tag of the former. */
%rename("%(regex:/^(?:tocsin|TOCSIN)_(.*)/\\1/)s") "";

/* No C callback enters a language: bindings capture in two steps. */
%ignore tocsin_hook_fn;
%ignore tocsin_destroy_fn;
%ignore tocsin_options_set_hook;
%ignore tocsin_scope_add_processor;

%include <tocsin/export.h>
%include <tocsin/types.h>
%include <tocsin/capture.h>
%include <tocsin/client.h>
%include <tocsin/event.h>
%include <tocsin/handle.h>
%include <tocsin/options.h>
%include <tocsin/restrict.h>
%include <tocsin/scope.h>
%include <tocsin/trace.h>
%include <tocsin/transport.h>
%include <tocsin/version.h>
