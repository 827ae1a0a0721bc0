/* A C program with Lua and Ruby inside. All three report through the one libtocsin of the process:
 * C makes a client, hands each guest a scope by its number, and sends what they capture. Then a
 * second copy of the library is loaded by its path, and refuses the first one's handles.
 *
 * usage: SENTRY_DSN=... embedding_host GUEST.lua GUEST.rb COPY-OF-LIBTOCSIN
 * LUA_PATH, LUA_CPATH and RUBYLIB say where the bindings are. */
#include <inttypes.h>
#include <stdio.h>

#include <tocsin/c.h>

#include "copy.h"
#include "guests.h"

static tocsin_client open_client(void)
{
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "release", "kiosk@2.1.0");
    tocsin_option(options, "environment", "demo");
    tocsin_option(options, "max_connections", "1"); /* so that events arrive in order */
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    return client;
}

/* What a guest adds stays on its fork. */
static int let_guest(const char *name, guest_fn *run, const char *path, tocsin_scope parent)
{
    tocsin_scope scope = tocsin_scope_fork_isolation(parent);
    tocsin_tag(scope, "guest", name);
    int code = run(path, scope);
    tocsin_handle_close(scope);
    return code;
}

int main(int count, char **words)
{
    if (count != 4) return 2;
    tocsin_client client = open_client();
    tocsin_scope scope = tocsin_client_scope(client);
    if (scope < 0) return 1;
    tocsin_tag(scope, "kiosk", "station-3");
    printf("  C      has instance %" PRId64 " of libtocsin\n", tocsin_instance_id());
    fflush(stdout);
    int failed = let_guest("lua", run_lua, words[1], scope);
    failed |= let_guest("ruby", run_ruby, words[2], scope);
    failed |= show_copy(words[3], scope);
    tocsin_handle_close(scope);
    tocsin_status st = tocsin_client_close(client, 10000);
    tocsin_handle_close(client);
    printf("  C      %s\n", st == TOCSIN_OK ? "everything is delivered" : "something was lost");
    return failed != 0 || st != TOCSIN_OK;
}
