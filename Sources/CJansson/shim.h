#pragma once
#include <jansson.h>
#include <string.h>

// Swift imports a char array as a tuple of 160 values; a pointer is what one wants.
static inline const char *jansson_error_text(const json_error_t *error) { return error->text; }

// The flags of every parse: duplicate keys refused, NUL in strings kept, any value at the top.
static inline size_t jansson_strict_flags(void) {
  return JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY;
}

// Where the first NUL byte is; `count` if there is none.
static inline size_t jansson_first_nul(const void *bytes, size_t count) {
  const char *found = memchr(bytes, 0, count);
  return found ? (size_t)(found - (const char *)bytes) : count;
}
