/* The bare calls for Lua: they take and answer what set_tag and a capture do, through nothing but
 * Lua's own interface. */
#include <lauxlib.h>
#include <lua.h>

#include "bare.h"

static int set_tag(lua_State *L)
{
    size_t len;
    (void)luaL_checknumber(L, 1);
    (void)luaL_checklstring(L, 2, &len);
    (void)luaL_checklstring(L, 3, &len);
    lua_pushinteger(L, 0);
    return 1;
}

static int capture(lua_State *L)
{
    size_t len;
    (void)luaL_checknumber(L, 1);
    (void)luaL_checklstring(L, 2, &len);
    (void)luaL_checkinteger(L, 3);
    (void)luaL_checknumber(L, 4);
    lua_pushinteger(L, 0);
    lua_pushlstring(L, bare_id(), BARE_ID_LEN);
    return 2;
}

int luaopen_bench_bare(lua_State *L);

int luaopen_bench_bare(lua_State *L)
{
    lua_pushcfunction(L, set_tag);
    lua_pushcfunction(L, capture);
    lua_createtable(L, 0, 2);
    lua_insert(L, -3);
    lua_setfield(L, -3, "capture");
    lua_setfield(L, -2, "set_tag");
    return 1;
}
