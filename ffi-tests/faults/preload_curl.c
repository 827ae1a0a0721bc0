/* Put before a program by LD_PRELOAD: every option that is set on an easy handle is written down, a
 * line "NAME VALUE" each, into the file of CURL_OPTIONS_LOG. */
#define _GNU_SOURCE
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#undef curl_easy_setopt

typedef CURLcode (*setopt_fn)(CURL *easy, CURLoption option, ...);

static void note_value(FILE *log, const struct curl_easyoption *option, void *value)
{
    if (option->type == CURLOT_LONG || option->type == CURLOT_VALUES) {
        fprintf(log, "%s %ld\n", option->name, (long)value);
    } else if (option->type == CURLOT_STRING) {
        fprintf(log, "%s %s\n", option->name, value != NULL ? (const char *)value : "-");
    } else {
        fprintf(log, "%s %s\n", option->name, value != NULL ? "set" : "-");
    }
}

/* Wherever this runs, pointers, longs and offsets are passed alike. */
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    va_list args;
    va_start(args, option);
    void *value = va_arg(args, void *);
    va_end(args);
    const char *path = getenv("CURL_OPTIONS_LOG");
    FILE *log = path != NULL ? fopen(path, "a") : NULL;
    if (log != NULL) {
        note_value(log, curl_easy_option_by_id(option), value);
        fclose(log);
    }
    setopt_fn next = (setopt_fn)dlsym(RTLD_NEXT, "curl_easy_setopt");
    return next(easy, option, value);
}
