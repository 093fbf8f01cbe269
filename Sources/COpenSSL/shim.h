#ifndef KUAYU_COPENSSL_SHIM_H
#define KUAYU_COPENSSL_SHIM_H

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* EVP_PKEY_Q_keygen is variadic. */
static inline EVP_PKEY *kuayu_generate_ed25519(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

/* EVP_EC_gen is a macro over the variadic EVP_PKEY_Q_keygen. */
static inline EVP_PKEY *kuayu_generate_p256(void)
{
    return EVP_EC_gen("P-256");
}

/* BIO_get_mem_data is a macro with a cast. */
static inline long kuayu_bio_bytes(BIO *bio, char **bytes)
{
    return BIO_get_mem_data(bio, bytes);
}

/* MBSTRING_UTF8 is a macro in parentheses. */
static inline int kuayu_add_name_entry(X509_NAME *name, const char *field, const unsigned char *utf8, int length)
{
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, utf8, length, -1, 0);
}

/* XN_FLAG_RFC2253 is a macro of many flags; without ESC_MSB names stay readable UTF-8 (RFC 4514). */
static inline int kuayu_print_name(BIO *bio, const X509_NAME *name)
{
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

/* X509V3_set_ctx_nodb is a macro with an assignment. */
static inline void kuayu_set_extension_context(X509V3_CTX *context, X509 *issuer, X509 *subject)
{
    X509V3_set_ctx(context, issuer, subject, NULL, NULL, 0);
    X509V3_set_ctx_nodb(context);
}

/* The functions of typed stacks are macros. */
static inline int kuayu_general_name_count(const GENERAL_NAMES *names)
{
    return sk_GENERAL_NAME_num(names);
}

/* The functions of typed stacks are macros. */
static inline const GENERAL_NAME *kuayu_general_name(const GENERAL_NAMES *names, int index)
{
    return sk_GENERAL_NAME_value(names, index);
}

/* ERR_GET_REASON and the PEM reason are macros: whether the error says that no (further) PEM block was found. */
static inline int kuayu_is_end_of_pem(unsigned long code)
{
    return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

#endif
