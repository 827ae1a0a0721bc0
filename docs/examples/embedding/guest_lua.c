/* Lua inside: the script gets the number as its argument. */
#include <stdio.h>

#include <lauxlib.h>
#include <lualib.h>

#include "guests.h"

int run_lua(const char *path, tocsin_scope scope)
{
    lua_State *L = luaL_newstate();
    if (L == NULL) return 1;
    luaL_openlibs(L);
    int code = luaL_loadfile(L, path);
    if (code == LUA_OK) {
        lua_pushinteger(L, scope);
        code = lua_pcall(L, 1, 0, 0);
    }
    if (code != LUA_OK) fprintf(stderr, "lua: %s\n", lua_tostring(L, -1));
    lua_close(L);
    return code != LUA_OK;
}
