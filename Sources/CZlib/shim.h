#ifndef KUAYU_CZLIB_SHIM_H
#define KUAYU_CZLIB_SHIM_H
#include <zlib.h>
#endif
