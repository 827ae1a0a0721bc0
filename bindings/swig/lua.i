/* The patterns of typemaps.i for Lua: 5.1, LuaJIT, 5.4 and what lies between.
 *
 * A call that succeeds returns something true: an outcome (0 too is true in Lua), a handle, a number or a
 * text. One that fails returns nil, the status's text and its number. Only an argument of a wrong type
 * raises. SWIG's own numbers go through lua_Number and take texts for numbers; these do neither. */

%{
#include <stdlib.h>

/* Who gave a wrong argument is told its type. SWIG's own takes every userdata, a file too, for one of its
 * making, and looks into it. */
#undef SWIG_fail_arg
#define SWIG_fail_arg(name, number, wanted)                                                             \
    do {                                                                                                \
        SWIG_Lua_pushferrstring(L, "Error in %s (arg %d), expected '%s' got '%s'", name, number, wanted, \
                                luaL_typename(L, number));                                              \
        goto fail;                                                                                      \
    } while (0)

/* SWIG's own asks for the number of arguments twice. Each question to Lua is a call, and a tag is set in
 * the time of twenty. */
#undef SWIG_check_num_args
#define SWIG_check_num_args(name, least, most)                                                          \
    do {                                                                                                \
        int given = lua_gettop(L);                                                                      \
        if (given >= (least) && given <= (most)) break;                                                 \
        SWIG_Lua_pushferrstring(L, "Error in %s expected %d..%d args, got %d", name, least, most, given); \
        goto fail;                                                                                      \
    } while (0);

/* Whole numbers that a double holds exactly; Lua before 5.3 has no others. */
#define TSN_EXACT 9007199254740992.0

/* A number without a fraction between -2^53 and 2^53. */
static int is_integer(lua_Number number, int64_t *out)
{
    if (!(number >= -TSN_EXACT && number <= TSN_EXACT)) return 0;
    *out = (int64_t)number;
    return (lua_Number)*out == number;
}

static int integer_at(lua_State *L, int index, int64_t *out)
{
    return lua_type(L, index) == LUA_TNUMBER && is_integer(lua_tonumber(L, index), out);
}

/* No number: wrong type. A number that no handle can be: the error that the core has for it. */
static int handle_at(lua_State *L, int index, int64_t *out)
{
    if (lua_type(L, index) != LUA_TNUMBER) return 0;
    if (!is_integer(lua_tonumber(L, index), out) || *out < 0) *out = TOCSIN_E_STALE;
    return 1;
}

static int text_at(lua_State *L, int index, const char **text, int64_t *len)
{
    int type = lua_type(L, index);
    size_t size = 0;
    if (type == LUA_TSTRING) {
        *text = lua_tolstring(L, index, &size);
        *len = (int64_t)size;
        return 1;
    }
    *text = NULL;
    *len = -1;
    return type == LUA_TNIL;
}

static void push_integer(lua_State *L, int64_t number)
{
#if LUA_VERSION_NUM >= 503
    lua_pushinteger(L, (lua_Integer)number);
#else
    lua_pushnumber(L, (lua_Number)number);
#endif
}

/* The number, or for an error nil, text, number; says how many values that is. */
static int push_result(lua_State *L, int64_t number)
{
    char text[256];
    if (number >= 0) {
        push_integer(L, number);
        return 1;
    }
    (void)tocsin_status_text((tocsin_status)number, text, (int64_t)sizeof text);
    lua_pushnil(L);
    lua_pushstring(L, text);
    push_integer(L, number);
    return 3;
}
%}

%typemap(in) int64_t {
    if (!integer_at(L, $input, &$1)) SWIG_fail_arg("$symname", $argnum, "integer");
}
%typemap(in) int32_t (int64_t number) {
    if (!integer_at(L, $input, &number) || number != (int32_t)number)
        SWIG_fail_arg("$symname", $argnum, "integer");
    $1 = (int32_t)number;
}
%apply int32_t { tocsin_status };
%typemap(in) int64_t HANDLE {
    if (!handle_at(L, $input, &$1)) SWIG_fail_arg("$symname", $argnum, "handle");
}
%typemap(in) (const char *STR, int64_t LEN) {
    if (!text_at(L, $input, (const char **)&$1, &$2)) SWIG_fail_arg("$symname", $argnum, "string or nil");
}
%typemap(in, numinputs=0) const void *HINT { $1 = NULL; }

%typemap(out) int32_t, int64_t { push_integer(L, $1); SWIG_arg++; }
%typemap(out) tocsin_status, int64_t HANDLE, int64_t COUNT, int32_t COUNT {
    SWIG_arg += push_result(L, $1);
}
%typemap(out) tocsin_length { if ($1 < 0) SWIG_arg += push_result(L, $1); }

%typemap(in, numinputs=0) (char *BUF, int64_t CAP) (char first[TSN_TEXT_FIRST]) {
    $1 = first;
    $2 = TSN_TEXT_FIRST;
}
%typemap(argout) (char *BUF, int64_t CAP) {
    if (result >= 0) {
        lua_pushlstring(L, $1, (size_t)result);
        SWIG_arg++;
    }
}
%typemap(freearg) (char *BUF, int64_t CAP) {
    if ($1 != first$argnum) free($1);
}

/* The id, or nil; after an error it comes fourth. */
%typemap(in, numinputs=0) char *EVENT_ID (char id[TOCSIN_EVENT_ID_SIZE]) {
    id[0] = '\0';
    $1 = id;
}
%typemap(argout) char *EVENT_ID {
    if ($1[0] != '\0') lua_pushlstring(L, $1, TOCSIN_EVENT_ID_SIZE - 1);
    else lua_pushnil(L);
    SWIG_arg++;
}

/* core.guard(handle): a userdata that closes the handle when it is collected. Tables have no __gc in 5.1
 * and LuaJIT. core.guard_close(guard) closes it at once; a second time does nothing. */
%{
#define TSN_GUARD "tocsin.guard"

static int guard_close(lua_State *L)
{
    int64_t *held = luaL_checkudata(L, 1, TSN_GUARD);
    int64_t handle = *held;
    *held = 0;
    if (handle != 0) (void)tocsin_handle_close(handle);
    return 0;
}

static int guard_new(lua_State *L)
{
    int64_t handle = 0;
    if (!handle_at(L, 1, &handle)) return luaL_argerror(L, 1, "handle expected");
    int64_t *held = lua_newuserdata(L, sizeof *held);
    *held = 0;
    if (luaL_newmetatable(L, TSN_GUARD)) {
        lua_pushcfunction(L, guard_close);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    *held = handle;
    return 1;
}
%}

/* core.flush_at_close(client): when the state closes, the client is flushed for at most its
 * `shutdown_timeout`. One client a state; 0 takes it back. os.exit closes no state: for that there is the
 * option `flush_at_exit`, which in turn comes too late for a client that the state has let go of. */
%{
#define TSN_LAST "tocsin.last"

static int last_flush(lua_State *L)
{
    int64_t *held = luaL_checkudata(L, 1, TSN_LAST);
    if (*held == 0) return 0;
    (void)tocsin_client_flush(*held, -1);
    (void)tocsin_handle_close(*held);
    *held = 0;
    return 0;
}

/* Leaves the state's one userdata of this kind on the stack. */
static int64_t *push_last(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, TSN_LAST ".held");
    if (!lua_isnil(L, -1)) return luaL_checkudata(L, -1, TSN_LAST);
    lua_pop(L, 1);
    int64_t *held = lua_newuserdata(L, sizeof *held);
    *held = 0;
    if (luaL_newmetatable(L, TSN_LAST)) {
        lua_pushcfunction(L, last_flush);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, TSN_LAST ".held");
    return held;
}

static int flush_at_close(lua_State *L)
{
    int64_t client = 0;
    if (!handle_at(L, 1, &client)) return luaL_argerror(L, 1, "handle expected");
    int64_t own = client == 0 ? 0 : tocsin_handle_dup(client);
    if (own < 0) return push_result(L, own);
    int64_t *held = push_last(L);
    if (*held != 0) (void)tocsin_handle_close(*held);
    *held = own;
    return push_result(L, TOCSIN_OK);
}
%}

/* core.is_terminal(0): whether somebody may sit at this end of the program's input or output. */
%{
#include <unistd.h>

static int is_terminal(lua_State *L)
{
    int64_t number = 0;
    if (!integer_at(L, 1, &number)) return luaL_argerror(L, 1, "integer expected");
    lua_pushboolean(L, number >= 0 && number <= 2 && isatty((int)number));
    return 1;
}
%}

%native(is_terminal) int is_terminal(lua_State *L);
%native(guard) int guard_new(lua_State *L);
%native(guard_close) int guard_close(lua_State *L);
%native(flush_at_close) int flush_at_close(lua_State *L);
