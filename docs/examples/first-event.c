/* The first event. It is printed instead of sent, so this needs no server. */
#include <tocsin/c.h>

int main(void)
{
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "transport", "stdout");
    tocsin_client client = tocsin_client_open(options);
    tocsin_scope scope = tocsin_client_scope(client);
    tocsin_tag(scope, "region", "eu");
    tocsin_message(scope, TOCSIN_LEVEL_WARNING, "the queue is getting long");
    return tocsin_client_close(client, 2000);
}
