/* A host that loads plugins and gives each a scope of its own, by its number, with which it can do
 * no more than report.
 *
 * usage: SENTRY_DSN=... plugin_host PLUGIN.so... */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>

#include <tocsin/c.h>

#include "plugin.h"

static tocsin_client open_client(void)
{
    char problem[300];
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "release", "shop@1.4.0");
    tocsin_option(options, "environment", "demo");
    tocsin_option(options, "max_connections", "1"); /* so that events arrive in order */
    tocsin_client client = tocsin_client_open(options);
    if (client < 0) {
        tocsin_options_problem(options, problem, sizeof problem);
        fprintf(stderr, "host: no client: %s\n", problem);
    }
    tocsin_handle_close(options);
    return client;
}

/* What every event of this process is to carry, whoever captures it. */
static void describe_host(tocsin_scope scope)
{
    tocsin_tag(scope, "service", "shop-gateway");
    tocsin_tag(scope, "region", "eu-1");
    tocsin_user(scope, "u-1027", NULL);
    tocsin_scope_set_request(
        scope, TOCSIN_Z("{\"method\":\"POST\",\"url\":\"https://shop.example/checkout\"}"));
    tocsin_crumb(scope, "host", "request accepted");
}

/* "build/plugin_orders.so" is called "orders". */
static void name_of(const char *path, char name[32])
{
    const char *slash = strrchr(path, '/');
    const char *from = slash == NULL ? path : slash + 1;
    if (strncmp(from, "plugin_", strlen("plugin_")) == 0) from += strlen("plugin_");
    snprintf(name, 32, "%.*s", (int)strcspn(from, "."), from);
}

static plugin_run_fn load(const char *path)
{
    plugin_run_fn run = NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library == NULL ? NULL : dlsym(library, PLUGIN_ENTRY);
    if (symbol == NULL) fprintf(stderr, "host: %s\n", dlerror());
    memcpy(&run, &symbol, sizeof run);
    return run;
}

/* What a plugin may do: say more about its own events, and report, one event a minute. It can
 * neither read what the host says, nor change the user, nor find the host's client. */
static tocsin_scope lend(tocsin_scope scope)
{
    int64_t rights = TOCSIN_RIGHT_WRITE | TOCSIN_RIGHT_CAPTURE;
    return tocsin_scope_restrict(scope, rights,
                                 TOCSIN_Z("{\"events\":1,\"breadcrumbs\":20,\"window_ms\":60000}"));
}

/* A fork has what its parent holds at this moment; what the plugin adds stays on the fork. What was
 * lent is taken back, whatever the plugin kept of it. */
static int32_t run_plugin(tocsin_scope parent, const char *path)
{
    char name[32];
    plugin_run_fn run = load(path);
    if (run == NULL) return 1;
    name_of(path, name);
    tocsin_scope scope = tocsin_scope_fork(parent);
    tocsin_tag(scope, "plugin", name);
    tocsin_scope lent = lend(scope);
    printf("  host: %-8s gets scope %" PRId64 ", a fork of %" PRId64 "\n", name, lent, parent);
    int32_t st = run(lent);
    tocsin_scope_revoke(scope, lent);
    tocsin_handle_close(scope);
    if (st != TOCSIN_OK) fprintf(stderr, "host: %s says %" PRId32 "\n", name, st);
    return st;
}

/* After all plugins have run: is everything as it was? */
static tocsin_status report_itself(tocsin_scope parent)
{
    tocsin_scope scope = tocsin_scope_fork(parent);
    tocsin_tag(scope, "guest", "itself");
    tocsin_tag(scope, "plugins", "done");
    tocsin_status st = tocsin_message(scope, TOCSIN_LEVEL_INFO, "all plugins have run");
    tocsin_handle_close(scope);
    return st;
}

static void print_denied(tocsin_client client)
{
    char stats[4096];
    tocsin_client_stats(client, stats, sizeof stats);
    const char *denied = strstr(stats, "\"denied\"");
    printf("  host: refused %s\n", denied != NULL ? denied : "nothing");
}

int main(int count, char **words)
{
    tocsin_client client = open_client();
    tocsin_scope scope = tocsin_client_scope(client);
    if (scope < 0) return 1;
    int32_t failed = 0;
    describe_host(scope);
    for (int i = 1; i < count; i++) failed |= run_plugin(scope, words[i]);
    failed |= report_itself(scope);
    tocsin_handle_close(scope);
    tocsin_status st = tocsin_client_close(client, 10000);
    print_denied(client);
    printf("  host: %s\n", st == TOCSIN_OK ? "everything is delivered" : "something was lost");
    tocsin_handle_close(client);
    return failed != 0 || st != TOCSIN_OK;
}
