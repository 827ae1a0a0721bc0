/* A truncated answer promises its whole length in the header, gives the scripted number of bytes
 * and then fails, which makes libmicrohttpd close the connection. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct short_body {
    char *data;
    size_t end;
};

static ssize_t read_short(void *user, uint64_t position, char *out, size_t room)
{
    const struct short_body *body = user;
    if (position >= body->end) return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t len = body->end - (size_t)position;
    if (len > room) len = room;
    memcpy(out, body->data + position, len);
    return (ssize_t)len;
}

static void free_short(void *user)
{
    struct short_body *body = user;
    free(body->data);
    free(body);
}

static struct MHD_Response *short_response(char *data, size_t len, size_t end)
{
    struct short_body *body = srv_alloc(sizeof *body);
    *body = (struct short_body){data, end};
    return MHD_create_response_from_callback(len, 1024, read_short, body, free_short);
}

static void add_header(struct MHD_Response *response, const cJSON *header)
{
    const cJSON *line;
    if (cJSON_IsString(header)) {
        MHD_add_response_header(response, header->string, header->valuestring);
        return;
    }
    cJSON_ArrayForEach(line, header)
        MHD_add_response_header(response, header->string, line->valuestring);
}

static struct MHD_Response *response_of(const struct srv_answer *answer, struct srv_text *body)
{
    if (answer->body != NULL) {
        srv_text_free(body);
        srv_text_add(body, answer->body, answer->body_len);
    }
    size_t len = body->len;
    char *data = srv_text_take(body);
    if (answer->truncate >= 0 && (size_t)answer->truncate < len)
        return short_response(data, len, (size_t)answer->truncate);
    return MHD_create_response_from_buffer(len, data, MHD_RESPMEM_MUST_FREE);
}

enum MHD_Result srv_answer_hang_up(struct MHD_Connection *connection,
                                   const struct srv_answer *answer)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    if (answer->reset) setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return MHD_NO;
}

enum MHD_Result srv_answer_send(struct MHD_Connection *connection, const struct srv_answer *answer,
                                struct srv_verdict verdict, struct srv_text *body)
{
    if (answer->hang_up != SRV_HANG_UP_NEVER) return srv_answer_hang_up(connection, answer);
    struct MHD_Response *response = response_of(answer, body);
    if (response == NULL) return MHD_NO;
    if (verdict.why != NULL) MHD_add_response_header(response, "X-Sentry-Error", verdict.why);
    MHD_add_response_header(response, "Content-Type", "application/json");
    const cJSON *header;
    cJSON_ArrayForEach(header, answer->headers) add_header(response, header);
    int status = answer->status != 0 ? answer->status : verdict.status;
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}
