/* A thread that is none of Ruby's captures a message on a scope that came as a number. */
#include <pthread.h>

#include <tocsin/c.h>

static void *capture(void *scope)
{
    (void)tocsin_scope_capture_message(*(const tocsin_scope *)scope, TOCSIN_Z("from a thread in C"),
                                       TOCSIN_LEVEL_WARNING, 0, NULL, NULL);
    return NULL;
}

int capture_in_thread(int64_t scope)
{
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, capture, &scope);
    return failed != 0 ? failed : pthread_join(thread, NULL);
}
