/* DLO-1: a host that loads the library, uses it and lets it go, again and again. It is not linked
 * with it.
 *
 * usage: process_loader DSN ROUNDS     "threads N" and "growth KIB" at the end */
#include <dirent.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <tocsin.h>

typedef struct library {
    void *file;
    tocsin_options (*options_new)(void);
    tocsin_status (*options_set)(tocsin_options, const char *, int64_t, const char *, int64_t);
    tocsin_client (*client_open)(tocsin_options);
    tocsin_scope (*client_scope)(tocsin_client);
    tocsin_status (*capture)(tocsin_scope, const char *, int64_t, int32_t, tocsin_scope,
                             const void *, char *);
    tocsin_status (*client_close)(tocsin_client, int64_t);
    tocsin_status (*handle_close)(int64_t);
} library;

static void find(const library *of, const char *name, void **place)
{
    *place = dlsym(of->file, name);
    if (*place != NULL) return;
    printf("no %s\n", name);
    exit(1);
}

static library load(void)
{
    library it = {.file = dlopen(TOCSIN_LIBRARY, RTLD_NOW | RTLD_LOCAL)};
    if (it.file == NULL) {
        puts(dlerror());
        exit(1);
    }
    find(&it, "tocsin_options_new", (void **)&it.options_new);
    find(&it, "tocsin_options_set", (void **)&it.options_set);
    find(&it, "tocsin_client_open", (void **)&it.client_open);
    find(&it, "tocsin_client_scope", (void **)&it.client_scope);
    find(&it, "tocsin_scope_capture_message", (void **)&it.capture);
    find(&it, "tocsin_client_close", (void **)&it.client_close);
    find(&it, "tocsin_handle_close", (void **)&it.handle_close);
    return it;
}

static void use(const library *it, const char *dsn, bool closes)
{
    tocsin_options options = it->options_new();
    it->options_set(options, "dsn", -1, dsn, -1);
    tocsin_client client = it->client_open(options);
    tocsin_scope scope = it->client_scope(client);
    it->capture(scope, "from a loaded library", -1, TOCSIN_LEVEL_INFO, 0, NULL, NULL);
    if (closes && it->client_close(client, 10000) != TOCSIN_OK) puts("close failed");
    it->handle_close(options);
    if (!closes) return;
    it->handle_close(scope);
    it->handle_close(client);
}

static int threads(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(tasks);
    return count;
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1) puts("no statm");
    if (file != NULL) fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    int rounds = atoi(argv[2]);
    long before = 0;
    for (int i = 0; i < rounds; i++) {
        if (i == rounds / 5) before = resident_kib();
        library it = load();
        use(&it, argv[1], true);
        dlclose(it.file);
    }
    printf("threads %d\ngrowth %ld\n", threads(), resident_kib() - before);
    library it = load();
    use(&it, argv[1], false);
    dlclose(it.file); /* with its thread at work */
    return 0;
}
