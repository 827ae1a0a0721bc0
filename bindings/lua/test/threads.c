/* A thread in C captures on a client whose hooks are Lua functions: they run when Lua pumps, on Lua's thread, over
 * every event, and none is sent before. */
#include <pthread.h>
#include <stdio.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <tocsin.h>

enum { EVENTS = 50 };

static const char open_script[] =
    "tocsin = require 'tocsin'\n"
    "seen = 0\n"
    "assert(tocsin.init { transport = 'pull', host_contexts = false, hook_timeout = 600000,\n"
    "                     before_send = function(event)\n"
    "    seen = seen + 1\n"
    "    if event.logentry.formatted == 'secret' then return nil end\n"
    "    event.tags = { hooked = 'yes' }\n"
    "    return event\n"
    "end })\n"
    "return tocsin.current_scope():handle()\n";

static const char pump_script[] =
    "local client = tocsin.client()\n"
    "assert(client:next_envelope() == nil, 'something was sent before its hook ran')\n"
    "assert(seen == 0)\n"
    "local count = tocsin.pump()\n"
    "assert(count == 50, count .. ' events were pumped')\n"
    "assert(seen == 50)\n"
    "local sent = 0\n"
    "for bytes, done in function() return client:next_envelope() end do\n"
    "    if bytes:find('\"hooked\":\"yes\"', 1, true) then sent = sent + 1 end\n"
    "    assert(not bytes:find('secret', 1, true))\n"
    "    done(200)\n"
    "end\n"
    "assert(sent == 49, sent .. ' events were sent')\n"
    "assert(client:stats().categories.error.discarded.before_send == 1)\n";

static void *capture(void *argument)
{
    const int64_t *scope = argument;
    for (int i = 0; i < EVENTS; i++) {
        const char *text = i == 7 ? "secret" : "from a thread";
        (void)tocsin_scope_capture_message(*scope, text, -1, TOCSIN_LEVEL_ERROR, 0, NULL, NULL);
    }
    return NULL;
}

static int play(lua_State *L)
{
    pthread_t thread;
    if (luaL_dostring(L, open_script) != 0) return 0;
    int64_t scope = (int64_t)lua_tonumber(L, -1);
    if (pthread_create(&thread, NULL, capture, &scope) != 0) return 0;
    (void)pthread_join(thread, NULL);
    return luaL_dostring(L, pump_script) == 0;
}

int main(void)
{
    lua_State *L = luaL_newstate();
    if (L == NULL) return 1;
    luaL_openlibs(L);
    int is_done = play(L);
    if (!is_done) fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return is_done ? 0 : 1;
}
