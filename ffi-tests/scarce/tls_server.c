/* A server that speaks TLS with a certificate made for the occasion, and answers 200 to whatever
 * comes. */
#include "tls_server.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *made = X509_new();
    X509_NAME *name = X509_get_subject_name(made);
    X509_EXTENSION *host = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), 86400);
    X509_set_pubkey(made, key);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"127.0.0.1", -1, -1,
                               0);
    X509_set_issuer_name(made, name);
    X509_add_ext(made, host, -1);
    X509_EXTENSION_free(host);
    X509_sign(made, key, EVP_sha256());
    return made;
}

static void write_certificate(const char *path, X509 *certificate)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || PEM_write_X509(file, certificate) != 1 || fclose(file) != 0) _exit(1);
}

/* All of a request that it is polite to read. */
static void read_request(SSL *ssl)
{
    char bytes[16384];
    size_t len = 0;
    int got;
    while ((got = SSL_read(ssl, bytes + len, (int)(sizeof bytes - 1 - len))) > 0) {
        len += (size_t)got;
        bytes[len] = '\0';
        const char *end = strstr(bytes, "\r\n\r\n");
        const char *size = strcasestr(bytes, "content-length:");
        if (end == NULL || size == NULL) continue;
        if (len >= (size_t)(end + 4 - bytes) + strtoul(size + 15, NULL, 10)) return;
    }
}

static void serve(SSL_CTX *context, int listener)
{
    for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd)) {
        SSL *ssl = SSL_new(context);
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1) {
            read_request(ssl);
            SSL_write(ssl, answer, sizeof answer - 1);
            SSL_shutdown(ssl);
        }
        SSL_free(ssl);
    }
}

static void run(const char *path, int listener, int ready)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = make_certificate(key);
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    write_certificate(path, certificate);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    if (write(ready, "", 1) != 1) _exit(1);
    serve(context, listener);
    _exit(1);
}

static int listen_anywhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 100) != 0) return -1;
    getsockname(fd, (struct sockaddr *)&address, &len);
    *port = ntohs(address.sin_port);
    return fd;
}

bool tls_server_start(tls_server *server)
{
    int ready[2];
    char byte;
    snprintf(server->certificate, sizeof server->certificate, "/tmp/tocsin-scarce-%ld.pem",
             (long)getpid());
    int listener = listen_anywhere(&server->port);
    if (listener < 0 || pipe(ready) != 0) return false;
    server->process = fork();
    if (server->process == 0) run(server->certificate, listener, ready[1]);
    close(listener);
    close(ready[1]);
    bool is_ready = read(ready[0], &byte, 1) == 1;
    close(ready[0]);
    return is_ready;
}

void tls_server_end(const tls_server *server)
{
    kill(server->process, SIGKILL);
    waitpid(server->process, NULL, 0);
    unlink(server->certificate);
}
