/* A plugin that stores orders and fails: what was raised, what caused it, and where. */
#include <tocsin/c.h>

#include "plugin.h"

/* The cause comes first, what was raised last; in each stack the outermost call comes first. */
static const char failure[] =
    "[{\"type\":\"ConnectionRefused\",\"value\":\"10.0.3.7 port 5432 does not answer\","
    "  \"stacktrace\":{\"frames\":["
    "    {\"function\":\"pool_take\",\"filename\":\"orders/pool.c\",\"lineno\":88},"
    "    {\"function\":\"tcp_connect\",\"filename\":\"net/tcp.c\",\"lineno\":41}]}},"
    " {\"type\":\"OrderNotStored\",\"value\":\"order 4711 is still in the cart\","
    "  \"stacktrace\":{\"frames\":["
    "    {\"function\":\"plugin_run\",\"filename\":\"plugin_orders.c\",\"lineno\":26},"
    "    {\"function\":\"order_store\",\"filename\":\"orders/store.c\",\"lineno\":132}]}}]";

int32_t plugin_run(int64_t scope)
{
    tocsin_tag(scope, "order", "4711");
    tocsin_tag(scope, "warehouse", "leipzig");
    tocsin_context(scope, "cart", "{\"items\":3,\"total\":\"59.90 EUR\"}");
    tocsin_crumb(scope, "sql", "insert into orders");
    return tocsin_scope_capture_exception(scope, TOCSIN_Z(failure), 0, NULL, NULL);
}
