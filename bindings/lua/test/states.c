/* Opens and closes a Lua state twenty times, with a capture in each: the library's thread outlives them all, so the
 * library must stay loaded. */
#include <stdio.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

enum { ROUNDS = 20 };

static const char script[] = "local tocsin = require 'tocsin'\n"
                             "assert(tocsin.init { dsn = 'http://key@127.0.0.1:1/1', shutdown_timeout = 100 })\n"
                             "assert(tocsin.capture_message('from a state'))\n";

static int play_round(void)
{
    lua_State *L = luaL_newstate();
    if (L == NULL) return 0;
    luaL_openlibs(L);
    int is_done = luaL_dostring(L, script) == 0;
    if (!is_done) fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return is_done;
}

int main(void)
{
    int good = 0;
    for (int i = 0; i < ROUNDS; i++) good += play_round();
    printf("%d rounds\n", good);
    return good == ROUNDS ? 0 : 1;
}
