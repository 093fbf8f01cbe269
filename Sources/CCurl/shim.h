#ifndef KUAYU_CCURL_SHIM_H
#define KUAYU_CCURL_SHIM_H
#include <curl/curl.h>
#include <string.h>

/* curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic, which Swift cannot call: one typed wrapper
   for each kind of argument. The parentheses keep the type-checking macros of the same names away. */

static inline CURLcode kuayu_curl_set_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode kuayu_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode kuayu_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode kuayu_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode kuayu_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode kuayu_curl_set_write(CURL *handle, CURLoption option, curl_write_callback value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode kuayu_curl_set_read(CURL *handle, curl_read_callback value) {
    return (curl_easy_setopt)(handle, CURLOPT_READFUNCTION, value);
}
static inline CURLcode kuayu_curl_set_prereq(CURL *handle, curl_prereq_callback value) {
    return (curl_easy_setopt)(handle, CURLOPT_PREREQFUNCTION, value);
}
static inline CURLcode kuayu_curl_set_opensocket(CURL *handle, curl_opensocket_callback value) {
    return (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}
static inline CURLcode kuayu_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return (curl_easy_getinfo)(handle, info, value);
}
static inline CURLcode kuayu_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return (curl_easy_getinfo)(handle, info, value);
}
static inline CURLMcode kuayu_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}

/* CURLMsg holds a union: the next finished transfer and its result, or NULL. */
static inline CURL *kuayu_curl_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

/* CURLINFO_CERTINFO is a list for each certificate, of entries "name:value". The PEM text of the partner's own
   certificate, which is the first (RFC 8446, 4.4.2), or NULL when this transfer made no connection. The memory is
   libcurl's; it stays until the transfer ends. */
static inline const char *kuayu_curl_leaf_certificate(CURL *handle) {
    struct curl_certinfo *certificates = NULL;
    if ((curl_easy_getinfo)(handle, CURLINFO_CERTINFO, &certificates) != CURLE_OK) return NULL;
    if (certificates == NULL || certificates->num_of_certs < 1) return NULL;
    for (struct curl_slist *entry = certificates->certinfo[0]; entry != NULL; entry = entry->next) {
        if (strncmp(entry->data, "Cert:", 5) == 0) return entry->data + 5;
    }
    return NULL;
}

/* Macros and untyped enumerators as typed constants. */
static inline unsigned int kuayu_curl_version_number(void) { return curl_version_info(CURLVERSION_NOW)->version_num; }
static inline CURLcode kuayu_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
static const long kuayu_curl_http_1_1 = CURL_HTTP_VERSION_1_1;
static const long kuayu_curl_tls_1_2 = CURL_SSLVERSION_TLSv1_2;
static const long kuayu_curl_ssl_try = CURLUSESSL_TRY;
static const long kuayu_curl_ssl_all = CURLUSESSL_ALL;
static const long kuayu_curl_ssh_publickey = CURLSSH_AUTH_PUBLICKEY;
static const int kuayu_curl_prereq_ok = CURL_PREREQFUNC_OK;
static const int kuayu_curl_prereq_abort = CURL_PREREQFUNC_ABORT;
static const curl_socket_t kuayu_curl_bad_socket = CURL_SOCKET_BAD;
static const size_t kuayu_curl_error_size = CURL_ERROR_SIZE;

#endif
