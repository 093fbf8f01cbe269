#ifndef KUAYU_CPOSTGRESQL_SHIM_H
#define KUAYU_CPOSTGRESQL_SHIM_H
#include <libpq-fe.h>
#endif
