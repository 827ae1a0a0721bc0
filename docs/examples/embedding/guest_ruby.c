/* Ruby inside: the script finds the number in the constant SCOPE. */
#include <stdlib.h>
#include <string.h>

#include <ruby.h>

#include "guests.h"

/* As `ruby PATH` would, with the constant defined in between. */
static int run(char *path, tocsin_scope scope)
{
    int code = 0;
    int count = 2;
    char name[] = "embedding_host";
    char *words[] = {name, path, NULL};
    char **arguments = words;
    ruby_sysinit(&count, &arguments);
    if (ruby_setup() != 0) return 1;
    void *script = ruby_options(count, arguments);
    rb_define_global_const("SCOPE", LL2NUM(scope));
    if (ruby_executable_node(script, &code) != 0) code = ruby_exec_node(script);
    return ruby_cleanup(code);
}

int run_ruby(const char *path, tocsin_scope scope)
{
    char *own_path = strdup(path);
    if (own_path == NULL) return 1;
    int code = run(own_path, scope);
    free(own_path);
    return code;
}
