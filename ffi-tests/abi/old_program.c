/* A program of the last release: compiled with the declarations of abi/reference, linked with a
 * library that has its names and nothing else. Says what does not behave as it did then. */
#include <stdio.h>
#include <string.h>

#include "tocsin.h"

typedef void (*any_function)(void);

static const any_function names[] = {
#define NAME(name) (any_function) name,
#include "names.h"
#undef NAME
};

static const struct {
    const char *name;
    int64_t number;
} constants[] = {
#define CONSTANT(name) {#name, name},
#include "constants.h"
#undef CONSTANT
};

static int failed;

static void expect(int is_so, const char *what)
{
    if (is_so) return;
    printf("not so: %s\n", what);
    failed = 1;
}

static void check_constants(void)
{
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        int64_t number = tocsin_constant(constants[i].name, -1);
        expect(number == constants[i].number, constants[i].name);
    }
}

static tocsin_client open_client(void)
{
    tocsin_options options = tocsin_options_new();
    expect(tocsin_options_set(options, "transport", -1, "pull", -1) == TOCSIN_OK, "set an option");
    tocsin_client client = tocsin_client_open(options);
    expect(client > 0, "open a client");
    tocsin_handle_close(options);
    return client;
}

static void report_something(tocsin_client client)
{
    tocsin_scope root = tocsin_client_scope(client), scope = tocsin_scope_fork(root);
    expect(tocsin_scope_set_tag(scope, "region", -1, "eu", -1) == TOCSIN_OK, "set a tag");
    char id[TOCSIN_EVENT_ID_SIZE] = "";
    tocsin_status captured =
        tocsin_scope_capture_message(scope, "disk full", -1, TOCSIN_LEVEL_ERROR, 0, NULL, id);
    expect(captured == TOCSIN_OK && strlen(id) == 32, "capture a message");
    expect(tocsin_handle_close(scope) == TOCSIN_OK, "close a scope");
    expect(tocsin_handle_close(scope) == TOCSIN_E_STALE, "see that it is closed");
    tocsin_handle_close(root);
}

static void receive_it(tocsin_client client)
{
    char text[65536] = "";
    tocsin_envelope envelope = tocsin_client_next_envelope(client, 10000);
    tocsin_length length = tocsin_envelope_text(envelope, text, sizeof text);
    expect(length > 0 && length < (tocsin_length)sizeof text, "read an envelope");
    expect(strstr(text, "disk full") && strstr(text, "\"region\":\"eu\""), "find the event in it");
    expect(tocsin_envelope_done(envelope, 200, NULL, -1) == TOCSIN_OK, "say it was sent");
}

int main(void)
{
    char version[32] = "";
    expect(tocsin_version(version, sizeof version) > 0, "tocsin_version");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect(names[i] != NULL, "every function is there");
    check_constants();
    tocsin_client client = open_client();
    report_something(client);
    receive_it(client);
    expect(tocsin_client_close(client, 60000) == TOCSIN_OK, "close the client");
    tocsin_handle_close(client);
    return failed;
}
