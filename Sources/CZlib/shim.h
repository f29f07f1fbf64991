#pragma once
#include <zlib.h>

// A macro, which Swift doesn't import: the largest window, and gzip's header and checksum.
static inline int zlib_begin_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
