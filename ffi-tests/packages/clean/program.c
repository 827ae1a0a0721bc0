/* Reports to SENTRY_DSN, as somebody does who has just installed the package. */
#include <tocsin/c.h>

int main(void)
{
    tocsin_client client = tocsin_client_open(0);
    tocsin_scope scope = tocsin_client_scope(client);
    if (tocsin_message(scope, TOCSIN_LEVEL_ERROR, "first event of c") != TOCSIN_OK) return 1;
    tocsin_handle_close(scope);
    return tocsin_client_close(client, 60000) == TOCSIN_OK ? 0 : 1;
}
